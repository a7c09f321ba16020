"""Page nine: what is not known, each gap with its size."""

import pandas as pd

from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Cell
from sharedsocial_utils.telling.frames import Row, added, at_most, columns, records, worked
from sharedsocial_utils.telling.pages.coverage import refused, unrecognised
from sharedsocial_utils.telling.review import Review

LISTED = 15


def unknown(review: Review) -> list[Block]:
    """The page's blocks."""
    return [
        blocks.page(title(review), review.say("topic.unknown")),
        *_missing_days(review),
        *_not_used(review),
        *_not_attributed(review),
        *_caveats(review),
    ]


def title(review: Review) -> str:
    """The largest gap: missing days, else refused files, else rows not used, else none."""
    missing, files = _missing(review), [*refused(review), *unrecognised(review)]
    rows = int(review.table("sources")["rows_quarantined"].fillna(0).sum())
    if not len(review.table("sources")):
        return review.say("unknown.title.nothing")
    if len(missing):
        row = records(missing)[0]
        return review.say(
            "unknown.title.days",
            n=int(row["missing"]),
            days=int(row["expected_days"]),
            channel=review.names.channel(row["channel"]),
        )
    if files:
        return review.say("unknown.title.files", n=len(files))
    return review.say("unknown.title.rows", n=rows) if rows else review.say("unknown.title.none")


def _missing(review: Review) -> pd.DataFrame:
    """The worked channels with days that no file covers, the most first."""
    frame = worked(review).dropna(subset=["expected_days"])
    frame = frame.assign(missing=frame["expected_days"] - frame["covered_days"].fillna(0))
    return frame[frame["missing"] > 0].sort_values(["missing", "channel"], ascending=[False, True])


def _missing_days(review: Review) -> list[Block]:
    frame = _missing(review)
    if not len(frame):
        return [blocks.paragraph(review.say("unknown.no_days"))]
    rows: list[list[Cell]] = [
        [
            review.names.channel(row["channel"]),
            *(
                review.words.count(row[name]) if pd.notna(row[name]) else "0"
                for name in ("covered_days", "missing")
            ),
        ]
        for row in records(frame)
    ]
    heads = columns(review, channel="1fr", covered_days=">32mm", missing_days=">32mm")
    note = review.say("unknown.days_note", days=review.quarter.days)
    return [blocks.table(heads, rows, title=review.say("unknown.days"), note=note)]


def _not_used(review: Review) -> list[Block]:
    """Files and rows put aside, by name and cause; those beyond `LISTED` are counted."""
    frame = review.table("quarantine")
    if not len(frame):
        return [blocks.paragraph(review.say("unknown.no_refused"))]
    sources = review.table("sources")
    used = sources.loc[sources["rows_kept"].fillna(0) > 0, "path"]
    frame = frame.assign(
        whole=frame["line"].isna(), used=frame["path"].isin(used), name=frame["path"].str.rpartition("/")[2]
    )
    cases = [group for _, group in frame.groupby(["code", "whole", "used", "name"], sort=True)]
    cases.sort(key=lambda group: (not group["whole"].iloc[0], -len(group), group["path"].min()))
    rows = [_case(review, group.sort_values("path")) for group in cases[:LISTED]]
    heads = columns(review, file="66mm", cause="1fr", rows=">22mm", first_place=">28mm")
    more = len(cases) - LISTED
    note = review.say("unknown.refused_more", n=more) if more > 0 else None
    return [blocks.table(heads, rows, title=review.say("unknown.refused"), note=note, small=True)]


def _case(review: Review, group: pd.DataFrame) -> list[Cell]:
    """One cause in the files of one name: the first file, the cause, how many rows, where the first is."""
    first, files = records(group)[0], group["path"].nunique()
    path = review.say("unknown.and_files", file=first["path"], n=files - 1) if files > 1 else first["path"]
    share = review.say("unknown.part_of_file" if first["used"] else "unknown.whole_file")
    return [
        path,
        _cause(review, first),
        share if first["whole"] else review.words.count(len(group)),
        None if first["whole"] else first["line"],
    ]


def _cause(review: Review, first: Row) -> str:
    """The fault in words; some say another thing of a file that was used for the rest."""
    of_part = f"fault.{first['code']}.part"
    in_part = first["whole"] and first["used"] and review.words.has(of_part)
    return review.say(of_part if in_part else f"fault.{first['code']}")


def _not_attributed(review: Review) -> list[Block]:
    """Visits, contacts and hours that no channel or activity can claim."""
    items = [
        *_other_visits(review),
        *_other_contacts(review),
        *_other_effort(review),
        *_shared_contacts(review),
    ]
    head = blocks.heading(review.say("unknown.attribution"))
    return [head, blocks.listing(items) if items else blocks.paragraph(review.say("unknown.all_attributed"))]


def _in_quarter(review: Review, name: str) -> pd.DataFrame:
    frame = review.table(name)
    first, last = pd.Timestamp(review.quarter.first_day), pd.Timestamp(review.quarter.last_day)
    return frame[frame["date"].between(first, last)]


def _other_visits(review: Review) -> list[str]:
    frame = _in_quarter(review, "visits")
    other = added(frame.loc[frame["channel"].fillna("other") == "other", "sessions"].fillna(0))
    return [review.say("unknown.visits", n=other, all=added(frame["sessions"]))] if other > 0 else []


def _other_contacts(review: Review) -> list[str]:
    frame = _in_quarter(review, "contacts")
    frame = frame[frame["stage"] == "contact"]
    other = int((frame["channel"].fillna("other") == "other").sum())
    return [review.say("unknown.contacts", n=other, all=len(frame))] if other else []


def _other_effort(review: Review) -> list[str]:
    frame = _in_quarter(review, "effort")
    other = added(frame.loc[frame["activity"].isna(), "hours"].fillna(0))
    strangers = frame.loc[frame["side"].isna(), "person"].dropna().unique()
    items = [review.say("unknown.effort", hours=other, all=added(frame["hours"]))] if other > 0 else []
    if len(strangers):
        items.append(review.say("unknown.people", n=len(strangers)))
    return items


def _shared_contacts(review: Review) -> list[str]:
    """Contacts that more than one activity can claim travel as an interval."""
    frame = review.table("activity_quarter")
    open_ = frame[frame["contacts_high"] > frame["contacts_low"]]
    if not len(open_):
        return []
    names = at_most(review, [review.names.activity(activity) for activity in open_["activity"]])
    return [review.say("unknown.shared", n=len(open_), names=names)]


def _caveats(review: Review) -> list[Block]:
    """What no data of this kind can tell, in fixed words."""
    items = [review.say(f"caveat.{name}") for name in ("last_touch", "platforms", "reach", "ad_blockers")]
    items.append(review.say("caveat.timezone", timezone=review.client.timezone))
    return [blocks.heading(review.say("unknown.caveats")), blocks.listing(items)]
