"""The plan's mixed integer programme (HiGHS through `scipy.optimize.milp`).

Variables: x[option] in {0, 1}, one level of each task; h[task, person] >= 0, hours a week; shifted[task,
side], effective hours of a side beyond its part; open[task], effective hours that nobody works; idle, hours
of the agency that the contract asks for and nobody needs. Least cost: hours, money, what is given up, less
the value expected of the levels. Subject to: effective hours cover the level; protected hours of each of the
company; contract of the agency; budget; who has no skill works nothing.

A promise (open hours, a level below what was agreed) weighs more than anything that growth or a pilot could
bring: they only take hours that nobody else needs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding.panel import Numbers
from sharedsocial_utils.deciding.rules import Rules
from sharedsocial_utils.deciding.tasks import SIDES, Level, Task, dearest, rates, skill
from sharedsocial_utils.errors import Fault

_SMALL = 1e-6


@dataclass(frozen=True)
class Solution:
    """The level of each task, hours (tasks x people) and effective hours left open (tasks), a week."""

    levels: list[Level]
    hours: Numbers
    left_open: Numbers


@dataclass(frozen=True)
class Before:
    """The plan of the quarter before: the level of an activity, hours of (activity, person)."""

    levels: dict[str, float]
    hours: dict[tuple[str, str], float]


class Programme:
    """The coefficients of one client's plan, row by row."""

    def __init__(self, tasks: list[Task], client: Client, rules: Rules) -> None:
        self.tasks, self.client, self.rules = tasks, client, rules
        self.people = client.people
        self.options = [(n, level) for n, task in enumerate(tasks) for level in task.levels]
        self.sides = np.array([person.side for person in self.people], dtype=np.str_)
        self.yields = yields_of(tasks, client, rules)
        self.needs = _needs(tasks, self.yields, self.sides, rules)
        self.x = 0
        self.h = len(self.options)
        self.shifted = self.h + self.yields.size
        self.open = self.shifted + 2 * len(tasks)
        self.idle = self.open + len(tasks)
        self.size = self.idle + 1
        self.entries: list[tuple[int, int, float]] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def row(self, entries: list[tuple[int, float]], low: float, high: float) -> None:
        self.entries += [(len(self.low), column, value) for column, value in entries]
        self.low.append(low)
        self.high.append(high)

    def hour(self, task: int, person: int) -> int:
        return self.h + task * len(self.people) + person

    def of_side(self, side: str) -> list[int]:
        return [int(n) for n in np.flatnonzero(self.sides == side)]

    def constrain(self) -> None:
        for n in range(len(self.tasks)):
            self._one_level(n)
            self._covered(n)
            for s in range(len(SIDES)):
                self._split(n, s)
        self._limits()

    def _one_level(self, n: int) -> None:
        self.row([(k, 1.0) for k, (task, _) in enumerate(self.options) if task == n], 1, 1)

    def _asked(self, n: int, amount: float) -> list[tuple[int, float]]:
        """What the level taken asks for, on the left side of a row."""
        return [(k, -level.share * amount) for k, (task, level) in enumerate(self.options) if task == n]

    def _covered(self, n: int) -> None:
        work = [(self.hour(n, p), float(self.yields[n, p])) for p in range(len(self.people))]
        self.row([*work, (self.open + n, 1.0), *self._asked(n, float(self.needs[n].sum()))], 0, 0)

    def _split(self, n: int, s: int) -> None:
        work = [(self.hour(n, p), float(self.yields[n, p])) for p in self.of_side(SIDES[s])]
        asked = self._asked(n, float(self.needs[n, s]))
        self.row([*work, (self.shifted + 2 * n + s, -1.0), *asked], -np.inf, 0)

    def _limits(self) -> None:
        tasks = range(len(self.tasks))
        for p in self.of_side("company"):
            limit = self.people[p].protected_hours_per_week
            self.row([(self.hour(n, p), 1.0) for n in tasks], 0, limit)
        agency = [(self.hour(n, p), 1.0) for n in tasks for p in self.of_side("agency")]
        if agency:
            least, most = contract(self.tasks, self.client)
            self.row(agency, 0, most)
            self.row([*agency, (self.idle, 1.0)], least, np.inf)
        budget = self.client.company.budget_per_quarter
        if budget is not None:
            money = [self.tasks[n].money * level.share for n, level in self.options]
            weekly = budget / self.rules.pilot_weeks
            self.row(list(enumerate(money)), 0, max(weekly, self._least_money()))

    def _least_money(self) -> float:
        """What cannot be avoided: a budget below it is no reason to have no plan."""
        return sum(task.money * min(level.share for level in task.levels) for task in self.tasks)

    def upper(self) -> Numbers:
        """The most of each unknown; the least is 0."""
        upper = np.full(self.size, np.inf)
        upper[: self.h] = 1
        upper[self.h : self.shifted] = np.where(self.yields.ravel() > 0, np.inf, 0)
        return upper

    def costs(self) -> Numbers:
        """Currency a week of each variable. Of equally good people the first in client.toml is taken."""
        rate, rules = rates(self.client), self.rules
        top = dearest(self.client)
        promise = max(top, self._best_hour())
        cost = np.zeros(self.size)
        cost[: self.h] = [self._level_cost(n, level, promise) for n, level in self.options]
        each = [rate[p.side] + 1e-4 * top * n for n, p in enumerate(self.people)]
        cost[self.h : self.shifted] = np.tile(each, len(self.tasks))
        for n, task in enumerate(self.tasks):
            for s, side in enumerate(SIDES):
                away = task.voice not in (side, "any")
                cost[self.shifted + 2 * n + s] = top * (rules.shift_cost + rules.voice_cost * away)
            cost[self.open + n] = promise * rules.unmet_cost * (1 + task.importance / 5)
        cost[self.idle] = rate["agency"]
        return cost

    def _level_cost(self, n: int, level: Level, promise: float) -> float:
        task = self.tasks[n]
        given_up = level.breaks * float(self.needs[n].sum()) * (1 + task.importance / 5)
        return level.risk - level.value + task.money * level.share + promise * self.rules.trim_cost * given_up

    def _best_hour(self) -> float:
        """The most that a level brings for an hour: no promise is broken for it."""
        return max(
            (level.value / max(float(self.needs[n].sum()) * level.share, 0.1) for n, level in self.options),
            default=0.0,
        )

    def solved(self, cost: Numbers, at_most: tuple[Numbers, float] | None = None) -> Numbers:
        """The unknowns of least `cost`; `at_most` is one row more, and its upper end."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array

        rows, columns, values = zip(*self.entries, strict=True)
        matrix = coo_array((values, (rows, columns)), shape=(len(self.low), self.size)).tocsr()
        whole = np.zeros(self.size, dtype=np.int64)
        whole[: self.h] = 1
        found = milp(
            cost,
            integrality=whole,
            bounds=Bounds(0, self.upper()),
            constraints=[
                LinearConstraint(matrix, self.low, self.high),
                *([LinearConstraint(at_most[0][None, :], -np.inf, at_most[1])] if at_most else []),
            ],
            options={"mip_rel_gap": 1e-7},
        )
        if found.x is None:
            raise Fault("XX-01", f"the plan was not solved: {found.message}")
        return np.asarray(found.x, dtype=float)

    def solution(self, found: Numbers) -> Solution:
        taken = [int(k) for k in np.flatnonzero(found[: self.h] > 0.5)]
        hours = np.clip(found[self.h : self.shifted].reshape(self.yields.shape), 0.0, None)
        left_open = found[self.open : self.idle]
        return Solution([self.options[k][1] for k in taken], np.where(hours > _SMALL, hours, 0.0), left_open)


def solve(tasks: list[Task], client: Client, rules: Rules, before: Before | None = None) -> Solution:
    """The best plan; of those within `rules.steady_share` of its value the one nearest to `before`."""
    if not tasks:
        return Solution([], np.zeros((0, len(client.people))), np.zeros(0))
    programme = Programme(tasks, client, rules)
    programme.constrain()
    cost = programme.costs()
    best = programme.solved(cost)
    if before is None:
        return programme.solution(best)
    return programme.solution(_steadied(programme, cost, best, before))


def _steadied(programme: Programme, cost: Numbers, best: Numbers, before: Before) -> Numbers:
    """Fewest changes of level first, then least hours that change hands, among plans hardly worse."""
    worth = sum(level.value for level in programme.solution(best).levels)
    near = float(cost @ best) + programme.rules.steady_share * worth + _SMALL
    changed = np.zeros(programme.size)
    for k, (n, level) in enumerate(programme.options):
        changed[k] = level.share != before.levels.get(programme.tasks[n].activity, 1.0)
    for n, task in enumerate(programme.tasks):
        for p, person in enumerate(programme.people):
            known = before.hours.get((task.activity, person.id), 0.0)
            changed[programme.hour(n, p)] = 0.0 if known else programme.rules.new_hand_cost
    scale = max(float(np.abs(cost).sum()), 1.0)
    return programme.solved(changed + 1e-6 * cost / scale, (cost, near))


def yields_of(tasks: list[Task], client: Client, rules: Rules) -> Numbers:
    """Tasks x people: the share of an expert's hour that one hour counts for; 0 where nobody may."""
    skills = np.array([[skill(p, task.channel) for p in client.people] for task in tasks], dtype=int)
    skills = skills.reshape(len(tasks), len(client.people))
    return np.where(skills > 0, np.array(rules.skill_yield)[skills], 0.0)


def _needs(tasks: list[Task], yields: Numbers, sides: npt.NDArray[np.str_], rules: Rules) -> Numbers:
    """Tasks x sides: effective hours at level 1, the agreed hours in the hands of the side's best."""
    best = [[yields[n][sides == side].max(initial=0.0) for side in SIDES] for n in range(len(tasks))]
    agreed = [[task.hours[side] for side in SIDES] for task in tasks]
    return np.array(agreed) * np.where(np.array(best) > 0, np.array(best), rules.skill_yield[0])


def contract(tasks: list[Task], client: Client) -> tuple[float, float]:
    """Hours a week that the agency is paid for in any case, and that it may work at most: its contract, else
    what is agreed with it in all."""
    agreed = sum(activity.planned.agency for activity in client.activities)
    asked = sum(task.hours["agency"] for task in tasks)
    most = client.agency.max_hours_per_week
    return client.agency.min_hours_per_week, (agreed if agreed > 0 else asked) if most is None else most
