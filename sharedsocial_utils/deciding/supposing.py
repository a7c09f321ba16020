"""What the verdicts and the plan would be with other rates and hours: for the meeting, nothing is written."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from sharedsocial_utils.client import Client, load_client
from sharedsocial_utils.deciding.judging import inputs_of, verdicts_of
from sharedsocial_utils.deciding.planning import plan
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.workspace import Quarter, Workspace


@dataclass(frozen=True)
class Supposed:
    """What is supposed instead of client.toml: money in the client's currency."""

    hourly_cost: float
    hourly_rate: float
    contact_value: float
    protected_share: float = 1.0  # of each person's protected hours
    agency_hours_per_week: float | None = None  # None: as agreed


@dataclass(frozen=True)
class WhatIf:
    """The present figures, and what others would give."""

    present: Supposed
    agency_hours_agreed: float
    recomputed: Callable[[Supposed], tuple[pd.DataFrame, pd.DataFrame]]
    """Flags and plan, as `decide` and `plan` return them."""


def supposing(client: str, quarter: Quarter, place: Workspace, rules: Rules = RULES) -> WhatIf:
    """Reads the measured tables once; every call of `recomputed` decides anew. Raises `Fault` as `judge`."""
    about = load_client(place.raw(client))
    inputs = inputs_of(place, client, about, quarter)

    def recomputed(supposed: Supposed) -> tuple[pd.DataFrame, pd.DataFrame]:
        other = _supposing(about, supposed)
        weekly = _priced(inputs.weekly, about, other)
        funnel = inputs.funnel.assign(contact_value=other.value.contact)
        known = (inputs.tests, inputs.portfolio)
        flags = verdicts_of(weekly, funnel, inputs.deals, inputs.channels, client, other, rules, *known)
        return flags, plan(flags, other, rules, inputs.plan_before)

    present = Supposed(about.company.hourly_cost, about.agency.hourly_rate, about.value.contact)
    return WhatIf(present, sum(a.planned.agency for a in about.activities), recomputed)


def _supposing(client: Client, supposed: Supposed) -> Client:
    people = [
        person.model_copy(
            update={"protected_hours_per_week": person.protected_hours_per_week * supposed.protected_share}
        )
        for person in client.people
    ]
    agency = {"hourly_rate": supposed.hourly_rate, "max_hours_per_week": supposed.agency_hours_per_week}
    return client.model_copy(
        update={
            "people": tuple(people),
            "agency": client.agency.model_copy(update=agency),
            "company": client.company.model_copy(update={"hourly_cost": supposed.hourly_cost}),
            "value": client.value.model_copy(update={"contact": supposed.contact_value}),
        }
    )


def _priced(weekly: pd.DataFrame, now: Client, then: Client) -> pd.DataFrame:
    """The same hours at other rates; money stays."""
    more = weekly["hours_company"].fillna(0) * (then.company.hourly_cost - now.company.hourly_cost)
    more += weekly["hours_agency"].fillna(0) * (then.agency.hourly_rate - now.agency.hourly_rate)
    return weekly.assign(cost=weekly["cost"] + more)
