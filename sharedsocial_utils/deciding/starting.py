"""START: channels that send visits or contacts although nobody works there, as pilots with a stop criterion.

The expected contacts of a quarter are those seen or, where they are not known, the visits at the client's own
rate of contacts per visit; where that is not known either, no criterion can be written and there is no pilot.
A pilot takes a small share of the agreed hours for one quarter. It is worth its cost if, besides the contacts
that come anyway, it brings those that pay for it: fewer than both together by its last week, and it is to be
stopped. How likely it is to be worth it is told by the client's other activities, no more.
"""

from math import ceil

import numpy as np
import pandas as pd

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding.panel import RECENT_WEEKS, Numbers
from sharedsocial_utils.deciding.posterior import Posterior
from sharedsocial_utils.deciding.rules import Rules
from sharedsocial_utils.tables import ENOUGH_KNOWN

NEVER = ("search", "direct", "referral", "ai-assistant", "other", "site")
PREFIX = "start-"


def starts(
    channels: pd.DataFrame,
    client: Client,
    contact_value: tuple[float, float],
    prior: Numbers,
    rules: Rules,
) -> pd.DataFrame:
    """Rows for the table `flags` (without `client`), the best first, at most `max_starts`.

    `channels`: `channel, visits, contacts, hours_company, hours_agency` of the quarter (`channel_quarter`).
    `contact_value`: value of a contact (currency) and its log error; NaN gives no start, since a pilot
    without a criterion is none. `prior`: weights of a new activity's return on the grid, see
    `evidence.portfolio_prior`.
    """
    value, value_sd = contact_value
    found = candidates(channels, client, rules)
    if not np.isfinite(value) or value <= 0 or found.empty:
        return pd.DataFrame()
    hours = pilot_hours(client, rules)
    cost = hours * rules.pilot_weeks * (client.company.hourly_cost + client.agency.hourly_rate) / 2
    phi = rules.phi_median["direct"]
    needed = cost / (value * phi)
    worth = Posterior(
        prior[None, :],
        np.array([np.log(phi)]),
        np.array([np.hypot(rules.phi_sd["direct"], value_sd)]),
    )
    low, median, high = (float(quantile[0]) for quantile in worth.quantiles(0.05, 0.5, 0.95))
    return pd.DataFrame(
        {
            "activity": PREFIX + found["channel"],
            "flag": "START",
            "reason": np.where(
                found["contacts"].fillna(0) >= rules.start_contacts,
                "contacts-without-effort",
                "visits-without-effort",
            ),
            "p_worth": float(worth.p_above(1.0)[0]),
            "roi_low": low,
            "roi_median": median,
            "roi_high": high,
            "expected_net": cost * (float(worth.mean[0]) - 1),
            "level": 1.0,
            "evidence_contacts": found["contacts"],
            "weeks": 0,
            "break_even_contacts": needed,
            "value_per_contact": value,
            "quarter_cost": cost,
            "pilot_weeks": rules.pilot_weeks,
            "pilot_hours_per_week": hours,
            "pilot_contacts": [ceil(needed + expected) for expected in found["expected"]],
        }
    )


def candidates(channels: pd.DataFrame, client: Client, rules: Rules) -> pd.DataFrame:
    """`channel, visits, contacts, expected` of channels without activity, effort or price, best first; those
    only whose contacts can be expected."""
    worked = {activity.channel for activity in client.activities}
    free = ~channels["channel"].isin([*worked, *NEVER]) & ~channels["channel"].str.endswith("-ads")
    idle = channels[["hours_company", "hours_agency"]].fillna(0).sum(axis=1) == 0
    some = (channels["visits"].fillna(0) >= rules.start_visits) | (
        channels["contacts"].fillna(0) >= rules.start_contacts
    )
    found = channels.loc[free & idle & some, ["channel", "visits", "contacts"]]
    both = channels[["visits", "contacts"]].dropna().sum()
    rate = both["contacts"] / both["visits"] if both["visits"] > 0 else np.nan
    found = found.assign(expected=found["contacts"].fillna(found["visits"] * rate)).dropna(
        subset=["expected"]
    )
    return found.sort_values(["expected", "channel"], ascending=[False, True]).head(rules.max_starts)


def of_whole_quarter(channels: pd.DataFrame, weekly: pd.DataFrame) -> pd.DataFrame:
    """The channels; their contacts are missing where too few of the last 13 weeks of `activity_weekly` know
    theirs: a sum of some weeks would make the criterion of a pilot too low."""
    told = weekly.groupby("week")["contacts"].count().tail(RECENT_WEEKS).gt(0)
    enough = told.empty or told.mean() >= ENOUGH_KNOWN
    return channels if enough else channels.assign(contacts=np.nan)


def pilot_hours(client: Client, rules: Rules) -> float:
    """Hours a week of a pilot: its share of the agreed hours, in half hours, from 1 to 4."""
    agreed = sum(a.planned.company + a.planned.agency for a in client.activities)
    return float(np.clip(round(2 * rules.pilot_share * agreed) / 2, 1.0, 4.0))
