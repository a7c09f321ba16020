"""The simulated worlds S0 to S11: seeded clients whose truth is known and kept apart from what is judged.

What an activity is credited with per unit of cost (`r`, in units of its break-even) is drawn from its kind's
population; what it truly brings is r x phi x the quality of its contacts. So the inputs of a world do not
depend on where phi is centred, and a second truth (`roi_centred`, phi centred at 1.0) comes for free.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
WIDTH = 104
LAST_MONDAY = np.datetime64("2026-09-28")
CARRY_OVER = {
    "post": 0.8, "video": 0.7, "photo": 0.7, "deck": 0.8, "newsletter": 0.3, "reply": 0.2, "ads": 0.3,
    "checkin": 0.5,
}  # fmt: skip
KINDS = tuple(CARRY_OVER)
LENGTHS = (13, 26, 52, 104)
DEAL_SD = 0.8


@dataclass(frozen=True)
class Scenario:
    """What a world does to the assumptions; the defaults are S1's."""

    name: str
    what: str
    phi: float = 0.8
    phi_sd: float = 0.40
    kind_phi: dict[str, float] = field(default_factory=dict)
    assists: tuple[str, ...] = ()
    quality_sd: float = 0.3
    saturation: str = "uniform"  # .3 to .9; or "assumed": normal(.6, .17) within .2 to 1
    launched: float = 0.0
    demand: bool = False
    deal_sd: float = DEAL_SD
    broken: bool = False
    drift: float = 0.0
    alone: bool = False
    campaigns: bool = False
    null: bool = False
    shared: float = 0.0
    truth_first: bool = False
    tests: float = 0.0  # share of the activities with a pause test


HARVEST = {"ads": 0.3, "newsletter": 0.3}
UNSEEN = {"video": 2.5, "reply": 2.5, "photo": 2.5}
SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("S0", "as assumed", phi_sd=0.45, quality_sd=0.0, saturation="assumed"),
        Scenario("S1", "attribution gap, quality of contacts, saturation"),
        Scenario("S2", "S1, 30 % launched 6 to 14 weeks ago", launched=0.3),
        Scenario("S3", "effort follows demand, two kinds harvest", demand=True, kind_phi=HARVEST),
        Scenario("S3t", "S3 with 2 % pause tests", demand=True, kind_phi=HARVEST, tests=0.02),
        Scenario("S4", "three kinds assist, declared", kind_phi=UNSEEN, assists=tuple(UNSEEN)),
        Scenario("S4t", "S4 with 2 % pause tests", kind_phi=UNSEEN, assists=tuple(UNSEEN), tests=0.02),
        Scenario("S4u", "S4, nobody declared the assists", kind_phi=UNSEEN),
        Scenario("S4ut", "S4u with 5 % pause tests", kind_phi=UNSEEN, tests=0.05),
        Scenario("S5", "deals with sigma 2", deal_sd=2.0),
        Scenario("S6", "tracking loses 40 % from a week on", broken=True),
        Scenario("S7", "the level drifts", drift=0.06),
        Scenario("S8", "one client alone", alone=True),
        Scenario("S9", "all effort doubles in the same weeks", campaigns=True),
        Scenario("S10", "everything is worth its cost", null=True, quality_sd=0.0),
        Scenario("S11", "30 % of the contacts are shared", shared=0.3),
        Scenario("S1b", "S1, the truth drawn before its credit", truth_first=True),
    )
}


@dataclass(frozen=True)
class World:
    """What `decide` is given, and what it never sees.

    `weekly, funnel, deals` as `decide` takes them (`deals` with the activity, for the baselines);
    `pause_tests` as it takes them; `truth`: a row per client and activity, sorted: `roi, roi_centred,
    saturation, weeks, quarter_cost, kind`. `kinds`: what a new activity of each kind would pay, `kind, p`.
    """

    scenario: Scenario
    weekly: pd.DataFrame
    funnel: pd.DataFrame
    deals: pd.DataFrame
    pause_tests: pd.DataFrame
    truth: pd.DataFrame
    kinds: pd.Series


def world(scenario: Scenario, seed: int, clients: int = 200) -> World:
    """One draw of a scenario; the same seed and number of clients give the same world."""
    random = np.random.default_rng([seed, sorted(SCENARIOS).index(scenario.name)])
    number = random.integers(5, 26, clients)
    client = np.repeat(np.arange(clients), number)
    length = random.choice(LENGTHS, clients)[client]
    kind = random.integers(0, len(KINDS), len(client))
    value = _Value(random, clients, scenario)
    effect = random.normal(0, 0.5, len(KINDS))
    truth = _Truth(random, scenario, kind, effect)
    weeks = _weeks(
        random, scenario, client, kind, length, truth.credited / value.contact[client], truth.saturation
    )
    counted = weeks.contacts
    found = value.outcomes(random, client, counted.sum(axis=1), truth.quality)
    facts = _Facts(client, np.concatenate([np.arange(n) for n in number]), kind, scenario)
    return World(
        scenario,
        facts.weekly(weeks, random),
        found.funnel,
        found.deals.assign(activity=facts.activity[found.activity]),
        _pause_tests(random, scenario, facts, weeks, truth.phi),
        pd.DataFrame(
            {
                "client": facts.client,
                "activity": facts.activity,
                "kind": np.array(KINDS, dtype=object)[kind],
                "roi": truth.roi,
                "roi_centred": truth.centred,
                "saturation": truth.saturation,
                "weeks": length,
                "quarter_cost": 13 * weeks.recent(weeks.cost),
            }
        ),
        pd.Series(truth.p_worth(random, effect), index=pd.Index(KINDS, name="kind")),
    )


class _Truth:
    """Credited and true returns of activities."""

    def __init__(
        self, random: np.random.Generator, scenario: Scenario, kind: NDArray[np.int64], effect: Numbers
    ) -> None:
        self.scenario = scenario
        number = len(kind)
        drawn = _returns(random, effect[kind])
        self.phi = self._phi(random, kind)
        self.quality = (
            np.exp(random.normal(0, scenario.quality_sd, number)) if scenario.quality_sd else np.ones(number)
        )
        if scenario.null:
            self.roi = random.uniform(1.0, 1.3, number)
            self.credited = self.roi / (self.phi * self.quality)
        elif scenario.truth_first:
            self.roi = drawn * scenario.phi
            self.credited = self.roi / (self.phi * self.quality)
        else:
            self.credited = drawn
            self.roi = drawn * self.phi * self.quality
        self.centred = self.roi if scenario.null else self.roi / scenario.phi
        if scenario.saturation == "uniform":
            self.saturation = random.uniform(0.3, 0.9, number)
        else:
            self.saturation = np.clip(random.normal(0.6, 0.17, number), 0.2, 1.0)

    def _phi(self, random: np.random.Generator, kind: NDArray[np.int64]) -> Numbers:
        centre = np.array([self.scenario.kind_phi.get(name, self.scenario.phi) for name in KINDS])[kind]
        return np.asarray(centre * np.exp(random.normal(0, self.scenario.phi_sd, len(kind))))

    def p_worth(self, random: np.random.Generator, effect: Numbers, draws: int = 4000) -> Numbers:
        """P(true return of a new activity > 1) by kind."""
        kind = np.repeat(np.arange(len(KINDS)), draws)
        phi = self._phi(random, kind)
        quality = np.exp(random.normal(0, self.scenario.quality_sd, len(kind)))
        pays = _returns(random, effect[kind]) * phi * quality > 1
        return np.asarray(pays.reshape(len(KINDS), draws).mean(axis=1))


def _returns(random: np.random.Generator, effect: Numbers) -> Numbers:
    """Most about as much as they cost, one in seven as good as dead."""
    dead = random.random(len(effect)) < 0.15
    centre = np.where(dead, np.log(0.1), np.log(0.95) + effect)
    return np.asarray(np.exp(random.normal(centre, np.where(dead, 0.5, 0.8))))


@dataclass(frozen=True)
class _Outcomes:
    funnel: pd.DataFrame
    deals: pd.DataFrame
    activity: NDArray[np.int64]  # the activity's position of each deal


class _Value:
    """Rates and deals of each client; `contact` is what a contact of average quality is truly worth."""

    def __init__(self, random: np.random.Generator, clients: int, scenario: Scenario) -> None:
        self.opportunity, self.won = random.beta(6, 14, clients), random.beta(6, 12, clients)
        mean = np.exp(random.normal(6.8, 0.6, clients))
        self.sd = scenario.deal_sd
        self.centre = np.log(mean) - self.sd**2 / 2
        self.contact = self.opportunity * self.won * mean

    def outcomes(
        self, random: np.random.Generator, client: NDArray[np.int64], contacts: Numbers, quality: Numbers
    ) -> _Outcomes:
        counts = contacts.astype(np.int64)
        rate = np.clip(self.opportunity[client] * quality, 0, 0.95)
        opportunities = random.binomial(counts, rate)
        wins = random.binomial(opportunities, self.won[client])
        activity = np.repeat(np.arange(len(client)), wins)
        of = client[activity]
        sums = {
            name: np.bincount(client, weights=values).astype(np.int64)
            for name, values in (("contacts", counts), ("opportunities", opportunities), ("won", wins))
        }
        names = _names("c", np.arange(len(self.contact)))
        deals = {"client": names[of], "value": np.exp(random.normal(self.centre[of], self.sd))}
        return _Outcomes(pd.DataFrame({"client": names, **sums}), pd.DataFrame(deals), activity)


def _names(letter: str, numbers: NDArray[np.int64]) -> NDArray[np.object_]:
    return np.array([f"{letter}{n:04d}" for n in range(int(numbers.max()) + 1)], dtype=object)[numbers]


@dataclass(frozen=True)
class _Weeks:
    """Activities x weeks; NaN outside the client's data."""

    inside: NDArray[np.bool_]
    began: NDArray[np.int64]  # the column of its launch; 0 if it ran before
    cost: Numbers
    contacts: Numbers  # credited, 0 outside
    shared: Numbers  # of these, common with the client's next activity
    demand: Numbers

    def recent(self, values: Numbers) -> Numbers:
        return np.asarray(np.nan_to_num(values[:, -13:]).mean(axis=1))


def _weeks(
    random: np.random.Generator,
    scenario: Scenario,
    client: NDArray[np.int64],
    kind: NDArray[np.int64],
    length: NDArray[np.int64],
    contacts_per_cost: Numbers,
    saturation: Numbers,
) -> _Weeks:
    shape = (len(client), WIDTH)
    inside = np.arange(WIDTH) >= WIDTH - length[:, None]
    base = np.exp(random.normal(5.0, 0.6, (shape[0], 1)))
    cost = base * np.exp(random.normal(0, 0.3, shape)) * (random.random(shape) < 0.9)
    demand = np.ones(shape)
    if scenario.demand:
        state = _walk(random, client[-1] + 1, 0.9, 0.35)[client]
        cost, demand = cost * np.exp(0.8 * state), np.exp(state)
    if scenario.campaigns:
        on = np.repeat(random.random((client[-1] + 1, WIDTH // 4)) < 0.2, 4, axis=1)[client]
        cost = base * np.exp(random.normal(0, 0.05, shape)) * np.where(on, 2.0, 1.0)
    began = np.zeros(shape[0], dtype=np.int64)
    if scenario.launched:
        late = random.random(shape[0]) < scenario.launched
        began = np.where(late, WIDTH - random.integers(6, 15, shape[0]), 0)
        cost = np.where(np.arange(WIDTH) >= began[:, None], cost, 0.0)
    effort = _carried(cost, np.array(list(CARRY_OVER.values()))[kind], began > 0)
    effort = _saturated(effort, saturation) * _ramp(began)
    rate = contacts_per_cost[:, None] * effort * (demand**0.5)
    if scenario.drift:
        path = np.cumsum(random.normal(0, scenario.drift, shape), axis=1)
        rate = rate * np.exp(path - path[:, -13:].mean(axis=1, keepdims=True))
    if scenario.broken:
        weeks = np.array(
            [random.integers(4, max(own - 4, 5)) for own in length[np.r_[True, np.diff(client) > 0]]]
        )
        lost = np.arange(WIDTH) >= WIDTH - weeks[client][:, None]
        rate = np.where(lost, 0.6 * rate, rate)
    counts = random.negative_binomial(np.maximum(rate, 1e-9) / 0.5, 1 / 1.5).astype(float)
    counts = np.where(inside, counts, 0.0)
    shared = random.binomial(counts.astype(np.int64), scenario.shared).astype(float)
    return _Weeks(inside, began, np.where(inside, cost, np.nan), counts, shared, demand)


def _walk(random: np.random.Generator, clients: int, rho: float, sd: float) -> Numbers:
    """A stationary AR(1) of standard deviation `sd` for each client."""
    steps = random.normal(0, sd * np.sqrt(1 - rho**2), (clients, WIDTH))
    steps[:, 0] *= 1 / np.sqrt(1 - rho**2)
    for week in range(1, WIDTH):
        steps[:, week] += rho * steps[:, week - 1]
    return np.asarray(steps)


def _carried(cost: Numbers, alpha: Numbers, new: NDArray[np.bool_]) -> Numbers:
    state = np.where(new, 0.0, cost[:, :8].mean(axis=1))
    carried = np.empty_like(cost)
    for week in range(WIDTH):
        state = alpha * state + (1 - alpha) * cost[:, week]
        carried[:, week] = state
    return carried


def _saturated(effort: Numbers, power: Numbers) -> Numbers:
    """Effort that works as its power says, and as itself at the present level: the last 13 weeks'."""
    present = effort[:, -13:].mean(axis=1, keepdims=True)
    return np.asarray(present * (effort / present) ** power[:, None])


def _ramp(began: NDArray[np.int64]) -> Numbers:
    age = np.arange(WIDTH)[None, :] - began[:, None] + 1
    return np.where(began[:, None] > 0, 1 - np.exp(-np.maximum(age, 0) / 12), 1.0)


class _Facts:
    """Names of clients and activities, and the weekly table."""

    def __init__(
        self,
        client: NDArray[np.int64],
        activity: NDArray[np.int64],
        kind: NDArray[np.int64],
        scenario: Scenario,
    ) -> None:
        self.number = client
        self.client, self.activity = _names("c", client), _names("a", activity)
        self.kind = np.array(KINDS, dtype=object)[kind]
        self.role = np.where(np.isin(self.kind, list(scenario.assists)), "assist", "direct").astype(object)
        self.scenario = scenario

    def weekly(self, weeks: _Weeks, random: np.random.Generator) -> pd.DataFrame:
        row, column = np.nonzero(weeks.inside)
        monday = LAST_MONDAY + 7 * (np.arange(WIDTH) - WIDTH + 1).astype("timedelta64[D]")
        cost, contacts = weeks.cost[row, column], weeks.contacts[row, column]
        frame = {
            "client": self.client[row],
            "activity": self.activity[row],
            "kind": self.kind[row],
            "role": self.role[row],
            "week": monday[column],
            "cost": cost,
            "hours_company": cost / 60,
            "hours_agency": cost / 90,
            "contacts": contacts,
        }
        if self.scenario.shared:
            mine, others = (values[row, column] for values in (weeks.shared, self._neighbours(weeks.shared)))
            low = contacts - mine
            frame |= {
                "contacts_low": low,
                "contacts": low + (mine + others) / 2,
                "contacts_high": low + mine + others,
            }
        if self.scenario.demand:
            noise = np.exp(random.normal(0, 0.2, (self.number[-1] + 1, WIDTH)))[self.number]
            frame["demand"] = 1000 * (weeks.demand * noise)[row, column]
        return pd.DataFrame(frame)

    def _neighbours(self, values: Numbers) -> Numbers:
        """The figures of each activity's neighbour in its client, in a circle."""
        first = np.flatnonzero(np.r_[True, np.diff(self.number) > 0])
        end = np.r_[first[1:], len(self.number)]
        order = np.arange(len(self.number)) - 1
        order[first] = end - 1
        return values[order]


PAUSE_WEEKS, BEFORE_WEEKS = 6, 26


def _pause_tests(
    random: np.random.Generator, scenario: Scenario, facts: _Facts, weeks: _Weeks, phi: Numbers
) -> pd.DataFrame:
    """Readings of six-week pauses: how many contacts the client as a whole lost, against those credited.

    The loss is read from the client's weekly totals before and during the pause, with their noise. A test is
    made only where losing what is credited would show as two standard errors.
    """
    names = ["client", "activity", "role", "kind", "contacts_expected", "contacts_lost", "error"]
    if not scenario.tests:
        return pd.DataFrame(columns=names)
    credited = weeks.contacts[:, -BEFORE_WEEKS:].mean(axis=1)
    expected = credited * PAUSE_WEEKS
    total = np.bincount(facts.number, weights=credited)[facts.number]
    error = np.sqrt(1.5 * total * PAUSE_WEEKS * (1 + PAUSE_WEEKS / BEFORE_WEEKS))
    possible = np.flatnonzero((expected >= 8) & (expected >= 2 * error))
    wanted = min(round(scenario.tests * len(phi)), len(possible))
    n = np.sort(random.choice(possible, wanted, replace=False))
    lost = random.normal(phi[n] * expected[n], error[n])
    facts_of = (fact[n] for fact in (facts.client, facts.activity, facts.role, facts.kind))
    return pd.DataFrame(dict(zip(names, (*facts_of, expected[n], lost, error[n]), strict=True)))
