"""Page three: where the hours of both sides went, and what became of protected time."""

import pandas as pd

from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block
from sharedsocial_utils.telling.frames import (
    SIDES,
    added,
    both_hours,
    columns,
    known,
    left_out,
    printed,
    records,
    worked,
)
from sharedsocial_utils.telling.pages.coverage import of_two_quarters, partly
from sharedsocial_utils.telling.review import Review

MOST = 2 / 3  # the share of hours whose channels are named
ENOUGH_HOURS = 10


def time(review: Review) -> list[Block]:
    """The page's blocks."""
    head = blocks.page(title(review), review.say("topic.time"))
    frame = _with_hours(review)
    if not len(frame):
        return [head, blocks.paragraph(review.say("time.nothing")), *_protected(review)]
    return [head, _figure(review, frame), *_phases(review), *_other_work(review), *_protected(review)]


def title(review: Review) -> str:
    """The few channels that took two thirds of the hours, or that they were spread out."""
    frame = _with_hours(review)
    hours = both_hours(frame)
    if not len(frame) or hours.sum() < ENOUGH_HOURS:
        return review.say("time.title.none", n=float(hours.sum()))
    share = hours.cumsum() / hours.sum()
    count = int((share < MOST).sum()) + 1
    if count * 2 > len(frame):
        return review.say("time.title.spread", n=len(frame), hours=float(hours.sum()))
    names = [review.names.channel(channel) for channel in frame["channel"].iloc[:count]]
    key = "time.title.named" if count <= 2 else "time.title.few"
    return review.say(key, n=count, names=names, share=float(share.iloc[count - 1]), total=len(frame))


def _with_hours(review: Review) -> pd.DataFrame:
    """The worked channels that have hours, the longest first."""
    frame = worked(review)
    frame = frame.assign(hours=both_hours(frame))
    return frame[frame["hours"] > 0].sort_values(["hours", "channel"], ascending=[False, True])


def _figure(review: Review, frame: pd.DataFrame) -> Block:
    from sharedsocial_utils.telling import figures

    frame = frame.assign(before=_before(review, frame))
    bars = [
        figures.Hours(
            review.names.channel(row["channel"]),
            row["hours_company"] if known(row["hours_company"]) else 0.0,
            row["hours_agency"] if known(row["hours_agency"]) else 0.0,
            row["before"] if known(row["before"]) else None,
            review.words.form(row["hours"], "hours_sign"),
        )
        for row in records(frame)
    ]
    sides = (review.client.company.name, review.client.agency.name)
    alt = review.say(
        "time.alt",
        title=title(review),
        most=bars[0].name,
        hours=frame["hours"].iloc[0],
        least=bars[-1].name,
        few=frame["hours"].iloc[-1],
    )
    return blocks.figure(
        figures.hours_by_channel(bars, sides, review.say("label.quarter_before")),
        alt,
        subtitle=review.say("time.subtitle", period=review.period),
        note=" ".join([review.say("time.note"), *_unrecorded(review, frame)]),
    )


def _before(review: Review, frame: pd.DataFrame) -> "pd.Series[float]":
    """Hours of the quarter before; missing where a side recorded its own in one of the two only, or but a
    part of them."""
    told = {side: frame[[f"{when}hours_{side}" for when in ("", "previous_")]].notna() for side in SIDES}
    alike = all(of_two_quarters(review, f"hours_{side}") for side in SIDES if told[side].any(axis=None))
    apart = [known.any(axis=1) & ~known.all(axis=1) for known in told.values()]
    return both_hours(frame, "previous_").where(alike & ~apart[0] & ~apart[1])


def _unrecorded(review: Review, frame: pd.DataFrame) -> list[str]:
    """A sentence for a side whose hours are missing on a channel or in some weeks: the bar is then the other
    side's alone, or too short."""
    sentences = []
    for side in SIDES:
        names = [review.names.channel(c) for c in frame.loc[frame[f"hours_{side}"].isna(), "channel"]]
        if names:
            sentences.append(review.say("time.unrecorded", side=review.side_name(side), names=names))
        if few := partly(review, f"hours_{side}"):
            told = review.say("unknown.partly.hours", side=review.side_name(side), n=few[0], all=few[1])
            sentences.append(told)
    return sentences


def _phases(review: Review) -> list[Block]:
    """Hours and money by phase of the activities."""
    frame = review.table("activity_quarter")
    measures = ["hours_company", "hours_agency", "spend", "cost"]
    sums = frame.groupby("phase")[measures].sum(min_count=1).reindex(["launch", "running", "closing"])
    sums = sums.dropna(how="all")
    if not len(sums):
        return []
    sums["fees"] = sums["hours_agency"] * review.client.agency.hourly_rate
    forms = {
        "hours_company": "hours",
        "hours_agency": "hours",
        "fees": "money",
        "spend": "money",
        "cost": "money",
    }
    total = pd.DataFrame([sums.sum(min_count=1)])
    cells = printed(review.words, pd.concat([sums, total]), forms)
    rows = [[review.say(f"phase.{phase}"), *row] for phase, row in zip(sums.index, cells, strict=False)]
    heads = columns(
        review,
        phase="1fr",
        hours_company=">22mm",
        hours_agency=">22mm",
        fees=">28mm",
        spend=">28mm",
        cost=">22mm",
    )
    return [
        blocks.table(
            heads,
            rows,
            title=review.say("time.phases"),
            total=[review.say("label.total"), *cells[-1]],
            note=" ".join([review.say("time.phases_note"), *left_out(review)]),
        )
    ]


def _other_work(review: Review) -> list[Block]:
    """Hours of projects that no activity claims."""
    people = review.table("people_quarter")
    other, hours = added(people["other_hours"]), added(people["hours"])
    if not known(other) or not other:
        return []
    return [blocks.paragraph(review.say("time.other", other=other, hours=hours))]


def _protected(review: Review) -> list[Block]:
    people = review.table("people_quarter")
    people = people[people["protected_promised_hours"] > 0].sort_values(
        ["protected_promised_hours", "person"], ascending=[False, True]
    )
    if not len(people):
        return [
            blocks.heading(review.say("time.protected")),
            blocks.paragraph(review.say("time.no_protected")),
        ]
    promised, lost = added(people["protected_promised_hours"]), added(people["protected_lost_hours"])
    finding = review.say(
        "time.protected_kept" if not lost else "time.protected_lost", promised=promised, n=lost
    )
    return [
        _protected_figure(review, people, finding),
        *_lost_to(review, people),
        *_not_judged(review, set(people["person"])),
    ]


def _not_judged(review: Review, judged: set[str]) -> list[Block]:
    """Whose protected time no time sheet tells of, beside those of whom one does."""
    agreed = [person.id for person in review.client.people if person.protected_hours_per_week]
    names = [review.names.person(name) for name in agreed if name not in judged]
    return [blocks.note(review.say("time.protected_unknown", names=names))] if names else []


def _protected_figure(review: Review, people: pd.DataFrame, finding: str) -> Block:
    from sharedsocial_utils.telling import figures

    rows = [
        figures.Protected(
            review.names.person(row["person"]),
            row["side"] if known(row["side"]) else "company",
            row["protected_kept_hours"],
            row["protected_lost_hours"],
            review.say(
                "time.kept_of", kept=row["protected_kept_hours"], promised=row["protected_promised_hours"]
            ),
        )
        for row in records(people)
    ]
    svg = figures.protected_time(rows, (review.say("time.kept"), review.say("time.lost")))
    alt = f"{finding}. {'; '.join(f'{row.name}: {row.words}' for row in rows)}."
    return blocks.figure(
        svg,
        alt,
        title=finding,
        subtitle=review.say("time.protected_subtitle", period=review.period),
        note=review.say("time.protected_note"),
    )


def _lost_to(review: Review, people: pd.DataFrame) -> list[Block]:
    items = [
        review.say(
            "time.lost_to",
            name=review.names.person(row["person"]),
            n=row["protected_lost_hours"],
            projects=row["lost_to"],
        )
        for row in records(people)
        if row["protected_lost_hours"] > 0 and known(row["lost_to"])
    ]
    return [blocks.listing(items)] if items else []
