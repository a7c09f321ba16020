"""Everything a verdict needs, and the ways to look at it."""

from dataclasses import dataclass, replace
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
_STEPS = np.linspace(-3.0, 3.0, 13)


@dataclass(frozen=True)
class Case:
    """The weeks, their sums, what a contact is worth to each client, what it is true of, and the prior."""

    panel: Panel
    exposure: Exposure
    values: Values  # as far as all of a client's activities together bear them out
    stated: Numbers  # value of a contact for each client, before that
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
        return np.asarray(np.nan_to_num(self.exposure.effort / self.stated[self.panel.client]))

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
    like = likelihood(exposure, MIDDLE, values.value[panel.client])
    prior = fitted_prior(like, panel.kind, rules, portfolio.prior)
    found = Case(panel, exposure, values, values.value, phi, prior, backwards, rules)
    return replace(found, values=levelled(found))


def levelled(case: Case) -> Values:
    """The value of a contact, as far as all the client's activities together speak against it.

    If it is stated too low, all of them look poor at once. With u = log(true / stated) + what the client does
    better or worse than others, u ~ N(0, sd^2 + t^2), its posterior over a grid is that of the activities'
    marginal likelihoods; of u the value's error has the share sd^2 / (sd^2 + t^2), and the rest stays open.
    """
    values, own = case.values, case.rules.client_level_sd
    total = np.hypot(values.sd, own)
    log = np.array([_together(case, step * total) for step in _STEPS]) - _STEPS[:, None] ** 2 / 2
    weights = np.exp(log - log.max(axis=0))
    weights /= weights.sum(axis=0)
    mean = weights.T @ _STEPS
    spread = np.maximum(weights.T @ _STEPS**2 - mean**2, 0.0)
    share = (values.sd / total) ** 2
    factor = np.exp(share * mean * total)
    variance = share**2 * spread * total**2 + values.sd**2 * (1 - share)
    less = values.without_largest * factor
    return replace(values, value=values.value * factor, sd=np.sqrt(variance), without_largest=less)


def _together(case: Case, shift: Numbers) -> Numbers:
    """Log marginal likelihood of each client's activities with values so much higher (log scale)."""
    client = case.panel.client
    value = (case.values.value * np.exp(shift))[client]
    like = likelihood(case.exposure, MIDDLE, value)
    own = np.log((like * case.prior).sum(axis=1))
    return np.asarray(np.bincount(client, own, len(case.panel.clients)), dtype=float)


def likelihood(exposure: Exposure, end: int, value: Numbers) -> Numbers:
    """Activities x grid of the return. In short data an activity may be a launch that nobody told of."""
    contacts, spread = exposure.contacts[:, end], exposure.dispersion
    log = log_likelihood(contacts, np.nan_to_num(exposure.effort / value), spread)
    short = exposure.launch_effort < exposure.effort
    if short.any():
        effort = np.nan_to_num(exposure.launch_effort[short] / value[short])
        new = log_likelihood(contacts[short], effort, spread[short]) + exposure.launch_fit[short, None]
        chance = exposure.launch_chance[short, None]
        log[short] = np.logaddexp(np.log1p(-chance) + log[short], np.log(chance) + new)
    return scaled(log)


def view_of(case: Case, end: int, value: Numbers) -> View:
    """The posterior with the contacts of one end and a value of a contact, expected and cautious."""
    weights = likelihood(case.exposure, end, value)
    weights *= case.prior
    weights /= weights.sum(axis=1, keepdims=True)
    variance, phi = case.values.sd[case.panel.client] ** 2 + case.mix_variance, case.phi
    worth = Posterior(weights, phi.centre, np.sqrt(phi.spread**2 + variance))
    cautious = Posterior(weights, phi.cautious_centre, np.sqrt(phi.cautious_spread**2 + variance))
    return View(weights, worth, cautious)


def views_of(case: Case) -> list[View]:
    """With the fewest, the likely and the most contacts; one view where they are the same."""
    contacts = case.exposure.contacts
    if (contacts[:, LOW] == contacts[:, HIGH]).all():
        return [view_of(case, MIDDLE, case.value)] * 3
    return [view_of(case, end, case.value) for end in (LOW, MIDDLE, HIGH)]


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
