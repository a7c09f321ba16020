"""What a run of the simulation is judged by: every figure of one scenario and one seed."""

from dataclasses import dataclass

import baselines
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from timing import processor_seconds
from worlds import LENGTHS, World

from sharedsocial_utils.deciding import decide, kind_chances

Numbers = NDArray[np.float64]
OURS = "sharedsocial"
NAMED = ("tracking-break", "drift", "direction-unclear")
BINS = 10


@dataclass(frozen=True)
class Judged:
    """Our verdicts with the truth beside them, the baselines' levels, and the seconds that `decide` took.

    `start_gain`: how much oftener a new activity of the kind that we predict pays than one of any kind.
    """

    flags: pd.DataFrame
    levels: pd.DataFrame
    seconds: float
    start_gain: float


def judged(world: World) -> Judged:
    """Every rule applied to a world."""
    begin = processor_seconds()
    flags = decided(world)
    seconds = processor_seconds() - begin
    merged = world.truth.merge(
        flags.drop(columns=["weeks", "quarter_cost"]), on=["client", "activity"], validate="one_to_one"
    )
    levels = baselines.levels(world.weekly, world.funnel, world.deals)
    levels.insert(0, OURS, merged["level"].to_numpy())
    return Judged(merged, levels, seconds, start_gain(world))


def decided(world: World) -> pd.DataFrame:
    """`decide` on all clients together, or on each alone."""
    deals, tests = world.deals[["client", "value"]], world.pause_tests
    if not world.scenario.alone:
        return decide(world.weekly, world.funnel, deals, pause_tests=tests)
    parts = [
        decide(own, world.funnel[world.funnel["client"] == client], deals[deals["client"] == client])
        for client, own in world.weekly.groupby("client")
    ]
    return pd.concat(parts, ignore_index=True)


def start_gain(world: World) -> float:
    """P(worth its cost) of a new activity of the kind that we predict to be best, against any kind's; asked
    of one world only."""
    if world.scenario.name != "S1":
        return float("nan")
    found = kind_chances(world.weekly, world.funnel, world.deals[["client", "value"]])
    return float(world.kinds[found["kind"].iloc[0]] / world.kinds.mean())


def measured(found: Judged) -> dict[str, float]:
    """The figures by name; `<rule>|<figure>` for those that the baselines have too."""
    flags, figures = found.flags, {}
    for rule in found.levels:
        level = found.levels[rule].to_numpy()
        stopped = (flags["flag"] == "STOP").to_numpy() if rule == OURS else level == 0
        figures |= {f"{rule}|{name}": value for name, value in _rule_figures(flags, stopped, level).items()}
    inside = (flags["roi"] >= flags["roi_low"]) & (flags["roi"] <= flags["roi_high"])
    known = flags["roi_low"].notna()
    error = calibration(flags.loc[known, "p_worth"].to_numpy(), (flags["roi"] > 1)[known].to_numpy())
    return figures | {
        "coverage": float(inside[known].mean()),
        "width": float(np.log(flags["roi_high"] / flags["roi_low"])[known].median()),
        "calibration": error,
        "watched": float((flags["flag"] == "WATCH").mean()),
        "grow right": _share(flags["roi"] * flags["saturation"] > 1, flags["flag"] == "GROW"),
        "start gain": found.start_gain,
        "power at z": _power_at(flags, found.levels["Bonferroni z on weekly net"].to_numpy() == 0),
        "seconds": found.seconds,
        **{f"caveat {code}": float((flags["caveat"] == code).mean()) for code in NAMED},
        **_bins(flags.loc[known, "p_worth"].to_numpy(), (flags["roi"] > 1)[known].to_numpy()),
    }


def _rule_figures(flags: pd.DataFrame, stopped: NDArray[np.bool_], level: Numbers) -> dict[str, float]:
    roi, dead = flags["roi"].to_numpy(), (flags["roi"] < 0.5).to_numpy()
    long = flags["weeks"].to_numpy() >= 52
    wrong = pd.Series(stopped & (roi > 1)).groupby(flags["client"]).any()
    by_weeks = {
        f"power {weeks}": _share(stopped, dead & (flags["weeks"] == weeks).to_numpy()) for weeks in LENGTHS
    }
    return {
        "false stops": _share(roi > 1, stopped),
        "false stops centred": _share(flags["roi_centred"].to_numpy() > 1, stopped),
        "clients with one": float(wrong.mean()),
        "stopped": float(stopped.mean()),
        "power": _share(stopped, dead),
        "power 52+": _share(stopped, dead & long),
        **by_weeks,
        "regret": regret(flags, level),
    }


def _power_at(flags: pd.DataFrame, rival: NDArray[np.bool_]) -> float:
    """Power of our ranking on ROI* < .5, cut where it has the rival's share of false stops, less the
    rival's."""
    bad, dead = (flags["roi"] > 1).to_numpy(), (flags["roi"] < 0.5).to_numpy()
    if not (rival.any() and dead.any()):
        return float("nan")
    order = np.argsort(flags["p_worth_cautious"].fillna(1.0).to_numpy(), kind="stable")
    false = np.cumsum(bad[order]) / np.arange(1, len(order) + 1)
    allowed = np.flatnonzero(false <= bad[rival].mean())
    cut = int(allowed[-1]) + 1 if len(allowed) else 0
    return float(dead[order][:cut].sum() / dead.sum() - rival[dead].mean())


def _share(what: "NDArray[np.bool_] | pd.Series[bool]", of: "NDArray[np.bool_] | pd.Series[bool]") -> float:
    return float(np.asarray(what)[np.asarray(of)].mean()) if np.asarray(of).any() else float("nan")


def regret(flags: pd.DataFrame, level: Numbers) -> float:
    """Currency per client and quarter that the levels lose against an oracle on the same levels."""
    roi, power, cost = (flags[name].to_numpy() for name in ("roi", "saturation", "quarter_cost"))

    def net(levels: Numbers) -> Numbers:
        return np.asarray(cost * (roi * np.where(levels > 0, levels**power, 0.0) - levels))

    best = np.max([net(np.full(len(roi), own)) for own in baselines.LEVELS], axis=0)
    return float((best - net(level)).sum() / flags["client"].nunique())


def calibration(p: Numbers, true: NDArray[np.bool_]) -> float:
    """The mean distance between the stated probability and the share that was so, over ten bins."""
    number, stated, seen = _by_bin(p, true)
    return float(np.abs(stated - seen).sum() / number.sum())


def _by_bin(p: Numbers, true: NDArray[np.bool_]) -> list[Numbers]:
    place = np.minimum((p * BINS).astype(int), BINS - 1)
    return [np.bincount(place, weights=values, minlength=BINS) for values in (np.ones(len(p)), p, true)]


def _bins(p: Numbers, true: NDArray[np.bool_]) -> dict[str, float]:
    return {
        f"bin {n} {name}": float(values[n])
        for name, values in zip(("number", "stated", "seen"), _by_bin(p, true), strict=True)
        for n in range(BINS)
    }
