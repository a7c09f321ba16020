"""The codebook: every table that passes between the rooms, its columns, units, key and meaning.

Missing is missing (`NA`/`NaN`), never 0. Instants are UTC; days are days of the client's time zone, at
midnight without a zone. Money is in the client's currency.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import write_whole

if TYPE_CHECKING:  # the codebook is read where no table is: there pandas would be half a second for nothing
    import pandas as pd

DTYPES = {
    "text": "str",
    "day": "datetime64[us]",
    "instant": "datetime64[us, UTC]",
    "count": "Int64",
    "number": "float64",
}

ENOUGH_KNOWN = 0.8
"""From this share of its days or weeks on, what is known of a period is compared or divided."""


class Column(NamedTuple):
    """One column: its name, kind (a key of `DTYPES`), unit, what it means, and who may see it."""

    name: str
    kind: str
    unit: str
    meaning: str
    audience: Literal["both", "agency"] = "both"


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its columns in order, and the columns that make a row unique."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """The column names in order."""
        return [column.name for column in self.columns]

    @property
    def internal(self) -> list[str]:
        """The columns that stay in the agency."""
        return [column.name for column in self.columns if column.audience == "agency"]


CHANNELS = (
    "blog", "facebook", "instagram", "x", "youtube", "flickr", "slideshare", "linkedin", "foursquare",
    "google-business", "tripit", "dopplr", "pinterest", "tiktok", "mastodon", "bluesky", "telegram",
    "newsletter", "google-ads", "meta-ads", "linkedin-ads",
    # where visits and contacts come from without anybody's work on a channel
    "search", "direct", "referral", "ai-assistant", "other",
    "site",  # figures of the site as a whole
)  # fmt: skip
ACTIVITY_KINDS = ("post", "reply", "video", "photo", "deck", "checkin", "newsletter", "ads", "monitoring")
SIDES = ("company", "agency", "public")
FLAGS = ("START", "GROW", "KEEP", "REDUCE", "STOP", "WATCH")
STAGES = ("contact", "opportunity", "won", "lost")


class Metric(NamedTuple):
    """One entry of the metrics' codebook. `summable` says whether days or items may be added up."""

    unit: str
    kind: str  # flow: counted in the day; stock: the level at the day's end; lifetime: to the export day
    summable: bool
    meaning: str


METRICS: dict[str, Metric] = {
    "impressions": Metric("count", "flow", True, "times shown, as the platform counts them"),
    "views": Metric("count", "flow", True, "times viewed or played, as the platform counts them"),
    "reach": Metric("people", "flow", False, "different people who saw it; never added over days or posts"),
    "reactions": Metric("count", "flow", True, "likes and other reactions"),
    "comments": Metric("count", "flow", True, "comments and replies received"),
    "shares": Metric("count", "flow", True, "shares, reposts, retweets"),
    "saves": Metric("count", "flow", True, "saves and bookmarks"),
    "clicks": Metric("count", "flow", True, "all clicks on the item"),
    "link_clicks": Metric("count", "flow", True, "clicks on a link in the item"),
    "engagements": Metric(
        "count", "flow", True, "interactions as the platform adds them up; differs by platform"
    ),
    "follows": Metric("people", "flow", True, "new followers or subscribers"),
    "unfollows": Metric("people", "flow", True, "followers or subscribers lost"),
    "net_follows": Metric("people", "flow", True, "followers or subscribers gained less those lost"),
    "followers": Metric("people", "stock", False, "followers at the end of the day"),
    "profile_visits": Metric("count", "flow", True, "visits to the profile or page"),
    "watch_time_hours": Metric("hours", "flow", True, "time watched"),
    "seconds_viewed": Metric("seconds", "flow", True, "time viewed"),
    "posts": Metric("count", "flow", True, "items published, where the platform counts them"),
    "click_rate": Metric("share", "flow", False, "clicks per impression, 0 to 1"),
    "engagement_rate": Metric("share", "flow", False, "engagements per impression, 0 to 1"),
    "sessions": Metric("sessions", "flow", True, "visits to the site, of all sources"),
    "page_views": Metric("count", "flow", True, "pages of the site viewed"),
    "active_users": Metric("people", "flow", False, "different people active on the site; never added"),
    "events": Metric("count", "flow", True, "events on the site"),
    "key_events": Metric("count", "flow", True, "events on the site that the client marked as key"),
    "searches": Metric("count", "flow", True, "search queries that led to a view"),
    "downloads": Metric("count", "flow", True, "times a document was downloaded"),
    "calls": Metric("count", "flow", True, "calls begun on the profile"),
    "messages": Metric("count", "flow", True, "conversations begun on the profile"),
    "bookings": Metric("count", "flow", True, "bookings made on the profile"),
    "directions": Metric("count", "flow", True, "requests for the way there"),
    "search_clicks": Metric("count", "flow", True, "clicks on the site's results in the search engine"),
    "search_impressions": Metric("count", "flow", True, "times the site stood among the results"),
    "search_position": Metric("position", "flow", False, "mean place among the results; 1 is the first"),
    "sends": Metric("count", "flow", True, "messages sent"),
    "delivered": Metric("count", "flow", True, "messages delivered"),
    "openers": Metric("people", "flow", False, "people who opened it; inflated by mail programs since 2021"),
    "clickers": Metric("people", "flow", False, "people who clicked in it"),
}
INTERACTIONS = ("reactions", "comments", "shares", "saves")
"""What `interactions` adds up: the signs of participation that every channel counts alike."""

_SOURCE = (
    Column("source_file", "text", "", "file the row comes from, relative to the client's folder"),
    Column("source_row", "text", "", "line, sheet!row, entry number or member:line in that file"),
)
_SPAN = "its {}% point, where each contact comes by itself"
_QUARTER_MEASURES = (
    Column("hours_company", "number", "h", "hours of the company"),
    Column("hours_agency", "number", "h", "hours of the agency"),
    Column("spend", "number", "currency", "money paid to the channel"),
    Column("cost", "number", "currency", "hours of both sides at their rates, plus spend"),
    Column("items", "count", "count", "things published or answered"),
    Column("interactions", "number", "count", "reactions, comments, shares and saves received"),
    Column("visits", "number", "sessions", "visits to the site from the channel"),
    Column("contacts", "number", "count", "contacts attributed to the channel"),
    Column("opportunities", "number", "count", "of these, those that became opportunities"),
    Column("won_value", "number", "currency", "value of the won opportunities"),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "items",
            "one thing published or answered",
            (
                Column("channel", "text", "", "where it was published"),
                Column("item_id", "text", "", "the platform's id; never a number"),
                Column("done_at", "instant", "UTC", "when it was published"),
                Column("kind", "text", "", "post, reply, video, photo, deck, checkin, newsletter, comment"),
                Column("author", "text", "", "id of the person in client.toml; missing for anybody else"),
                Column("side", "text", "", "company, agency or public; missing where nobody is named"),
                Column("title", "text", "", "title or first words; missing for the public's comments"),
                Column("url", "text", "", "address of the item"),
                Column("reply_to", "text", "", "item_id (or address) of what it answers"),
                *_SOURCE,
            ),
            ("channel", "item_id"),
        ),
        Table(
            "metrics",
            "one metric on one day, or of one item",
            (
                Column("channel", "text", "", "the channel"),
                Column("date", "day", "day", "day counted; missing for figures of an item's lifetime"),
                Column("item_id", "text", "", "the item; missing for figures of the whole channel"),
                Column("metric", "text", "", "a name of the metrics' codebook"),
                Column("value", "number", "see unit", "the figure"),
                Column("unit", "text", "", "unit of the value"),
                Column("kind", "text", "", "flow, stock or lifetime (to the day of the export)"),
                Column("as_of", "day", "day", "day of the export"),
                *_SOURCE,
            ),
            ("channel", "date", "item_id", "metric"),
        ),
        Table(
            "visits",
            "visits to the site by source and day",
            (
                Column("date", "day", "day", "day of the visits"),
                Column("source", "text", "", "source as the analytics names it"),
                Column("medium", "text", "", "medium as the analytics names it"),
                Column("campaign", "text", "", "campaign (utm_campaign)"),
                Column("landing", "text", "", "first page"),
                Column("channel", "text", "", "filled by measuring from source, medium and campaign"),
                Column("sessions", "number", "sessions", "visits"),
                Column("users", "number", "people", "active users; never added over days"),
                Column("views", "number", "pages", "pages viewed"),
                Column("key_events", "number", "count", "key events"),
                *_SOURCE,
            ),
            ("date", "source", "medium", "campaign", "landing"),
        ),
        Table(
            "contacts",
            "one contact, opportunity or outcome",
            (
                Column("contact_id", "text", "", "pseudonym: a keyed hash of the CRM's id"),
                Column("date", "day", "day", "day of the stage"),
                Column("stage", "text", "", "contact, opportunity, won, lost"),
                Column("source", "text", "", "source as the CRM names it"),
                Column("medium", "text", "", "medium as the CRM names it"),
                Column("campaign", "text", "", "campaign"),
                Column("channel", "text", "", "filled by measuring from source, medium and campaign"),
                Column("value", "number", "currency", "amount of the opportunity, where known"),
                *_SOURCE,
            ),
            ("contact_id", "stage"),
        ),
        Table(
            "effort",
            "one entry of work",
            (
                Column("entry_id", "text", "", "the time sheet's id, or a hash of the entry"),
                Column("date", "day", "day", "day of the work"),
                Column("person", "text", "", "id of the person in client.toml, else the name as written"),
                Column("side", "text", "", "company or agency; missing for a person not in client.toml"),
                Column("project", "text", "", "project as written in the time sheet"),
                Column("task", "text", "", "task as written in the time sheet"),
                Column("tags", "text", "", "tags as written, separated by commas"),
                Column("activity", "text", "", "filled by measuring with the activities' `match`"),
                Column("channel", "text", "", "filled by measuring from the activity"),
                Column("hours", "number", "h", "hours worked"),
                Column("cost", "number", "currency", "filled by measuring: hours at the side's rate"),
                *_SOURCE,
            ),
            ("entry_id",),
        ),
        Table(
            "spend",
            "money paid to a channel",
            (
                Column("date", "day", "day", "day, or first day of the period the row covers"),
                Column("end_date", "day", "day", "last day that the amount covers"),
                Column("channel", "text", "", "the paid channel"),
                Column("campaign", "text", "", "campaign"),
                Column("amount", "number", "currency", "money spent"),
                *_SOURCE,
            ),
            ("date", "end_date", "channel", "campaign"),
        ),
        Table(
            "plan_items",
            "one planned piece or task",
            (
                Column("item_id", "text", "", "the board's id"),
                Column("due_date", "day", "day", "day it is due"),
                Column("done_date", "day", "day", "day it was done; missing if it is not"),
                Column("channel", "text", "", "filled by measuring from label, list or title"),
                Column("activity", "text", "", "filled by measuring with the activities' `match`"),
                Column("side", "text", "", "side of the person"),
                Column("person", "text", "", "id of the person in client.toml, where named"),
                Column("title", "text", "", "what is to be done"),
                Column("status", "text", "", "list of the board: planned, doing, done as the team names it"),
                Column("tags", "text", "", "labels as written, separated by commas"),
                *_SOURCE,
            ),
            ("item_id",),
        ),
        Table(
            "sources",
            "one input file",
            (
                Column("path", "text", "", "file, relative to the client's folder"),
                Column("sha256", "text", "", "hash of its bytes"),
                Column("bytes", "count", "bytes", "size"),
                Column("reader", "text", "", "the reader; missing if none"),
                Column("layout", "text", "", "layout of the export"),
                Column("channel", "text", "", "channel the file speaks of; missing for several or none"),
                Column("as_of", "day", "day", "day of the export"),
                Column("first_date", "day", "day", "first day in the file"),
                Column("last_date", "day", "day", "last day in the file"),
                Column("rows_read", "count", "rows", "physical lines, entries or sheet rows"),
                Column("rows_kept", "count", "rows", "of these, used"),
                Column("rows_merged", "count", "rows", "of these, the same as a row of a newer export"),
                Column("rows_quarantined", "count", "rows", "of these, not used for a fault"),
                Column("rows_other", "count", "rows", "of these, no data: headers, totals, notes, blanks"),
            ),
            ("sha256",),
        ),
        Table(
            "quarantine",
            "one row or file not used",
            (
                Column("path", "text", "", "file, relative to the client's folder"),
                Column(
                    "line",
                    "text",
                    "",
                    "line, sheet!row, entry number or member:line; missing for the whole file",
                ),
                Column("column", "count", "", "column, where one is at fault"),
                Column("code", "text", "", "code of the fault"),
                Column("reason", "text", "", "the fault in words"),
                Column("text", "text", "", "the offending text, at most 80 characters"),
            ),
            ("path", "line", "column"),
        ),
        Table(
            "restatements",
            "one figure that a newer export of the same service tells otherwise",
            (
                Column("table", "text", "", "table that the figure stands in"),
                Column("key", "text", "", "what the figure is of: day, source, item ..."),
                Column("column", "text", "", "metric, or column of that table"),
                Column("old", "text", "see metric", "the figure of the older export"),
                Column("new", "text", "see metric", "the figure of the newer export"),
                Column("old_file", "text", "", "file of the older export"),
                Column("new_file", "text", "", "file of the newer export"),
                Column("old_as_of", "day", "day", "day of the older export"),
                Column("new_as_of", "day", "day", "day of the newer export"),
            ),
            ("table", "key", "column", "old_as_of", "old_file"),
        ),
        Table(
            "activity_weekly",
            "one activity, one week",
            (
                Column("activity", "text", "", "id of the activity"),
                Column("channel", "text", "", "its channel"),
                Column("week", "day", "Monday", "first day of the week"),
                *_QUARTER_MEASURES[:7],
                Column("contacts_low", "number", "count", "contacts that are certainly this activity's"),
                Column("contacts", "number", "count", "these, plus its share of those it has in common"),
                Column("contacts_high", "number", "count", "contacts that can be this activity's"),
            ),
            ("activity", "week"),
        ),
        Table(
            "channel_quarter",
            "one channel in the quarter",
            (
                Column("channel", "text", "", "the channel"),
                *_QUARTER_MEASURES,
                Column("cost_per_visit", "number", "currency per session", "cost / visits of the same days"),
                Column("cost_per_interaction", "number", "currency per sign", "cost / interactions"),
                Column("cost_per_contact", "number", "currency per contact", "cost / contacts"),
                Column("cost_per_contact_low", "number", "currency per contact", _SPAN.format(5)),
                Column("cost_per_contact_high", "number", "currency per contact", _SPAN.format(95)),
                Column("hours_per_contact", "number", "h per contact", "hours of both sides / contacts"),
                Column("target_metric", "text", "", "metric of the channel's first target"),
                Column("target", "number", "see metric", "its value for the quarter"),
                Column("target_share", "number", "share", "result / target"),
                *(column._replace(name=f"previous_{column.name}") for column in _QUARTER_MEASURES),
                Column("covered_days", "count", "days", "days of the quarter that the channel's files cover"),
                Column("expected_days", "count", "days", "days of the quarter"),
            ),
            ("channel",),
        ),
        Table(
            "flags",
            "one activity's verdict",
            (
                Column("client", "text", "", "id of the client"),
                Column("activity", "text", "", "id of the activity"),
                Column("flag", "text", "", "START, GROW, KEEP, REDUCE, STOP, WATCH"),
                Column("p_worth", "number", "probability", "that a unit of effort brings more than it costs"),
                Column("roi_low", "number", "ratio", "5% point of the return per unit of cost"),
                Column("roi_median", "number", "ratio", "its median"),
                Column("roi_high", "number", "ratio", "its 95% point"),
                Column(
                    "expected_net", "number", "currency per quarter", "margin less cost at the present level"
                ),
                Column(
                    "level", "number", "share", "share of the present effort with the best expected value"
                ),
                Column("evidence_contacts", "number", "count", "contacts the verdict rests on"),
                Column("weeks", "count", "weeks", "weeks with effort"),
                Column("reason", "text", "", "code of the reason; wording turns it into a sentence"),
                Column("break_even_contacts", "number", "count", "contacts that would have paid the effort"),
                Column("value_per_contact", "number", "currency per contact", "expected margin of a contact"),
                Column("cost", "number", "currency", "all effort of the look-back, priced"),
                Column("quarter_cost", "number", "currency per quarter", "cost at the present level"),
                Column("hours_company", "number", "h per week", "hours of the company, last 13 weeks"),
                Column("hours_agency", "number", "h per week", "hours of the agency, last 13 weeks"),
                Column("p_worth_cautious", "number", "probability", "p_worth as cautious as STOP asks"),
                Column("caveat", "text", "", "code of what weakens the verdict; missing if nothing does"),
                Column("pilot_weeks", "count", "weeks", "START: length of the pilot"),
                Column("pilot_hours_per_week", "number", "h per week", "START: hours of the pilot"),
                Column("pilot_contacts", "count", "count", "START: with fewer by its last week, stop it"),
            ),
            ("client", "activity"),
        ),
        Table(
            "plan",
            "one activity's next quarter, one person",
            (
                Column("activity", "text", "", "id of the activity"),
                Column("side", "text", "", "company or agency"),
                Column("person", "text", "", "id of the person; missing where nobody can"),
                Column("hours_per_week", "number", "h per week", "hours planned"),
                Column("level", "number", "share", "share of the present effort"),
                Column("reason", "text", "", "code of the reason"),
                Column(
                    "hour_value", "number", "currency per h", "margin of one more hour a week of this person"
                ),
            ),
            ("activity", "side", "person"),
        ),
        Table(
            "activity_quarter",
            "one activity in the quarter",
            (
                Column("activity", "text", "", "id of the activity"),
                Column("channel", "text", "", "its channel"),
                Column("kind", "text", "", "its kind in client.toml"),
                Column("role", "text", "", "direct, assist or support"),
                Column("phase", "text", "", "launch, running or closing"),
                Column("importance", "count", "1 to 5", "its weight in the strategy"),
                Column("voice", "text", "", "whose voice it should be: company, agency or any"),
                Column(
                    "planned_hours_company", "number", "h", "hours agreed, from its beginning on, company"
                ),
                Column("planned_hours_agency", "number", "h", "hours agreed, from its beginning on, agency"),
                *_QUARTER_MEASURES[:7],
                Column("internal_cost", "number", "currency", "agency hours at their cost to it", "agency"),
                Column("contacts_low", "number", "count", "contacts that are certainly this activity's"),
                Column("contacts", "number", "count", "these, plus its share of those it has in common"),
                Column("contacts_high", "number", "count", "contacts that can be this activity's"),
                Column("previous_hours_company", "number", "h", "hours of the company, quarter before"),
                Column("previous_hours_agency", "number", "h", "hours of the agency, quarter before"),
                Column("previous_contacts", "number", "count", "contacts of the quarter before"),
                Column("skill_company", "count", "0 to 3", "best skill of its people; missing: none"),
                Column("skill_agency", "count", "0 to 3", "best skill of its people; missing: none"),
            ),
            ("activity",),
        ),
        Table(
            "people_quarter",
            "one person in the quarter",
            (
                Column("person", "text", "", "id of the person, else the name as written"),
                Column("side", "text", "", "company or agency; missing for a person not in client.toml"),
                Column("hours", "number", "h", "hours recorded, of all projects"),
                Column("other_hours", "number", "h", "of these, on projects that no activity matches"),
                Column("protected_promised_hours", "number", "h", "protected time of the covered weeks"),
                Column("protected_kept_hours", "number", "h", "of these, worked on activities"),
                Column("protected_lost_hours", "number", "h", "of these, not worked on activities"),
                Column("lost_to", "text", "", "other projects with most hours in the weeks of loss"),
            ),
            ("person",),
        ),
        Table(
            "voice_quarter",
            "who speaks on a channel in the quarter",
            (
                Column("channel", "text", "", "the channel"),
                Column("side", "text", "", "company, agency, public; missing where nobody is named"),
                Column("posts", "count", "count", "things published that answer nothing"),
                Column("replies", "count", "count", "replies and comments written"),
                Column("unanswered", "count", "count", "side public only: its comments without an answer"),
            ),
            ("channel", "side"),
        ),
        Table(
            "pauses",
            "one pause test, proposed or read",
            (
                Column("activity", "text", "", "id of the activity"),
                Column("begin", "day", "day", "its first Monday"),
                Column("weeks", "count", "weeks", "how long the work pauses"),
                Column("status", "text", "", "proposed, read, not-kept (work went on), unread (unknown)"),
                Column("role", "text", "", "direct, assist or support"),
                Column("contacts_expected", "number", "count", "contacts credited to it in as many weeks"),
                Column(
                    "contacts_lost", "number", "count", "by which the client's contacts of all kinds fell"
                ),
                Column("error", "number", "count", "standard error of that fall"),
            ),
            ("activity", "begin"),
        ),
        Table(
            "followup",
            "one decision of an earlier meeting, checked",
            (
                Column("quarter", "text", "", "quarter whose review decided, such as 2026Q2"),
                Column("activity", "text", "", "id of the activity"),
                Column("flag", "text", "", "the verdict that was printed"),
                Column("decision", "text", "", "what was decided: start, grow, keep, reduce, stop, watch"),
                Column("decided_by_agency", "text", "", "who decided for the agency"),
                Column("decided_by_company", "text", "", "who decided for the company"),
                Column("due", "day", "day", "day it was to be done"),
                Column("note", "text", "", "note of the meeting"),
                Column("status", "text", "", "done, late, dropped, open, cannot-tell"),
                Column("evidence", "text", "", "code of what the status rests on"),
                Column("hours_before", "number", "h per week", "hours in the 13 weeks to the quarter's end"),
                Column("hours_after", "number", "h per week", "hours since the decision was due"),
                Column("contacts_before", "number", "count per week", "contacts in those 13 weeks"),
                Column("contacts_after", "number", "count per week", "contacts since the decision was due"),
                Column("criterion_contacts", "number", "count", "a pilot's criterion: with fewer it ends"),
                Column("contacts_begun", "number", "count", "contacts of the pilot since it began"),
            ),
            ("quarter", "activity"),
        ),
    )
}


def empty(name: str) -> "pd.DataFrame":
    """The table without rows, every column of its type."""
    import pandas as pd

    return pd.DataFrame({c.name: pd.Series(dtype=_type(c.kind)) for c in TABLES[name].columns})


def conform(name: str, frame: "pd.DataFrame") -> "pd.DataFrame":
    """The frame with all columns of the codebook, in order and of their types; a column not given is missing.

    Raises `Fault` WS-03 for a column that the codebook does not know or a value of another type.
    """
    import pandas as pd

    table = TABLES[name]
    unknown = sorted(set(frame.columns) - set(table.names))
    if unknown:
        raise Fault("WS-03", f"table {name} has unknown columns", text=", ".join(unknown))
    return pd.DataFrame({column.name: _typed(name, column, frame) for column in table.columns})


def _typed(name: str, column: Column, frame: "pd.DataFrame") -> Any:
    if column.name not in frame.columns:
        return _gap(column.kind).repeat(len(frame))
    given, dtype = frame[column.name], _type(column.kind)
    try:
        return (given if given.dtype == dtype else given.astype(dtype)).array
    except (TypeError, ValueError) as error:
        raise Fault("WS-03", f"table {name}, column {column.name}: {error}", expected=column.kind) from error


@cache
def _type(kind: str) -> Any:
    from pandas.api.types import pandas_dtype

    return pandas_dtype(DTYPES[kind])


@cache
def _gap(kind: str) -> Any:
    """One missing value of the kind."""
    import pandas as pd

    return pd.Series([None], dtype=_type(kind)).array


def require_unique(name: str, frame: "pd.DataFrame") -> "pd.DataFrame":
    """The frame itself, or `Fault` WS-03 naming the first key that stands twice."""
    key = list(TABLES[name].key)
    twice = frame[frame.duplicated(key)]
    if len(twice):
        raise Fault("WS-03", f"table {name}: the key {key} stands twice", text=str(tuple(twice[key].iloc[0])))
    return frame


def ordered(name: str, frame: "pd.DataFrame") -> "pd.DataFrame":
    """The frame in the order of its key, then of all columns, so that equal rows give equal bytes."""
    table = TABLES[name]
    by = list(table.key)
    if not by or frame.duplicated(by).any():
        by += [column for column in table.names if column not in table.key]
    return frame.sort_values(by, kind="stable", na_position="first").reset_index(drop=True)


def read_tables(folder: Path, names: Iterable[str]) -> "dict[str, pd.DataFrame]":
    """The named tables of a folder in `data/processed`; raises `Fault` WS-03 for one that is missing."""
    return {name: read_table(folder, name) for name in names}


def read_table(folder: Path, name: str) -> "pd.DataFrame":
    """One table as it was written; raises `Fault` WS-03 if it is missing or not as the codebook says."""
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise Fault("WS-03", f"table {name} is missing", file=path.name)
    import pandas as pd

    return conform(name, pd.read_parquet(path))


def write_table(folder: Path, name: str, frame: "pd.DataFrame") -> Path:
    """Writes one table whole, conformed and ordered, and returns its path."""
    frame = ordered(name, conform(name, frame))
    return write_whole(folder / f"{name}.parquet", frame.to_parquet(None, index=False))
