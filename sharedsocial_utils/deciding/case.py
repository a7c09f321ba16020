"""Everything a verdict needs, and the ways to look at it."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from sharedsocial_utils.deciding.incrementality import Phi, checked_tests, learned_phi, phi_of
from sharedsocial_utils.deciding.panel import Exposure, Flags, Numbers, Panel, direction_unclear, exposure_of
from sharedsocial_utils.deciding.portfolio import Portfolio
from sharedsocial_utils.deciding.posterior import Posterior, fitted_prior, log_likelihood, scaled
from sharedsocial_utils.deciding.rules import Rules
from sharedsocial_utils.deciding.value import Values

LOW, MIDDLE, HIGH = range(3)


@dataclass(frozen=True)
class Case:
    """The weeks, their sums, what a contact is worth to each client, what it is true of, and the prior."""

    panel: Panel
    exposure: Exposure
    values: Values
    phi: Phi
    prior: Numbers
    backwards: Flags  # effort follows results, or the client's demand
    rules: Rules

    @property
    def value(self) -> Numbers:
        """Value of a contact for each activity."""
        return np.asarray(self.values.value[self.panel.client])

    @cached_property
    def break_even(self) -> Numbers:
        """Contacts that would have paid for the known effort; 0 where the value is unknown."""
        return np.asarray(np.nan_to_num(self.exposure.effort / self.value))

    @cached_property
    def mix_variance(self) -> Numbers:
        """What the client's mix of contacts adds to the log variance of an activity's value.

        The value is that of the average contact, q; an activity's own is q_a. With w the shares of the
        contacts var(log q_a - log q) = sd^2 (1 - 2 w_a + sum w^2); the 1 is in phi's spread already.
        """
        client, own = self.panel.client, self.exposure.contacts[:, MIDDLE]
        clients = len(self.panel.clients)
        total = np.fmax(np.bincount(client, weights=own, minlength=clients), self.values.contacts)[client]
        share = np.divide(own, total, out=np.zeros(len(own)), where=total > 0)
        squares = np.bincount(client, weights=share**2, minlength=clients)[client]
        return np.asarray(self.rules.quality_sd**2 * (squares - 2 * share))


@dataclass(frozen=True)
class View:
    """One way to look at a case: with so many contacts and such a value of a contact."""

    weights: Numbers
    worth: Posterior
    cautious: Posterior


def case_of(
    panel: Panel, values: Values, tests: pd.DataFrame | None, portfolio: Portfolio, rules: Rules
) -> Case:
    """The case of a panel, with a prior fitted to it."""
    exposure = exposure_of(panel, portfolio.dispersion, rules)
    usable = checked_tests(tests)
    backwards = direction_unclear(panel)
    phi = phi_of(panel, {**portfolio.phi, **learned_phi(usable, rules)}, usable, backwards, rules)
    like = likelihood(exposure, MIDDLE, values.value[panel.client], rules)
    prior = fitted_prior(like, panel.kind, rules, portfolio.prior)
    return Case(panel, exposure, values, phi, prior, backwards, rules)


def likelihood(exposure: Exposure, end: int, value: Numbers, rules: Rules) -> Numbers:
    """Activities x grid of the return. In short data an activity may be a launch that nobody told of."""
    contacts, spread = exposure.contacts[:, end], exposure.dispersion
    log = log_likelihood(contacts, np.nan_to_num(exposure.effort / value), spread)
    short = exposure.launch_effort < exposure.effort
    if short.any():
        effort = np.nan_to_num(exposure.launch_effort[short] / value[short])
        new = log_likelihood(contacts[short], effort, spread[short]) + exposure.launch_fit[short, None]
        chance = rules.unseen_launch
        log[short] = np.logaddexp(np.log1p(-chance) + log[short], np.log(chance) + new)
    return scaled(log)


def view_of(case: Case, end: int, value: Numbers) -> View:
    """The posterior with the contacts of one end and a value of a contact, expected and cautious."""
    joint = likelihood(case.exposure, end, value, case.rules) * case.prior
    weights = joint / joint.sum(axis=1, keepdims=True)
    variance, phi = case.values.sd[case.panel.client] ** 2 + case.mix_variance, case.phi
    worth = Posterior(weights, phi.centre, np.sqrt(phi.spread**2 + variance))
    cautious = Posterior(weights, phi.cautious_centre, np.sqrt(phi.cautious_spread**2 + variance))
    return View(weights, worth, cautious)


def value_at(rules: Rules, level: float) -> float:
    """E[level ** s] with s normal, within .2 to 1: the share of the value at a share of the effort.

    `value_at(Rules(), 0.5)` => about 0.66.
    """
    return _value_at(rules.level_power, rules.level_power_sd, level)


@lru_cache(maxsize=64)
def _value_at(power: float, sd: float, level: float) -> float:
    grid = np.linspace(0.2, 1.0, 81)
    weights = np.exp(-0.5 * ((grid - power) / sd) ** 2)
    return float((weights * level**grid).sum() / weights.sum())


def gain_per_cost(rules: Rules, level: float) -> float:
    """Share of the value per share of the effort that the step between `level` and 1 moves."""
    return (1 - value_at(rules, level)) / (1 - level)


def best_level(rules: Rules, mean: Numbers) -> Numbers:
    """The level above 0 with the highest expected net value, for a mean return."""
    levels = np.array(rules.levels)
    shares = np.array([value_at(rules, level) for level in rules.levels])
    return np.asarray(levels[np.argmax(mean[:, None] * shares - levels, axis=1)])
