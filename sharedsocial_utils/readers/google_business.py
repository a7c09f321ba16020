"""Google Business Profile, performance of the profiles: what they brought in a period, one row a location.

Business Profile Manager > (choose the locations) > Actions > Insights (Performance) > (period) > Download.
UTF-8, commas; the second line explains the first:

    Store code,Business name,Address,Labels,Google Search - Mobile,...,Calls,Messages,Bookings,Directions,...
    ,,,,Number of people that viewed your Business Profile on Google Search using Mobile,...
    0000123,La Quercia,Via Roma 1,,412,103,640,21,12,0,3,55,31,0,0,0

The period stands only in the name, `GMB insights (Performance Report) - 2026-7-1 - 2026-7-31 - ....csv`. The
figures are those of the whole period: each is a flow on its last day, so that periods that follow each other
add up; export month by month. Those of more than a quarter are not used. Where the name does not say the
period, the figures have no day (and this is noted).
Views are those of the four ways to see the profile together, if all four are known; bookings are those of
tables, services and rooms. An empty cell is not known. One location is the whole channel; of several each is
an item, known by its store code (text: zeros at its start stay), else by its address. A row `Total` that
somebody added is no data; figures of no location are put aside.

Headings are read in English only: no Italian file was seen. The export of the locations themselves (address,
hours) is recognised and not used.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

import pandas as pd

from sharedsocial_utils.readers import _periods
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim
from sharedsocial_utils.reading.source import Rows, Source, Table

WAYS = ("Google Search - Mobile", "Google Search - Desktop", "Google Maps - Mobile", "Google Maps - Desktop")
BOOKINGS = ("Bookings", "Hotel bookings")
COUNTS = {
    "calls": ("Calls",),
    "messages": ("Messages",),
    "directions": ("Directions",),
    "link_clicks": ("Website clicks",),
}
FIELDS = {
    "store": ("Store code",),
    "name": ("Business name",),
    "address": ("Address",),
    **{way: (way,) for way in (*WAYS, *BOOKINGS)},
    **COUNTS,
}
FIGURES = (*WAYS, *BOOKINGS, *COUNTS)
IGNORES = {
    "Labels": "the client's own",
    "Food orders": "not in the codebook",
    "Food menu clicks": "not in the codebook",
}
EXPORT = Export(
    service="Google Business Profile",
    menu="Business Profile Manager > Actions > Insights > Download",
    page="https://support.google.com/business",
    tables=("metrics",),
    layouts={
        "performance": "Store code, Google Search - Mobile ..., a line that explains (seen 2024, 2026)",
        "locations": "Store code, Business name, Address line 1 ...: not used (seen 2024)",
    },
    languages=("en",),
    counted_by="platform",
    evidence="SEEN",
    channel="google-business",
    ignores=IGNORES,
)
_PERIOD = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2}) - (\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")

_TOTAL = re.compile(r"(?:grand )?tot(?:al|ale|ali|als)\b:?", re.IGNORECASE)  # written below by somebody


def recognise(head: Head) -> Claim:
    """By the store code beside the ways to see a profile."""
    return first_claim(
        head.header("performance", "Store code", WAYS),
        head.header("locations", "Store code", "Business name", "Address line 1"),
    )


def read(source: Source) -> Iterator[Rows]:
    """Figures of each location for the period."""
    if source.layout == "locations":
        source.note("IN-FILE-13", "addresses and hours of the locations")
        source.skip()
        return
    table = source.table(FIELDS, need=("store",), ignores=IGNORES)
    table.no_data(_explains(table))
    table.leave_totals(table["store"].str.fullmatch(_TOTAL).fillna(False).astype(bool), FIGURES)
    nowhere = table["store"].isna() & table["name"].isna() & table["address"].isna()
    table.put_aside(nowhere, "IN-ID-02", "figures of no location", "store")
    table.belongs_to("google-business", "name")
    figures = {name: table.counts(name) for name in FIGURES}
    views = pd.DataFrame({name: figures[name] for name in WAYS}).sum(axis=1, min_count=len(WAYS))
    bookings = pd.DataFrame({name: figures[name] for name in BOOKINGS}).sum(axis=1, min_count=1)
    counts = {name: figures[name] for name in COUNTS} | {"views": views, "bookings": bookings}
    day = _day(source, table)
    if _periods.too_long(source):
        _periods.leave(table)
        return
    yield table.keep_metrics("google-business", counts, day=day, item_id=_location(table))


def _explains(table: Table) -> pd.Series:
    """The second header: no store, no name, and words where figures stand."""
    words = [table[name].str.contains(r"[A-Za-z]{3}").fillna(False) for name in FIGURES]
    explains: pd.Series = table["store"].isna() & table["name"].isna() & pd.concat(words, axis=1).any(axis=1)
    return explains


def _day(source: Source, table: Table) -> pd.Series | None:
    period = _period(PurePosixPath(source.name).name)
    if period is None:
        source.note("IN-DATE-04", "no period in the name")
        return None
    source.covers, source.as_of, source.of_period = period, period[1], True
    return pd.Series([period[1]] * len(table), index=table.text.index, dtype="datetime64[us]")


def _period(name: str) -> tuple[date, date] | None:
    found = _PERIOD.search(name)
    if not found:
        return None
    numbers = [int(number) for number in found.groups()]
    try:
        first, last = date(*numbers[:3]), date(*numbers[3:])
    except ValueError:
        return None
    return (first, last) if first <= last else None


def _location(table: Table) -> pd.Series | None:
    if len(table) < 2:
        return None
    return table["store"].fillna(table["address"]).fillna(table["name"])
