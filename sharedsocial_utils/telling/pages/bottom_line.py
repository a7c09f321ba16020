"""Page one: what to start, to stop, to change and to keep, and what cannot be told yet."""

import pandas as pd

from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Cell, Text
from sharedsocial_utils.telling.frames import (
    ORDER,
    Row,
    added,
    at_most,
    columns,
    flags,
    known,
    of_flag,
    printed,
    records,
    worked,
)
from sharedsocial_utils.telling.pages.coverage import coverage_line, incomplete
from sharedsocial_utils.telling.pages.reasons import evidence, short
from sharedsocial_utils.telling.review import Review
from sharedsocial_utils.telling.wording import capital

CHANGES = ("STOP", "START", "GROW", "REDUCE")
NAMED = 3  # more names than these make a title that nobody reads
FIGURES = {
    "hours_company": "hours",
    "hours_agency": "hours",
    "cost": "money",
    "visits": "count",
    "contacts": "count",
}
ROWS = 13  # rows of the table that fit on the page under the sentences


def bottom_line(review: Review) -> list[Block]:
    """The page's blocks."""
    kicker = f"{review.client.name} · {review.period}"
    who = review.say(
        "bottom.who",
        company=review.client.company.name,
        agency=review.client.agency.name,
        day=review.as_of,
    )
    return [
        blocks.page(title(review), kicker),
        blocks.note(who),
        *incomplete(review),
        *sentences(review),
        *_key_figures(review),
        *_table(review),
        blocks.note(coverage_line(review)),
    ]


def title(review: Review) -> str:
    """The decisions in about ten words; without verdicts the topic and the reason."""
    changed = {flag: names for flag in CHANGES if (names := of_flag(review, flag))}
    kept, watched = len(of_flag(review, "KEEP")), len(of_flag(review, "WATCH"))
    if not changed:
        return _title_without_change(review, kept, watched)
    few = sum(map(len, changed.values())) <= NAMED
    parts = [_change(review, flag, names, few or flag in CHANGES[:2]) for flag, names in changed.items()]
    if len(parts) <= 2 and kept + watched:
        rest = "rest_wait" if kept and watched else "rest" if kept else "wait"
        parts.append(review.say(f"bottom.title.{rest}"))
    return capital(review.words.listed(parts))


def _change(review: Review, flag: str, names: list[str], named: bool) -> str:
    """ "chiudere Flickr"; a number where the names are too many."""
    if len(names) == 1 or (named and len(names) < NAMED):
        return review.say(f"bottom.title.{flag}", names=[review.names.short(name) for name in names])
    return review.say(f"bottom.count.{flag}", n=len(names))


def _title_without_change(review: Review, kept: int, watched: int) -> str:
    if not kept + watched:
        return review.say("bottom.title.none")
    if not kept:
        return review.say("bottom.title.all_watch", n=watched)
    if not watched:
        return review.say("bottom.title.all_keep", n=kept)
    return review.say("bottom.title.keep_watch", n=kept, watched=watched)


def sentences(review: Review) -> list[Block]:
    """One sentence for each kind of decision: stop, start, change, keep, and what cannot be told yet."""
    items = [item for flag in ORDER if (item := _sentence(review, flag))]
    return [blocks.listing(items)] if items else [blocks.lead(review.say("bottom.no_verdict"))]


def _sentence(review: Review, flag: str) -> Text | None:
    rows = [row for row in records(flags(review)) if row["flag"] == flag]
    if not rows:
        return None
    if flag in ("KEEP", "WATCH") or len(rows) >= NAMED:
        names = at_most(review, [review.names.activity(row["activity"]) for row in rows])
        told = review.say(f"bottom.many.{flag}", names=names, n=len(rows))
    else:
        told = f"{'; '.join(_told(review, row) for row in rows)}."
    return [blocks.strong(review.names.flag(flag)), " ", told]


def _told(review: Review, row: Row) -> str:
    name, told = review.names.activity(row["activity"]), evidence(review, row)
    return review.say(f"bottom.one.{row['flag']}", name=name, why=short(review, row), evidence=told)


def _key_figures(review: Review) -> list[Block]:
    mine, all_ = worked(review), review.table("channel_quarter")
    if not len(mine):
        return []
    words = review.words
    items = [
        (
            words.form(added(mine[f"hours_{side}"]), "hours_sign"),
            review.say(f"label.hours_{side}"),
            _before(review, added(mine[f"previous_hours_{side}"]), "number"),
        )
        for side in ("company", "agency")
    ]
    cost = added(mine["cost"])
    items.append(
        (
            words.form(cost, "money"),
            review.say("label.cost"),
            _before(review, added(mine["previous_cost"]), "money"),
        )
    )
    for what in ("visits", "contacts"):
        number, of = added(mine[what]), added(all_[what])
        part = review.say("bottom.of_all", all=of) if known(of) and known(number) else None
        items.append((words.form(number, "number"), review.say(f"label.{what}_worked"), part))
    return [blocks.numbers(items)]


def _before(review: Review, value: float, form: str) -> str | None:
    return review.say("bottom.before", value=review.words.form(value, form)) if known(value) else None


def _table(review: Review) -> list[Block]:
    frame = _with_sums(review)
    if len(frame) <= 2:  # nothing but the sums
        return []
    figures = dict(zip(frame.index, printed(review.words, frame, FIGURES), strict=True))
    lines = [line for channel in frame.index[:-2] for line in _lines(review, channel, figures[channel])]
    if len(lines) > ROWS:
        lines = [_folded(review, channel, figures[channel]) for channel in frame.index[:-2]]
    folded = len(worked(review)) > ROWS
    rest = [review.say("bottom.others" if folded else "bottom.unworked"), "", *figures["rest"], ""]
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
    total = [review.say("label.total"), "", *figures["total"], ""]
    return [blocks.table(heads, [*lines, rest], total=total, small=True)]


def _with_sums(review: Review) -> pd.DataFrame:
    """The channels that work or a verdict names, then `rest` (all others) and `total`."""
    every = review.table("channel_quarter").set_index("channel")[list(FIGURES)].astype("float64")
    started = [review.names.channel_of(activity) for activity in of_flag(review, "START")]
    shown = _first(review, list(dict.fromkeys([*worked(review)["channel"], *started])))
    sums = {"rest": every[~every.index.isin(shown)], "total": every}
    last = pd.DataFrame({name: part.sum(min_count=1) for name, part in sums.items()}).T
    return pd.concat([every.reindex(shown), last])


def _first(review: Review, channels: list[str]) -> list[str]:
    """The channels that fit on the page: those with a change before the others, in their order."""
    changed = {review.names.channel_of(activity) for activity in of_flag(review, *CHANGES)}
    kept = sorted(channels, key=lambda channel: channel not in changed)[:ROWS]
    return [channel for channel in channels if channel in kept]


def _lines(review: Review, channel: str, figures: list[str | None]) -> list[list[Cell]]:
    """A channel's line, and one more below it for each further verdict on the channel."""
    groups = _verdicts(review, channel)
    if not groups:
        return [[review.names.channel(channel), None, *figures, review.say("bottom.not_agreed")]]
    alone = sum(map(len, groups.values())) == 1
    lines: list[list[Cell]] = []
    for flag, rows in groups.items():
        head: list[Cell] = ["", _badge(review, flag), *("" for _ in FIGURES)]
        if not lines:
            head = [review.names.channel(channel), _badge(review, flag), *figures]
        lines.append([*head, _why(review, rows, alone)])
    return lines


def _folded(review: Review, channel: str, figures: list[str | None]) -> list[Cell]:
    """A channel's only line, with its first verdict and how many more, where there is no room for all."""
    groups = _verdicts(review, channel)
    if not groups:
        return _lines(review, channel, figures)[0]
    flag, rows = next(iter(groups.items()))
    others = sum(map(len, groups.values())) - 1
    why = short(review, rows[0]) + (f" (+{others})" if others else "")
    return [review.names.channel(channel), _badge(review, flag), *figures, why]


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
