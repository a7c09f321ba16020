"""Page four: who does what, what was agreed and what was done, who speaks and who answers."""

from sharedsocial_utils.client import Side
from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Cell
from sharedsocial_utils.telling.frames import SIDES, Row, added, columns, known, records
from sharedsocial_utils.telling.pages.coverage import partly
from sharedsocial_utils.telling.pages.voices import company_silent, other_voice, unanswered, voices
from sharedsocial_utils.telling.review import Review

NAMED = 3  # channels in a title
NEAR = 0.10  # hours within this share of the agreed ones count as kept
FAR = 0.5  # less than this share of the agreed hours is named
TRAINED = 2  # skill, 0 to 3, from which somebody works without help


def who_does_what(review: Review) -> list[Block]:
    """The page's blocks."""
    head = blocks.page(title(review), review.say("topic.who"))
    if not len(review.table("activity_quarter")):
        return [head, blocks.paragraph(review.say("who.nothing")), *voices(review)]
    return [head, *_grid(review), *_handed_over(review), *voices(review)]


def title(review: Review) -> str:
    """The gravest finding on voices, else how the hours agreed were kept."""
    nobody, silent = unanswered(review), company_silent(review)
    if nobody:
        key = "who.title.unanswered" if len(nobody) <= NAMED else "who.title.unanswered.many"
        return review.say(key, names=nobody, n=len(nobody))
    if silent:
        key = "who.title.silent" if len(silent) <= NAMED else "who.title.silent.many"
        return review.say(key, company=review.client.company.name, names=silent, n=len(silent))
    shares = {side: _share_of_plan(review, side) for side in SIDES}
    if not all(map(known, shares.values())):
        return _title_of_one(review, shares)
    if all(abs(share - 1) <= NEAR for share in shares.values()):
        return review.say("who.title.kept")
    return review.say(
        "who.title.hours",
        company=shares["company"],
        agency=shares["agency"],
        company_name=review.client.company.name,
        agency_name=review.client.agency.name,
    )


def _title_of_one(review: Review, shares: dict[Side, float]) -> str:
    """How the only side kept its hours of which they are both agreed and known, if one did."""
    told = [side for side in SIDES if known(shares[side])]
    agreed = [side for side in SIDES if _planned(review, side) > 0]
    if not told:
        return review.say("who.title.unknown" if agreed else "who.title.none")
    name, other = (review.side_name(side) for side in sorted(SIDES, key=lambda side: side not in told))
    key = "who.title.one" if len(agreed) == len(SIDES) else "who.title.only"
    return review.say(key, name=name, share=shares[told[0]], other=other)


def _planned(review: Review, side: Side) -> float:
    return added(review.table("activity_quarter")[f"planned_hours_{side}"])


def _share_of_plan(review: Review, side: Side) -> float:
    planned, done = _planned(review, side), added(review.table("activity_quarter")[f"hours_{side}"])
    return done / planned if planned > 0 and not partly(review, f"hours_{side}") else float("nan")


def _grid(review: Review) -> list[Block]:
    frame = review.table("activity_quarter").sort_values(["importance", "activity"], ascending=[False, True])
    heads = columns(
        review,
        activity="42mm",
        phase="18.5mm",
        importance=">10mm",
        voice_agreed="19mm",
        skills="18mm",
        agreed_done_company=">20mm",
        agreed_done_agency=">20mm",
        gap="1fr",
    )
    rows = [_grid_row(review, row) for row in records(frame)]
    subtitle = review.say("who.subtitle", period=review.period)
    return [
        blocks.table(
            heads,
            rows,
            title=review.say("who.grid"),
            subtitle=subtitle,
            note=review.say("who.note"),
            small=True,
        )
    ]


def _grid_row(review: Review, row: Row) -> list[Cell]:
    gaps = _gaps(review, row)
    return [
        review.names.activity(row["activity"]),
        review.say(f"phase.{row['phase']}"),
        str(row["importance"]) if known(row["importance"]) else None,
        review.say(f"voice.{row['voice']}"),
        " / ".join(_skill(row[f"skill_{side}"]) for side in SIDES),
        *(_agreed_done(review, row, side) for side in SIDES),
        ", ".join(gaps),
    ]


def _skill(value: object) -> str:
    return str(value) if known(value) else "–"


def _agreed_done(review: Review, row: Row, side: Side) -> str:
    agreed, done = row[f"planned_hours_{side}"], row[f"hours_{side}"]
    return " / ".join(review.words.fixed(value, "0.1") if known(value) else "–" for value in (agreed, done))


def _gaps(review: Review, row: Row) -> list[str]:
    """What is missing: a competence, half of the hours that a side had agreed, the voice that was agreed."""
    gaps = []
    skills = [row["skill_company"], row["skill_agency"]]
    if not any(known(skill) and skill >= TRAINED for skill in skills):
        gaps.append(review.say("gap.skill"))
    for side in SIDES:
        agreed, done = row[f"planned_hours_{side}"], row[f"hours_{side}"]
        if partly(review, f"hours_{side}"):
            continue
        if known(agreed) and known(done) and done < FAR * agreed:
            gaps.append(review.say(f"gap.hours.{side}"))
    speaker = other_voice(review, row["channel"], row["voice"])
    return [*gaps, review.say(f"gap.voice.{speaker}")] if speaker else gaps


def _handed_over(review: Review) -> list[Block]:
    """What is being closed, and what goes to the other side by when."""
    going = [(a.hand_over.by, a.id, a.hand_over.to) for a in review.client.activities if a.hand_over]
    ending = [a for a in review.client.activities if a.phase == "closing" and not a.hand_over]
    told = [
        review.say("who.hand_over", name=review.names.activity(id_), side=review.side_name(side), day=day)
        for day, id_, side in sorted(going)
    ]
    if ending:
        names = [review.names.activity(activity.id) for activity in ending]
        told.append(review.say("who.closing", names=names, n=len(names)))
    return [blocks.listing(told)] if told else []
