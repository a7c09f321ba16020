"""What the decisions must reach, and whether a run reaches it.

A run is a table of figures with the index (scenario, seed). Where a goal is not reached, `reached` holds what
is: the run must stay within that, and both are printed side by side.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from figures import OURS
from scipy.stats import t as student

RIVALS = (
    "contacts x value ROI < 1",
    "worst 20 % by cost per contact",
    "Bonferroni z on weekly net",
    "plug-in levels",
)
Z = "Bonferroni z on weekly net"


@dataclass(frozen=True)
class Goal:
    """One figure, to be at least `low` and at most `high`. `reached`: the bound that is kept instead."""

    what: str
    figure: Callable[[pd.DataFrame], float]
    low: float = -np.inf
    high: float = np.inf
    unit: str = ""
    reached: float | None = None
    why: str = ""

    def value(self, runs: pd.DataFrame) -> float:
        """The figure of these runs."""
        return float(self.figure(runs))

    def met(self, value: float) -> bool:
        """Whether the goal itself is reached."""
        return bool(self.low <= value <= self.high)

    def kept(self, value: float) -> bool:
        """Whether the goal, or what was stated to be reached of it, is kept."""
        if self.reached is None or self.met(value):
            return self.met(value)
        return bool(value >= self.reached if value < self.low else value <= self.reached)

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
    """The largest regret ratio of all scenarios in the run but S4u, which has a row of its own."""
    return max(regret_ratio(runs, scenario) for scenario in runs.index.levels[0] if scenario != "S4u")


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
    Goal(
        "power S1 less that of Bonferroni z",
        _power,
        low=0.0,
        reached=-0.05,
        why="at fewer false stops; a list held to 5 % for each client costs what the next row shows",
    ),
    Goal("the same, our ranking cut at z's false stops", mean("S1", "power at z", None), low=0.0),
    Goal("false stops S1 less those of Bonferroni z", _careful, high=0.0, unit=" points"),
    Goal("power S1, 52 weeks and more", mean("S1", "power 52+"), low=0.70),
    *_coverage(),
    Goal("regret S1 / best rival", lambda runs: regret_ratio(runs, "S1"), high=0.95),
    Goal("regret S2 / best rival", lambda runs: regret_ratio(runs, "S2"), high=0.80),
    Goal("regret / best rival, any scenario", worst_regret, high=1.10),
    Goal(
        "regret S4 / best rival, assists that nobody declared",
        lambda runs: regret_ratio(runs, "S4u"),
        high=1.10,
        reached=1.30,
        why="last-touch contacts cannot see it; with 5 % pause tests (S4ut) far below 1",
    ),
    Goal("calibration error S0", mean("S0", "calibration", None), high=0.03),
    *(Goal(f"calibration error {s}", mean(s, "calibration", None), high=0.06) for s in ("S1", "S2", "S3")),
    Goal("START precision S1 / random kind", mean("S1", "start gain", None), low=1.4),
]
