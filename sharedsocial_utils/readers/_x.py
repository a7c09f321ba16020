"""What the readers of X have in common: what a tweet is, its first words, and the period in a file's name."""

import re
from datetime import date

import pandas as pd

from sharedsocial_utils.readers import _posts

_HANDLE = re.compile(r"tweet_activity_metrics_(\w{1,15}?)_\d{8}_\d{8}(?!\d)")
_PERIOD = re.compile(r"_(\d{8})_(\d{8})(?!\d)")


def tweets(texts: pd.Series, ids: pd.Series, done_at: pd.Series, address: pd.Series) -> dict[str, pd.Series]:
    """Columns of `items`: a text that begins with whom it is addressed to is a reply, and loses the names."""
    is_reply = texts.str.startswith("@").fillna(False).astype(bool)
    return {
        "channel": pd.Series("x", index=texts.index, dtype="str"),
        "item_id": ids,
        "done_at": done_at,
        "kind": is_reply.map({True: "reply", False: "post"}),
        "title": _posts.first_words(texts.str.replace(r"^(?:@\w+\s*)+", "", regex=True)),
        "url": address,
    }


def handle(name: str) -> str:
    """`tweet_activity_metrics_laquercia_20200101_20200401_en.csv` => "@laquercia"; "" without one."""
    found = _HANDLE.search(name)
    return f"@{found[1]}" if found else ""


def period(name: str) -> tuple[date, date] | None:
    """`tweet_activity_metrics_laquercia_20200101_20200401_en.csv` => 1 January and 1 April."""
    found = _PERIOD.search(name)
    try:
        days = [date.fromisoformat(found[n]) for n in (1, 2)] if found else []
    except ValueError:
        return None
    return (days[0], days[1]) if days and days[0] <= days[1] else None
