"""One client's quarter: from the measured tables to verdicts, plan and follow-up."""

from dataclasses import dataclass

import pandas as pd

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding.case import case_of
from sharedsocial_utils.deciding.evidence import decide, portfolio_prior, verdict_table
from sharedsocial_utils.deciding.followup import followup, read_decisions
from sharedsocial_utils.deciding.incrementality import NEEDED
from sharedsocial_utils.deciding.panel import LOOK_BACK_WEEKS, panel_of
from sharedsocial_utils.deciding.pausing import pauses, readings
from sharedsocial_utils.deciding.planning import plan
from sharedsocial_utils.deciding.portfolio import Portfolio, portfolio_at
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.deciding.starting import of_whole_quarter, starts
from sharedsocial_utils.deciding.value import values_of
from sharedsocial_utils.tables import conform, ordered, read_table, read_tables, require_unique
from sharedsocial_utils.workspace import Quarter, Workspace

READ = ("activity_weekly", "channel_quarter", "contacts")
BY_THEMSELVES = ("search", "direct")
"""Channels whose visits tell of the demand for the client, whoever works on whatever."""


@dataclass(frozen=True)
class Inputs:
    """What one client's quarter is judged on."""

    weekly: pd.DataFrame  # as `decide` takes it
    funnel: pd.DataFrame
    deals: pd.DataFrame
    channels: pd.DataFrame  # channel_quarter
    contacts: pd.DataFrame
    decisions: pd.DataFrame
    plan_before: pd.DataFrame | None
    flags_before: pd.DataFrame | None
    tests: pd.DataFrame  # pause tests that were read, as `decide` takes them
    portfolio: Portfolio


def inputs_of(place: Workspace, client_id: str, client: Client, quarter: Quarter) -> Inputs:
    """The measured tables, the log and the review of the quarter before; raises `Fault` as `judge`."""
    tables = read_tables(place.processed(client_id, quarter), READ)
    weekly = with_demand(described(tables["activity_weekly"], client_id, client), place, client_id, quarter)
    decisions = read_decisions(place.raw(client_id), client)
    return Inputs(
        weekly,
        *funnel_of(tables["contacts"], client_id, client, quarter),
        tables["channel_quarter"],
        tables["contacts"],
        decisions,
        _before(place, client_id, quarter, "plan"),
        _before(place, client_id, quarter, "flags"),
        tests_of(readings(decisions, weekly, tables["contacts"], client, quarter), client_id, client),
        portfolio_at(place),
    )


def judged(
    place: Workspace, client_id: str, client: Client, quarter: Quarter, rules: Rules = RULES
) -> dict[str, pd.DataFrame]:
    """The tables flags, plan, followup and pauses by name, conformed and ordered."""
    have = inputs_of(place, client_id, client, quarter)
    flags = verdicts_of(
        have.weekly,
        have.funnel,
        have.deals,
        have.channels,
        client_id,
        client,
        rules,
        have.tests,
        have.portfolio,
    )
    found = {
        "flags": flags,
        "plan": plan(flags, client, rules, have.plan_before),
        "followup": followup(have.decisions, have.weekly, client, quarter, rules, have.flags_before),
        "pauses": pauses(flags, have.decisions, have.weekly, have.contacts, client, quarter, rules),
    }
    return {name: ordered(name, require_unique(name, conform(name, frame))) for name, frame in found.items()}


def verdicts_of(
    weekly: pd.DataFrame,
    funnel: pd.DataFrame,
    deals: pd.DataFrame,
    channels: pd.DataFrame,
    client_id: str,
    client: Client,
    rules: Rules,
    tests: pd.DataFrame,
    portfolio: Portfolio,
) -> pd.DataFrame:
    """The verdicts on what runs, then the pilots."""
    value = values_of(pd.Index([client_id]), funnel, deals, rules)
    contact_value = (float(value.value[0]), float(value.sd[0]))
    if weekly.empty:
        verdicts, prior = decide(weekly, funnel, deals, rules), portfolio.prior[""]
    else:
        case = case_of(panel_of(weekly), value, tests, portfolio, rules)
        verdicts, prior = verdict_table(case), portfolio_prior(case, portfolio)
    pilots = starts(of_whole_quarter(channels, weekly), client, contact_value, prior, rules)
    return verdicts if pilots.empty else pd.concat([verdicts, pilots.assign(client=client_id)])


def _before(place: Workspace, client_id: str, quarter: Quarter, name: str) -> pd.DataFrame | None:
    """A table of the review of the quarter before, where that was audited here."""
    folder = place.processed(client_id, quarter.previous)
    return read_table(folder, name) if (folder / f"{name}.parquet").is_file() else None


def described(weekly: pd.DataFrame, client_id: str, client: Client) -> pd.DataFrame:
    """`activity_weekly` with the client's id and each activity's kind, role and phase."""
    known = {activity.id: activity for activity in client.activities}
    of = {name: {id_: getattr(a, name) for id_, a in known.items()} for name in ("kind", "role", "phase")}
    facts = {name: weekly["activity"].map(values) for name, values in of.items()}
    return weekly.assign(client=client_id, **facts)


def with_demand(weekly: pd.DataFrame, place: Workspace, client_id: str, quarter: Quarter) -> pd.DataFrame:
    """The weekly table with the client's demand: its visits of the week that came by search or directly."""
    folder = place.processed(client_id, quarter)
    if not (folder / "visits.parquet").is_file():
        return weekly
    visits = read_table(folder, "visits")
    own = visits[visits["channel"].isin(BY_THEMSELVES)]
    monday = own["date"] - pd.to_timedelta(own["date"].dt.day_of_week, unit="D")
    by_week = own["sessions"].groupby(monday).sum(min_count=1)
    return weekly.assign(demand=weekly["week"].map(by_week).astype(float))


def tests_of(read: pd.DataFrame, client_id: str, client: Client) -> pd.DataFrame:
    """The pause tests that were kept, as `decide` takes them; those of activities that are gone fall away."""
    kinds = {activity.id: activity.kind for activity in client.activities}
    if read.empty:
        return pd.DataFrame(columns=list(NEEDED))
    kept = read[(read["status"] == "read") & read["activity"].isin(kinds)]
    return kept.assign(client=client_id, kind=kept["activity"].map(kinds))[list(NEEDED)]


def funnel_of(
    contacts: pd.DataFrame, client_id: str, client: Client, quarter: Quarter
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Funnel and deals of the look-back, as `decide` takes them: every outcome was an opportunity before; a
    deal is worth its amount x the margin."""
    last = pd.Timestamp(quarter.last_day)
    within = (contacts["date"] <= last) & (contacts["date"] > last - pd.Timedelta(weeks=LOOK_BACK_WEEKS))
    rows = contacts[within]
    won = rows[rows["stage"] == "won"]
    funnel = {
        "client": client_id,
        "contacts": int((rows["stage"] == "contact").sum()),
        "opportunities": int(rows.loc[rows["stage"] != "contact", "contact_id"].nunique()),
        "won": len(won),
        "contact_value": client.value.contact,
    }
    deals = pd.DataFrame({"client": client_id, "value": won["value"].dropna() * client.value.margin})
    return pd.DataFrame([funnel]), deals
