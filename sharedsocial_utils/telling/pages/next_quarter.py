"""Page eight: the plan of the next quarter, its commitments, lines for the meeting, the sign-off."""

from collections import Counter
from datetime import date, timedelta

import pandas as pd

from sharedsocial_utils.client import Side
from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Cell
from sharedsocial_utils.telling.frames import (
    SIDES,
    Row,
    added,
    columns,
    flags,
    hours_of,
    known,
    of_activity,
    records,
)
from sharedsocial_utils.telling.pages.coverage import partly
from sharedsocial_utils.telling.review import Review

PEOPLE = 6  # columns of the figure; with more, it shows the two sides
LINES = 4
NAMED = 3  # activities in a title
SHORT = ("hours-short", "hours-missing", "skill-missing")


def next_quarter(review: Review) -> list[Block]:
    """The page's blocks."""
    head = blocks.page(title(review), review.say("topic.next"))
    plan = _planned(review)
    body = [_figure(review, plan), _table(review, plan), *_hour_value(review, plan)] if len(plan) else []
    return [
        head,
        *(body or [blocks.paragraph(review.say("next.nothing"))]),
        *_commitments(review),
        *_pause(review),
        blocks.heading(review.say("next.meeting")),
        blocks.fields(
            [review.say(f"label.{name}") for name in ("commitment", "owner", "side", "due")], LINES
        ),
        *sign_off(review),
    ]


def title(review: Review) -> str:
    """How many commitments, and whose."""
    rows = _committed(review)
    if not rows:
        return _title_without_change(review)
    counts = Counter(side for _, side, _ in rows)
    owners = [side for side in SIDES if counts[side]]
    if len(owners) == 1 and not counts[None]:
        return review.say("next.title.all", n=len(rows), owner=review.side_name(owners[0]))
    parts = [review.say("next.with", n=counts[side], owner=review.side_name(side)) for side in owners]
    parts += [review.say("next.open", n=counts[None])] if counts[None] else []
    return review.say("next.title", n=len(rows), parts=parts)


def _title_without_change(review: Review) -> str:
    """That all goes on as agreed, or for what the hours do not suffice."""
    if not len(_planned(review)):
        return review.say("next.title.nothing")
    plan = review.table("plan")
    short = set(plan.loc[plan["reason"].isin(SHORT), "activity"])
    names = [review.names.activity(name) for name in flags(review)["activity"] if name in short]
    if not names:
        return review.say("next.title.none")
    key = "next.title.short" if len(names) <= NAMED else "next.title.short.many"
    return review.say(key, names=names, n=len(names))


def _planned(review: Review) -> pd.DataFrame:
    """The hours that somebody works: a row without a person is what nobody can do, or what is stopped."""
    plan = review.table("plan")
    return plan[plan["person"].notna() & (plan["hours_per_week"] > 0)]


def _figure(review: Review, plan: pd.DataFrame) -> Block:
    from sharedsocial_utils.telling import figures

    plan = plan.assign(who=_columns(plan))
    hours = plan.pivot_table(index="activity", columns="who", values="hours_per_week", aggfunc="sum")
    hours = hours.loc[hours.sum(axis=1).sort_values(ascending=False, kind="stable").index].fillna(0.0)
    sides = plan.drop_duplicates("who").set_index("who")["side"]
    people = sorted(hours.columns, key=lambda who: (sides[who] == "agency", who))
    doers = [figures.Doer(_who(review, who, sides[who]), sides[who]) for who in people]
    values = hours[people].to_numpy().tolist()
    words = [[review.words.number(value) if value else "" for value in row] for row in values]
    names = [review.names.activity(str(activity)) for activity in hours.index]
    by_side = plan.groupby("side")["hours_per_week"].sum()
    finding = review.say(
        "next.finding",
        company=by_side.get("company", 0.0),
        agency=by_side.get("agency", 0.0),
        company_name=review.client.company.name,
        agency_name=review.client.agency.name,
    )
    alt = review.say(
        "next.alt",
        finding=finding,
        most=names[0],
        hours=float(hours.sum(axis=1).iloc[0]),
        least=names[-1],
        few=float(hours.sum(axis=1).iloc[-1]),
    )
    return blocks.figure(
        figures.plan_grid(names, doers, values, words),
        alt,
        title=finding,
        subtitle=review.say("next.subtitle", quarter=_next(review)),
        note=review.say("next.note"),
    )


def _columns(plan: pd.DataFrame) -> "pd.Series[str]":
    """The person of each row, or its side where people are too many for a figure."""
    return plan["person"] if plan["person"].nunique() <= PEOPLE else plan["side"]


def _who(review: Review, who: str, side: Side) -> str:
    return review.side_name(side) if who == side else review.names.person(who)


def _next(review: Review) -> str:
    after = review.quarter.next
    return review.say("period", number=after.number, year=after.year)


def _table(review: Review, plan: pd.DataFrame) -> Block:
    """Hours a week now and next, with the reason of the change."""
    weeks = review.quarter.days / 7
    heads = columns(
        review, activity="42mm", verdict="27mm", now_per_week=">20mm", next_per_week=">20mm", why="1fr"
    )
    verdicts = review.table("flags").set_index("activity")["flag"]
    every = [*flags(review)["activity"], *sorted(set(plan["activity"]) - set(verdicts.index))]
    rows = [_row(review, activity, verdicts.get(activity), weeks) for activity in every]
    return blocks.table(
        heads, rows, title=review.say("next.table"), small=True, note=review.say("next.table_note")
    )


def _row(review: Review, activity: str, flag: str | None, weeks: float) -> list[Cell]:
    mine = review.table("plan")
    mine = mine[mine["activity"] == activity]
    planned = mine[mine["person"].notna() | (mine["reason"] == "stop")]
    now = of_activity(review, activity)
    part = any(partly(review, f"hours_{side}") for side in SIDES)
    hours = float("nan") if now is None or part else hours_of(now) / weeks
    after = added(planned["hours_per_week"])
    reasons = mine.groupby("reason")["hours_per_week"].sum()
    level = float(mine["level"].iloc[0]) if len(mine) else float("nan")
    return [
        review.names.activity(activity),
        blocks.badge(review.names.flag(flag), flag) if flag else None,
        review.words.fixed(hours, "0.1") if known(hours) else None,
        review.words.fixed(after, "0.1") if known(after) else None,
        "; ".join(
            review.say(f"plan.{reason}", hours=hours, level=level) for reason, hours in reasons.items()
        ),
    ]


def _hour_value(review: Review, plan: pd.DataFrame) -> list[Block]:
    """What one more protected hour of a person could bring, where the plan knows it."""
    plan = plan[(plan["side"] == "company") & (plan["hour_value"] > 0)]
    worth = plan.groupby("person")["hour_value"].max()
    items = [
        review.say("next.hour_value", name=review.names.person(str(person)), value=float(value))
        for person, value in worth.sort_values(ascending=False, kind="stable").items()
    ]
    return [blocks.listing(items)] if items else []


def _committed(review: Review) -> list[tuple[Row, Side | None, str | None]]:
    """What changes: the row of `flags`, and whose it is by the plan (else by the quarter's hours)."""
    changes = flags(review)
    changes = changes[changes["flag"].isin(("STOP", "START", "GROW", "REDUCE"))]
    return [(row, *_owner(review, row["activity"])) for row in records(changes)]


def _owner(review: Review, activity: str) -> tuple[Side | None, str | None]:
    plan = _planned(review)
    mine = plan[plan["activity"] == activity]
    if len(mine):
        first = mine.sort_values(["hours_per_week", "side", "person"], ascending=[False, True, True]).iloc[0]
        return first["side"], first["person"]
    now = of_activity(review, activity)
    if now is None or not known(hours_of(now)):
        return None, None
    company, agency = (
        now[f"hours_{side}"] if known(now[f"hours_{side}"]) else 0 for side in ("company", "agency")
    )
    return ("company" if company >= agency else "agency"), None


def _commitments(review: Review) -> list[Block]:
    rows = _committed(review)
    if not rows:
        return [blocks.paragraph(review.say("next.no_change"))]
    after = review.quarter.next.first_day
    due = date(after.year, after.month + 1, 1) - timedelta(days=1)
    cells: list[list[Cell]] = [
        [
            _commitment(review, row),
            review.names.person(person) if person else None,
            review.side_name(side) if side else None,
            review.words.short_day(due),
        ]
        for row, side, person in rows
    ]
    heads = columns(review, commitment="1fr", owner="34mm", side="40mm", due="22mm")
    title = review.say("next.commitments")
    return [blocks.table(heads, cells, title=title, note=review.say("next.commitments_note"))]


def _pause(review: Review) -> list[Block]:
    """The pause test that is proposed, if any."""
    frame = review.table("pauses")
    return [
        blocks.paragraph(
            review.say(
                "next.pause",
                name=review.names.activity(row["activity"]),
                weeks=row["weeks"],
                day=row["begin"],
                contacts=round(row["contacts_expected"]),
            )
        )
        for row in records(frame[frame["status"] == "proposed"])
    ]


def _commitment(review: Review, row: Row) -> str:
    plan = _planned(review)
    hours = added(plan.loc[plan["activity"] == row["activity"], "hours_per_week"])
    name = review.names.activity(row["activity"])
    if row["flag"] == "START" and known(row["pilot_contacts"]):
        return review.say(
            "commit.PILOT",
            name=name,
            hours=row["pilot_hours_per_week"],
            weeks=row["pilot_weeks"],
            contacts=row["pilot_contacts"],
        )
    if row["flag"] != "STOP" and known(hours):
        return review.say(f"commit.{row['flag']}", name=name, hours=hours)
    return review.say(f"commit.{row['flag']}.plain", name=name)


def sign_off(review: Review) -> list[Block]:
    """Both parties' signatures, and the fingerprint of the data that they sign."""
    parties = [
        (review.say("next.for_company"), review.client.company.name),
        (review.say("next.for_agency"), review.client.agency.name),
    ]
    lines = [review.say(f"label.{name}") for name in ("name", "day", "signature")]
    return [
        blocks.heading(review.say("next.sign_off")),
        blocks.signatures(parties, lines),
        blocks.note(review.say("next.fingerprint", fingerprint=review.fingerprint, day=review.as_of)),
    ]
