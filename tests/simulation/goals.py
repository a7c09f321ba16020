"""What the decisions must reach, and whether a run reaches it.

A run is a table of figures with the index (scenario, seed). `GOALS` must be met, all of them, or the suite
fails; `TIMES` too where they were measured. `BEYOND` are worlds that break what the method is told: nothing
is promised for them, and what they reach is printed beside the same limits.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from figures import OURS
from scipy.stats import t as student

ENOUGH_SEEDS = 20
"""The goals are set for means of so many."""
RIVALS = (
    "contacts x value ROI < 1",
    "worst 20 % by cost per contact",
    "Bonferroni z on weekly net",
    "plug-in levels",
)
Z = "Bonferroni z on weekly net"
UNASKED = ("S4u",)
"""S4 with neither the veto nor tests: last-touch contacts cannot see what it hides."""


@dataclass(frozen=True)
class Goal:
    """One figure, to be at least `low` and at most `high`."""

    what: str
    figure: Callable[[pd.DataFrame], float]
    low: float = -np.inf
    high: float = np.inf
    unit: str = ""

    def value(self, runs: pd.DataFrame) -> float:
        """The figure of these runs."""
        return float(self.figure(runs))

    def met(self, value: float) -> bool:
        """Whether the goal itself is reached."""
        return bool(self.low <= value <= self.high)

    def missed(self, runs: pd.DataFrame) -> bool:
        """Whether these runs miss it; of fewer than `ENOUGH_SEEDS`, by more than their own noise."""
        value, noise = self.value(runs), 0.0
        single = [self.value(own) for _, own in runs.groupby(level="seed")]
        if 1 < len(single) < ENOUGH_SEEDS:
            noise = float(student.ppf(0.95, len(single) - 1) * np.std(single, ddof=1) / np.sqrt(len(single)))
        return not self.low - noise <= value <= self.high + noise

    def text(self) -> str:
        """The goal as it is printed."""
        if np.isinf(self.low):
            return f"<= {self.high:g}{self.unit}"
        return (
            f">= {self.low:g}{self.unit}"
            if np.isinf(self.high)
            else f"{self.low:g} to {self.high:g}{self.unit}"
        )


def mean(
    scenario: str, figure: str, rule: str | None = OURS, scale: float = 1.0
) -> Callable[[pd.DataFrame], float]:
    """The mean over seeds of a scenario's figure."""
    name = f"{rule}|{figure}" if rule else figure
    return lambda runs: scale * float(runs.loc[scenario, name].mean())


def upper(scenario: str, figure: str) -> Callable[[pd.DataFrame], float]:
    """The upper 95 % bound of a percentage's mean over seeds."""

    def bound(runs: pd.DataFrame) -> float:
        values = 100 * runs.loc[scenario, f"{OURS}|{figure}"].to_numpy()
        spread = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
        return float(values.mean() + student.ppf(0.95, max(len(values) - 1, 1)) * spread)

    return bound


def regret_ratio(runs: pd.DataFrame, scenario: str) -> float:
    """Our regret over that of the best rival, both means over the seeds."""
    means = runs.loc[scenario].mean()
    return float(means[f"{OURS}|regret"] / min(means[f"{rule}|regret"] for rule in RIVALS))


def worst_regret(runs: pd.DataFrame) -> float:
    """The largest regret ratio of all scenarios in the run but those beyond the goals."""
    return max(regret_ratio(runs, name) for name in runs.index.unique("scenario") if name not in UNASKED)


def _false_stops() -> list[Goal]:
    goals = []
    for scenario in ("S0", "S1", "S2", "S3", "S5"):
        for figure, where in (("false stops", ""), ("false stops centred", ", true phi centred at 1.0")):
            what = f"false stops {scenario}{where}"
            goals.append(Goal(what, mean(scenario, figure, scale=100), high=5.0, unit=" %"))
            goals.append(Goal(f"{what}, upper 95 % bound", upper(scenario, figure), high=6.0, unit=" %"))
    for scenario, how in (("S4", "the veto"), ("S4t", "2 % tests"), ("S4ut", "5 % tests, no role declared")):
        goals.append(
            Goal(f"false stops S4, {how}", mean(scenario, "false stops", scale=100), high=5.5, unit=" %")
        )
    return goals


def _coverage() -> list[Goal]:
    goals = [
        Goal(f"90 % coverage {scenario}", mean(scenario, "coverage", None, 100), 87.0, 93.0, " %")
        for scenario in ("S0", "S1", "S2", "S5")
    ]
    return goals + [
        Goal(
            f"90 % coverage {scenario[:2]}, 2 % tests",
            mean(scenario, "coverage", None, 100),
            low=85.0,
            unit=" %",
        )
        for scenario in ("S3t", "S4t")
    ]


def _power(runs: pd.DataFrame) -> float:
    return mean("S1", "power")(runs) - mean("S1", "power", Z)(runs)


def _careful(runs: pd.DataFrame) -> float:
    return 100 * (mean("S1", "false stops")(runs) - mean("S1", "false stops", Z)(runs))


GOALS = [
    *_false_stops(),
    Goal("stops in the null S10", mean("S10", "stopped", scale=100), high=0.5, unit=" %"),
    Goal("power S1 less that of Bonferroni z", _power, low=0.0),
    Goal("the same, our ranking cut at z's false stops", mean("S1", "power at z", None), low=0.0),
    Goal("false stops S1 less those of Bonferroni z", _careful, high=0.0, unit=" points"),
    Goal("power S1, 52 weeks and more", mean("S1", "power 52+"), low=0.70),
    *_coverage(),
    Goal("regret S1 / best rival", lambda runs: regret_ratio(runs, "S1"), high=0.95),
    Goal("regret S2 / best rival", lambda runs: regret_ratio(runs, "S2"), high=0.80),
    Goal("regret / best rival, any scenario", worst_regret, high=1.10),
    Goal("calibration error S0", mean("S0", "calibration", None), high=0.03),
    *(Goal(f"calibration error {s}", mean(s, "calibration", None), high=0.06) for s in ("S1", "S2", "S3")),
    Goal("START precision S1 / random kind", mean("S1", "start gain", None), low=1.4),
]
TIMES = [
    Goal("a decision, 25 activities, 104 weeks", mean("S1", "ms a decision", None), high=20, unit=" ms"),
    Goal("a plan of 25 activities", mean("S1", "ms a plan", None), high=100, unit=" ms"),
    Goal("1000 clients", mean("S1", "seconds of 1000 clients", None), high=20, unit=" s"),
    Goal("1000 clients, memory", mean("S1", "MB of 1000 clients", None), high=500, unit=" MB"),
]
BEYOND = [
    Goal("false stops S4u: nobody declared the assists, no test", mean("S4u", "false stops", scale=100),
         high=5.5, unit=" %"),
    Goal("regret S4u / best rival", lambda runs: regret_ratio(runs, "S4u"), high=1.10),
    Goal("false stops S1b: the truth drawn before its credit", mean("S1b", "false stops", scale=100),
         high=5.0, unit=" %"),
    Goal("false stops S1b, true phi centred at 1.0", mean("S1b", "false stops centred", scale=100),
         high=5.0, unit=" %"),
]  # fmt: skip


def missed(runs: pd.DataFrame) -> list[Goal]:
    """The goals that these runs miss."""
    measured = [*GOALS, *(TIMES if "ms a plan" in runs else [])]
    return [goal for goal in measured if goal.missed(runs)]
