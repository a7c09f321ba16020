"""What the analyst sees between the rooms: the files and their accounting, and what was put aside."""

from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Cell
from sharedsocial_utils.telling.frames import columns, known, records
from sharedsocial_utils.telling.pages.appendix import source_table
from sharedsocial_utils.telling.pages.coverage import incomplete
from sharedsocial_utils.telling.review import Review

LISTED = 50


def sources(review: Review) -> list[Block]:
    """Every file that was read or refused, with its accounting."""
    return [*incomplete(review), *source_table(review)]


def quarantine(review: Review) -> list[Block]:
    """Every row put aside, with its place and the text at fault; those beyond `LISTED` are counted."""
    frame = review.table("quarantine").sort_values(["path", "line", "column"], na_position="first")
    if not len(frame):
        return [blocks.paragraph(review.say("unknown.no_refused"))]
    rows: list[list[Cell]] = [
        [
            row["path"],
            row["line"] if known(row["line"]) else None,
            row["code"],
            review.say(f"fault.{row['code']}"),
            row["text"] if known(row["text"]) else None,
        ]
        for row in records(frame.head(LISTED))
    ]
    heads = columns(review, file="40mm", place="18mm", code="24mm", cause="1fr", text="40mm")
    more = len(frame) - LISTED
    note = review.say("unknown.refused_more", n=more) if more > 0 else None
    return [blocks.table(heads, rows, title=review.say("unknown.refused"), note=note, small=True)]


def unmatched(review: Review) -> list[Block]:
    """Projects of the time sheets that no activity claims, the longest first."""
    frame = review.table("effort")
    frame = frame[frame["activity"].isna()]
    hours = frame.groupby("project", dropna=False)["hours"].sum().sort_values(ascending=False, kind="stable")
    if not len(hours):
        return [blocks.paragraph(review.say("unknown.all_attributed"))]
    rows: list[list[Cell]] = [
        [str(project) if known(project) else None, review.words.fixed(value, "0.1")]
        for project, value in hours.head(LISTED).items()
    ]
    heads = columns(review, project="1fr", hours=">24mm")
    return [blocks.table(heads, rows, title=review.say("analyst.unmatched"), small=True)]
