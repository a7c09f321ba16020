"""From the evidence to a table of verdicts: `decide(weekly, funnel, deals, rules)`.

Estimand: the contribution margin that a unit of effort brings *in addition*, per unit of cost, at the present
level, next quarter. Worth its cost: above 1. See `posterior` for the model, `value` for what a contact is
worth, `panel` for carry-over and ramp, `breaks` for levels that do not hold, `incrementality` for what was
not counted, `verdicts` for the labels, `rules` for every threshold.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from sharedsocial_utils.deciding.case import (
    HIGH,
    LOW,
    MIDDLE,
    Case,
    View,
    best_level,
    case_of,
    likelihood,
    views_of,
)
from sharedsocial_utils.deciding.panel import RECENT_WEEKS, Numbers, Panel, Texts, exposure_of, panel_of
from sharedsocial_utils.deciding.portfolio import Portfolio, reference
from sharedsocial_utils.deciding.posterior import Posterior, pooled_prior
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.deciding.value import values_of
from sharedsocial_utils.deciding.verdicts import loses_too_much, second_look, verdicts

COLUMNS = (
    "client", "activity", "flag", "p_worth", "roi_low", "roi_median", "roi_high", "expected_net", "level",
    "evidence_contacts", "weeks", "reason", "break_even_contacts", "value_per_contact", "cost",
    "quarter_cost", "hours_company", "hours_agency", "p_worth_cautious", "caveat",
)  # fmt: skip


def decide(
    weekly: pd.DataFrame,
    funnel: pd.DataFrame,
    deals: pd.DataFrame,
    rules: Rules = RULES,
    *,
    pause_tests: pd.DataFrame | None = None,
    portfolio: Portfolio | None = None,
) -> pd.DataFrame:
    """A verdict for every activity of every client.

    `weekly`: a row per client, activity and week: `client, activity, kind`, `role` (direct, assist, support),
    `week` (Monday), `cost` (currency a week, all effort priced), `hours_company, hours_agency` (h),
    `contacts` (count); optionally `contacts_low, contacts_high` (bounds of common contacts), `demand` (any
    index of the client's total demand, as visits that came by themselves) and `phase` (launch, running,
    closing). `funnel`: a row per client: `client, contacts, opportunities, won` (counts of the look-back, all
    sources), optionally `contact_value` (the client's own estimate, currency). `deals`: a row per won
    opportunity: `client, value` (contribution margin, currency). `pause_tests`: a row per test that was read:
    `client, activity, role, kind, contacts_expected` (credited in as many weeks), `contacts_lost` (by the
    client as a whole) and its `error` (standard deviation). `portfolio`: what was learned before; the
    reference that ships where none is given.

    Returns a row per client and activity, in that order, with the columns of the table `flags` (those of
    pilots left out). Figures that nothing supports are missing. Raises `Fault` WS-03 for tables that are not
    so; impossible figures in them (negative, infinite, above 1e12) are taken out, and their activity is
    WATCHed.
    """
    if weekly.empty:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    return verdict_table(case_from(weekly, funnel, deals, rules, pause_tests, portfolio))


def verdict_table(case: Case) -> pd.DataFrame:
    """What `decide` returns for a case."""
    views = views_of(case)
    return _table(case, views, *verdicts_on(case, views))


def verdicts_on(case: Case, views: list[View] | None = None) -> tuple[Texts, Texts, Texts]:
    """Flag, reason and caveat of each activity, where much may be lost after a second look."""
    views = views or views_of(case)
    flag, reason, caveat = verdicts(case, views)
    big = loses_too_much(case, flag, views[MIDDLE])
    if big.any():
        flag, reason = second_look(big, _a_quarter_ago(case), flag, reason)
    return flag, reason, caveat


def portfolio_prior(case: Case, portfolio: Portfolio) -> Numbers:
    """What the activities at hand say of one not yet begun: weights of its return on the grid."""
    like = likelihood(case.exposure, MIDDLE, case.value)
    return pooled_prior(like[case.panel.role == "direct"], case.rules, portfolio.prior)


def kind_chances(
    weekly: pd.DataFrame,
    funnel: pd.DataFrame,
    deals: pd.DataFrame,
    rules: Rules = RULES,
    *,
    pause_tests: pd.DataFrame | None = None,
    portfolio: Portfolio | None = None,
) -> pd.DataFrame:
    """How likely a new activity of each kind is to be worth its cost: `kind, p_worth`, the best first.

    From the running activities of the kind, in break-evens, so that it holds whatever a contact is worth.
    """
    case = case_from(weekly, funnel, deals, rules, pause_tests, portfolio)
    kinds, row = np.unique(case.panel.kind, return_index=True)
    p = Posterior(case.prior, case.phi.centre, case.phi.spread).p_above(1.0)[row]
    found = pd.DataFrame({"kind": kinds, "p_worth": p})
    return found.sort_values(["p_worth", "kind"], ascending=[False, True], ignore_index=True)


def case_from(
    weekly: pd.DataFrame,
    funnel: pd.DataFrame,
    deals: pd.DataFrame,
    rules: Rules,
    pause_tests: pd.DataFrame | None,
    portfolio: Portfolio | None,
) -> Case:
    """What the verdicts of these tables rest on; the tables as `decide` takes them."""
    panel = panel_of(weekly)
    return case_of(
        panel, values_of(panel.clients, funnel, deals, rules), pause_tests, portfolio or reference(), rules
    )


def _a_quarter_ago(case: Case) -> Case:
    """The weeks to a quarter ago, with what is known of values, phi and the prior today."""
    panel: Panel = case.panel.without_last(RECENT_WEEKS)
    exposure = exposure_of(panel, float(np.median(case.exposure.dispersion)), case.rules)
    return replace(case, panel=panel, exposure=exposure)


def _table(case: Case, views: list[View], flag: Texts, reason: Texts, caveat: Texts) -> pd.DataFrame:
    exposure, panel = case.exposure, case.panel
    # contacts do not measure a support role: what they would say of its return is left out
    known = np.isfinite(case.value) & (exposure.cost > 0) & (panel.role != "support")
    view = views[MIDDLE]
    low, median, high = view.worth.quantiles(0.05, 0.5, 0.95)
    if views[LOW] is not views[HIGH]:
        low, high = views[LOW].worth.quantiles(0.05)[0], views[HIGH].worth.quantiles(0.95)[0]
    quarter_cost = exposure.present_cost * RECENT_WEEKS
    level = np.where(known, best_level(case.rules, view.worth.mean), 1.0)
    uncut = (panel.phase == "launch") | (reason == "role-unseen")
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
        "break_even_contacts": np.where(known, case.break_even, np.nan),
        "value_per_contact": case.stated[panel.client],
        "cost": np.where(np.isfinite(panel.cost).any(axis=1), exposure.cost, np.nan),
        "quarter_cost": quarter_cost,
        "hours_company": exposure.hours_company,
        "hours_agency": exposure.hours_agency,
        "p_worth_cautious": np.where(known, view.cautious.p_above(1.0), np.nan),
        "caveat": np.array([code or None for code in caveat], dtype=object),
    }
    return pd.DataFrame(columns)
