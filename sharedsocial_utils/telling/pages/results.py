"""Page five: what came back, channel by channel, on one calendar; targets and their state."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Cell
from sharedsocial_utils.telling.frames import (
    Row,
    added,
    columns,
    known,
    printed,
    records,
    unworked,
    worked,
)
from sharedsocial_utils.telling.pages.coverage import comparable, mostly_known, of_two_quarters, weeks_known
from sharedsocial_utils.telling.review import Review

if TYPE_CHECKING:
    from sharedsocial_utils.telling.figures import Strip

ENOUGH_VISITS = 50  # in both quarters, below which a change of visits makes no title
LARGE = 0.2  # a change of visits that is worth a title
WEEKS = 52
SHOWN = 12  # channels in the figure; the table has them all
NEARLY = 0.9  # of a target: "nearly reached"
KINDS = ("visits", "interactions", "contacts")


def results(review: Review) -> list[Block]:
    """The page's blocks."""
    head = blocks.page(title(review), review.say("topic.results"))
    if not len(review.table("channel_quarter")):
        return [head, blocks.paragraph(review.say("results.nothing"))]
    return [head, *_figure(review), *_targets(review), _table(review)]


def title(review: Review) -> str:
    """The largest rise and the largest fall of visits between comparable quarters."""
    frame = _changes(review)
    if not len(frame):
        nowhere = weeks_known(review, "visits", review.quarter) == 0
        return review.say("results.title.unknown" if nowhere else "results.title.none")
    every = records(frame)
    rise, fall = every[-1], every[0]
    rose, fell = rise["change"] >= LARGE, fall["change"] <= -LARGE
    if not rose and not fell:
        return review.say("results.title.steady", n=len(frame), share=LARGE)
    key = "results.title.both" if rose and fell else "results.title.rise" if rose else "results.title.fall"
    return review.say(key, **_moved(review, "up", rise), **_moved(review, "down", fall))


def _moved(review: Review, way: str, row: Row) -> dict[str, object]:
    name = review.names.channel(row["channel"])
    return {f"{way}": name, f"{way}_from": row["previous_visits"], f"{way}_to": row["visits"]}


def _changes(review: Review) -> pd.DataFrame:
    """The worked channels with enough visits in both quarters and enough covered days, by change; none where
    the site's own files leave out a part of a quarter."""
    frame = worked(review) if of_two_quarters(review, "visits") else worked(review)[:0]
    enough = (frame[["visits", "previous_visits"]].fillna(0) >= ENOUGH_VISITS).all(axis=1)
    frame = frame[enough & frame.apply(comparable, axis=1).astype(bool)] if len(frame) else frame
    change = frame["visits"] / frame["previous_visits"] - 1
    return frame.assign(change=change).sort_values(["change", "channel"])


def _weekly(review: Review) -> pd.DataFrame:
    """Visits, interactions and contacts by channel and week over `WEEKS` weeks to the quarter's end."""
    end = pd.Timestamp(review.quarter.last_day)
    weeks = pd.date_range(end=end, periods=WEEKS, freq="W-MON")
    frame = review.table("activity_weekly")
    frame = frame[frame["week"].isin(weeks)]
    sums = frame.groupby(["channel", "week"])[list(KINDS)].sum(min_count=1)
    channels = frame.loc[frame[list(KINDS)].notna().any(axis=1), "channel"].unique()
    every = pd.MultiIndex.from_product([sorted(channels), weeks], names=["channel", "week"])
    return sums.reindex(every).astype("float64")


def _figure(review: Review) -> list[Block]:
    from sharedsocial_utils.telling import figures

    weekly = _weekly(review)
    channels = [c for c in worked(review)["channel"] if c in weekly.index.get_level_values("channel")]
    if not channels:
        return [blocks.paragraph(review.say("results.no_weeks"))]
    strips = [_strip(review, channel, weekly.loc[channel]) for channel in channels[:SHOWN]]
    weeks = list(weekly.loc[channels[0]].index)
    inside = [
        n for n, week in enumerate(weeks) if week.date() >= review.quarter.first_day - timedelta(days=6)
    ]
    svg = figures.small_multiples(
        strips,
        [review.say(f"results.head.{kind}") for kind in KINDS],
        (inside[0], len(weeks)),
        _ticks(review, weeks),
    )
    left_out = len(channels) - len(strips)
    note = review.say("results.note") + (f" {review.say('results.left_out', n=left_out)}" if left_out else "")
    return [
        blocks.figure(
            svg,
            _alt(review, weekly, channels),
            subtitle=review.say("results.subtitle", first=weeks[0].date(), last=review.quarter.last_day),
            note=note,
        )
    ]


def _strip(review: Review, channel: str, frame: pd.DataFrame) -> "Strip":
    from sharedsocial_utils.telling import figures

    highest = [frame[kind].max() for kind in KINDS]
    return figures.Strip(
        review.names.channel(channel),
        tuple(list(frame[kind]) for kind in KINDS),
        tuple(review.words.number(value) if known(value) else "–" for value in highest),
    )


def _ticks(review: Review, weeks: list[pd.Timestamp]) -> list[tuple[int, str]]:
    """The first week of every month with the month's name."""
    months: dict[tuple[int, int], tuple[int, str]] = {}
    for place, week in enumerate(weeks):
        months.setdefault(
            (week.year, week.month), (place, review.words.month(date(week.year, week.month, 1)))
        )
    return list(months.values())[1:]


def _alt(review: Review, weekly: pd.DataFrame, channels: list[str]) -> str:
    visits = weekly["visits"].dropna()
    if not len(visits):
        return review.say("results.alt_none", title=title(review), n=len(channels))
    channel, week = _place_of_most(visits)
    return review.say(
        "results.alt",
        title=title(review),
        n=len(channels),
        least=visits.min(),
        most=visits.max(),
        channel=review.names.channel(channel),
        day=week.date(),
    )


def _place_of_most(values: "pd.Series[float]") -> tuple[str, pd.Timestamp]:
    top = values[values == values.max()].reset_index().iloc[0]
    return str(top["channel"]), pd.Timestamp(top["week"])


def _targets(review: Review) -> list[Block]:
    frame = review.table("channel_quarter").dropna(subset=["target"]).sort_values("channel")
    if not len(frame):
        return [blocks.paragraph(review.say("results.no_target"))]
    rows: list[list[Cell]] = [
        [
            review.names.channel(row["channel"]),
            review.say(f"metric.{row['target_metric']}"),
            review.words.count(row["target"]),
            review.words.count(row["target"] * row["target_share"]) if known(row["target_share"]) else None,
            review.words.percent(row["target_share"]) if known(row["target_share"]) else None,
            _state(review, row),
        ]
        for row in records(frame)
    ]
    heads = columns(
        review, channel="1fr", metric="32mm", target=">22mm", reached=">22mm", share=">16mm", state="36mm"
    )
    note = review.say("results.target_note", nearly=NEARLY)
    return [blocks.table(heads, rows, title=review.say("results.targets"), note=note, small=True)]


def _state(review: Review, row: Row) -> Cell:
    """Reached, nearly reached or missed; not said while too many days are missing."""
    share = row["target_share"]
    if known(share) and share >= 1:
        return blocks.badge(review.say("target.reached"), "keep")
    if not known(share) or not _reached_known(review, row):
        return blocks.badge(review.say("target.unknown"), "mute")
    if share >= NEARLY:
        return blocks.badge(review.say("target.nearly"), "watch")
    return blocks.badge(review.say("target.missed"), "alert")


def _reached_known(review: Review, row: Row) -> bool:
    """Whether the files that the target rests on cover enough of the quarter: those of the channel, but the
    site's for visits, and the CRM's for contacts."""
    result = {"visits": "visits", "contacts": "contacts", "opportunities": "contacts"}
    metric = row["target_metric"]
    return mostly_known(review, result[metric], review.quarter) if metric in result else comparable(row)


def _table(review: Review) -> Block:
    """The worked channels of the quarter beside the quarter before, all others in one row."""
    every, frame = review.table("channel_quarter"), worked(review)
    frame = frame.sort_values(["visits", "channel"], ascending=[False, True], na_position="last")
    names = [
        "visits",
        "previous_visits",
        "interactions",
        "previous_interactions",
        "contacts",
        "previous_contacts",
        "opportunities",
        "won_value",
    ]
    forms = {name: "money" if name == "won_value" else "count" for name in names}
    sums = pd.DataFrame([{name: added(part[name]) for name in names} for part in (unworked(review), every)])
    cells = printed(review.words, pd.concat([frame[names], sums]), forms)
    rows = [
        [review.names.channel(channel), *row] for channel, row in zip(frame["channel"], cells, strict=False)
    ]
    notes = ["table_note"]
    if len(unworked(review)):
        rows.append([review.say("bottom.rest"), *cells[-2]])
        notes.append("unworked_note")
    widths = dict(zip(names, (13, 17, 24, 17, 15.5, 17, 24.5, 18), strict=True))
    heads = columns(review, channel="1fr", **{name: f">{width}mm" for name, width in widths.items()})
    return blocks.table(
        heads,
        rows,
        title=review.say("results.table"),
        total=[review.say("label.total"), *cells[-1]],
        subtitle=review.say("results.table_subtitle", period=review.period),
        small=True,
        note=" ".join(review.say(f"results.{note}") for note in notes),
    )
