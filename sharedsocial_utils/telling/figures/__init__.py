"""The report's figures: plain data in, SVG out. The pages choose the data and the words; here it is drawn."""

from sharedsocial_utils.telling.figures.effort import (
    Costs,
    Hours,
    Protected,
    cost_and_hours,
    hours_by_channel,
    protected_time,
)
from sharedsocial_utils.telling.figures.plan import Doer, plan_grid
from sharedsocial_utils.telling.figures.results import Strip, small_multiples
from sharedsocial_utils.telling.figures.verdicts import Interval, evidence
from sharedsocial_utils.telling.figures.voices import Voice, voice_shares

__all__ = [
    "Costs",
    "Doer",
    "Hours",
    "Interval",
    "Protected",
    "Strip",
    "Voice",
    "cost_and_hours",
    "evidence",
    "hours_by_channel",
    "plan_grid",
    "protected_time",
    "small_multiples",
    "voice_shares",
]
