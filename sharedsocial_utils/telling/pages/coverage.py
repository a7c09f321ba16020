"""How much of the quarter the data cover, and which inputs were refused or cut."""

from functools import lru_cache

import pandas as pd

from sharedsocial_utils.tables import ENOUGH_KNOWN
from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block
from sharedsocial_utils.telling.frames import Row, at_most, known, records, worked
from sharedsocial_utils.telling.review import Review
from sharedsocial_utils.workspace import Quarter

HARMLESS = ("IN-FILE-02", "IN-FILE-09", "IN-FILE-13", "IN-DATE-05", "IN-DATE-08", "IN-PRIV-01")
"""Files not used without a loss that the days covered do not show: no rows, the same bytes twice, no effort
or results, no days, days that another tool tells, only personal data."""
CUT = "IN-FILE-03"
STRANGE = "IN-FILE-05"
"""No reader knows the file: most likely it is no export, so page one names it without an alarm."""


def refused(review: Review) -> list[str]:
    """Recognised files that were not used at all, and files that end in the middle; sorted."""
    rows, sources = review.table("quarantine"), review.table("sources")
    used = sources.loc[sources["rows_kept"].fillna(0) > 0, "path"]
    whole = rows["line"].isna() & ~rows["code"].isin((*HARMLESS, STRANGE)) & ~rows["path"].isin(used)
    return sorted(rows.loc[whole | (rows["code"] == CUT), "path"].dropna().unique())


def unrecognised(review: Review) -> list[str]:
    """Files that no reader knows; sorted."""
    rows = review.table("quarantine")
    return sorted(rows.loc[rows["code"] == STRANGE, "path"].dropna().unique())


def incomplete(review: Review) -> list[Block]:
    """The banner of page one; nothing where every input was read to its end."""
    files = refused(review)
    if not files:
        return []
    names = at_most(review, files, "files")
    return [blocks.warning(review.say("incomplete", n=len(files), files=names))]


def coverage_line(review: Review) -> str:
    """Days of the quarter that the channels' files cover, rows not used, and files that no reader knows."""
    frame = worked(review).dropna(subset=["expected_days"])
    sources = review.table("sources")
    if not len(sources):
        return review.say("appendix.no_sources")
    lost = int(sources["rows_quarantined"].fillna(0).sum())
    rows = review.say("coverage.rows", rows=int(sources["rows_read"].fillna(0).sum()), n=lost)
    strange = unrecognised(review)
    parts = [_days(review, frame)] if len(frame) else []
    parts.append(rows)
    if strange:
        files = at_most(review, strange, "files")
        parts.append(review.say("coverage.unrecognised", n=len(strange), files=files))
    return " ".join(parts)


def _days(review: Review, frame: pd.DataFrame) -> str:
    covered = frame["covered_days"].fillna(0)
    full = int((covered >= frame["expected_days"]).sum())
    if full == len(frame):
        return review.say("coverage.full", n=len(frame), days=review.quarter.days)
    least = records(frame.assign(covered=covered).sort_values(["covered", "channel"]))[0]
    return review.say(
        "coverage.part",
        full=full,
        n=len(frame),
        channel=review.names.channel(least["channel"]),
        covered=int(least["covered"]),
        days=int(least["expected_days"]),
    )


def weeks_of(quarter: Quarter) -> pd.DatetimeIndex:
    """The Mondays of a quarter."""
    return pd.date_range(quarter.first_day, quarter.last_day, freq="W-MON")


@lru_cache(maxsize=8)  # four figures of two quarters, asked for by row after row of one review
def weeks_known(review: Review, figure: str, quarter: Quarter) -> float:
    """The share of a quarter's weeks whose visits, contacts or hours of a side are known: they come from the
    site's and the CRM's files and from time sheets, of which a channel's covered days say nothing. NaN where
    no activity had begun."""
    frame = review.table("activity_weekly")
    return float(frame[frame["week"].isin(weeks_of(quarter))].groupby("week")[figure].count().gt(0).mean())


def mostly_known(review: Review, figure: str, quarter: Quarter) -> bool:
    """Whether enough of a figure is known in a quarter to compare it or to say that there was none."""
    return weeks_known(review, figure, quarter) >= ENOUGH_KNOWN


def partly(review: Review, figure: str) -> tuple[int, int] | None:
    """Of how many of the quarter's weeks a figure is known, and all of them, where it is known of too few;
    None where it is known of enough or of none."""
    share, weeks = weeks_known(review, figure, review.quarter), len(weeks_of(review.quarter))
    return (round(share * weeks), weeks) if 0 < share < ENOUGH_KNOWN else None


def of_two_quarters(review: Review, figure: str) -> bool:
    """Whether enough of a figure is known in the quarter and in the one before to set them side by side."""
    return all(mostly_known(review, figure, quarter) for quarter in (review.quarter, review.quarter.previous))


def comparable(row: Row) -> bool:
    """Whether enough of a channel's quarter is covered to compare it."""
    covered, expected = row["covered_days"], row["expected_days"]
    return known(covered) and known(expected) and bool(covered >= ENOUGH_KNOWN * expected)
