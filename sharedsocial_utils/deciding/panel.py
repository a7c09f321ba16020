"""The weekly table as arrays: a row per activity, a column per week, each client's last week last."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sharedsocial_utils.deciding.breaks import since_drift, tracking_levels
from sharedsocial_utils.deciding.rules import Rules
from sharedsocial_utils.errors import Fault

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]
NEEDED = (
    "client", "activity", "kind", "role", "week", "cost", "hours_company", "hours_agency", "contacts",
)  # fmt: skip
FIGURES = (
    "cost", "hours_company", "hours_agency", "contacts", "contacts_low", "contacts_high", "demand",
)  # fmt: skip
ROLES = ("direct", "assist", "support")
LOOK_BACK_WEEKS = 104
RECENT_WEEKS = 13
"""Weeks that tell the present level: one quarter."""
IDLE_FIRST = 3.0
"""One week in ten of what runs is idle; of what begins with the data, one first week in three."""
LEAST_BEFORE, EARLY_CONTACTS = 4, 3
"""Weeks without work before it, and contacts in them, from which they say something."""
FEW = 5
"""Fewer activities have no median of their own."""
IMPOSSIBLE = 1e12
"""No week costs or brings so much; beyond it squares leave the range of numbers."""


@dataclass(frozen=True)
class Panel:
    """What is known of each activity, week by week; activities are sorted by client and id.

    `client` is a position in `clients`; `phase` is "running" where it is not given; `demand` is the client's
    total demand. The arrays of figures are activities x weeks, NaN where nothing is known. `spoilt` marks
    activities that had impossible figures (they are taken out).
    """

    clients: pd.Index
    client: NDArray[np.int64]
    activity: Texts
    kind: Texts
    role: Texts
    phase: Texts
    cost: Numbers
    hours_company: Numbers
    hours_agency: Numbers
    contacts: Numbers
    contacts_low: Numbers
    contacts_high: Numbers
    demand: Numbers
    spoilt: Flags

    @cached_property
    def known(self) -> Flags:
        """Weeks whose cost and contacts are both known: only they are evidence."""
        return np.isfinite(self.cost) & np.isfinite(self.contacts)

    def parts(self, activities: int = 4096) -> "Iterator[Panel]":
        """The panel in parts of whole clients, of about so many activities."""
        last = len(self.client)
        begin = 0
        while begin < last:
            end = begin + activities
            end = last if end >= last else int(np.searchsorted(self.client, self.client[end], "right"))
            rows = slice(begin, end)
            names = [field.name for field in fields(self) if field.name != "clients"]
            yield replace(self, **{name: getattr(self, name)[rows] for name in names})
            begin = end

    def without_last(self, weeks: int) -> "Panel":
        """The panel as it was so many weeks ago (one week at least remains)."""
        end = max(self.cost.shape[1] - weeks, 1)
        names = [name for name in FIGURES if getattr(self, name).shape[1] > 1]
        return replace(self, **{name: getattr(self, name)[:, :end] for name in names})


def panel_of(weekly: pd.DataFrame) -> Panel:
    """Checks and reshapes the weekly table.

    Raises `Fault` WS-03 for a missing column, an unknown role, a week that is no Monday, or an activity that
    has a week twice.
    """
    missing = [name for name in NEEDED if name not in weekly]
    if missing:
        raise Fault("WS-03", "table activity_weekly lacks columns", text=", ".join(missing))
    client, clients = pd.factorize(weekly["client"], sort=True)
    name, names = pd.factorize(weekly["activity"], sort=True)
    ids, place = np.unique(client.astype(np.int64) * len(names) + name, return_inverse=True)
    week = _week_number(weekly["week"])
    column, width = _columns(week, client, len(clients))
    inside = column >= 0
    at = (place[inside], column[inside])
    if np.bincount(at[0] * width + at[1], minlength=1).max() > 1:
        raise Fault("WS-03", "table activity_weekly: an activity has the same week twice")
    arrays, spoilt = _arrays(weekly, inside, at, (len(ids), width))
    last = _last_row(place, week, len(ids))
    kind, role, phase = (_text(weekly, name, last) for name in ("kind", "role", "phase"))
    _check_roles(role)
    activity = np.asarray(names, dtype=object)[ids % len(names)]
    return Panel(pd.Index(clients), ids // len(names), activity, kind, role, phase, spoilt=spoilt, **arrays)


def _week_number(week: pd.Series) -> NDArray[np.int64]:
    """Weeks since Monday 29 December 1969."""
    if week.isna().any():
        raise Fault("WS-03", "table activity_weekly: a week is missing")
    days = week.to_numpy().astype("datetime64[D]").astype(np.int64) + 3
    if (days % 7 != 0).any():
        raise Fault("WS-03", "table activity_weekly: a week does not begin on a Monday")
    return np.asarray(days // 7)


def _text(weekly: pd.DataFrame, name: str, rows: NDArray[np.int64]) -> Texts:
    if name not in weekly:
        return np.full(len(rows), "running", dtype=object)
    texts = weekly[name].iloc[rows].to_numpy(dtype=object)
    return np.where(pd.isna(texts), "running" if name == "phase" else "", texts)


def _check_roles(roles: Texts) -> None:
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise Fault("WS-03", "unknown role", text=", ".join(unknown), expected=", ".join(ROLES))


def _columns(
    week: NDArray[np.int64], client: NDArray[np.intp], clients: int
) -> tuple[NDArray[np.int64], int]:
    """The column of each row; negative for rows before the look-back. And the number of columns."""
    last = np.full(clients, np.iinfo(np.int64).min)
    np.maximum.at(last, client, week)
    back = last[client] - week
    width = int(min(back.max() + 1, LOOK_BACK_WEEKS))
    return width - 1 - back, width


def _arrays(
    weekly: pd.DataFrame,
    inside: Flags,
    at: tuple[NDArray[np.intp], NDArray[np.int64]],
    shape: tuple[int, int],
) -> tuple[dict[str, Numbers], Flags]:
    arrays, spoilt = {}, np.zeros(shape[0], dtype=bool)
    for name in FIGURES:
        if name not in weekly:
            continue
        values = weekly[name].to_numpy(dtype="float64", na_value=np.nan)[inside]
        wrong = (values < 0) | (values > IMPOSSIBLE)
        spoilt[at[0][wrong]] = True
        arrays[name] = np.full(shape, np.nan)
        arrays[name][at] = np.where(wrong, np.nan, values)
    middle = arrays["contacts"]
    for name, outer in (("contacts_low", np.fmin), ("contacts_high", np.fmax)):
        arrays[name] = outer(arrays[name], middle) if name in arrays else middle
    arrays.setdefault("demand", np.full((shape[0], 1), np.nan))
    return arrays, spoilt


def _last_row(place: NDArray[np.intp], week: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """The position of each activity's latest row."""
    order = np.lexsort((week, place))
    last = np.zeros(number, dtype=np.int64)
    last[place[order]] = order  # of several assignments to one place the last stands
    return last


@dataclass(frozen=True)
class Exposure:
    """What each activity's known weeks amount to. Money is the client's currency."""

    weeks: NDArray[np.int64]  # with effort
    span: NDArray[np.int64]  # weeks since we saw it begin; of all data if it ran before
    age: Numbers  # weeks since we saw it begin; infinite if it ran before the data
    effort: Numbers  # cost of the known weeks, after carry-over and ramp
    cost: Numbers  # all known cost
    present_cost: Numbers  # a week, over the last 13; NaN where unknown
    hours_company: Numbers  # a week, over the last 13
    hours_agency: Numbers
    contacts: Numbers  # activities x 3: low, middle, high, of the known weeks
    dispersion: Numbers
    launch_effort: Numbers  # `effort` if it began as the data do: of short data that alone cannot tell
    launch_fit: Numbers  # log likelihood of that against the other, but for the level
    launch_chance: Numbers  # of that, before looking at its own weeks
    broken: Flags  # its client's counts jump together: tracking, not work
    drifted: Flags  # its level changed; only the weeks since are used
    early: Flags  # before anybody worked on it about as many contacts came as since


def exposure_of(panel: Panel, dispersion: float, rules: Rules) -> Exposure:
    """Carry-over (geometric, by kind), launch ramp 1 - exp(-age / ramp), sums and dispersion.

    `dispersion`: what is typical, where the panel has too little of its own. Many clients are taken in parts,
    which bounds the memory.

    Carry-over is stated, not estimated from the clients given: on eight simulated worlds of 200 clients
    (seeds below 1000) the pooled likelihood takes saturation for carry-over (.8 comes out as .9, .3 as .5),
    and since adstock sums to the cost hardly a verdict hangs on it: false stops and power move by .1 and .3
    points, the money lost by one in a hundred.
    """
    parts = [_exposure(part, dispersion, rules) for part in panel.parts()]
    names = [field.name for field in fields(Exposure)]
    whole = Exposure(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
    return replace(whole, launch_chance=_launch_chance(panel, whole.age, rules))


def _launch_chance(panel: Panel, age: Numbers, rules: Rules) -> Numbers:
    """How likely an activity that ran when its data began was then in its launch.

    From those whose data are long enough to see who began in the last half year, who are few where nobody
    begins anything; a launch is missed in the weeks of its growth. `unseen_launch` stands for `prior_weight`
    activities besides. A first week without effort makes it likelier.
    """
    weeks = _weeks_of_data(panel)
    told = weeks >= rules.launch_weeks
    missed = rules.ramp_weeks / rules.launch_weeks
    begun = missed * float((age[told] <= rules.launch_weeks).sum())
    chance = (rules.prior_weight * rules.unseen_launch + begun) / (rules.prior_weight + int(told.sum()))
    first = panel.cost[np.arange(len(weeks)), np.isfinite(panel.cost).argmax(axis=1)]
    return np.where(first > 0, chance, min(IDLE_FIRST * chance, 0.5))


def _exposure(panel: Panel, dispersion: float, rules: Rules) -> Exposure:
    age = _age(panel)
    effort = _carried(panel, rules, age) * _ramp(panel, rules, age)
    own, early = _its_own(panel, age)
    weekly = np.where(own, effort, 0.0)
    counted = np.where(own, panel.contacts, 0.0)
    spread = _dispersion(panel, weekly, counted.sum(axis=1), dispersion)
    levels = tracking_levels(panel.client, counted, weekly, spread, panel.demand)
    broken = levels[0] != levels[1]
    fresh, drifted = since_drift(counted, weekly, spread, broken, rules)
    weekly, counted = np.where(fresh, weekly, 0.0), np.where(fresh, counted, 0.0)
    launch_effort, launch_fit = _if_launched(panel, rules, age, weekly, counted)
    recent = slice(-RECENT_WEEKS, None)
    return Exposure(
        weeks=(panel.cost > 0).sum(axis=1),
        span=_span(panel, age),
        age=age,
        effort=weekly.sum(axis=1),
        cost=np.nansum(panel.cost, axis=1),
        present_cost=_mean(panel.cost[:, recent]),
        hours_company=_mean(panel.hours_company[:, recent]),
        hours_agency=_mean(panel.hours_agency[:, recent]),
        contacts=_ends(panel, fresh & own, levels),
        dispersion=spread,
        launch_effort=launch_effort,
        launch_fit=launch_fit / spread,
        launch_chance=np.zeros(len(age)),
        broken=broken,
        drifted=drifted,
        early=early,
    )


def _its_own(panel: Panel, age: Numbers) -> tuple[Flags, Flags]:
    """The known weeks (activities x weeks) less those before it existed, and who had contacts in these.

    A week or two without effort at the beginning are a pause, not its absence.
    """
    week = np.arange(panel.cost.shape[1])
    before = panel.known & (week < (len(week) - age)[:, None])
    before &= (before.sum(axis=1) >= LEAST_BEFORE)[:, None]
    own = panel.known & ~before
    rates = [_mean(np.where(weeks, panel.contacts, np.nan)) for weeks in (before, own)]
    some = np.where(before, panel.contacts, 0.0).sum(axis=1) >= EARLY_CONTACTS
    return own, some & (np.nan_to_num(rates[0]) >= np.nan_to_num(rates[1]) / 2)


def _ends(panel: Panel, used: Flags, levels: tuple[Numbers, Numbers]) -> Numbers:
    """Contacts: low, middle, high.

    After a jump either side may be the true count, so the ends are apart; what changed overnight was rather
    the counting, so the level before it is the likely one.
    """
    low, middle, high = (
        np.where(used, values, 0.0).sum(axis=1)
        for values in (panel.contacts_low, panel.contacts, panel.contacts_high)
    )
    ends = np.sort(np.stack(levels, axis=1), axis=1)
    return np.stack([low * ends[:, 0], middle * levels[0], high * ends[:, 1]], axis=1)


def _if_launched(
    panel: Panel, rules: Rules, age: Numbers, weekly: Numbers, counted: Numbers
) -> tuple[Numbers, Numbers]:
    """Effort, and how much better or worse the weeks' pattern fits, had it begun just before the data."""
    known = np.isfinite(panel.cost)
    start = np.where(known.any(axis=1), known.argmax(axis=1), known.shape[1])
    since = np.arange(known.shape[1])[None, :] - start[:, None] + 1.5
    ramp = 1.0 - np.exp(-np.maximum(since, 0.1) / rules.ramp_weeks)
    short = np.isinf(age) & (known.shape[1] - start < rules.launch_weeks)
    ramp = np.where(short[:, None], ramp, 1.0)
    return (weekly * ramp).sum(axis=1), (counted * np.log(ramp)).sum(axis=1)


def _mean(values: Numbers) -> Numbers:
    known = np.isfinite(values)
    number = known.sum(axis=1)
    sums = np.where(known, values, 0.0).sum(axis=1)
    mean: Numbers = np.divide(sums, number, out=np.full(len(values), np.nan), where=number > 0)
    return mean


def _weeks_of_data(panel: Panel) -> NDArray[np.int64]:
    known = np.isfinite(panel.cost)
    return np.where(known.any(axis=1), known.shape[1] - known.argmax(axis=1), 0)


def _span(panel: Panel, age: Numbers) -> NDArray[np.int64]:
    whole = _weeks_of_data(panel)
    return np.minimum(whole, np.where(np.isinf(age), whole, age)).astype(np.int64)


def _age(panel: Panel) -> Numbers:
    """Weeks since the first effort that we saw begin: not where it was there in the client's first weeks."""
    width = panel.cost.shape[1]
    active = panel.cost > 0
    start = np.where(active.any(axis=1), active.argmax(axis=1), width)
    first = np.full(len(panel.clients), width)
    seen = np.isfinite(panel.cost)
    np.minimum.at(first, panel.client, np.where(seen.any(axis=1), seen.argmax(axis=1), width))
    began = start > first[panel.client] + 1
    launching = panel.phase == "launch"
    return np.where(began | launching, (width - start).astype(float), np.inf)


def _carried(panel: Panel, rules: Rules, age: Numbers) -> Numbers:
    """Geometric adstock that sums to the cost; what ran before the data begins in its steady state."""
    alpha = np.array([rules.carry_over.get(kind, rules.carry_over_else) for kind in panel.kind])
    cost = panel.cost
    state = np.where(np.isinf(age), np.nan_to_num(_mean_of_first(cost)), 0.0)
    carried = np.empty_like(cost)
    for week in range(cost.shape[1]):
        now = cost[:, week]
        state = np.where(np.isfinite(now), alpha * state + (1 - alpha) * now, state)
        carried[:, week] = state
    return carried


def _mean_of_first(cost: Numbers, weeks: int = 4) -> Numbers:
    early = np.isfinite(cost) & (np.isfinite(cost).cumsum(axis=1) <= weeks)
    return _mean(np.where(early, cost, np.nan))


def _ramp(panel: Panel, rules: Rules, age: Numbers) -> Numbers:
    width = panel.cost.shape[1]
    since = age[:, None] - np.arange(width - 1, -1, -1)[None, :]
    return np.where(since > 0, 1.0 - np.exp(-np.maximum(since, 0.0) / rules.ramp_weeks), 0.0)


def _dispersion(panel: Panel, weekly: Numbers, contacts: Numbers, typical: float) -> Numbers:
    """Pearson's variance over mean of the weekly counts, shrunk half-way to the median, within 1 to 5."""
    total = weekly.sum(axis=1)
    rate = np.divide(contacts, total, out=np.zeros_like(total), where=total > 0)
    expected = rate[:, None] * weekly
    used = panel.known & (expected > 0)
    chi = np.divide((panel.contacts - expected) ** 2, expected, out=np.zeros_like(expected), where=used)
    number = used.sum(axis=1)
    enough = (contacts >= 5) & (number >= RECENT_WEEKS)
    raw = np.clip(chi.sum(axis=1) / np.maximum(number - 1, 1), 0.5, 5.0)
    middle = float(np.median(raw[enough])) if enough.sum() >= FEW else typical
    return np.clip(np.where(enough, (raw + middle) / 2, middle), 1.0, 5.0)


def direction_unclear(panel: Panel, least_weeks: int = 26, lag: int = 4) -> Flags:
    """Whether effort follows results more than results follow effort.

    Compares corr(effort, results of the 4 weeks before) with corr(results, effort of the 4 weeks before); the
    first must exceed the second by two standard errors and .3 itself, over at least 26 known weeks. Also so
    where effort goes with the client's total demand (correlation above .5): both may have one cause.
    """
    return np.concatenate([_direction_unclear(part, least_weeks, lag) for part in panel.parts()])


def _direction_unclear(panel: Panel, least_weeks: int, lag: int) -> Flags:
    known = panel.known
    cost, contacts = (np.where(known, values, np.nan) for values in (panel.cost, panel.contacts))
    leads = _correlation(cost, _mean_before(contacts, lag))
    follows = _correlation(contacts, _mean_before(cost, lag))
    number = known.sum(axis=1)
    margin = 2.0 / np.sqrt(np.maximum(number, 1))
    backwards = (number >= least_weeks) & (leads > 0.3) & (leads > np.maximum(follows, 0.0) + margin)
    return np.asarray(backwards | _with_demand(panel, least_weeks))


def _with_demand(panel: Panel, least_weeks: int, limit: float = 0.5) -> Flags:
    """Whether an activity's effort, or all the client's together, goes with the client's demand."""
    if panel.demand.shape != panel.cost.shape:
        return np.zeros(len(panel.client), dtype=bool)
    worked = np.where(panel.cost > 0, panel.cost, np.nan)
    total, demand = np.zeros((2, len(panel.clients), panel.cost.shape[1]))
    np.add.at(total, panel.client, np.nan_to_num(panel.cost))
    demand[panel.client] = panel.demand
    found = []
    for effort, wish in ((worked, panel.demand), (total, demand)):
        many = (np.isfinite(effort) & np.isfinite(wish)).sum(axis=1) >= least_weeks
        found.append(many & (_correlation(effort, wish) > limit))
    return np.asarray(found[0] | found[1][panel.client])


def _mean_before(values: Numbers, lag: int) -> Numbers:
    before = np.full_like(values, np.nan)
    filled, known = np.nan_to_num(values).cumsum(axis=1), np.isfinite(values).cumsum(axis=1)
    if values.shape[1] > lag:
        sums = filled[:, lag - 1 : -1] - np.pad(filled, ((0, 0), (1, 0)))[:, : -lag - 1]
        number = known[:, lag - 1 : -1] - np.pad(known, ((0, 0), (1, 0)))[:, : -lag - 1]
        before[:, lag:] = np.where(number == lag, sums / lag, np.nan)
    return before


def _correlation(x: Numbers, y: Numbers) -> Numbers:
    both = np.isfinite(x) & np.isfinite(y)
    x, y = np.where(both, x, np.nan), np.where(both, y, np.nan)
    x, y = x - _mean(x)[:, None], y - _mean(y)[:, None]
    scale = np.sqrt(np.nansum(x**2, axis=1) * np.nansum(y**2, axis=1))
    return np.asarray(np.divide(np.nansum(x * y, axis=1), scale, out=np.zeros(len(x)), where=scale > 0))
