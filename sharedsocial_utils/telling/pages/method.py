"""For the analyst: every number behind a verdict, and what the client's totals say beside it."""

import pandas as pd

from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Cell
from sharedsocial_utils.telling.frames import Row, columns, known, records
from sharedsocial_utils.telling.review import Review
from sharedsocial_utils.telling.wording import Step

OTHERS = "others"


def workings(review: Review, found: pd.DataFrame) -> list[Block]:
    """What `deciding.workings` found: the formula's terms, the verdicts with half and twice the contacts."""
    if not len(found):
        return [blocks.paragraph(review.say("verdicts.nothing"))]
    heads = columns(
        review,
        activity="1fr",
        contacts=">16mm",
        needed=">16mm",
        dispersion=">14mm",
        phi=">24mm",
        p_worth=">14mm",
        p_cautious=">14mm",
        verdict="24mm",
        at_half="24mm",
        at_double="24mm",
    )
    now = dict(zip(review.table("flags")["activity"], review.table("flags")["flag"], strict=True))
    rows = [_working(review, row, now) for row in records(found)]
    limit = review.thresholds["stop_item_p"]["value"]
    return [blocks.table(heads, rows, note=review.say("workings.note", limit=limit), small=True)]


def _working(review: Review, row: Row, now: dict[str, str]) -> list[Cell]:
    spread = review.say("workings.phi", median=row["phi_median"], spread=row["log_spread"])
    steps: dict[str, Step] = {"contacts": "0.1", "needed": "0.1", "dispersion": "0.01"}
    figures: list[Cell] = [
        review.words.fixed(row[name], step) if known(row[name]) else None for name, step in steps.items()
    ]
    chances: list[Cell] = [
        review.words.percent(row[name]) if known(row[name]) else None
        for name in ("p_worth", "p_worth_cautious")
    ]
    flags = [now.get(row["activity"]), row["at_half"], row["at_double"]]
    badges: list[Cell] = [blocks.badge(review.names.flag(flag), flag) if flag else None for flag in flags]
    return [review.names.activity(row["activity"]), *figures, spread, *chances, *badges]


def second_opinion(review: Review, found: pd.DataFrame) -> list[Block]:
    """What `deciding.second_opinion` found, beside the return that the verdict rests on."""
    if not found["return_median"].notna().any():
        return [blocks.paragraph(review.say("opinion.none"))]
    heads = columns(review, activity="1fr", by_contacts=">40mm", by_totals=">40mm", says="44mm")
    first = {row["activity"]: row for row in records(review.table("flags"))}
    rows = [_opinion(review, row, first.get(row["activity"])) for row in records(found)]
    note = review.say("opinion.note", floor=found["floor"].max())
    return [blocks.table(heads, rows, note=note, small=True)]


def _opinion(review: Review, row: Row, first: Row | None) -> list[Cell]:
    together = row["activity"] == OTHERS
    return [
        review.say("opinion.others") if together else review.names.activity(row["activity"]),
        _interval(review, first, "roi") if first else None,
        _interval(review, row, "return"),
        review.say(f"opinion.{row['says']}"),
    ]


def _interval(review: Review, row: Row, name: str) -> str | None:
    low, middle, high = (row[f"{name}_{part}"] for part in ("low", "median", "high"))
    if not all(map(known, (low, middle, high))):
        return None
    return review.say("verdicts.interval", low=low, high=high, middle=middle)
