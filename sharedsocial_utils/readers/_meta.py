"""The "Content" export of Meta Business Suite: what Facebook's and Instagram's have in common.

Both have one row per post with figures to the day of the export, or, as the daily breakdown, one row per post
and day. `Publish time` is US Pacific time whatever the account's zone. Neither the columns' names nor their
order is fixed; a column of ids or addresses whose Italian name is not confirmed is found by what is in it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _dates, _posts
from sharedsocial_utils.readers._posts import Fields
from sharedsocial_utils.reading import cells, conventions
from sharedsocial_utils.reading.cells import Record, heading
from sharedsocial_utils.reading.door import Head
from sharedsocial_utils.reading.source import Rows, Source, Table

ZONE = "America/Los_Angeles"
PUBLISHED = ("Publish time", "Orario di pubblicazione")
FIELDS: Fields = {
    "id": ("Post ID", "ID del post"),
    "title": ("Title", "Titolo"),
    "text": ("Description", "Descrizione"),
    "published": PUBLISHED,
    "url": ("Permalink", "Link permanente"),
    "type": ("Post type", "Tipo di post"),
    "date": ("Date", "Data"),
    "views": ("Views", "Visualizzazioni"),
    "impressions": ("Impressions",),
    "reach": ("Reach", "Copertura"),
    "comments": ("Comments", "Commenti"),
    "shares": ("Shares", "Condivisioni"),
}
ACCOUNT = ("Account username", "Nome utente dell'account")
IGNORES = {
    "Duration (sec)": "not a result",
    "Durata (s)": "not a result",
    "Data comment": "always empty",
    "Commento sui dati": "always empty",
    "Languages": "always empty",
    "Lingue": "always empty",
    "Custom labels": "always empty",
    "Funded content status": "always empty",
}
METRICS = (
    "views", "impressions", "reach", "reactions", "comments", "shares", "saves", "engagements", "clicks",
    "link_clicks", "follows",
)  # fmt: skip
_ID = re.compile(r"\d{15,20}|\d[.,]?\d*[eE]\+\d\d")
_KINDS = {
    "video": ("video", "reel"),
    "photo": ("photo", "foto", "image", "immagin", "carousel", "carosello", "album"),
}
_PERIOD = re.compile(r"([A-Z][a-z]{2}-\d{2}-\d{4})_([A-Z][a-z]{2}-\d{2}-\d{4})_\d+")


def layout(head: Head) -> str:
    """ "daily" where the first row has a day in its column `Date`, else "posts"."""
    found = cells.find_header(head.lines, [{heading(name) for name in FIELDS["published"]}])
    if not found:
        return "posts"
    at, delimiter, header = found
    dates = [
        n for n, cell in enumerate(header) if heading(cell) in {heading(name) for name in FIELDS["date"]}
    ]
    first = next(cells.records(head.lines, at + 1, delimiter, len(header)), None)
    is_day = (
        dates
        and isinstance(first, Record)
        and re.search(r"\d", "".join(first.cells[dates[0] : dates[0] + 1]))
    )
    return "daily" if is_day else "posts"


def table(source: Source, fields: Fields, ignores: Mapping[str, str], site: str) -> Table:
    """The table of posts; `id` and `url` are looked for by content where no heading fits."""
    fields = {**FIELDS, **fields}
    shapes = {"id": _ID, "url": re.compile(rf"https?://(?:[\w-]+\.)*{re.escape(site)}/\S*")}
    fields = _posts.found_by_content(source, fields, "published", shapes, [*IGNORES, *ignores])
    found = source.table(fields, need=("published", "id"), ignores={**IGNORES, **ignores})
    if source.layout == "posts" and len(found) > 4 and found["id"].nunique() < len(found) / 2:
        raise Fault("IN-CSV-04", "several rows for each post, and no column says the day", expected="Date")
    return found


def rows(source: Source, posts: Table, channel: str) -> Iterator[Rows]:
    """Items, one per post, and their figures."""
    _posts.speak_of(source, period(source.name))
    is_daily = source.layout == "daily"
    days = posts.days("date", _dates.month_first(posts["date"])) if is_daily else None
    ids = posts.ids("id") if is_daily else _posts.ids(posts, "id", "url")
    first = ~ids.duplicated()
    items = pd.DataFrame(
        {
            "channel": channel,
            "item_id": ids,
            "done_at": posts.instants("published", ZONE, _dates.month_first(posts["published"])),
            "kind": posts["type"].fillna("").map(kind),
            "title": _posts.first_words(_longer(posts["title"], posts["text"])),
            "url": posts["url"],
        }
    )
    yield posts.keep_frame("items", items[first])
    counts = _posts.figures(posts, METRICS)
    seconds = {"seconds_viewed": posts.numbers("seconds_viewed", profile=_posts.decimal_mark(posts))}
    figures = counts | (seconds if "seconds_viewed" in posts else {})
    yield posts.keep_metrics(channel, figures, day=days, item_id=ids, kind=None if is_daily else "lifetime")


def period(name: str) -> tuple[date, date] | None:
    """`Nov-01-2025_Nov-30-2025_1723676025555044.csv` => 1 and 30 November."""
    found = _PERIOD.search(name)
    if not found:
        return None
    days = conventions.days(pd.Series([found[n].replace("-", " ") for n in (1, 2)])).values
    return (days[0].date(), days[1].date()) if days.notna().all() else None


def kind(post_type: str) -> str:
    """ "IG reel" => "video", "Photos" => "photo"; links, texts and stories are posts."""
    low = post_type.casefold()
    return next((found for found, words in _KINDS.items() if any(word in low for word in words)), "post")


def _longer(titles: pd.Series, texts: pd.Series) -> pd.Series:
    """Which of the two holds the caption depends on the post's type."""
    return texts.where(texts.str.len().fillna(0) >= titles.str.len().fillna(0), titles)
