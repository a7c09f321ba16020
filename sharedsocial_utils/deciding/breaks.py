"""Levels that do not hold: a jump of all of a client's counts (tracking), and the drift of one activity.

Both compare contacts with effort before and after a week by the likelihood ratio of two rates against one,
2 log L = a chi-square of one degree if nothing changed, divided by the dispersion of the counts.
"""

import numpy as np
from numpy.typing import NDArray

from sharedsocial_utils.deciding.rules import Rules

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
LEAST_WEEKS, LEAST_DRIFT_WEEKS = 4, 13
ROWS = 2048
"""Activities at a time: with many clients the memory is bounded by it."""
NEAR_WEEKS = 8
"""A jump must show in so many weeks around it: seasons come slowly, tracking breaks overnight."""
JUMP, NEAR_JUMP = 8.0, 4.0
"""Log likelihood ratios that chance reaches about once in a hundred clients, or activities."""
MONTH_WEEKS = 4
AGREEING = 0.75
"""Share of the client's effort whose own rate moved the same way."""


def tracking_levels(
    client: NDArray[np.int64], counted: Numbers, effort: Numbers, dispersion: Numbers, demand: Numbers
) -> tuple[Numbers, Numbers]:
    """The level of counting before and after a jump of each activity's client.

    As factors of its mean; both 1 where there is no jump. `counted`, `effort`: activities x weeks of known
    contacts and effort, 0 where unknown; `demand`: of their clients, NaN where unknown. A jump that the
    demand makes too is none of the counting.
    """
    rate = _rate(counted.sum(axis=1), effort.sum(axis=1))
    expected = effort * rate[:, None]
    client = client - client.min()
    clients = int(client.max()) + 1
    seen, due, spread = (
        _by_client(values, client, clients) for values in (counted, expected, expected * dispersion[:, None])
    )
    noise = _rate(spread.sum(axis=1), due.sum(axis=1), 1.0)
    wished = due * _relative(demand, client, clients)
    gain = np.minimum(*(_gain(seen, what, LEAST_WEEKS) for what in (due, wished))) / noise[:, None]
    near = np.minimum(*(_near_gain(seen, what) for what in (due, wished))) / noise[:, None]
    week = np.where(near >= NEAR_JUMP, gain, 0.0).argmax(axis=1)
    row = np.arange(clients)
    found = (gain[row, week] >= JUMP) & (near[row, week] >= NEAR_JUMP)
    after = np.arange(seen.shape[1]) >= week[:, None]
    sides = [
        np.clip(_rate((seen * side).sum(axis=1), (due * side).sum(axis=1), 1.0), 0.05, 20.0)
        for side in (~after, after)
    ]
    up = (sides[1] > sides[0])[client]
    found &= gain[row, week] >= JUMP * _restless(seen, due, after, sides, noise)
    found &= _agreeing(client, clients, counted, expected, after[client], up) >= AGREEING
    before, since = (np.where(found, level, 1.0)[client] for level in sides)
    return before, since


def _relative(demand: Numbers, client: NDArray[np.int64], clients: int) -> Numbers:
    """Each client's demand against its mean; 1 where it is unknown."""
    own = np.full((clients, demand.shape[1]), np.nan)
    own[client] = demand
    known = np.isfinite(own) & (own > 0)
    mean = np.where(known, own, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(known, own / np.maximum(mean, 1e-12)[:, None], 1.0)


def _restless(seen: Numbers, due: Numbers, after: Flags, sides: list[Numbers], noise: Numbers) -> Numbers:
    """How much more the counts vary from month to month than by chance, with the jump taken out; 1 or more.

    Seasons and demand move counts too, and then a jump must be so much clearer.
    """
    if seen.shape[1] < MONTH_WEEKS:
        return np.ones(len(seen))
    level = np.where(after, sides[1][:, None], sides[0][:, None])
    weeks = seen.shape[1] - seen.shape[1] % MONTH_WEEKS
    counted, expected = (
        values[:, -weeks:].reshape(len(seen), -1, MONTH_WEEKS).sum(axis=2) for values in (seen, due * level)
    )
    some = expected > 0
    chi = np.divide((counted - expected) ** 2, expected, out=np.zeros_like(expected), where=some)
    freedom = np.maximum(some.sum(axis=1) - 2, 1)
    return np.asarray(np.maximum(chi.sum(axis=1) / freedom / noise, 1.0))


def since_drift(
    counted: Numbers, effort: Numbers, dispersion: Numbers, jumped: Flags, rules: Rules
) -> tuple[Flags, Flags]:
    """The weeks to use (activities x weeks), and the activities whose level changed: only the weeks since.

    Where the whole client jumped, no activity is said to drift.
    """
    week, most = np.zeros(len(counted), dtype=np.int64), np.zeros(len(counted))
    for begin in range(0, len(counted), ROWS):
        rows = slice(begin, begin + ROWS)
        gain = _gain(counted[rows], effort[rows], LEAST_DRIFT_WEEKS)
        week[rows], most[rows] = gain.argmax(axis=1), gain.max(axis=1)
    drifted = (most / dispersion >= rules.drift_evidence) & ~jumped
    fresh = (np.arange(counted.shape[1]) >= week[:, None]) | ~drifted[:, None]
    return fresh, drifted


def _by_client(values: Numbers, client: NDArray[np.int64], clients: int) -> Numbers:
    sums = np.zeros((clients, values.shape[1]))
    np.add.at(sums, client, values)
    return sums


def _rate(contacts: Numbers, effort: Numbers, otherwise: float = 0.0) -> Numbers:
    rate: Numbers = np.divide(contacts, effort, out=np.full(len(contacts), otherwise), where=effort > 0)
    return rate


def _gain(seen: Numbers, due: Numbers, least: int) -> Numbers:
    """Log likelihood ratio of two rates, before and from each week, against one; 0 too near the ends."""
    before_k, before_e = (np.cumsum(values, axis=1) - values for values in (seen, due))
    k, e = seen.sum(axis=1, keepdims=True), due.sum(axis=1, keepdims=True)
    some = (due > 0).astype(np.int64)
    weeks = np.asarray(np.cumsum(some, axis=1) - some)
    enough = (weeks >= least) & (some.sum(axis=1, keepdims=True) - weeks >= least)
    gain = _two_rates(before_k, before_e, k - before_k, e - before_e)
    return np.where(enough, gain, 0.0)


def _near_gain(seen: Numbers, due: Numbers) -> Numbers:
    """The same within `NEAR_WEEKS` before and after each week."""
    before_k, before_e, after_k, after_e = (
        _window(values, side) for side in (-1, 1) for values in (seen, due)
    )
    return _two_rates(before_k, before_e, after_k, after_e)


def _window(values: Numbers, side: int) -> Numbers:
    """Sums of the weeks just before (-1) each week, or from it on (1)."""
    total = np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0)))
    week = np.arange(values.shape[1])
    far = np.clip(week + side * NEAR_WEEKS, 0, values.shape[1])
    return np.asarray(side * (total[:, far] - total[:, week]))


def _two_rates(k: Numbers, e: Numbers, other_k: Numbers, other_e: Numbers) -> Numbers:
    """k log(k/e) for each side less the same for both together."""
    from scipy.special import xlogy

    both_k, both_e = k + other_k, e + other_e
    parts = ((k, e), (other_k, other_e), (both_k, both_e))
    logs = [xlogy(x, np.maximum(x, 1e-9) / np.maximum(y, 1e-9)) for x, y in parts]
    gain = logs[0] + logs[1] - logs[2]
    return np.where((e > 0) & (other_e > 0), gain, 0.0)


def _agreeing(
    client: NDArray[np.int64],
    clients: int,
    counted: Numbers,
    expected: Numbers,
    after: Flags,
    up: Flags,
) -> Numbers:
    """Share of each client's expected contacts whose own rate moved as the client's did."""
    rates = [
        _rate((counted * side).sum(axis=1), (expected * side).sum(axis=1), np.nan) for side in (after, ~after)
    ]
    known = np.isfinite(rates[0]) & np.isfinite(rates[1])
    weight = np.where(known, expected.sum(axis=1), 0.0)
    same = weight * ((rates[0] > rates[1]) == up)
    sums = [np.bincount(client, weights=values, minlength=clients) for values in (same, weight)]
    return _rate(np.asarray(sums[0], dtype=float), np.asarray(sums[1], dtype=float))
