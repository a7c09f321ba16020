"""From the evidence to a verdict: `decide(weekly, funnel, deals, rules)`.

Estimand: the contribution margin that a unit of effort brings *in addition*, per unit of cost, at the present
level, next quarter. Worth its cost: above 1. See `posterior` for the model, `value` for what a contact is
worth, `panel` for carry-over and ramp, `rules` for every threshold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sharedsocial_utils.deciding.panel import (
    RECENT_WEEKS,
    Exposure,
    Flags,
    Numbers,
    Panel,
    Texts,
    direction_unclear,
    exposure_of,
    panel_of,
)
from sharedsocial_utils.deciding.posterior import (
    REFERENCE_PRIOR,
    Posterior,
    fitted_prior,
    likelihood,
    log_sd,
    pooled_prior,
)
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.deciding.value import Values, values_of

LOW, MIDDLE, HIGH = range(3)
COLUMNS = (
    "client", "activity", "flag", "p_worth", "roi_low", "roi_median", "roi_high", "expected_net", "level",
    "evidence_contacts", "weeks", "reason", "break_even_contacts", "value_per_contact", "cost",
    "quarter_cost", "hours_company", "hours_agency", "p_worth_cautious", "caveat",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Everything a verdict needs: the weeks, their sums, what a contact is worth to each client."""

    panel: Panel
    exposure: Exposure
    values: Values
    rules: Rules

    @property
    def value(self) -> Numbers:
        """Value of a contact for each activity."""
        return np.asarray(self.values.value[self.panel.client])

    @cached_property
    def backwards(self) -> Flags:
        """Activities whose effort follows their results."""
        return direction_unclear(self.panel)

    def break_even(self, value: Numbers) -> Numbers:
        """Contacts that would have paid for the known effort; 0 where the value is unknown."""
        return np.asarray(np.nan_to_num(self.exposure.effort / value))

    def by_role(self, of_role: Mapping[str, float]) -> Numbers:
        """A rule's figure for each activity's role."""
        return np.asarray([of_role[role] for role in self.panel.role], dtype=float)


@dataclass(frozen=True)
class View:
    """One way to look at a case: with so many contacts and such a value of a contact."""

    weights: Numbers
    worth: Posterior
    cautious: Posterior


def decide(
    weekly: pd.DataFrame, funnel: pd.DataFrame, deals: pd.DataFrame, rules: Rules = RULES
) -> pd.DataFrame:
    """A verdict for every activity of every client.

    `weekly`: a row per client, activity and week: `client, activity, kind`, `role` (direct, assist, support),
    `week` (Monday), `cost` (currency a week, all effort priced), `hours_company, hours_agency` (h),
    `contacts` (count); optionally `contacts_low, contacts_high` (bounds of common contacts) and `phase`
    (launch, running, closing). `funnel`: a row per client: `client, contacts, opportunities, won` (counts of
    the look-back, all sources), optionally `contact_value` (the client's own estimate, currency). `deals`: a
    row per won opportunity: `client, value` (contribution margin, currency).

    Returns a row per client and activity, in that order, with the columns of the table `flags` (those of
    pilots left out). Figures that nothing supports are missing. Raises `Fault` WS-03 for tables that are not
    so; impossible figures in them (negative, infinite, above 1e12) are taken out, and their activity is
    WATCHed.
    """
    if weekly.empty:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    panel = panel_of(weekly)
    case = Case(panel, exposure_of(panel, rules), values_of(panel.clients, funnel, deals, rules), rules)
    prior = fitted_prior(_likelihood(case, MIDDLE, case.value), panel.kind, rules)
    flag, reason, caveat = verdicts(case, prior)
    return _table(case, _view(case, prior, MIDDLE, case.value), flag, reason, caveat)


def portfolio_prior(
    weekly: pd.DataFrame, funnel: pd.DataFrame, deals: pd.DataFrame, rules: Rules = RULES
) -> Numbers:
    """What the activities at hand say of one not yet begun: weights of its return on the grid."""
    if weekly.empty:
        return REFERENCE_PRIOR
    panel = panel_of(weekly)
    case = Case(panel, exposure_of(panel, rules), values_of(panel.clients, funnel, deals, rules), rules)
    return pooled_prior(_likelihood(case, MIDDLE, case.value)[panel.role == "direct"], rules)


def _likelihood(case: Case, end: int, value: Numbers) -> Numbers:
    return likelihood(case.exposure.contacts[:, end], case.break_even(value), case.exposure.dispersion)


def _view(case: Case, prior: Numbers, end: int, value: Numbers) -> View:
    """The posterior with the contacts of one end and a value of a contact, expected and cautious."""
    joint = _likelihood(case, end, value) * prior
    weights = joint / joint.sum(axis=1, keepdims=True)
    rules, value_sd = case.rules, case.values.sd[case.panel.client]
    centre, sd = np.log(case.by_role(rules.phi_median)), case.by_role(rules.phi_sd)
    worth = Posterior(weights, centre, np.hypot(sd, value_sd))
    centre = np.maximum(centre, np.log(rules.cautious_phi_median))
    cautious = Posterior(weights, centre, np.hypot(np.maximum(sd, rules.cautious_phi_sd), value_sd))
    return View(weights, worth, cautious)


def verdicts(case: Case, prior: Numbers) -> tuple[Texts, Texts, Texts]:
    """Flag, reason and caveat of each activity.

    The verdict must hold for the fewest and for the most contacts that can be the activity's own: where both
    ends ask for less, the milder stands; where one asks for growth and the other for no change, no change;
    where they contradict each other, WATCH.
    """
    views = [_view(case, prior, end, case.value) for end in (LOW, MIDDLE, HIGH)]
    watch = _watch_reason(case, prior, views[MIDDLE])
    judged = watch == ""
    ends = [_labels(case, view, judged) for view in (views[LOW], views[HIGH])]
    flag, reason = _agreed(*ends[0], *ends[1])
    flag, reason = np.where(judged, flag, "WATCH"), np.where(judged, reason, watch)
    less = np.asarray(case.values.without_largest[case.panel.client])
    other, _ = _labels(case, _view(case, prior, HIGH, less), judged)
    return flag, reason, _caveat(case, flag, ends, other)


def _watch_reason(case: Case, prior: Numbers, view: View) -> Texts:
    """Why an activity is only watched; "" where it can be judged. The first that holds is named."""
    exposure, rules, panel = case.exposure, case.rules, case.panel
    strength = case.break_even(case.value) / exposure.dispersion
    spread = log_sd(view.weights) > rules.max_spread * log_sd(prior)
    contacts_known = (panel.known & (panel.cost > 0)).any(axis=1)
    somewhere = np.zeros(len(panel.clients))
    np.add.at(somewhere, panel.client, np.nansum(panel.contacts_high, axis=1))
    counted = (somewhere + np.nan_to_num(case.values.contacts))[panel.client] > 0
    launching = (panel.phase == "launch") & (exposure.age <= rules.launch_weeks)
    conditions = [
        ("bad-data", panel.spoilt),
        ("no-effort", ~(exposure.cost > 0)),
        ("no-effort-now", exposure.present_cost == 0),
        ("contacts-unknown", ~contacts_known),
        ("no-contacts-at-all", ~counted),
        ("value-unknown", ~np.isfinite(case.value)),
        ("few-weeks", exposure.weeks < rules.min_weeks),
        ("launch", launching),
        ("little-evidence", strength < rules.min_break_even),
        ("wide-interval", spread),
    ]
    return np.select([holds for _, holds in conditions], [code for code, _ in conditions], "").astype(object)


def _labels(case: Case, view: View, judged: Flags) -> tuple[Texts, Texts]:
    """STOP, REDUCE, GROW or KEEP and the reason, as if every activity could be judged."""
    rules, panel = case.rules, case.panel
    p_cautious = view.cautious.p_above(1.0)
    hopeless = judged & (p_cautious <= rules.stop_item_p)
    direct = panel.role == "direct"
    stop = controlled_list(p_cautious, panel.client, hopeless & direct, rules.false_stop_share)
    half, more = (_gain_per_cost(rules, level) for level in (0.5, 1.5))
    mean, wider = view.worth.mean, rules.level_power_sd / rules.level_power
    reduce = (mean * half < 1) & (1 - view.worth.p_above(1 / half, wider) >= rules.sureness)
    grow = (mean * more > 1) & (view.worth.p_above(1 / more, wider) >= rules.sureness)
    conditions = [
        ("STOP", "not-worth", stop),
        ("KEEP", "role-unseen", (panel.role == "support") & (hopeless | reduce)),
        ("REDUCE", "role-veto", hopeless & ~direct),
        ("KEEP", "role-unseen", reduce & ~direct),
        ("REDUCE", "list-full", hopeless),
        ("REDUCE", "margin-below-cost", reduce),
        ("KEEP", "direction-unclear", grow & case.backwards),
        ("GROW", "margin-above-cost", grow),
        ("KEEP", "worth", view.worth.p_above(1.0) >= rules.sureness),
    ]
    holds = [holding for _, _, holding in conditions]
    flag = np.select(holds, [flag for flag, _, _ in conditions], "KEEP").astype(object)
    return flag, np.select(holds, [reason for _, reason, _ in conditions], "unsure").astype(object)


def controlled_list(p: Numbers, client: NDArray[np.int64], eligible: Flags, share: float) -> Flags:
    """The longest list of each client's eligible activities, least p first, whose mean p is at most `share`.

    A Bayesian false discovery rate: the mean of P(worth its cost) over the list is the expected share of
    false stops (Newton et al. 2004; Mueller, Parmigiani, Robert, Rousseau 2004).
    """
    chosen = np.zeros(len(p), dtype=bool)
    rows = np.flatnonzero(eligible)
    rows = rows[np.lexsort((p[rows], client[rows]))]
    if len(rows) == 0:
        return chosen
    first = np.r_[True, client[rows][1:] != client[rows][:-1]]
    begin = np.maximum.accumulate(np.where(first, np.arange(len(rows)), 0))
    total = np.cumsum(p[rows])
    mean = (total - np.r_[0.0, total][begin]) / (np.arange(len(rows)) - begin + 1)
    chosen[rows] = mean <= share
    return chosen


def _agreed(low: Texts, low_reason: Texts, high: Texts, high_reason: Texts) -> tuple[Texts, Texts]:
    less = {"STOP", "REDUCE"}
    low_less, high_less = np.isin(low, list(less)), np.isin(high, list(less))
    keeps = (low == "KEEP") & np.isin(high, ["KEEP", "GROW"])
    same = (low == high) | (low_less & high_less)
    flag = np.select([same, keeps], [high, low], "WATCH").astype(object)
    return flag, np.select([same, keeps], [high_reason, low_reason], "shared-contacts").astype(object)


def _caveat(case: Case, flag: Texts, ends: list[tuple[Texts, Texts]], other: Texts) -> Texts:
    """What weakens a verdict; "" for nothing."""
    given = flag != "WATCH"
    exposure = case.exposure
    one_side = np.isnan(exposure.hours_company) ^ np.isnan(exposure.hours_agency)
    conditions = [
        ("one-deal", given & (ends[1][0] != other)),
        ("one-side", given & one_side),
        ("common-contacts", given & (ends[0][0] != ends[1][0])),
    ]
    return np.select([holds for _, holds in conditions], [code for code, _ in conditions], "").astype(object)


def _gain_per_cost(rules: Rules, level: float) -> float:
    """Share of the value per share of the effort that the step between `level` and 1 moves."""
    return (1 - value_at(rules, level)) / (1 - level)


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


def best_level(case: Case, mean: Numbers) -> Numbers:
    """The level with the highest expected net value."""
    levels = np.array(case.rules.levels)
    shares = np.array([value_at(case.rules, level) for level in case.rules.levels])
    return np.asarray(levels[np.argmax(mean[:, None] * shares - levels, axis=1)])


def _table(case: Case, view: View, flag: Texts, reason: Texts, caveat: Texts) -> pd.DataFrame:
    exposure, panel = case.exposure, case.panel
    # contacts do not measure a support role: what they would say of its return is left out
    known = np.isfinite(case.value) & (exposure.cost > 0) & (panel.role != "support")
    low, median, high = view.worth.quantiles(0.05, 0.5, 0.95)
    quarter_cost = exposure.present_cost * RECENT_WEEKS
    level = np.where(known, best_level(case, view.worth.mean), 1.0)
    uncut = (reason == "launch") | (panel.phase == "launch") | (reason == "role-unseen")
    level = np.where(uncut, np.maximum(level, 1.0), level)
    columns: dict[str, object] = {
        "client": np.asarray(panel.clients, dtype=object)[panel.client],
        "activity": panel.activity,
        "flag": flag,
        "p_worth": np.where(known, view.worth.p_above(1.0), np.nan),
        "roi_low": np.where(known, low, np.nan),
        "roi_median": np.where(known, median, np.nan),
        "roi_high": np.where(known, high, np.nan),
        "expected_net": np.where(known, quarter_cost * (view.worth.mean - 1), np.nan),
        "level": np.where(flag == "STOP", 0.0, level),
        "evidence_contacts": exposure.contacts[:, MIDDLE],
        "weeks": exposure.weeks,
        "reason": reason,
        "break_even_contacts": np.where(known, case.break_even(case.value), np.nan),
        "value_per_contact": case.value,
        "cost": np.where(np.isfinite(panel.cost).any(axis=1), exposure.cost, np.nan),
        "quarter_cost": quarter_cost,
        "hours_company": exposure.hours_company,
        "hours_agency": exposure.hours_agency,
        "p_worth_cautious": np.where(known, view.cautious.p_above(1.0), np.nan),
        "caveat": np.array([code or None for code in caveat], dtype=object),
    }
    return pd.DataFrame(columns)
