"""Page two: what was decided and promised last time, and what became of it."""

from typing import Any

import pandas as pd

from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Cell
from sharedsocial_utils.telling.frames import Row, columns, known, records
from sharedsocial_utils.telling.review import Review

TONE = {"done": "keep", "late": "watch", "dropped": "mute", "open": "alert", "cannot-tell": "mute"}
LISTED = 15


def promises(review: Review) -> list[Block]:
    """The page's blocks."""
    decided, planned = _followup(review), _due(review)
    head = blocks.page(title(review), review.say("topic.promises"))
    if not len(decided) and not len(planned):
        return [head, blocks.paragraph(review.say("promises.nothing"))]
    return [head, *_decisions(review, decided), *_pieces(review, planned)]


def title(review: Review) -> str:
    """How many decisions were kept; without a decision, how many planned pieces."""
    return next(iter(findings(review)), review.say("promises.title.none"))


def findings(review: Review) -> list[str]:
    """How many decisions were kept, and how many planned pieces were done in time; nothing of what was not
    promised."""
    decided, planned = _followup(review), _due(review)
    told = [_kept(review, decided)] if len(decided) else []
    if len(planned):
        in_time = int((planned["state"] == "done").sum())
        told.append(review.say("promises.title.pieces", n=in_time, total=len(planned)))
    return told


def _kept(review: Review, decided: pd.DataFrame) -> str:
    total, times = len(decided), decided["status"].value_counts()
    late, untold = (int(times.get(status, 0)) for status in ("late", "cannot-tell"))
    if untold == total:
        return review.say("promises.title.all_untold", n=total)
    key = "promises.title.late" if late else "promises.title"
    kept = int(times.get("done", 0)) + late
    told = review.say(f"{key}.only" if total == 1 else key, n=kept, total=total, late=late)
    return f"{told}; {review.say('promises.title.untold', n=untold)}" if untold else told


def _followup(review: Review) -> pd.DataFrame:
    return review.table("followup").sort_values(["quarter", "due", "activity"])


def _due(review: Review) -> pd.DataFrame:
    """The planned pieces due in the quarter, each done, late or missed."""
    frame = review.table("plan_items")
    first, last = pd.Timestamp(review.quarter.first_day), pd.Timestamp(review.quarter.last_day)
    frame = frame[frame["due_date"].between(first, last)].sort_values(["due_date", "item_id"])
    state = pd.Series("done", index=frame.index, dtype="str")
    state[frame["done_date"] > frame["due_date"]] = "late"
    state[frame["done_date"].isna()] = "missed"
    return frame.assign(state=state)


def _decisions(review: Review, frame: pd.DataFrame) -> list[Block]:
    if not len(frame):
        return [blocks.paragraph(review.say("promises.no_decision"))]
    heads = columns(review, activity="38mm", decision="26mm", due="21mm", outcome="33mm", evidence="1fr")
    rows = [_decision(review, row) for row in records(frame)]
    note = review.say("promises.note")
    return [blocks.table(heads, rows, title=review.say("promises.decisions"), note=note, small=True)]


def _decision(review: Review, row: Row) -> list[Cell]:
    words = review.words
    decision = row["decision"].upper() if known(row["decision"]) else None
    told = words.say(f"flag.{decision}") if decision and words.has(f"flag.{decision}") else row["decision"]
    return [
        f"{review.names.activity(row['activity'])} ({row['quarter']})",
        told if known(told) else None,
        words.short_day(row["due"]) if known(row["due"]) else None,
        blocks.badge(words.say(f"status.{row['status']}"), TONE[row["status"]]),
        _evidence(review, row),
    ]


def _evidence(review: Review, row: Row) -> str:
    """What the outcome rests on, hours and contacts a week before and after, and the meeting's note."""
    parts = [review.say(f"checked.{row['evidence']}")] if known(row["evidence"]) else []
    parts += [
        review.say(f"promises.{what}", before=row[f"{what}_before"], after=row[f"{what}_after"])
        for what in ("hours", "contacts")
        if known(row[f"{what}_before"]) and known(row[f"{what}_after"])
    ]
    parts += [str(row["note"])] if known(row["note"]) and str(row["note"]).strip() else []
    return "; ".join(parts)


def _pieces(review: Review, frame: pd.DataFrame) -> list[Block]:
    if not len(frame):
        return [blocks.paragraph(review.say("promises.no_piece"))]
    sides = ["company", "agency", *([None] if frame["side"].isna().any() else [])]
    rows = [_side_row(review, frame, side) for side in sides]
    heads = columns(review, side="1fr", pieces=">24mm", in_time=">24mm", late=">24mm", missed=">24mm")
    return [
        blocks.table(heads, rows, title=review.say("promises.pieces")),
        *_missed(review, frame[frame["state"] == "missed"]),
    ]


def _side_row(review: Review, frame: pd.DataFrame, side: str | None) -> list[Cell]:
    mine = frame[frame["side"].isna() if side is None else frame["side"] == side]
    counts = [int((mine["state"] == state).sum()) for state in ("done", "late", "missed")]
    return [_side_name(review, side), *(review.words.count(count) for count in (len(mine), *counts))]


def _side_name(review: Review, side: Any) -> str:
    if not known(side):
        return review.say("nobody_named")
    return review.side_name("company" if side == "company" else "agency")


def _missed(review: Review, frame: pd.DataFrame) -> list[Block]:
    """The pieces that were not done, by title, with the side that had to; those beyond `LISTED` are
    counted."""
    if not len(frame):
        return []
    items = [
        review.say(
            "promises.missed_piece",
            title=row["title"] if known(row["title"]) else row["item_id"],
            side=_side_name(review, row["side"]),
            day=row["due_date"],
        )
        for row in records(frame.head(LISTED))
    ]
    if len(frame) > LISTED:
        items.append(review.say("promises.missed_more", n=len(frame) - LISTED))
    return [blocks.heading(review.say("promises.missed")), blocks.listing(items)]
