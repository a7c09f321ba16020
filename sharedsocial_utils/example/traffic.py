"""Visits, contacts and deals: what comes back from the effort, and what comes without anybody's work.

Weekly contacts of an activity are Poisson around roi x carried-over cost / value per contact, with the ramp
1 - exp(-age / 12 weeks) of a launch; visits are contacts over the conversion. What an assist activity brings
beyond its own contacts (phi > 1) arrives by search and direct visits.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sharedsocial_utils.example import words
from sharedsocial_utils.example.chance import stream
from sharedsocial_utils.example.days import DAYS, END, START, WEEKS
from sharedsocial_utils.example.effort import Entry, Payment, campaign_of, weekly_cost
from sharedsocial_utils.example.spec import Activity, Background, Cast

CARRY_OVER = {"post": 0.8, "video": 0.7, "photo": 0.8, "reply": 0.2, "ads": 0.0, "monitoring": 0.0}
RAMP_WEEKS = 12
WEEKDAY = np.array([1.06, 1.02, 1.0, 1.0, 1.04, 0.92, 0.96])
Floats = NDArray[np.float64]


class Route(NamedTuple):
    """A way to the site: what the analytics calls it, and whose it is in truth."""

    activity: str
    channel: str
    source: str
    medium: str
    campaign: str


class Visit(NamedTuple):
    """Visits of one day by one route."""

    day: date
    route: Route
    sessions: int
    users: int
    views: int
    key_events: int


class Deal(NamedTuple):
    """An opportunity. `outcome` is won, lost or empty while it is open; `closes` may lie ahead then."""

    id: int
    created: date
    closes: date
    outcome: str
    amount: int


class Contact(NamedTuple):
    """One contact; its names are invented and never to be kept."""

    id: int
    at: datetime
    route: Route
    first_name: str
    last_name: str
    deal: Deal | None


class _Flow(NamedTuple):
    """Sessions per day that are expected by one way, and the route that a day's visits take."""

    name: str
    route_on: Callable[[date], Route]
    sessions: Floats
    conversion: float


def traffic(
    cast: Cast, seed: int, work: list[Entry], paid: list[Payment]
) -> tuple[list[Visit], list[Contact]]:
    """All visits (without those that the tracking gap lost) and all contacts, in order of time."""
    flows = _flows(cast, seed, work, paid)
    visits: list[Visit] = []
    arrivals: list[tuple[date, Route, int]] = []
    for flow in flows:
        _arrive(cast, seed, flow, visits, arrivals)
    return sorted(_tracked(cast, visits)), _contacts(cast, seed, sorted(arrivals))


def _flows(cast: Cast, seed: int, work: list[Entry], paid: list[Payment]) -> list[_Flow]:
    demand = _demand(cast, seed)
    flows: list[_Flow] = []
    extra = np.zeros(len(DAYS))
    for activity in cast.activities:
        contacts = _expected_contacts(cast, seed, activity, weekly_cost(cast, work, paid, activity)) * demand
        flows += _activity_flows(activity, contacts / activity.conversion)
        extra += contacts * max(0.0, activity.phi - 1)
    return flows + [_background_flow(source, demand, extra) for source in cast.background]


def _activity_flows(activity: Activity, sessions: Floats) -> list[_Flow]:
    tagged_share = activity.tagged_share if activity.untagged else 1.0
    tagged = partial(_tagged_route, activity)
    flows = [_Flow(f"{activity.id} tagged", tagged, sessions * tagged_share, activity.conversion)]
    if activity.untagged:
        route = Route(activity.id, activity.channel, *activity.untagged, "(referral)")
        name = f"{activity.id} untagged"
        flows.append(_Flow(name, lambda _: route, sessions * (1 - tagged_share), activity.conversion))
    return flows


def _tagged_route(activity: Activity, day: date) -> Route:
    return Route(activity.id, activity.channel, *activity.tagged, campaign_of(activity, day))


def _background_flow(source: Background, demand: Floats, extra_contacts: Floats) -> _Flow:
    growth = np.linspace(1.0, source.growth, len(DAYS))
    sessions = source.sessions_per_week / 7 * growth * demand
    if source.source in ("google", "(direct)"):
        sessions = sessions + extra_contacts / 2 / source.conversion
    route = Route("", source.channel, source.source, source.medium, source.campaign)
    return _Flow(f"{source.source} without work", lambda _: route, sessions, source.conversion)


def _demand(cast: Cast, seed: int) -> Floats:
    """Demand per day against its mean: season, weekday, and a slow chance of its own."""
    shocks = stream(seed, cast.number, "demand").normal(0, 0.05, WEEKS)
    slow = np.zeros(WEEKS)
    for week in range(1, WEEKS):
        slow[week] = 0.8 * slow[week - 1] + shocks[week]
    season = np.array([cast.season[day.month - 1] for day in DAYS])
    weekday = WEEKDAY[[day.weekday() for day in DAYS]]
    return np.asarray(season * weekday * np.exp(slow)[[(day - START).days // 7 for day in DAYS]])


def _expected_contacts(cast: Cast, seed: int, activity: Activity, cost: Floats) -> Floats:
    """Attributed contacts expected per day, at mean demand."""
    noise = stream(seed, cast.number, "luck", activity.id).gamma(20, 1 / 20, WEEKS)
    ages = np.array([max(0.0, ((START - activity.since).days / 7) + week + 0.5) for week in range(WEEKS)])
    ramp = 1 - np.exp(-ages / RAMP_WEEKS)
    weekly = activity.roi / cast.value_per_contact * carried_over(activity, cost) * ramp * noise
    return np.asarray(weekly[[(day - START).days // 7 for day in DAYS]] / 7)


def carried_over(activity: Activity, cost: Floats) -> Floats:
    """Geometric carry-over of the weekly cost that keeps its level; what ran before goes on as it was."""
    keep = CARRY_OVER[activity.kind]
    carried = np.zeros(WEEKS)
    before = float(cost[:8].mean()) if activity.since < START else 0.0
    for week in range(WEEKS):
        before = keep * before + (1 - keep) * float(cost[week])
        carried[week] = before
    return carried


def _arrive(
    cast: Cast, seed: int, flow: _Flow, visits: list[Visit], arrivals: list[tuple[date, Route, int]]
) -> None:
    chance = stream(seed, cast.number, "visits", flow.name)
    sessions = chance.poisson(flow.sessions)
    contacts = chance.binomial(sessions, flow.conversion)
    users = sessions - chance.binomial(sessions, 0.08)
    views = sessions + chance.poisson(1.4 * sessions)
    key_events = contacts + chance.binomial(sessions - contacts, 0.006)
    counts = np.stack([sessions, users, views, key_events], axis=1).tolist()
    for number in np.flatnonzero(sessions).tolist():
        day = DAYS[number]
        route = flow.route_on(day)
        visits.append(Visit(day, route, *counts[number]))
        if contacts[number]:
            arrivals.append((day, route, int(contacts[number])))


def _tracked(cast: Cast, visits: list[Visit]) -> Iterator[Visit]:
    gap = cast.tracking_gap
    return (visit for visit in visits if not (gap and gap[0] <= visit.day <= gap[1]))


def _contacts(cast: Cast, seed: int, arrivals: list[tuple[date, Route, int]]) -> list[Contact]:
    arrived = [(day, route) for day, route, count in arrivals for _ in range(count)]
    chance = stream(seed, cast.number, "contacts")
    minutes = chance.integers(7 * 60, 23 * 60, len(arrived))
    ids = 10_000_000_000 + cast.number * 10_000_000 + np.cumsum(chance.integers(1, 60, len(arrived)))
    firsts = chance.integers(0, len(words.FIRST_NAMES), len(arrived))
    lasts = chance.integers(0, len(words.LAST_NAMES), len(arrived))
    deals = _deals(cast, seed, [day for day, _ in arrived])
    found = [
        Contact(
            int(ids[number]),
            datetime.combine(day, time()) + timedelta(minutes=int(minutes[number])),
            route,
            words.FIRST_NAMES[firsts[number]],
            words.LAST_NAMES[lasts[number]],
            deals[number],
        )
        for number, (day, route) in enumerate(arrived)
    ]
    return sorted(found, key=lambda contact: (contact.at, contact.id))


def _deals(cast: Cast, seed: int, days: list[date]) -> list[Deal | None]:
    chance = stream(seed, cast.number, "deals")
    count = len(days)
    is_deal = chance.random(count) < cast.opportunity_share
    is_won = chance.random(count) < cast.won_share
    amounts = chance.lognormal(np.log(cast.deal_median), cast.deal_sigma, count)
    opens_after = chance.integers(1, 15, count)
    closes_after = chance.integers(3, 60, count)
    ids = 30_000_000_000 + cast.number * 10_000_000 + np.cumsum(chance.integers(1, 90, count))
    deals: list[Deal | None] = []
    for number, day in enumerate(days):
        created = day + timedelta(days=int(opens_after[number]))
        closes = created + timedelta(days=int(closes_after[number]))
        outcome = ("won" if is_won[number] else "lost") if closes <= END else ""
        deal = Deal(int(ids[number]), created, closes, outcome, max(30, round(float(amounts[number]))))
        deals.append(deal if is_deal[number] and created <= END else None)
    return deals
