"""`people_quarter` and `voice_quarter`: whose time it was, what became of protected time, who speaks."""

import pandas as pd

from sharedsocial_utils.client import Person
from sharedsocial_utils.measuring.books import Books, is_reply
from sharedsocial_utils.measuring.coverage import Days, week_of
from sharedsocial_utils.workspace import Quarter

LOST_TO_PROJECTS = 3
"""How many projects are named as what took protected time: more would not be read."""


def people_quarter(books: Books) -> pd.DataFrame:
    """The table of that name: everybody of client.toml and everybody in the quarter's time sheets.

    Protected time is promised for working days: a week cut by the quarter's edge counts `p * days / 5` hours.
    Only weeks whose days of the quarter are all covered by the side's time sheets are judged, and only of
    people who stand in them: a sheet may be a colleague's own.
    """
    quarter = books.calendar.quarter
    entries = _of_quarter(books.effort, quarter)
    names = sorted({*entries["person"].dropna(), *(person.id for person in books.client.people)})
    known = {person.id: person for person in books.client.people}
    return pd.DataFrame([_person(books, name, known.get(name), entries) for name in names])


def _of_quarter(rows: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    first, last = pd.Timestamp(quarter.first_day), pd.Timestamp(quarter.last_day)
    return rows[(rows["date"] >= first) & (rows["date"] <= last)]


def _person(books: Books, name: str, person: Person | None, entries: pd.DataFrame) -> dict[str, object]:
    own = entries[entries["person"] == name]
    other = own[own["activity"].isna()]
    recorded = bool(len(own)) or bool(person and _covered(books, person)[_inside(books)].any())
    facts: dict[str, object] = {
        "person": name,
        "side": person.side if person else None,
        "hours": own["hours"].sum() if recorded else None,
        "other_hours": other["hours"].sum() if recorded else None,
    }
    return facts | (_protected(books, person, own) if person and person.protected_hours_per_week else {})


def _covered(books: Books, person: Person) -> Days:
    """Days on which a person without an entry did not work: those that the side's time sheets cover, if they
    ever name the person or nobody else is of the side."""
    alone = [known.side for known in books.client.people].count(person.side) == 1
    named = alone or bool((books.effort["person"] == person.id).any())
    nothing = books.calendar.nothing()
    return books.effort_days.get(person.side, nothing) if named else nothing


def _inside(books: Books) -> Days:
    return books.calendar.of_quarter(books.calendar.quarter)


def _protected(books: Books, person: Person, own: pd.DataFrame) -> dict[str, object]:
    """Promised, kept and lost hours, and the projects that had most of the time in the weeks of loss."""
    promised = _promised(books, person)
    if promised.empty:
        return {}
    active = own.dropna(subset=["activity"])
    worked = active["hours"].groupby(week_of(active["date"])).sum().reindex(promised.index, fill_value=0.0)
    kept = pd.concat([promised, worked], axis=1).min(axis=1)
    lost = promised - kept
    other = own[own["activity"].isna() & week_of(own["date"]).isin(lost.index[lost > 0])]
    takers = other.groupby("project")["hours"].sum().sort_values(ascending=False, kind="stable")
    return {
        "protected_promised_hours": promised.sum(),
        "protected_kept_hours": kept.sum(),
        "protected_lost_hours": lost.sum(),
        "lost_to": ", ".join(takers.index[:LOST_TO_PROJECTS]) or None,
    }


def _promised(books: Books, person: Person) -> pd.Series:
    """Hours promised in each judged week of the quarter."""
    inside = _inside(books)
    days = pd.Series(books.calendar.days[inside])
    week = week_of(days)
    judged = pd.Series(_covered(books, person)[inside]).groupby(week).all()
    working = (days.dt.day_of_week < 5).groupby(week).sum()
    return (person.protected_hours_per_week * working / 5)[judged]


def voice_quarter(books: Books) -> pd.DataFrame:
    """The table of that name: `channel, side, posts, replies, unanswered`.

    A comment of the public is answered if one of us replied to it or, where comments only say what they are
    about, commented on the same thing later. `unanswered` stands in the row of the public only.
    """
    items = _of_quarter(books.items, books.calendar.quarter)
    replies = is_reply(items)
    open_comments = ~_answered(books.items, items) & (items["side"] == "public") & replies
    counted = items.assign(posts=~replies, replies=replies, unanswered=open_comments)
    table = counted.groupby(["channel", "side"], dropna=False, as_index=False)[
        ["posts", "replies", "unanswered"]
    ].sum()
    talks = (table["side"] == "public") & (table["replies"] > 0)
    return table.assign(unanswered=table["unanswered"].astype("Int64").where(talks))


def _answered(everything: pd.DataFrame, comments: pd.DataFrame) -> pd.Series:
    ours = everything[everything["side"].isin(["company", "agency"]) & everything["reply_to"].notna()]
    direct = set(zip(ours["channel"], ours["reply_to"], strict=True))
    last = ours.groupby(["channel", "reply_to"])["done_at"].max()
    answered = []
    for row in comments[["channel", "item_id", "url", "reply_to", "done_at"]].itertuples(index=False):
        later = last.get((row.channel, row.reply_to))
        named = {(row.channel, row.item_id), (row.channel, row.url)} & direct
        answered.append(bool(named) or (later is not None and later > row.done_at))
    return pd.Series(answered, index=comments.index, dtype=bool)
