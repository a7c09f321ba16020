"""For the meeting: sliders for rates and hours, beside them the verdicts and hours that they would give."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.blocks import Cell
from sharedsocial_utils.telling.frames import added, columns, flags, known
from sharedsocial_utils.telling.review import Review
from sharedsocial_utils.telling.shown import Shown

Recomputed = Callable[[Any], tuple[pd.DataFrame, pd.DataFrame]]


class Supposing(Protocol):
    """What the deciding room hands to a notebook as `what_if`."""

    present: Any
    agency_hours_agreed: float
    recomputed: Recomputed


@dataclass(frozen=True)
class Sliders:
    """A widget in JupyterLab; where none runs, the table as it stood and how to move the sliders."""

    box: Any
    still: Shown

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        return {
            **self.box._repr_mimebundle_(),
            "text/html": self.still.html(),
            "text/plain": self.still.plain(),
        }


def sliders(review: Review, asked: Supposing) -> Sliders:
    """Five sliders and the table that they change."""
    import ipywidgets

    told = ipywidgets.HTML()
    controls = {name: _slider(review, name, *span) for name, span in _spans(asked).items()}

    def compared() -> blocks.Block:
        return comparison(review, asked, **{name: control.value for name, control in controls.items()})

    def tell(_: object = None) -> None:
        told.value = Shown((compared(),)).html()

    for control in controls.values():
        control.observe(tell, names="value")
    tell()
    still = Shown((compared(), blocks.paragraph(review.say("what_if.still"))))
    return Sliders(ipywidgets.VBox([*controls.values(), told]), still)


def _spans(asked: Supposing) -> dict[str, tuple[float, float, float]]:
    """Value, end and step of each slider; all begin at 0."""
    now, agreed = asked.present, asked.agency_hours_agreed
    return {
        "hourly_cost": (now.hourly_cost, max(2 * now.hourly_cost, 50), 1),
        "hourly_rate": (now.hourly_rate, max(2 * now.hourly_rate, 100), 1),
        "contact_value": (now.contact_value, max(4 * now.contact_value, 100), 1),
        "protected_share": (1.0, 2.0, 0.05),
        "agency_hours_per_week": (agreed, max(2 * agreed, 10), 0.5),
    }


def _slider(review: Review, name: str, value: float, end: float, step: float) -> Any:
    import ipywidgets

    return ipywidgets.FloatSlider(
        value=value,
        max=end,
        step=step,
        description=review.say(f"what_if.{name}"),
        continuous_update=False,
        style={"description_width": "16em"},
        layout={"width": "40em"},
    )


def comparison(review: Review, asked: Supposing, **given: float) -> blocks.Block:
    """Verdict and hours a week of each activity, as they are and as they would be."""
    then, plan = asked.recomputed(type(asked.present)(**given))
    verdicts = dict(zip(then["activity"], then["flag"], strict=True))
    now = dict(zip(flags(review)["activity"], flags(review)["flag"], strict=True))
    hours = [_hours(review.table("plan")), _hours(plan)]
    rows = [
        [
            review.names.activity(name),
            *_pair(review, now.get(name), verdicts.get(name)),
            *_both(review, name, hours),
        ]
        for name in [*now, *sorted(set(verdicts) - set(now))]
    ]
    heads = columns(
        review, activity="1fr", verdict="30mm", supposed="30mm", next_per_week=">24mm", supposed_hours=">24mm"
    )
    return blocks.table(heads, rows, note=review.say("what_if.note"))


def _hours(plan: pd.DataFrame) -> "pd.Series[float]":
    return plan[plan["person"].notna()].groupby("activity")["hours_per_week"].agg(added)


def _pair(review: Review, now: str | None, then: str | None) -> list[Cell]:
    return [blocks.badge(review.names.flag(flag), flag) if flag else None for flag in (now, then)]


def _both(review: Review, name: str, hours: "list[pd.Series[float]]") -> list[Cell]:
    values = [float(frame.get(name, float("nan"))) for frame in hours]
    return [review.words.fixed(value, "0.1") if known(value) else None for value in values]
