"""Page six: what a visit, a sign of participation and a contact cost, hours of both sides included."""

from typing import TYPE_CHECKING

import pandas as pd

from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Block, Cell
from sharedsocial_utils.telling.frames import (
    Row,
    added,
    both_hours,
    columns,
    known,
    left_out,
    of_different_days,
    printed,
    records,
    worked,
)
from sharedsocial_utils.telling.pages.coverage import mostly_known
from sharedsocial_utils.telling.review import LEAST_CLIENTS, Review
from sharedsocial_utils.telling.wording import capital

if TYPE_CHECKING:
    from sharedsocial_utils.telling.figures import Costs

ENOUGH_CONTACTS = 5  # on each of two channels, below which they are not compared
TOLD_HOURS = 10  # hours without a contact that are worth a title


def effort_against_results(review: Review) -> list[Block]:
    """The page's blocks."""
    head = blocks.page(title(review), review.say("topic.effort"))
    frame = _with_effort(review)
    if not len(frame):
        return [head, blocks.paragraph(review.say("effort.nothing"))]
    return [head, _figure(review, frame), _table(review, frame), *_bands(review)]


def title(review: Review) -> str:
    """What a contact took on two channels, the least and the most; or hours that came with none."""
    frame = _with_effort(review)
    rated = frame[(frame["contacts"] >= ENOUGH_CONTACTS) & frame["cost_per_contact"].notna()]
    if len(rated) >= 2:
        return _title_of_two(review, rated)
    if of_different_days(frame, "cost_per_contact", "cost", "contacts").any():
        return review.say("effort.title.apart")
    barren = frame[(frame["contacts"] == 0) & (frame["hours"] >= TOLD_HOURS)]
    if len(barren) and mostly_known(review, "contacts", review.quarter):
        row = records(barren.sort_values(["hours", "channel"]))[-1]
        return review.say(
            "effort.title.barren", hours=row["hours"], channel=review.names.channel(row["channel"])
        )
    contacts = added(frame["contacts"])
    if not known(contacts):
        return review.say("effort.title.unknown")
    return review.say("effort.title.none", n=contacts, least=ENOUGH_CONTACTS)


def _title_of_two(review: Review, rated: pd.DataFrame) -> str:
    """Hours where nothing but hours was given; money as soon as a channel has media spend."""
    paid = rated["spend"].fillna(0).sum() > 0
    measure = "cost_per_contact" if paid else "hours_per_contact"
    rows = records(rated.sort_values([measure, "channel"]))
    low, high = rows[0], rows[-1]
    return review.say(
        "effort.title.money" if paid else "effort.title.hours",
        low=low[measure],
        low_channel=review.names.channel(low["channel"]),
        high=high[measure],
        high_channel=review.names.channel(high["channel"]),
    )


def _with_effort(review: Review) -> pd.DataFrame:
    """The channels with effort, the cheapest contact first, those without a contact last."""
    frame = worked(review)
    frame = frame.assign(hours=both_hours(frame))
    effort = (frame["cost"] > 0) | (frame["cost"].isna() & (frame["hours"] > 0))
    return frame[effort].sort_values(["cost_per_contact", "cost", "channel"], na_position="last")


def _figure(review: Review, frame: pd.DataFrame) -> Block:
    from sharedsocial_utils.telling import figures

    words = review.words
    rows = [
        figures.Costs(
            review.names.channel(row["channel"]),
            row["cost_per_contact"] if known(row["cost_per_contact"]) else None,
            _interval(row),
            words.form(row["cost_per_contact"], "money")
            if known(row["cost_per_contact"])
            else _no_contact(review, row),
            row["hours_company"] if known(row["hours_company"]) else 0.0,
            row["hours_agency"] if known(row["hours_agency"]) else 0.0,
            words.form(row["hours"], "hours_sign") if known(row["hours"]) else "–",
        )
        for row in records(frame)
    ]
    sides = (review.client.company.name, review.client.agency.name)
    heads = (review.say("label.cost_per_contact"), review.say("effort.head.hours"))
    return blocks.figure(
        figures.cost_and_hours(rows, heads, sides),
        _alt(review, rows),
        subtitle=review.say("effort.subtitle", period=review.period),
        note=review.say(
            "effort.note", company=review.client.company.hourly_cost, agency=review.client.agency.hourly_rate
        ),
    )


def _interval(row: Row) -> tuple[float, float] | None:
    if not known(row["cost_per_contact"]):
        return None
    return row["cost_per_contact_low"], row["cost_per_contact_high"]


def _no_contact(review: Review, row: Row) -> str:
    if not known(row["contacts"]):
        return review.say("effort.unknown_contacts")
    if row["contacts"] > 0:
        return review.say("effort.apart" if known(row["cost"]) else "effort.uncosted")
    return review.say("effort.no_contact")


def _alt(review: Review, rows: list["Costs"]) -> str:
    rated = [row for row in rows if row.per_contact is not None]
    none = sum(row.words == review.say("effort.no_contact") for row in rows)
    if not rated:
        what = "effort.alt_none" if none == len(rows) else "effort.alt_unknown"
        return review.say(what, title=title(review), n=len(rows))
    return review.say(
        "effort.alt",
        title=title(review),
        low=_spanned(review, rated[0]),
        low_channel=rated[0].name,
        high=_spanned(review, rated[-1]),
        high_channel=rated[-1].name,
        n=none,
    )


def _spanned(review: Review, row: "Costs") -> str:
    """The cost of a contact with its interval."""
    if not row.interval:
        return row.words
    low, high = row.interval
    return review.say("effort.spanned", value=row.words, low=low, high=high)


def _table(review: Review, frame: pd.DataFrame) -> Block:
    forms = {
        "hours": "hours",
        "spend": "money",
        "cost": "money",
        "visits": "count",
        "cost_per_visit": "cents",
        "cost_per_interaction": "cents",
        "contacts": "count",
        "cost_per_contact": "cents",
        "hours_per_contact": "hours",
    }
    sums = pd.DataFrame([_sums(frame)])
    cells = printed(review.words, pd.concat([frame[list(forms)], sums]), forms)
    rows = [
        [review.names.channel(channel), *row] for channel, row in zip(frame["channel"], cells, strict=False)
    ]
    widths = dict(zip(forms, (12, 18, 16, 13, 16, 20, 15, 17, 16), strict=True))
    heads = columns(review, channel="1fr", **{name: f">{width}mm" for name, width in widths.items()})
    return blocks.table(
        heads,
        rows,
        title=review.say("effort.table"),
        total=[review.say("label.total"), *cells[-1]],
        note=" ".join([review.say("effort.table_note"), *left_out(review)]),
        small=True,
    )


def _bands(review: Review) -> list[Block]:
    """The client's estimates beside the anonymous bands of other clients, kind by kind."""
    if not review.bands or not review.has("flags"):  # in the second notebook there are no verdicts yet
        return []
    flags = review.table("flags").dropna(subset=["roi_median"])
    rows: list[list[Cell]] = []
    for kind, band in sorted(review.bands.items()):
        mine = {a.id for a in review.client.activities if a.kind == kind}
        own = flags[flags["activity"].isin(mine)].sort_values(["roi_median", "activity"])
        if len(own):
            told = [
                review.say("effort.own", name=review.names.activity(id_), value=value)
                for id_, value in zip(own["activity"], own["roi_median"], strict=True)
            ]
            span = review.say("effort.band", low=band["p10"], high=band["p90"])
            middle = review.words.ratio(band["p50"])
            clients = review.words.count(band["clients"])
            rows.append([capital(review.say(f"kind.{kind}")), "; ".join(told), span, middle, clients])
    if not rows:
        return []
    heads = columns(review, kind="28mm", own="1fr", band=">30mm", middle=">16mm", clients=">16mm")
    title, note = review.say("effort.bands"), review.say("effort.bands_note", least=LEAST_CLIENTS)
    return [blocks.table(heads, rows, title=title, note=note, small=True)]


def _sums(frame: pd.DataFrame) -> dict[str, float]:
    """The totals; a cost per result over the channels only whose result is known, and of the same days."""
    sums = {
        name: added(frame[name]) for name in ("hours", "spend", "cost", "visits", "interactions", "contacts")
    }
    for result in ("visits", "interactions", "contacts"):
        ratio = f"cost_per_{result.removesuffix('s')}"
        sums[ratio] = _over(frame, ratio, "cost", result)
    return {**sums, "hours_per_contact": _over(frame, "hours_per_contact", "hours", "contacts")}


def _over(frame: pd.DataFrame, ratio: str, effort: str, result: str) -> float:
    both = (
        frame.loc[~of_different_days(frame, ratio, effort, result), [effort, result]]
        .astype("float64")
        .dropna()
    )
    return float(both[effort].sum() / both[result].sum()) if both[result].sum() > 0 else float("nan")
