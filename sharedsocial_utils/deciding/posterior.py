"""The attributed return r on a log grid: prior, likelihood, and what follows for the true return.

Contacts ~ Poisson(r x effort in break-even contacts), tempered by the dispersion d. The true return is
r x phi x the error of the contact's value, both log-normal, so that probabilities and quantiles are sums of
normal distributions over the grid (decisions: the discrete mixture of Kiefer and Wolfowitz, fitted by EM).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sharedsocial_utils.deciding.panel import Numbers
from sharedsocial_utils.deciding.rules import Rules

GRID = np.geomspace(0.02, 50.0, 60)
LOG_GRID = np.log(GRID)
EM_STEPS = 20
ROWS = 2048
"""Activities at a time: with many clients the memory is bounded by it."""


def _log_normal(median: float, sd: float) -> Numbers:
    weights = np.exp(-0.5 * ((LOG_GRID - np.log(median)) / sd) ** 2)
    return np.asarray(weights / weights.sum())


REFERENCE_PRIOR = 0.12 * _log_normal(0.08, 0.8) + 0.88 * _log_normal(1.0, 0.9)
"""Frozen: most activities bring back about what they cost, within a factor of two and a half; one in eight
is as good as dead. It stands for the activities that we have not seen."""
_SMOOTH = np.exp(-0.5 * ((LOG_GRID[:, None] - LOG_GRID[None, :]) / 0.2) ** 2)
_SMOOTH = _SMOOTH / _SMOOTH.sum(axis=1, keepdims=True)


def log_likelihood(contacts: Numbers, break_even: Numbers, dispersion: Numbers) -> Numbers:
    """Activities x grid, but for a constant; flat where nothing is known of the effort."""
    k, e = np.where(break_even > 0, contacts, 0.0) / dispersion, break_even / dispersion
    log = k[:, None] * LOG_GRID
    log -= e[:, None] * GRID
    return np.asarray(log)


def scaled(log: Numbers) -> Numbers:
    """The likelihood, each row scaled to a maximum of 1."""
    below = log - log.max(axis=1, keepdims=True)
    return np.asarray(np.exp(below, out=below))


def fitted_prior(
    like: Numbers, kinds: NDArray[np.object_], rules: Rules, reference: Mapping[str, Numbers]
) -> Numbers:
    """The prior of each activity.

    All activities pulled to the reference, each kind pulled to all; a kind that the reference knows is pulled
    to that instead.
    """
    everything = pooled_prior(like, rules, reference)
    prior = np.empty_like(like)
    for kind in sorted(set(kinds)):
        own = kinds == kind
        prior[own] = _em(like[own], reference.get(kind, everything), rules.kind_weight)
    return prior


def pooled_prior(like: Numbers, rules: Rules, reference: Mapping[str, Numbers]) -> Numbers:
    """One prior for all kinds: the activities at hand, pulled to the reference."""
    return _em(like, reference[""], rules.prior_weight)


def _em(like: Numbers, towards: Numbers, weight: float) -> Numbers:
    """Weights of the grid by EM, smoothed, with a Dirichlet prior worth `weight` activities."""
    weights = towards
    for _ in range(EM_STEPS):
        share = weights * (like.T @ (1 / (like @ weights)))
        weights = (weight * towards + _SMOOTH @ share) / (weight + len(like))
        weights = weights / weights.sum()
    return weights


@dataclass(frozen=True)
class Posterior:
    """Weights of each activity's r on the grid, with centre and spread of log(phi x value error).

    `spread` is phi's and the value's together.
    """

    weights: Numbers
    centre: Numbers
    spread: Numbers

    def p_above(self, threshold: Numbers | float, wider: float = 0.0) -> Numbers:
        """P(return > threshold); `wider` adds a log-normal uncertainty of the threshold."""
        from scipy.special import ndtr

        sd = np.sqrt(self.spread**2 + wider**2)
        centre = self.centre - np.log(threshold)
        z = LOG_GRID + np.reshape(centre, (-1, 1))
        z /= sd[:, None]
        above = ndtr(z, out=z)
        above *= self.weights
        return np.asarray(above.sum(axis=1))

    @cached_property
    def mean(self) -> Numbers:
        """The expected return."""
        return np.asarray((self.weights @ GRID) * np.exp(self.centre + self.spread**2 / 2))

    @cached_property
    def loss_if_worth(self) -> Numbers:
        """E[return - 1 | return > 1]: what each unit of cost would have brought, had it been worth it."""
        from scipy.special import ndtr

        z = LOG_GRID + self.centre[:, None]
        z /= self.spread[:, None]
        z += self.spread[:, None]
        brought = ndtr(z, out=z)
        brought *= self.weights * GRID
        above = np.exp(self.centre + self.spread**2 / 2) * brought.sum(axis=1)
        p = self.p_above(1.0)
        return np.asarray(np.divide(above - p, p, out=np.zeros(len(p)), where=p > 1e-12))

    def quantiles(self, *shares: float) -> list[Numbers]:
        """The return's quantiles, by bisection on the log scale."""
        parts = [self._part(slice(n, n + ROWS))._quantiles(shares) for n in range(0, len(self.weights), ROWS)]
        return list(np.concatenate(parts).T)

    def _part(self, rows: slice) -> "Posterior":
        return Posterior(self.weights[rows], self.centre[rows], self.spread[rows])

    def _quantiles(self, shares: tuple[float, ...]) -> Numbers:
        low = np.full((len(self.weights), len(shares)), -12.0)
        high = np.full_like(low, 12.0)
        for _ in range(17):  # to a relative 2e-4
            middle = (low + high) / 2
            below = self._below(middle) < np.array(shares)
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray(np.exp((low + high) / 2))

    def _below(self, log_return: Numbers) -> Numbers:
        from scipy.special import ndtr

        z = log_return[:, :, None] - self.centre[:, None, None] - LOG_GRID
        z /= self.spread[:, None, None]
        return np.asarray(np.einsum("ag,aqg->aq", self.weights, ndtr(z, out=z)))


def log_sd(weights: Numbers) -> Numbers:
    """The standard deviation of log r."""
    mean = weights @ LOG_GRID
    return np.asarray(np.sqrt(np.maximum(weights @ LOG_GRID**2 - mean**2, 0.0)))
