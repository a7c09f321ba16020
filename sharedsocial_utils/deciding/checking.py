"""What an analyst checks the verdicts with: their workings, and the second stream on the client's totals."""

from dataclasses import replace

import numpy as np
import pandas as pd

from sharedsocial_utils.client import load_client
from sharedsocial_utils.deciding.case import MIDDLE, case_of, view_of
from sharedsocial_utils.deciding.evidence import verdicts_on
from sharedsocial_utils.deciding.judging import inputs_of
from sharedsocial_utils.deciding.panel import Panel, panel_of
from sharedsocial_utils.deciding.pausing import weekly_contacts
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.deciding.second_stream import COLUMNS, WEEKS_PER_EFFECT, second_stream
from sharedsocial_utils.deciding.value import values_of
from sharedsocial_utils.workspace import Quarter, Workspace

OTHERS = "others"
"""All the activities that the weeks cannot tell apart, as one."""
FACTORS = {"at_half": 0.5, "at_double": 2.0}
GAP_WEEKS = 2
FIGURES = ["contacts", "contacts_low", "contacts_high"]


def workings_of(client: str, quarter: Quarter, place: Workspace, rules: Rules = RULES) -> pd.DataFrame:
    """A row per activity with every number of the formula, so that its probability can be reckoned again.

    `activity, contacts` (K), `needed` (E, contacts that would have paid, at the value that the client's
    activities together bear out), `dispersion` (d), `phi_median, log_spread` (of phi and the value's error),
    `p_worth, p_worth_cautious` (missing for a support role, which contacts do not measure), and `at_half,
    at_double`: the verdict with half and twice the contacts.
    """
    have = inputs_of(place, client, load_client(place.raw(client)), quarter)
    if have.weekly.empty:
        return pd.DataFrame()
    panel = panel_of(have.weekly)
    values = values_of(panel.clients, have.funnel, have.deals, rules)
    case = case_of(panel, values, have.tests, have.portfolio, rules)
    view = view_of(case, MIDDLE, case.value)
    names, measured = case.panel.activity, np.isfinite(case.value) & (case.panel.role != "support")
    found = pd.DataFrame(
        {
            "activity": names,
            "contacts": case.exposure.contacts[:, MIDDLE],
            "needed": np.where(np.isfinite(case.value), case.exposure.effort / case.value, np.nan),
            "dispersion": case.exposure.dispersion,
            "phi_median": np.exp(view.worth.centre),
            "log_spread": view.worth.spread,
            "p_worth": np.where(measured, view.worth.p_above(1.0), np.nan),
            "p_worth_cautious": np.where(measured, view.cautious.p_above(1.0), np.nan),
        }
    )
    for column, factor in FACTORS.items():
        cases = (
            case_of(_with_contacts(panel, row, factor), values, have.tests, have.portfolio, rules)
            for row in range(len(names))
        )
        found[column] = [verdicts_on(own)[0][row] for row, own in enumerate(cases)]
    return found


def _with_contacts(panel: Panel, row: int, factor: float) -> Panel:
    """Had so many times its contacts come to one activity, all else as it is."""
    times = np.where(np.arange(len(panel.activity)) == row, factor, 1.0)[:, None]
    return replace(panel, **{name: getattr(panel, name) * times for name in FIGURES})


def opinion_of(client: str, quarter: Quarter, place: Workspace, rules: Rules = RULES) -> pd.DataFrame:
    """The second stream on the client's weekly totals: `second_stream.COLUMNS`, in margin per unit of cost.

    Contacts of all sources x the value of a contact, against the cost of the dearest activities, as many as
    the weeks can tell apart; the others are one more. The client's demand is a control where it is known. A
    week whose contacts are not known is no week without any: then nothing is told.
    Empty where the value of a contact is not.
    """
    have = inputs_of(place, client, load_client(place.raw(client)), quarter)
    value = float(values_of(pd.Index([client]), have.funnel, have.deals, rules).value[0])
    if have.weekly.empty or not np.isfinite(value):
        return pd.DataFrame(columns=list(COLUMNS))
    efforts = efforts_of(have.weekly)
    total = weekly_contacts(have.contacts).reindex(efforts.index, fill_value=0.0)
    known = have.weekly.groupby("week")["contacts"].count().reindex(efforts.index, fill_value=0) > 0
    results = np.asarray(value * total.where(known).to_numpy(dtype=float), dtype=float)
    return second_stream(results, efforts, _demand(have.weekly, efforts.index))


def efforts_of(weekly: pd.DataFrame) -> pd.DataFrame:
    """Cost by week and activity, the dearest first; those beyond what the weeks can tell apart as `OTHERS`.

    One effect is kept for the placebo. Before an activity's first week it costs nothing; a gap of one or two
    weeks is drawn through, a longer one leaves the activity unknown.
    """
    table = weekly.pivot(index="week", columns="activity", values="cost").astype(float).sort_index()
    table = table.where(table.notna().cummax(), 0.0)
    table = table.interpolate(limit=GAP_WEEKS, limit_area="inside")
    table = table[table.sum().sort_values(ascending=False, kind="stable").index]
    most = max(len(table) // WEEKS_PER_EFFECT - 1, 1)
    if len(table.columns) <= most:
        return table
    alone, others = table.iloc[:, : most - 1], table.iloc[:, most - 1 :]
    return alone.assign(**{OTHERS: others.sum(axis=1, skipna=False)})


def _demand(weekly: pd.DataFrame, weeks: pd.Index) -> pd.DataFrame | None:
    if "demand" not in weekly:
        return None
    demand = weekly.groupby("week")["demand"].first().reindex(weeks).astype(float)
    return demand.to_frame() if demand.notna().all() and demand.std() > 0 else None
