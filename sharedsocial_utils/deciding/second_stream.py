"""A second look at one client without attribution: do its totals move with effort? For the analyst only.

A regression of the client's weekly results on carried-over, saturated effort:

    y = intercept + trend + year's season + controls + sum of b f(adstock(x; a); k, s) + noise
    f(u) = u^s / (u^s + k^s), u on the scale of its largest value

Coefficients and noise are integrated out in closed form (normal-inverse-gamma); carry-over and the two shape
parameters walk at random on the marginal likelihood: `WALKS` walks side by side, seeded, each from a place
of its own. It is a *check*: it needs two years, fifteen weeks per effect and effort that goes up and down by
itself. Three guards say what it cannot tell:

- *placebo*: one more activity, whose effort is the largest one's half the time later; what it seems to return
  is the floor under which nothing is believed;
- *direction*: effort that goes with the results' own season, without a control that tells the demand;
- *drift*: the effects fit better (log Bayes factor above 3) if their size may move over the years; the
  intervals are then those of the moving effects.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
LEAST_WEEKS, WEEKS_PER_EFFECT, LEAST_VARIATION = 104, 15, 0.25
SEASON_LIMIT, DRIFT_EVIDENCE = 0.5, 3.0
WALKS, STEPS, BURN_IN = 16, 420, 180
"""Walks side by side, steps of each (one effect's shape), and those of which nothing is kept. Against walks
ten times as long the bounds are off by less than a tenth of the interval: about half as much as with one walk
of 3,000 steps, which takes four times as long."""
_NEAR, _FAR_EVERY = 0.35, 3
"""A small step in prior spreads; every third round a step goes to anywhere in the prior."""
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
    """Standardised results, the columns that are not effects, and the efforts, each a row of weeks."""

    y: Numbers
    scale: float
    base: Numbers
    efforts: Numbers

    @cached_property
    def earlier(self) -> Numbers:
        """Each effort so many weeks before each week: efforts x weeks before x weeks."""
        weeks = np.arange(len(self.y))
        back = weeks - weeks[:, None]
        return np.where(back >= 0, self.efforts[:, back], 0.0)


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
    data = _data(results, np.stack([*values.T, placebo]), controls)
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


def _data(results: Numbers, efforts: Numbers, controls: pd.DataFrame | None) -> _Data:
    weeks = len(results)
    time = np.linspace(-1, 1, weeks)
    year = 2 * np.pi * np.arange(weeks) * 7 / 365.25
    rows = [np.ones(weeks), time, time**2, *(f(n * year) for n in (1, 2) for f in (np.sin, np.cos))]
    if controls is not None:
        rows += [_standard(column) for column in controls.to_numpy(dtype=float).T]
    scale = float(np.std(results))
    return _Data((results - results.mean()) / scale, scale, np.stack(rows), efforts)


def _standard(column: Numbers) -> Numbers:
    return np.asarray((column - column.mean()) / max(float(column.std()), 1e-12))


def _effects(earlier: Numbers, shapes: Numbers) -> Numbers:
    """Adstock, scaled to its largest value, through the Hill function: walks x weeks."""
    from scipy.special import expit

    log_carry, log_half, slope = -np.logaddexp(0, -shapes[:, :1]), shapes[:, 1:2], np.exp(shapes[:, 2:])
    stock = np.exp(log_carry * np.arange(len(earlier))) @ earlier
    scaled = stock / np.maximum(stock.max(axis=1, keepdims=True), 1e-12)
    # u ** s / (u ** s + k ** s), by its logarithms
    return np.asarray(expit(slope * (np.log(np.maximum(scaled, 1e-300)) - log_half)))


def _walk(data: _Data, random: np.random.Generator, moves: bool) -> _Draws:
    """Random walks over the shapes, an effect at a time; coefficients drawn from their conditional.

    A small step is taken or not by evidence and prior, one to anywhere in the prior by the evidence alone.
    """
    number = len(data.efforts)
    shapes = _SHAPE_CENTRE + _SHAPE_SD * random.normal(size=(number, WALKS, 3))
    fits = _Fits(data, np.stack([_effects(data.earlier[n], shapes[n]) for n in range(number)], axis=1), moves)
    returns, evidence, season = [], [], np.zeros(len(data.y))
    for sweep in range(STEPS // number):
        for n in range(number):
            step = random.normal(size=(WALKS, 3)) * _SHAPE_SD
            shape, gain = _SHAPE_CENTRE + step, np.zeros(WALKS)
            if sweep % _FAR_EVERY:
                shape = shapes[n] + _NEAR * step
                gain = _prior(shape) - _prior(shapes[n])
            chance = gain - np.log(random.random(WALKS))
            taken = fits.take(n, _effects(data.earlier[n], shape), chance)
            shapes[n, taken] = shape[taken]
        if sweep >= BURN_IN // number:
            mean, drawn = fits.draw(random)
            returns.append(_returns(data, fits.effects, drawn, moves))
            evidence.append(fits.evidence)
            season += (mean[:, 3:7] @ data.base[3:7]).sum(axis=0)
    return _Draws(np.concatenate(returns), float(np.mean(evidence)), season)


def _prior(shape: Numbers) -> Numbers:
    return np.asarray(-0.5 * (((shape - _SHAPE_CENTRE) / _SHAPE_SD) ** 2).sum(axis=1))


class _Fits:
    """The conjugate regressions given the effects, one a walk: their log evidence, and draws of coefficients.

    `rows` (walks x rows x weeks) are the columns of the regression and, last, the results; `inner` are their
    products with the prior's precision, whose Cholesky factor holds all: a new effect changes few of them.
    """

    def __init__(self, data: _Data, effects: Numbers, moves: bool) -> None:
        weeks = len(data.y)
        self.base, self.number = len(data.base), effects.shape[1]
        self.parts = np.concatenate([np.ones((1, weeks)), _slow(weeks)[: 3 * moves]])
        moving = effects.sum(axis=1, keepdims=True) * self.parts[1:]
        base, y = (np.broadcast_to(rows, (len(effects), *rows.shape)) for rows in (data.base, data.y[None]))
        self.rows = np.concatenate([base, effects, moving, y], axis=1)
        deviations = ((self.base, _OTHER_SD), (self.number, _EFFECT_SD), (moving.shape[1], _MOVING_SD))
        self.precision = np.concatenate([*(np.full(n, sd**-2) for n, sd in deviations), [2 * _NOISE_SCALE]])
        self.shape = _NOISE_SHAPE + weeks / 2
        self.inner = self.rows @ self.rows.mT + np.diag(self.precision)
        self.lower, self.evidence = self._factors(self.inner)

    @property
    def effects(self) -> Numbers:
        """Walks x effects x weeks."""
        return np.asarray(self.rows[:, self.base : self.base + self.number])

    def _factors(self, inner: Numbers) -> tuple[Numbers, Numbers]:
        """Cholesky factors and the log evidence."""
        lower = np.linalg.cholesky(inner)
        log = np.log(np.diagonal(lower, axis1=1, axis2=2))
        volume = np.log(self.precision[:-1]).sum() / 2 - log[:, :-1].sum(axis=1)
        return np.asarray(lower), np.asarray(volume - self.shape * (2 * log[:, -1] - np.log(2)))

    def take(self, n: int, effect: Numbers, chance: Numbers) -> NDArray[np.bool_]:
        """Another effect `n` for each walk, where what the evidence gains and `chance` are above 0: there."""
        last = self.rows.shape[1] - 1
        places = np.array([self.base + n, *range(last + 1 - len(self.parts), last)])
        old = self.rows[:, places]
        new = old + (effect[:, None] - old[:, :1]) * self.parts
        cross = self.rows @ new.mT
        cross[:, places] = new @ new.mT + np.diag(self.precision[places])
        inner = self.inner.copy()
        inner[:, places], inner[:, :, places] = cross.mT, cross
        lower, evidence = self._factors(inner)
        taken = evidence - self.evidence + chance > 0
        self.rows[np.flatnonzero(taken)[:, None], places] = new[taken]
        for mine, others in ((self.inner, inner), (self.lower, lower), (self.evidence, evidence)):
            mine[taken] = others[taken]
        return taken

    def draw(self, random: np.random.Generator) -> tuple[Numbers, Numbers]:
        """The mean of the coefficients, and one draw of them: walks x coefficients."""
        upper, half = self.lower[:, :-1, :-1].mT, self.lower[:, -1, :-1]
        noise = self.lower[:, -1, -1:] / np.sqrt(2 * random.gamma(self.shape, size=(len(half), 1)))
        both = np.linalg.solve(upper, np.stack([half, random.normal(size=half.shape)], axis=2))
        return np.asarray(both[:, :, 0]), np.asarray(both[:, :, 0] + noise * both[:, :, 1])


def _slow(weeks: int) -> Numbers:
    """Slow movements over all the weeks, in which the size of all effects together may move."""
    turn = 2 * np.pi * np.arange(weeks) / weeks
    return np.stack([np.linspace(-1, 1, weeks), np.cos(turn), np.sin(turn)])


def _returns(data: _Data, effects: Numbers, drawn: Numbers, moves: bool) -> Numbers:
    """Results per unit of effort: walks x effects x parts of the time, where they move, and all of it."""
    first, number = len(data.base), effects.shape[1]
    size = drawn[:, first : first + number, None]
    if moves:
        size = size + (drawn[:, first + number :] @ _slow(effects.shape[2]))[:, None]
    weeks = np.arange(effects.shape[2])
    parts = [*np.array_split(weeks, PARTS), weeks] if moves else [weeks]
    brought = [(effects * size)[:, :, part].sum(axis=2) for part in parts]
    spent = [np.maximum(data.efforts[:, part].sum(axis=1), 1e-12) for part in parts]
    return np.asarray(data.scale * np.stack(brought, axis=2) / np.stack(spent, axis=1))


def _correlations(values: Numbers, season: Numbers) -> Numbers:
    return np.array([np.corrcoef(column, season)[0, 1] if column.std() > 0 else 0.0 for column in values.T])
