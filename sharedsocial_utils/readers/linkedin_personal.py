"""LinkedIn personal analytics: the workbook of one person's posts, days and new followers.

linkedin.com > your profile > Analytics > Posts (or Followers) > (period) > Export: `.xlsx`, named
`Content_2026-07-01_2026-09-30_AdaNeri.xlsx` or `AggregateAnalytics_AdaNeri_....xlsx`, with the sheets

    DISCOVERY     Overall Performance, 7/1/2026 - 9/30/2026
                  Impressions, 5400
    ENGAGEMENT    Date, Impressions, Engagements
                  7/1/2026, 118, 4
    TOP POSTS     Maximum of 50 posts available to include in this list
                  (empty)
                  Post URL, Post publish date, Engagements, , Post URL, Post publish date, Impressions
                  https://www.linkedin.com/feed/update/urn:li:activity:72..., 7/3/2026, 31, , https://..., ...
    FOLLOWERS     Total followers on 9/30/2026:, 812
                  (empty)
                  Date, New followers
                  7/1/2026, 3
    DEMOGRAPHICS  Top Demographics, Value, Percentage

TOP POSTS has two rankings side by side: a post may be in one only. Its figures are those of the period,
each a flow on the period's last day; of a period longer than a quarter, those of a post published in it are
of its life to that day, and those of older ones are not used. An address may be
`.../posts/NAME_share-72...-AbC?trk=...` too: the number counts. Days are written month first, without a time:
midnight of the client's zone stands for it. A row is of a post of the person, whose name, as the file's name
has it, is looked up in client.toml and else dropped.

A person's days are not the page's: they carry, in place of an item, a pseudonym of the person
(`profile-...`), so that they never stand for the page's figures nor replace them. The totals of DISCOVERY
are those of different people and days, and the demographics are shares (`< 1%`): both no data for us.
"""

import re
from collections.abc import Iterator
from datetime import date

import pandas as pd

from sharedsocial_utils.readers import _dates, _periods, _posts
from sharedsocial_utils.readers._posts import headings
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source, Table
from sharedsocial_utils.tables import METRICS

DAYS = {
    "impressions": ("Impressions",),
    "engagements": ("Engagements",),
    "follows": ("New followers",),
}
DAY_FIELDS = {"day": ("Date",), **DAYS}
RANKINGS = ("engagements", "impressions")
POST_FIELDS = {
    f"{name}_{ranking}": (f"{heading} by {ranking}",)
    for ranking in RANKINGS
    for name, heading in (("url", "Post URL"), ("day", "Post publish date"))
} | {"engagements": ("Engagements",), "impressions": ("Impressions",)}
EXPORT = Export(
    service="LinkedIn profile",
    menu="Profile > Analytics > Posts > Export",
    tables=("items", "metrics"),
    layouts={
        "workbook": "sheets DISCOVERY, ENGAGEMENT, TOP POSTS, FOLLOWERS, DEMOGRAPHICS (parsers of 2023-2026)",
    },
    languages=("en",),
    counted_by="platform",
    evidence="PARSER",
    channel="linkedin",
    ignores={
        "DISCOVERY": "totals of different people",
        "DEMOGRAPHICS": "shares, not results",
        "Total followers on ...": "of the person, not of the page",
    },
)
_OWNER = re.compile(
    r"(?:Content_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d_|AggregateAnalytics_)([^/]+?)(?:_\d{4}[^/]*)?\.xlsx$"
)
_POST_ID = re.compile(r"(?:activity|share|ugcPost)[:-](\d+)")
_PERIOD = re.compile(r"(\d{1,2}/\d{1,2}/\d{4}) - (\d{1,2}/\d{1,2}/\d{4})")


def recognise(head: Head) -> Claim:
    """By the names of its sheets."""
    found = {name.strip().casefold() for name in head.sheets}
    if "top posts" in found and found & {"discovery", "engagement"}:
        return Claim("workbook")
    return no("no sheet TOP POSTS beside DISCOVERY or ENGAGEMENT", 0.5 if "discovery" in found else 0)


def read(source: Source) -> Iterator[Rows]:
    """The person's posts of the period with their figures, and the person's figures of each day."""
    sheets = source.sheets()
    _posts.speak_of(source, _posts.days_in_name(source.name) or _period(sheets))
    if source.covers is None:
        source.note("IN-DATE-04", "nothing says the period of the posts' figures")
    source.of_period = source.covers is not None and not _periods.too_long(source)
    for title, rows in sheets.items():
        ranked = _rankings(rows)
        if ranked:
            yield from _posts_of(source, source.sheet_table(title, ranked, POST_FIELDS, ("url_engagements",)))
        elif any(headings(["Date"]) & headings(row) and _has_figure(row) for row in rows[:20]):
            yield _days_of(source, source.sheet_table(title, rows, DAY_FIELDS, ("day",)))
        else:
            source.skip_sheet(title, rows)


def _has_figure(row: list[str]) -> bool:
    return bool(headings(row) & headings(name for names in DAYS.values() for name in names))


def _period(sheets: dict[str, list[list[str]]]) -> tuple[date, date] | None:
    """`Overall Performance, 7/1/2026 - 9/30/2026` => 1 July and 30 September."""
    discovery = [rows for title, rows in sheets.items() if title.strip().casefold() == "discovery"]
    cells = (cell for rows in discovery for row in rows for cell in row)
    found = next((match for match in map(_PERIOD.search, cells) if match), None)
    if not found:
        return None
    days = conventions.days(pd.Series([found[1], found[2]]), "mdy").values
    return (days[0].date(), days[1].date()) if days[0] <= days[1] else None


def _rankings(rows: list[list[str]]) -> list[list[str]] | None:
    """The rows with the second `Post URL` told from the first by its ranking; None without a header."""
    for at, row in enumerate(rows[:20]):
        if headings(["Post URL"]) <= headings(row):
            header, ranking = list(row), ""
            for n in range(len(row) - 1, -1, -1):  # the figure stands behind its posts
                plain = row[n].strip().casefold()
                ranking = plain if plain in RANKINGS else ranking
                header[n] = f"{row[n].strip()} by {ranking}" if plain.startswith("post ") else row[n]
            return [*rows[:at], header, *rows[at + 1 :]]
    return None


def _days_of(source: Source, table: Table) -> Rows:
    days = table.days("day", _dates.month_first(table["day"]))
    profile = pd.Series(_profile(source), index=table.text.index, dtype="str")
    return table.keep_metrics(
        "linkedin", _posts.figures(table, DAYS, minimum=None), day=days, item_id=profile
    )


def _posts_of(source: Source, table: Table) -> Iterator[Rows]:
    rankings = [_ranked(table, name) for name in RANKINGS]
    every = pd.concat(rankings)
    person, side = _owner(source)
    dated = every[every["day"].notna()]
    items = dated[~dated.duplicated("item_id")]
    published = {
        "channel": "linkedin",
        "item_id": items["item_id"],
        "done_at": _posts.midnight(items["day"], source.context.timezone),
        "kind": "post",
        "author": person,
        "side": side,
        "url": items["url"],
    }
    yield table.keep_frame("items", pd.DataFrame(published))
    told = every[every["value"].notna()]
    yield table.keep_frame("metrics", _figures(source, told))
    first = told.groupby(["item_id", "metric"])["value"].transform("first")
    twice = table.text.index.isin(told.index[told["value"] != first])
    table.put_aside(
        pd.Series(twice, index=table.text.index), "IN-ID-03", "the post of a row above, with another figure"
    )
    table.no_data(pd.Series(True, index=table.text.index))


def _ranked(table: Table, name: str) -> pd.DataFrame:
    """The posts of one ranking: `item_id, url, day, metric, value`, by line."""
    url = table[f"url_{name}"]
    days = table.days(f"day_{name}", _dates.month_first(table[f"day_{name}"]), needed=False)
    value = table.counts(name, minimum=None)
    plain = url.str.replace(r"[?#].*", "", regex=True)
    item_id = plain.str.extract(_POST_ID)[0].fillna(plain)
    ranked = pd.DataFrame({"item_id": item_id, "url": url, "day": days, "metric": name, "value": value})
    return ranked[url.notna()]


def _figures(source: Source, posts: pd.DataFrame) -> pd.DataFrame:
    """Rows for `metrics`: what each post brought in the period, on its last day; of a long period what a post
    has brought since it was published in it."""
    posts = posts[~posts.duplicated(["item_id", "metric"])]
    first = _periods.too_long(source)
    if first:
        posts = posts[_periods.of_lifetime(source, first, posts["day"])]
    day = None if first or source.covers is None else source.covers[1]
    last = pd.Series(day, index=posts.index, dtype="datetime64[us]")
    units = posts["metric"].map(lambda name: METRICS[name].unit).astype("str")
    return pd.DataFrame(
        {
            "channel": "linkedin",
            "date": last,
            "item_id": posts["item_id"],
            "metric": posts["metric"],
            "value": posts["value"],
            "unit": units,
            "kind": "lifetime" if first else "flow",
        }
    )


def _name(source: Source) -> str:
    """Whose workbook it is, as its name says; "" if it does not."""
    found = _OWNER.search(source.name)
    return found[1] if found else ""


def _owner(source: Source) -> tuple[str | None, str | None]:
    """The person and the side, where client.toml knows the name that the file's name has."""
    plain = _letters(_name(source))
    known = (who for name, who in source.context.people.items() if _letters(name) == plain)
    return next(known, (None, None))


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _profile(source: Source) -> str:
    """A pseudonym of the person, the same in every export."""
    return f"profile-{source.pseudonym(pd.Series([_letters(_name(source))]))[0]}"
