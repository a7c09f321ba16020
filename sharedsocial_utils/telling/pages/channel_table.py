"""The table of page one: every channel with its verdicts, both sides' hours, its cost and what came back.

It takes the room that the sentences leave: a line for each verdict of a channel; if that is too tall, a line
a channel; if that is still too tall, the cheapest channels without a change go into the line of the rest.
"""

from math import ceil

import pandas as pd

from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Cell
from sharedsocial_utils.telling.frames import (
    CHANGES,
    Row,
    columns,
    flags,
    left_out,
    of_flag,
    printed,
    records,
    worked,
)
from sharedsocial_utils.telling.pages.reasons import short
from sharedsocial_utils.telling.review import Review

Line = tuple[Cell, str]  # a verdict's badge and its reason
FIGURES = {
    "hours_company": "hours",
    "hours_agency": "hours",
    "cost": "money",
    "visits": "count",
    "contacts": "count",
}
NAME_LETTERS, WHY_LETTERS = 16, 26  # in a line of the first and of the last column
LINE, FURTHER_LINE, NOTE = 4.4, 3.35, 6.0  # mm


def channel_table(review: Review, room: float) -> list[Block]:
    """The table in `room` mm of rows; nothing where no channel is worked and none is to start."""
    lines = {channel: _lines(review, channel) for channel in _channels(review)}
    notes = left_out(review)
    if _height(review, lines) > room - NOTE * len(notes):
        lines = {channel: [_folded(review, channel)] for channel in lines}
        notes = [review.say("bottom.folded"), *notes]
    while len(lines) > 1 and _height(review, lines) > room - NOTE * len(notes):
        lines.pop(_least(review, list(lines)))
    return [_table(review, lines, " ".join(notes) or None)] if lines else []


def _channels(review: Review) -> list[str]:
    """The worked channels, the dearest first, then those that are to start."""
    started = [review.names.channel_of(activity) for activity in of_flag(review, "START")]
    return list(dict.fromkeys([*worked(review)["channel"], *started]))


def _least(review: Review, channels: list[str]) -> str:
    """The channel that page one can best do without: the last without a change, else the last."""
    changed = {review.names.channel_of(activity) for activity in of_flag(review, *CHANGES)}
    return [*(c for c in channels if c in changed), *(c for c in channels if c not in changed)][-1]


def _height(review: Review, lines: dict[str, list[Line]]) -> float:
    """Millimetres of these rows, and of the one for the rest."""
    height = LINE
    for channel, group in lines.items():
        for place, (_, why) in enumerate(group):
            name = "" if place else review.names.channel(channel)
            wide = review.look.widening
            tall = max(ceil(len(why) * wide / WHY_LETTERS), ceil(len(name) * wide / NAME_LETTERS), 1)
            height += LINE + FURTHER_LINE * (tall - 1)
    return height


def _table(review: Review, lines: dict[str, list[Line]], note: str | None) -> Block:
    figures = _figures(review, list(lines))
    rows: list[list[Cell]] = []
    for channel, group in lines.items():
        for place, (badge, why) in enumerate(group):
            name, told = (
                ("", [""] * len(FIGURES)) if place else (review.names.channel(channel), figures[channel])
            )
            rows.append([name, badge, *told, why])
    heads = columns(
        review,
        channel="27mm",
        verdict="27mm",
        hours_company=">17mm",
        hours_agency=">16mm",
        cost=">17mm",
        visits=">14mm",
        contacts=">16mm",
        why="1fr",
    )
    rest: list[Cell] = [review.say("bottom.rest"), "", *figures["rest"], ""]
    total: list[Cell] = [review.say("label.total"), "", *figures["total"], ""]
    return blocks.table(heads, [*rows, rest], total=total, note=note, small=True)


def _figures(review: Review, shown: list[str]) -> dict[str, list[str | None]]:
    """The figures of these channels, of `rest` (all others) and of `total`, as cells."""
    every = review.table("channel_quarter").set_index("channel")[list(FIGURES)].astype("float64")
    sums = {"rest": every[~every.index.isin(shown)], "total": every}
    last = pd.DataFrame({name: part.sum(min_count=1) for name, part in sums.items()}).T
    frame = pd.concat([every.reindex(shown), last])
    return dict(zip(map(str, frame.index), printed(review.words, frame, FIGURES), strict=True))


def _lines(review: Review, channel: str) -> list[Line]:
    """A line for each verdict on the channel."""
    groups = _verdicts(review, channel)
    if not groups:
        return [(None, review.say("bottom.not_agreed"))]
    alone = sum(map(len, groups.values())) == 1
    return [(_badge(review, flag), _why(review, rows, alone)) for flag, rows in groups.items()]


def _folded(review: Review, channel: str) -> Line:
    """The channel's first verdict, and how many more there are."""
    groups = _verdicts(review, channel)
    if not groups:
        return _lines(review, channel)[0]
    flag, rows = next(iter(groups.items()))
    others = sum(map(len, groups.values())) - 1
    return _badge(review, flag), short(review, rows[0]) + (f" (+{others})" if others else "")


def _verdicts(review: Review, channel: str) -> dict[str, list[Row]]:
    """The channel's rows of `flags`, grouped by verdict, in the order of the page."""
    groups: dict[str, list[Row]] = {}
    for row in records(flags(review)):
        if review.names.channel_of(row["activity"]) == channel:
            groups.setdefault(row["flag"], []).append(row)
    return groups


def _why(review: Review, group: list[Row], alone: bool) -> str:
    doing = review.words.listed([review.names.doing(row["activity"]) for row in group])
    if alone:
        return short(review, group[0])
    return f"{doing}: {short(review, group[0])}" if len(group) == 1 else doing


def _badge(review: Review, flag: str) -> Cell:
    return blocks.badge(review.names.flag(flag), flag)
