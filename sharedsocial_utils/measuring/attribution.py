"""Where visits and contacts come from: source, medium and campaign => channel and, where sure, activity.

Who decides, in this order:

1. the client's own campaigns: `match.campaigns` of an activity fits the campaign. The most specific pattern
   (most letters besides `*` and `?`) wins, then the order of client.toml;
2. where the row names neither source nor medium: the channel the export speaks of, if it is of one channel,
   else the one that the row itself names;
3. the rules of `channels.csv`, from above; the first whose source, medium and campaign all fit wins.
   A cell holds patterns with `*` and `?` separated by `|`, any case; an empty cell fits everything;
4. `match.campaigns` patterns that begin with `/` fit the landing page: visits that no worked channel brought
   (search, direct, referrals, AI assistants) and that begin on the client's own pages, such as `/blog/*`,
   are that activity's.

HubSpot's export puts Original Source into `medium`, its first drill-down into `source` and its second into
`campaign`. For some sources the first drill-down *is* the campaign; there rule 1 looks at both.
"""

import csv
import re
from fnmatch import translate
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import pandas as pd

from sharedsocial_utils.client import Client
from sharedsocial_utils.tables import CHANNELS

# HubSpot's first drill-down is the campaign for these
_CAMPAIGN_IN_SOURCE = re.compile(
    r"other.campaigns|altre.campagne|email.marketing|paid.search|ricerca.a.pagamento", re.IGNORECASE
)
UNWORKED = ("search", "direct", "referral", "ai-assistant", "other")
"""Channels that visits and contacts come from without anybody's work on them."""


class Rule(NamedTuple):
    """One line of `channels.csv`, its patterns compiled."""

    source: re.Pattern[str]
    medium: re.Pattern[str]
    campaign: re.Pattern[str]
    channel: str
    note: str

    def fits(self, source: str, medium: str, campaign: str) -> bool:
        """Whether all three texts fit."""
        return bool(self.source.match(source) and self.medium.match(medium) and self.campaign.match(campaign))


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of `channels.csv` in order; raises `ValueError` for a channel that the codebook lacks."""
    lines = files("sharedsocial_utils.measuring").joinpath("channels.csv").read_text("utf-8").splitlines()
    found = tuple(_rule(row) for row in csv.DictReader(lines))
    unknown = {rule.channel for rule in found} - set(CHANNELS)
    if unknown:
        raise ValueError(f"channels.csv names unknown channels: {sorted(unknown)}")
    return found


def _rule(row: dict[str, str]) -> Rule:
    source, medium, campaign = (_compiled(row[key]) for key in ("source", "medium", "campaign"))
    return Rule(source, medium, campaign, row["channel"], row["note"])


def _compiled(cell: str) -> re.Pattern[str]:
    patterns = cell.split("|") if cell else ["*"]
    return re.compile("|".join(translate(pattern) for pattern in patterns), re.IGNORECASE)


@lru_cache(maxsize=4096)
def channel_of(source: str, medium: str, campaign: str = "") -> str:
    """`channel_of("l.facebook.com", "referral")` => "facebook"; a missing text is ""."""
    texts = (source.strip(), medium.strip(), campaign.strip())
    return next(rule.channel for rule in rules() if rule.fits(*texts))


def attribute(rows: pd.DataFrame, client: Client, one_channel: dict[str, str]) -> pd.DataFrame:
    """Channel and activity of each row of `visits` or `contacts`, by the module's four steps.

    `one_channel` maps the files that are of one channel to it. Returns `channel` (never missing) and
    `activity` (missing unless the client's own patterns name one), with the rows' index. The rows' own
    channel is used only where they name no source, so that measuring twice changes nothing.
    """
    names = ["source", "medium", "campaign", "landing", "channel", "source_file"]
    texts = rows.reindex(columns=names).astype("object")
    texts = texts.where(texts.notna(), "")
    unique = texts.drop_duplicates()
    found = {row: _attributed(client, one_channel, *row) for row in unique.itertuples(index=False, name=None)}
    pairs = [found[row] for row in texts.itertuples(index=False, name=None)]
    return pd.DataFrame(pairs, index=rows.index, columns=["channel", "activity"], dtype="str")


def _attributed(
    client: Client, one_channel: dict[str, str], source: str, medium: str, campaign: str, landing: str,
    channel: str, file: str,
) -> tuple[str, str | None]:  # fmt: skip
    texts = [campaign, source] if _CAMPAIGN_IN_SOURCE.fullmatch(medium.strip()) else [campaign]
    activity = activity_of_campaign(client, texts)
    if activity:
        return _channel_of_activity(client, activity), activity
    if not (source or medium):
        channel = one_channel.get(file) or channel or "other"
    else:
        channel = channel_of(source, medium, campaign)
    activity = activity_of_campaign(client, [landing]) if channel in UNWORKED else None
    return (_channel_of_activity(client, activity), activity) if activity else (channel, None)


def activity_of_campaign(client: Client, texts: list[str]) -> str | None:
    """The activity whose `match.campaigns` fits one of the texts; the most specific pattern wins.

    Patterns that begin with `/` fit only texts that do (landing pages), the others only texts that do not.
    """
    best: tuple[int, str | None] = (-1, None)
    for activity in client.activities:
        for pattern in activity.match.campaigns:
            if any(_fits(pattern, text) for text in texts) and literals(pattern) > best[0]:
                best = (literals(pattern), activity.id)
    return best[1]


def _fits(pattern: str, text: str) -> bool:
    if not text or pattern.startswith("/") != text.startswith("/"):
        return False
    return bool(_compiled_one(pattern).match(text.strip()))


@lru_cache(maxsize=1024)
def _compiled_one(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern), re.IGNORECASE)


def literals(pattern: str) -> int:
    """How specific a pattern is: its characters besides `*` and `?`."""
    return sum(char not in "*?" for char in pattern)


def _channel_of_activity(client: Client, activity: str) -> str:
    return next(known.channel for known in client.activities if known.id == activity)
