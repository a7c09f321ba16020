"""One client's quarter: from the measured tables to verdicts, plan and follow-up."""

import pandas as pd

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding.evidence import decide, portfolio_prior
from sharedsocial_utils.deciding.followup import followup, read_decisions
from sharedsocial_utils.deciding.panel import LOOK_BACK_WEEKS
from sharedsocial_utils.deciding.planning import plan
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.deciding.starting import starts
from sharedsocial_utils.deciding.value import values_of
from sharedsocial_utils.tables import conform, ordered, read_table, read_tables, require_unique
from sharedsocial_utils.workspace import Quarter, Workspace

READ = ("activity_weekly", "channel_quarter", "contacts")


def judged(
    place: Workspace, client_id: str, client: Client, quarter: Quarter, rules: Rules = RULES
) -> dict[str, pd.DataFrame]:
    """The tables flags, plan and followup by name, conformed and ordered."""
    tables = read_tables(place.processed(client_id, quarter), READ)
    weekly = described(tables["activity_weekly"], client_id, client)
    funnel, deals = funnel_of(tables["contacts"], client_id, client, quarter)
    verdicts = decide(weekly, funnel, deals, rules)
    value = values_of(pd.Index([client_id]), funnel, deals, rules)
    contact_value = (float(value.value[0]), float(value.sd[0]))
    prior = portfolio_prior(weekly, funnel, deals, rules)
    pilots = starts(tables["channel_quarter"], client, contact_value, prior, rules)
    flags = verdicts if pilots.empty else pd.concat([verdicts, pilots.assign(client=client_id)])
    decisions = read_decisions(place.raw(client_id), client)
    found = {
        "flags": flags,
        "plan": plan(flags, client, rules, _plan_before(place, client_id, quarter)),
        "followup": followup(decisions, tables["activity_weekly"], client, quarter, rules),
    }
    return {name: ordered(name, require_unique(name, conform(name, frame))) for name, frame in found.items()}


def _plan_before(place: Workspace, client_id: str, quarter: Quarter) -> pd.DataFrame | None:
    """The plan of the review of the quarter before, where that was audited here."""
    folder = place.processed(client_id, quarter.previous)
    return read_table(folder, "plan") if (folder / "plan.parquet").is_file() else None


def described(weekly: pd.DataFrame, client_id: str, client: Client) -> pd.DataFrame:
    """`activity_weekly` with the client's id and each activity's kind, role and phase."""
    known = {activity.id: activity for activity in client.activities}
    of = {name: {id_: getattr(a, name) for id_, a in known.items()} for name in ("kind", "role", "phase")}
    facts = {name: weekly["activity"].map(values) for name, values in of.items()}
    return weekly.assign(client=client_id, **facts)


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
