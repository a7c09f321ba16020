"""A second look at one client without attribution: do its totals move with effort? For the analyst only.

A regression of the client's weekly results on carried-over, saturated effort:

    y = intercept + trend + year's season + controls + sum of b f(adstock(x; a); k, s) + noise
    f(u) = u^s / (u^s + k^s), u on the scale of its largest value

Coefficients and noise are integrated out in closed form (normal-inverse-gamma); carry-over and the two shape
parameters walk at random on the marginal likelihood (seeded). It is a *check*: it needs two years, fifteen
weeks per effect and effort that goes up and down by itself. Three guards say what it cannot tell:

- *placebo*: one more activity, whose effort is the largest one's half the time later; what it seems to return
  is the floor under which nothing is believed;
- *direction*: effort that goes with the results' own season, without a control that tells the demand;
- *drift*: the effects fit better (log Bayes factor above 3) if their size may move over the years; the
  intervals are then those of the moving effects.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
LEAST_WEEKS, WEEKS_PER_EFFECT, LEAST_VARIATION = 104, 15, 0.25
SEASON_LIMIT, DRIFT_EVIDENCE = 0.5, 3.0
STEPS, BURN_IN, KEEP_EVERY = 3000, 1000, 10
_SHAPE_CENTRE, _SHAPE_SD = np.array([-0.85, -1.0, 0.0]), np.array([1.0, 1.2, 0.3])
"""Carry-over .3; half-saturation at .37 of the largest week; slope 1; wide: what runs always is hardly told
from what comes anyway, and a narrow assumption would decide it."""
_EFFECT_SD, _OTHER_SD, _MOVING_SD = 5.0, 10.0, 1.0
PARTS = 3
"""Where effects drift, the interval spans the parts of the time in which they were least and most."""
_NOISE_SHAPE, _NOISE_SCALE = 2.0, 0.5
COLUMNS = ("activity", "weeks_with_effort", "return_low", "return_median", "return_high", "floor", "says")


@dataclass(frozen=True)
class _Data:
    """Standardised results, and the columns that are not effects."""

    y: Numbers
    scale: float
    base: Numbers
    efforts: list[Numbers]


@dataclass(frozen=True)
class _Draws:
    """Draws x effects x parts of the time (all of it last): the return per unit of effort; the mean log
    evidence; the fitted season."""

    returns: Numbers
    evidence: float
    season: Numbers


def second_stream(
    results: Numbers, efforts: pd.DataFrame, controls: pd.DataFrame | None = None, seed: int = 1
) -> pd.DataFrame:
    """What the client's totals say of each activity: results per unit of effort with a 90 % interval.

    `results`: the client's total a week; `efforts`: a column per activity, same weeks; `controls`: columns
    that move the results whatever anybody does, demand among them. Returns `COLUMNS`, a row per activity;
    `says` is "not-carried" (too few weeks, too many effects, too even an effort: no figures),
    "direction-unclear", "drift", "below-placebo" or "seen". `floor` is what the placebo seems to return at
    most.
    """
    values = efforts.to_numpy(dtype=float)
    if not _carried(results, values):
        return _nothing(efforts)
    random = np.random.default_rng(seed)
    placebo = np.roll(values[:, values.sum(axis=0).argmax()], len(values) // 2)
    data = _data(results, [*values.T, placebo], controls)
    still, moving = (_walk(data, random, moves) for moves in (False, True))
    drifts = moving.evidence - still.evidence > DRIFT_EVIDENCE
    found = _table(efforts, moving if drifts else still, "drift" if drifts else "seen")
    follows = (_correlations(values, still.season) > SEASON_LIMIT) & (controls is None)
    even = values.std(axis=0) < LEAST_VARIATION * np.maximum(values.mean(axis=0), 1e-12)
    found.loc[follows, "says"] = "direction-unclear"
    found.loc[even, "says"] = "not-carried"
    found.loc[even | follows, ["return_low", "return_median", "return_high"]] = np.nan
    return found


def _carried(results: Numbers, values: Numbers) -> bool:
    """Whether the weeks can carry so many effects."""
    weeks, number = values.shape
    good = np.isfinite(results).all() and np.isfinite(values).all() and (values >= 0).all()
    enough = weeks >= max(LEAST_WEEKS, WEEKS_PER_EFFECT * number)
    return bool(number > 0 and good and enough and np.std(results) > 0)


def _nothing(efforts: pd.DataFrame) -> pd.DataFrame:
    rows = {
        "activity": efforts.columns,
        "weeks_with_effort": (efforts > 0).sum().to_numpy(),
        "says": "not-carried",
    }
    return pd.DataFrame(rows).reindex(columns=list(COLUMNS))


def _table(efforts: pd.DataFrame, draws: _Draws, says: str) -> pd.DataFrame:
    low, median, high = np.quantile(draws.returns, [0.05, 0.5, 0.95], axis=0)
    low, median, high = low.min(axis=1), median[:, -1], high.max(axis=1)
    floor = high[-1]
    return pd.DataFrame(
        {
            "activity": efforts.columns,
            "weeks_with_effort": (efforts > 0).sum().to_numpy(),
            "return_low": low[:-1],
            "return_median": median[:-1],
            "return_high": high[:-1],
            "floor": floor,
            "says": np.where(median[:-1] > floor, says, "below-placebo").astype(object),
        }
    )


def _data(results: Numbers, efforts: list[Numbers], controls: pd.DataFrame | None) -> _Data:
    weeks = len(results)
    time = np.linspace(-1, 1, weeks)
    year = 2 * np.pi * np.arange(weeks) * 7 / 365.25
    columns = [np.ones(weeks), time, time**2, *(f(n * year) for n in (1, 2) for f in (np.sin, np.cos))]
    if controls is not None:
        columns += [_standard(column) for column in controls.to_numpy(dtype=float).T]
    scale = float(np.std(results))
    return _Data((results - results.mean()) / scale, scale, np.stack(columns, axis=1), efforts)


def _standard(column: Numbers) -> Numbers:
    return np.asarray((column - column.mean()) / max(float(column.std()), 1e-12))


def _effect(effort: Numbers, shape: Numbers) -> Numbers:
    """Adstock, scaled to its largest value, through the Hill function."""
    carry, half, slope = 1 / (1 + np.exp(-shape[0])), np.exp(shape[1]), np.exp(shape[2])
    stock = np.convolve(effort, (1 - carry) * carry ** np.arange(len(effort)))[: len(effort)]
    scaled = (stock / max(float(stock.max()), 1e-12)) ** slope
    return np.asarray(scaled / (scaled + half**slope))


def _walk(data: _Data, random: np.random.Generator, moves: bool) -> _Draws:
    """A random walk over the shapes, one effect at a time; coefficients drawn from their conditional."""
    shapes = np.tile(_SHAPE_CENTRE, (len(data.efforts), 1))
    effects = [_effect(effort, shape) for effort, shape in zip(data.efforts, shapes, strict=True)]
    fit = _Fit(data, effects, moves)
    returns, evidence, season = [], [], np.zeros(len(data.y))
    for step in range(STEPS):
        n = int(random.integers(len(shapes)))
        shape = shapes[n] + random.normal(0, 0.5, 3) * _SHAPE_SD
        tried = [*effects[:n], _effect(data.efforts[n], shape), *effects[n + 1 :]]
        other = _Fit(data, tried, moves)
        gain = other.evidence - fit.evidence + _prior(shape) - _prior(shapes[n])
        if np.log(random.random()) < gain:
            shapes[n], effects, fit = shape, tried, other
        if step >= BURN_IN and step % KEEP_EVERY == 0:
            drawn = fit.draw(random)
            returns.append(_returns(data, effects, drawn, moves))
            evidence.append(fit.evidence)
            season += data.base[:, 3:7] @ fit.mean[3:7]
    return _Draws(np.array(returns), float(np.mean(evidence)), season)


def _prior(shape: Numbers) -> float:
    return float(-0.5 * (((shape - _SHAPE_CENTRE) / _SHAPE_SD) ** 2).sum())


class _Fit:
    """The conjugate regression given the effects: evidence, mean, and a draw of the coefficients."""

    def __init__(self, data: _Data, effects: list[Numbers], moves: bool) -> None:
        columns = np.stack(effects, axis=1)
        moving = _moving(columns) if moves else columns[:, :0]
        design = np.concatenate([data.base, columns, moving], axis=1)
        parts = ((data.base, _OTHER_SD), (columns, _EFFECT_SD), (moving, _MOVING_SD))
        precision = np.concatenate([np.full(part.shape[1], sd**-2) for part, sd in parts])
        inner = design.T @ design
        inner[np.diag_indices_from(inner)] += precision
        self.lower = np.linalg.cholesky(inner)
        self.half = half = np.linalg.solve(self.lower, design.T @ data.y)
        self.shape = _NOISE_SHAPE + len(data.y) / 2
        self.scale = _NOISE_SCALE + max(float(data.y @ data.y - half @ half), 1e-12) / 2
        volume = np.log(precision).sum() / 2 - np.log(np.diag(self.lower)).sum()
        self.evidence = float(volume - self.shape * np.log(self.scale))

    @cached_property
    def mean(self) -> Numbers:
        return np.asarray(np.linalg.solve(self.lower.T, self.half))

    def draw(self, random: np.random.Generator) -> Numbers:
        noise = np.sqrt(self.scale / random.gamma(self.shape))
        spread = np.linalg.solve(self.lower.T, random.normal(size=len(self.mean)))
        return np.asarray(self.mean + noise * spread)


@lru_cache(maxsize=4)
def _bases(weeks: int) -> Numbers:
    """Slow movements over all the weeks."""
    turn = 2 * np.pi * np.arange(weeks) / weeks
    return np.stack([np.linspace(-1, 1, weeks), np.cos(turn), np.sin(turn)], axis=1)


def _moving(columns: Numbers) -> Numbers:
    """All effects together, with a size that moves slowly over the weeks."""
    return np.asarray(columns.sum(axis=1, keepdims=True) * _bases(len(columns)))


def _returns(data: _Data, effects: list[Numbers], drawn: Numbers, moves: bool) -> Numbers:
    """Results per unit of effort: effects x parts of the time, where they move, and all of it."""
    columns, first = np.stack(effects, axis=1), data.base.shape[1]
    size = np.tile(drawn[first : first + len(effects)], (len(columns), 1))
    if moves:
        size = size + (_bases(len(columns)) @ drawn[first + len(effects) :])[:, None]
    weeks = np.arange(len(columns))
    parts = [*np.array_split(weeks, PARTS), weeks] if moves else [weeks]
    effort = np.stack(data.efforts, axis=1)
    brought = [(columns * size)[part].sum(axis=0) for part in parts]
    spent = [np.maximum(effort[part].sum(axis=0), 1e-12) for part in parts]
    return np.asarray(data.scale * np.stack(brought, axis=1) / np.stack(spent, axis=1))


def _correlations(values: Numbers, season: Numbers) -> Numbers:
    return np.array([np.corrcoef(column, season)[0, 1] if column.std() > 0 else 0.0 for column in values.T])
