"""What a contact is worth to each client: P(opportunity) x P(won) x the margin of a deal, with its error.

Beta-binomial rates and a log-normal deal. With five clients or more the rates' and deals' priors are the
portfolio's; a lone client stands on its own figures and, until ten deals are won, on its own estimate of a
contact (`contact_value` in the funnel), joined by precision on the log scale. No activity is ever valued by
its own deals: they are too few.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sharedsocial_utils.deciding.panel import Numbers
from sharedsocial_utils.deciding.rules import Rules
from sharedsocial_utils.errors import Fault

# a lone client's priors: a quarter to a third of contacts and of opportunities succeed, worth two cases;
# deals spread by a factor of two and a half, worth five deals
LONE_RATE, LONE_RATE_WEIGHT = 0.3, 2.0
LONE_DEAL_SD, LONE_DEAL_WEIGHT = 0.9, 5.0
TYPICAL_RATE_WEIGHT = 20.0
WINSOR_FROM_DEALS, WINSORED_VARIANCE = 100, 0.982
"""From so many deals the largest hundredth is cut back, which takes a normal's variance to this share."""


@dataclass(frozen=True)
class Values:
    """Per client: median value of a contact (currency; NaN if unknown), its log error, the same without the
    client's largest deal, and the contacts counted."""

    value: Numbers
    sd: Numbers
    without_largest: Numbers
    contacts: Numbers


@dataclass(frozen=True)
class Counts:
    """Per client: counts of the stages, each at least the next one's, and its own estimate of a contact."""

    contacts: Numbers
    opportunities: Numbers
    won: Numbers
    own: Numbers


@dataclass(frozen=True)
class Deals:
    """Per client: number of deals, mean and sum of squares of their log values."""

    number: Numbers
    mean: Numbers
    squares: Numbers


def values_of(clients: pd.Index, funnel: pd.DataFrame, deals: pd.DataFrame, rules: Rules) -> Values:
    """The value of a contact of each client. Raises `Fault` WS-03 for a missing column or a client twice."""
    counts = _counts(clients, funnel)
    client, log = _log_deals(clients, deals)
    all_deals = _sums(client, log, len(clients))
    value, sd = _value(counts, all_deals, rules)
    less, _ = _value(counts, _sums(*_without_largest(client, log), len(clients)), rules)
    return Values(value, sd, np.where(all_deals.number >= 2, less, value), counts.contacts)


def _counts(clients: pd.Index, funnel: pd.DataFrame) -> Counts:
    missing = [name for name in ("client", "contacts", "opportunities", "won") if name not in funnel]
    if missing:
        raise Fault("WS-03", "the funnel lacks columns", text=", ".join(missing))
    if funnel["client"].duplicated().any():
        raise Fault("WS-03", "the funnel has a client twice")
    row = pd.Index(funnel["client"]).get_indexer(clients)
    contacts, opportunities, won = (
        np.nan_to_num(_column(funnel, name, row)) for name in ("contacts", "opportunities", "won")
    )
    opportunities = np.maximum(opportunities, won)
    own = _column(funnel, "contact_value", row) if "contact_value" in funnel else np.full(len(row), np.nan)
    return Counts(np.maximum(contacts, opportunities), opportunities, won, np.where(own > 0, own, np.nan))


def _column(funnel: pd.DataFrame, name: str, row: NDArray[np.intp]) -> Numbers:
    """The figures in the order of the clients; impossible ones and those of absent clients are NaN."""
    values = np.append(funnel[name].to_numpy(dtype="float64", na_value=np.nan), np.nan)[row]
    return np.where(np.isfinite(values) & (values >= 0), values, np.nan)


def _log_deals(clients: pd.Index, deals: pd.DataFrame) -> tuple[NDArray[np.intp], Numbers]:
    """Client and log value of each usable deal; the largest hundredth of a hundred or more is cut back."""
    if missing := [name for name in ("client", "value") if name not in deals]:
        raise Fault("WS-03", "the deals lack columns", text=", ".join(missing))
    client = clients.get_indexer(pd.Index(deals["client"]))
    value = deals["value"].to_numpy(dtype="float64", na_value=np.nan)
    good = np.isfinite(value) & (value > 0) & (client >= 0)
    log = np.log(value[good])
    if len(log) >= WINSOR_FROM_DEALS:
        log = np.minimum(log, np.quantile(log, 0.99))
    return client[good], log


def _without_largest(client: NDArray[np.intp], log: Numbers) -> tuple[NDArray[np.intp], Numbers]:
    order = np.lexsort((log, client))
    client, log = client[order], log[order]
    smaller = np.append(client[1:] == client[:-1], False) if len(client) else np.zeros(0, dtype=bool)
    return client[smaller], log[smaller]


def _sums(client: NDArray[np.intp], log: Numbers, clients: int) -> Deals:
    number = np.bincount(client, minlength=clients).astype(float)
    total = np.bincount(client, weights=log, minlength=clients)
    mean = np.divide(total, number, out=np.full(clients, np.nan), where=number > 0)
    squares = np.bincount(client, weights=(log - mean[client]) ** 2, minlength=clients)
    return Deals(number, mean, np.asarray(squares, dtype=float))


def _value(counts: Counts, deals: Deals, rules: Rules) -> tuple[Numbers, Numbers]:
    """Median and log error of the value of a contact; NaN and 0 where it is unknown."""
    pooled = int((counts.contacts >= rules.min_outcomes).sum()) >= rules.pool_clients
    first, first_var = _rate(counts.opportunities, counts.contacts, pooled)
    second, second_var = _rate(counts.won, counts.opportunities, pooled)
    deal, deal_var = _deal(deals, pooled)
    log_value, variance = first + second + deal, first_var + second_var + deal_var
    unknown = np.isnan(log_value) | ((counts.contacts < rules.min_outcomes) & (not pooled))
    own, own_var = np.log(counts.own), rules.contact_value_sd**2
    own_weight = np.where(unknown, 1.0, variance / (variance + own_var))
    few = (deals.number < rules.enough_won) & np.isfinite(own)
    joined = own_weight * own + (1 - own_weight) * np.nan_to_num(log_value)
    log_value = np.where(few, joined, np.where(unknown, np.nan, log_value))
    return np.exp(log_value), np.sqrt(np.where(few, own_weight * own_var, np.nan_to_num(variance)))


def _rate(won: Numbers, of: Numbers, pooled: bool) -> tuple[Numbers, Numbers]:
    """Log of the posterior mean rate and its variance, 1/a - 1/(a+b)."""
    rate, weight = _rate_prior(won, of) if pooled and won.sum() > 0 else (LONE_RATE, LONE_RATE_WEIGHT)
    a, total = won + rate * weight, of + weight
    return np.log(a / total), 1 / a - 1 / total


def _rate_prior(won: Numbers, of: Numbers) -> tuple[float, float]:
    """Mean and weight (cases) of the clients' rates by moments; the weight within 2 to 200.

    The mean is over clients, not over cases: who sells dear has few cases and would hardly count.
    """
    some = of >= 5
    if some.sum() < 3:
        return min(float(won.sum() / of.sum()), 0.99), 2.0
    rate = float(np.average(won[some] / of[some], weights=of[some] / (of[some] + TYPICAL_RATE_WEIGHT)))
    rate = float(np.clip(rate, 1e-4, 0.99))
    between = float(np.average((won[some] / of[some] - rate) ** 2, weights=of[some]))
    noise = rate * (1 - rate) * some.sum() / of[some].sum()
    spread = max(between - noise, 1e-6)
    return rate, float(np.clip(rate * (1 - rate) / spread - 1, 2.0, 200.0))


def _deal(deals: Deals, pooled: bool) -> tuple[Numbers, Numbers]:
    """Log of a deal's mean margin, exp(mean + variance / 2), and the error variance of that log."""
    number, freedom = deals.number, np.maximum(deals.number - 1, 0.0)
    several = number >= 2
    if not (pooled and several.sum() >= 5):
        degrees = freedom + LONE_DEAL_WEIGHT
        variance = (deals.squares + LONE_DEAL_WEIGHT * LONE_DEAL_SD**2) / degrees
        error = variance / np.maximum(number, 1.0) + variance**2 / (2 * degrees)
        return deals.mean + variance / 2, error
    common = deals.squares.sum() / freedom.sum()
    common = common / WINSORED_VARIANCE if number.sum() >= WINSOR_FROM_DEALS else common
    centre, noise = float(deals.mean[several].mean()), float((common / number[several]).mean())
    between = max(float(deals.mean[several].var()) - noise, 0.05)
    weight = number * between / (number * between + common)
    shrunk = weight * np.nan_to_num(deals.mean) + (1 - weight) * centre
    return shrunk + common / 2, (1 - weight) * between + common**2 / (2 * freedom.sum())
