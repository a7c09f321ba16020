"""Page ten: sources, names and ids, thresholds, the metrics used, what is attached."""

from typing import Any

import pandas as pd

from sharedsocial_utils import __version__
from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.attached import described
from sharedsocial_utils.telling.blocks import Block, Cell, Text
from sharedsocial_utils.telling.frames import Row, columns, known, records
from sharedsocial_utils.telling.review import Review

LISTED = 40  # files in the printed list; with more it is one line a format


def appendix(review: Review) -> list[Block]:
    """The page's blocks."""
    return [
        blocks.page(review.say("appendix.title"), review.say("topic.appendix")),
        *_method(review),
        *source_table(review),
        *_activities(review),
        *_attachments(review),
        *_metrics(review),
        *_thresholds(review),
        *(blocks.note(review.say("appendix.pale", colour=colour)) for colour in review.look.too_pale),
        blocks.note(review.say(f"appendix.edition.{review.audience}")),
        blocks.note(review.say("appendix.run", version=__version__, fingerprint=review.fingerprint)),
    ]


def _method(review: Review) -> list[Block]:
    """The method in half a page, in fixed words and with the thresholds that they name."""
    values = {name: rule["value"] for name, rule in review.thresholds.items()}
    items: list[Text] = [
        [blocks.strong(review.say(f"method.{part}.head")), " ", review.say(f"method.{part}", **values)]
        for part in ("effort", "results", "value", "estimate", "verdict", "plan")
    ]
    return [blocks.heading(review.say("appendix.method")), blocks.listing(items)]


def source_table(review: Review) -> list[Block]:
    """Every input file with its accounting: rows read = used + merged + not used + no data."""
    frame = review.table("sources").sort_values("path")
    if not len(frame):
        return [blocks.paragraph(review.say("appendix.no_sources"))]
    counts = ("rows_read", "rows_kept", "rows_merged", "rows_quarantined", "rows_other")
    if len(frame) > LISTED:
        return _by_format(review, frame, counts)
    rows = [_source(review, row, counts) for row in records(frame)]
    heads = columns(
        review,
        file="1fr",
        reader="19mm",
        **{"from": "21mm", "to": "21mm"},
        **dict.fromkeys(counts, ">11.5mm"),
        sha256="17mm",
    )
    total: list[Cell] = [review.say("label.total"), "", "", ""]
    total += [review.words.count(int(frame[name].fillna(0).sum())) for name in counts]
    note, title = review.say("appendix.sources_note"), review.say("appendix.sources")
    return [blocks.table(heads, rows, title=title, total=[*total, ""], note=note, small=True)]


def _by_format(review: Review, frame: pd.DataFrame, counts: tuple[str, ...]) -> list[Block]:
    """The accounting of each format, where the files are too many for print."""
    strange = review.say("appendix.not_recognised")
    names = [review.names.reader(id_) if known(id_) else strange for id_ in frame["reader"]]
    frame = frame.assign(reader=names)
    rows: list[list[Cell]] = []
    for reader, group in frame.groupby("reader", sort=True):
        sums = (review.words.count(int(group[name].fillna(0).sum())) for name in counts)
        days = (group["first_date"].min(), group["last_date"].max())
        rows.append([str(reader), review.words.count(len(group)), *_days(review, *days), *sums])
    total: list[Cell] = [review.say("label.total"), review.words.count(len(frame)), "", ""]
    total += [review.words.count(int(frame[name].fillna(0).sum())) for name in counts]
    heads = columns(
        review,
        reader="1fr",
        files=">13mm",
        **{"from": "21mm", "to": "21mm"},
        **dict.fromkeys(counts, ">17mm"),
    )
    note = f"{review.say('appendix.sources_note')} {review.say('appendix.grouped_note')}"
    title = review.say("appendix.sources")
    return [blocks.table(heads, rows, title=title, total=total, note=note, small=True)]


def _days(review: Review, first: Any, last: Any) -> list[Cell]:
    return [review.words.short_day(day) if known(day) else None for day in (first, last)]


def _source(review: Review, row: Row, counts: tuple[str, ...]) -> list[Cell]:
    return [
        row["path"],
        review.names.reader(row["reader"]) if known(row["reader"]) else None,
        *_days(review, row["first_date"], row["last_date"]),
        *(review.words.count(row[name]) if known(row[name]) else None for name in counts),
        row["sha256"][:8],
    ]


def _activities(review: Review) -> list[Block]:
    known_ids = [activity.id for activity in review.client.activities]
    others = sorted(set(review.table("flags")["activity"]) - set(known_ids))
    if not known_ids + others:
        return []
    rows = [[review.names.activity(id_), id_, *_role(review, id_)] for id_ in [*known_ids, *others]]
    heads = columns(review, activity="1fr", id="50mm", role="50mm")
    note, title = review.say("appendix.role_note"), review.say("appendix.activities")
    return [blocks.table(heads, rows, title=title, note=note, small=True)]


def _role(review: Review, activity_id: str) -> list[str]:
    activity = review.client.activity(activity_id)
    return [review.say(f"role.{activity.role}" if activity else "role.proposed")]


def _thresholds(review: Review) -> list[Block]:
    """Every threshold of the verdicts, with its value and what it decides."""
    rows = [
        [
            review.say(f"rule.{name}"),
            review.say(f"rule.{name}.why"),
            _told(review, rule["value"], rule["unit"]),
        ]
        for name, rule in review.thresholds.items()
    ]
    if not rows:
        return []
    heads = columns(review, threshold="60mm", meaning="1fr", value=">38mm")
    return [blocks.table(heads, rows, title=review.say("appendix.thresholds"), small=True)]


def _told(review: Review, value: Any, unit: str) -> str:
    """A threshold in words: a share as percent, a list or a table as its parts."""
    if isinstance(value, dict):
        parts = ((review.say(f"{_group(name)}.{name}"), part) for name, part in value.items())
        return "; ".join(f"{name} {review.words.ratio(part)}" for name, part in parts)
    if isinstance(value, list):
        return "; ".join(review.words.ratio(part) for part in value)
    is_share = unit.startswith(("probability", "share")) and "prior" not in unit
    return review.words.percent(value) if is_share else review.words.ratio(value)


def _group(name: str) -> str:
    return "role" if name in ("direct", "assist", "support") else "kind"


def _metrics(review: Review) -> list[Block]:
    used = sorted(review.table("metrics")["metric"].dropna().unique())
    if not used:
        return []
    rows = [[review.say(f"metric.{name}"), review.say(f"metric.{name}.meaning")] for name in used]
    heads = columns(review, metric="45mm", meaning="1fr")
    return [blocks.table(heads, rows, title=review.say("appendix.metrics"), small=True)]


def _attachments(review: Review) -> list[Block]:
    rows = [[item["name"], item["description"]] for item in described(review)]
    heads = columns(review, file="45mm", content="1fr")
    note, title = review.say("appendix.attached_note"), review.say("appendix.attached")
    return [blocks.table(heads, rows, title=title, note=note, small=True)]
