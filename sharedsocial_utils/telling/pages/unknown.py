"""Page nine: what is not known, each gap with its size."""

import pandas as pd

from sharedsocial_utils.client import Side
from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Cell
from sharedsocial_utils.telling.frames import (
    SIDES,
    Row,
    added,
    at_most,
    columns,
    known,
    records,
    uncosted,
    worked,
)
from sharedsocial_utils.telling.letters import unprintable
from sharedsocial_utils.telling.pages.coverage import refused, unrecognised, weeks_known, weeks_of
from sharedsocial_utils.telling.review import Review

LISTED = 15
OTHER_TOOL = "IN-DATE-08"


def unknown(review: Review) -> list[Block]:
    """The page's blocks."""
    read = [*_untold(review), *_missing_days(review), *_not_used(review)]
    if not len(review.table("sources")):
        read = [blocks.paragraph(review.say("appendix.no_sources"))]
    return [
        blocks.page(title(review), review.say("topic.unknown")),
        *read,
        *_restated(review),
        *_not_attributed(review),
        *_letters(review),
        *_caveats(review),
    ]


def title(review: Review) -> str:
    """The largest gap: what no file tells, else missing days, refused files, rows not used, or none."""
    nowhere = _known_nowhere(review)
    missing, files = _missing(review), [*refused(review), *unrecognised(review)]
    rows = int(review.table("sources")["rows_quarantined"].fillna(0).sum())
    if not len(review.table("sources")):
        return review.say("unknown.title.nothing")
    if nowhere:
        what = [review.say(f"unknown.what.{name}", side=_side(review, name)) for name in nowhere]
        return review.say("unknown.title.untold", what=what)
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


def _shares_known(review: Review) -> dict[str, float]:
    """The share of the quarter's weeks of which visits, contacts and the hours of each side at work are
    known."""
    sides = [side for side in SIDES if _works(review, side)]
    names = ["visits", "contacts", *(f"hours_{side}" for side in sides)]
    return {name: weeks_known(review, name, review.quarter) for name in names}


def _works(review: Review, side: Side) -> bool:
    agreed = added(review.table("activity_quarter")[f"planned_hours_{side}"]) > 0
    return agreed or any(person.side == side for person in review.client.people)


def _known_nowhere(review: Review) -> list[str]:
    return [name for name, share in _shares_known(review).items() if share == 0]


def _side(review: Review, name: str) -> str:
    return review.side_name("company" if name == "hours_company" else "agency")


def _untold(review: Review) -> list[Block]:
    """What the report needs and no file tells, or not of all weeks; nothing where all is told."""
    weeks = len(weeks_of(review.quarter))
    items = [
        review.say(
            f"unknown.{'nowhere' if share == 0 else 'partly'}.{name.partition('_')[0]}",
            side=_side(review, name),
            n=round(share * weeks),
            all=weeks,
        )
        for name, share in _shares_known(review).items()
        if share < 1
    ]
    channels = [review.names.channel(channel) for channel in uncosted(review)["channel"]]
    items += [review.say("unknown.uncosted", names=channels)] if channels else []
    return [blocks.heading(review.say("unknown.untold")), blocks.listing(items)] if items else []


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
    """The fault in words; some name a tool, or say another thing of a file that was used for the rest."""
    if first["code"] == OTHER_TOOL and known(first["text"]):
        return review.say(f"fault.{OTHER_TOOL}.named", tool=first["text"])
    of_part = f"fault.{first['code']}.part"
    in_part = first["whole"] and first["used"] and review.words.has(of_part)
    return review.say(of_part if in_part else f"fault.{first['code']}")


def _restated(review: Review) -> list[Block]:
    """Figures that a newer export gives differently; those beyond `LISTED` are counted."""
    if not review.has("restatements") or not len(frame := review.table("restatements")):
        return []
    frame = frame.sort_values(["table", "key", "column"])
    rows: list[list[Cell]] = [
        [
            f"{row['key']}: {_figure(review, row['column'])}",
            *(_value(review, row[when]) for when in ("old", "new")),
            *(_export(review, row, when) for when in ("old", "new")),
        ]
        for row in records(frame.head(LISTED))
    ]
    heads = columns(review, figure="1fr", old=">20mm", new=">20mm", old_export="34mm", new_export="34mm")
    more = len(frame) - LISTED
    note = review.say("unknown.restated_note")
    note += f" {review.say('unknown.refused_more', n=more)}" if more > 0 else ""
    return [
        blocks.table(heads, rows, title=review.say("unknown.restated", n=len(frame)), note=note, small=True)
    ]


def _figure(review: Review, column: str) -> str:
    """The metric's name in the report's language; a column that is none as it is called."""
    return review.say(f"metric.{column}") if review.words.has(f"metric.{column}") else column


def _value(review: Review, value: object) -> Cell:
    """A figure as the language writes it; any other text as it is."""
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    try:
        return review.words.number(float(str(value)))
    except ValueError:
        return str(value)


def _export(review: Review, row: Row, when: str) -> Cell:
    """The file that says so, and its day."""
    name = str(row[f"{when}_file"]).rpartition("/")[2]
    day = row[f"{when}_as_of"]
    return f"{name}, {review.words.short_day(day)}" if pd.notna(day) else name


def _letters(review: Review) -> list[Block]:
    """How many characters of the client's texts are printed as a code."""
    count = sum(map(unprintable, _texts(review)))
    return [blocks.paragraph(review.say("unknown.letters", n=count))] if count else []


def _texts(review: Review) -> list[str]:
    """The names and texts of others that the pages print."""
    client = review.client
    names = [client.name, client.company.name, client.agency.name]
    names += [review.names.person(person.id) for person in client.people]
    texts = [review.table("followup")["note"], review.table("people_quarter")["lost_to"]]
    texts += [review.table("plan_items")["title"], review.table("sources")["path"]]
    return [*names, *(str(text) for column in texts for text in column.dropna().unique())]


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
