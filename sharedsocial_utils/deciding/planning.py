"""Who does what next quarter: agreed hours x the verdict's level, spread over the people who can.

The five factors: the medium asks for its skill (1 or more; less than an expert's hour counts less); the phase
bounds the level (a launch is not cut, a closing activity is halved); importance decides whose hours are kept
when they are short; the company's people have their protected hours and no more; competences say who may.

A linear programme (HiGHS) covers each activity's effective hours at the least cost. The agreed split between
the sides stays unless a side cannot keep its part; then hours move, rather to the side whose voice it should
be. What nobody can work is left open and named: a promise that cannot be kept, and by how many hours.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sharedsocial_utils.client import Activity, Client, Person, Side
from sharedsocial_utils.deciding.panel import Numbers
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.deciding.starting import PREFIX
from sharedsocial_utils.errors import Fault

COLUMNS = ["activity", "side", "person", "hours_per_week", "level", "reason", "hour_value"]
SIDES: tuple[Side, ...] = ("company", "agency")
_LEVELS = {
    "STOP": (0.0, "stop"),
    "REDUCE": (0.5, "reduce"),
    "KEEP": (1.0, "keep"),
    "GROW": (1.0, "grow-without-hours"),  # the half more is a task of its own, and waits for free hours
    "WATCH": (1.0, "watch"),
}
_SMALL = 1e-6
_LEAST_HOURS = 0.05  # three minutes a week: nobody plans less


@dataclass(frozen=True)
class Task:
    """One activity of the plan: hours a week of each side at its level, and what an hour brings."""

    activity: str
    channel: str
    hours: dict[Side, float]
    level: float
    reason: str
    importance: int
    voice: str
    hour_margin: float  # currency per hour at the margin; NaN where unknown
    optional: bool = False  # growth and pilots: never at the cost of what is agreed


def plan(flags: pd.DataFrame, client: Client, rules: Rules = RULES) -> pd.DataFrame:
    """Hours per week by activity and person for the next quarter.

    `flags` as `decide` returns it for this client, with the rows of `starting.starts`; activities without a
    row stay as agreed. Returns `activity, side, person, hours_per_week, level, reason, hour_value`: a row per
    activity and person with hours; a row without a person for what nobody can do (reason `hours-missing` or
    `skill-missing`, hours_per_week = the hours that lack) and for what is stopped. `hour_value` is what one
    more hour a week of that person could bring (currency per hour, see `hour_values`), also in
    `attrs["hour_value"]` by person.
    """
    tasks = tasks_of(flags, client, rules)
    growth = [_growth(task) for task in tasks if task.reason == "grow-without-hours"]
    hours, left_open = _solved(tasks + growth, client, rules)
    values = hour_values(tasks + growth, hours, client, rules)
    rows = []
    for i, task in enumerate(tasks):
        more = next((n for n, g in enumerate(growth, len(tasks)) if g.activity == task.activity), None)
        worked = hours[i] if more is None else hours[i] + hours[more]
        grown = task if more is None else _grown(task, hours[more])
        rows += _rows(grown, worked, float(left_open[i]), client, values, rules)
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"hours_per_week": float, "hour_value": float})
    table.attrs["hour_value"] = values
    return table


def _growth(task: Task) -> Task:
    """The half more of an activity that should grow."""
    return replace(
        task, hours={side: hours / 2 for side, hours in task.hours.items()}, level=1.5, optional=True
    )


def _grown(task: Task, more: Numbers) -> Task:
    """The task at the level that the free hours allow; a tenth more is no growth worth the name."""
    level = 1.0 + float(more.sum()) / max(sum(task.hours.values()), _SMALL)
    return replace(task, level=round(level, 2), reason="grow") if level >= 1.1 else task


def tasks_of(flags: pd.DataFrame, client: Client, rules: Rules) -> list[Task]:
    """The activities of client.toml at the levels of their verdicts and phases, then the pilots."""
    verdict = {str(row["activity"]): _record(row) for row in flags.to_dict("records")}
    later = _stopped_later(flags, client, rules)
    tasks = [_task(a, verdict.get(a.id, {}), later, client, rules) for a in client.activities]
    return tasks + [_pilot(row, client, rules) for row in verdict.values() if row["flag"] == "START"]


def _record(row: dict[Hashable, Any]) -> dict[str, object]:
    return {str(name): value for name, value in row.items()}


def _stopped_later(flags: pd.DataFrame, client: Client, rules: Rules) -> set[str]:
    """Stops beyond a fifth of the activities: the least sure of them wait a quarter."""
    stops = flags[flags["flag"] == "STOP"].sort_values(["p_worth", "activity"])
    allowed = max(1, int(rules.max_stop_share * len(client.activities)))
    return set(stops["activity"].iloc[allowed:])


def _task(
    activity: Activity, verdict: dict[str, object], later: set[str], client: Client, rules: Rules
) -> Task:
    level, reason = _LEVELS.get(str(verdict.get("flag", "KEEP")), _LEVELS["KEEP"])
    if activity.id in later:
        level, reason = 0.25, "stop-later"
    if activity.phase == "launch" and level < 1:
        level, reason = 1.0, "launch"
    if activity.phase == "closing" and level > 0.5:
        level, reason = 0.5, "closing"
    agreed: dict[Side, float] = {"company": activity.planned.company, "agency": activity.planned.agency}
    if sum(agreed.values()) == 0:
        agreed = {side: _number(verdict.get(f"hours_{side}")) for side in SIDES}
    return Task(
        activity.id,
        activity.channel,
        {side: level * hours for side, hours in agreed.items()},
        level,
        reason,
        activity.importance,
        activity.voice,
        _hour_margin(verdict, agreed, client, rules),
    )


def _pilot(row: dict[str, object], client: Client, rules: Rules) -> Task:
    channel = str(row["activity"]).removeprefix(PREFIX)
    skills = {
        side: max((_skill(p, channel) for p in client.people if p.side == side), default=0) for side in SIDES
    }
    side: Side = "company" if skills["company"] >= skills["agency"] else "agency"
    hours = dict.fromkeys(SIDES, 0.0) | {side: _number(row.get("pilot_hours_per_week"))}
    margin = _hour_margin(row, hours, client, rules)
    return Task(str(row["activity"]), channel, hours, 1.0, "pilot", 1, "any", margin, optional=True)


def _number(value: object) -> float:
    number = float(value) if isinstance(value, int | float) else 0.0
    return number if np.isfinite(number) else 0.0


def _hour_margin(verdict: dict[str, object], hours: dict[Side, float], client: Client, rules: Rules) -> float:
    """What the next hour brings: the expected return x the power of the level x what an hour costs."""
    net, cost = verdict.get("expected_net"), verdict.get("quarter_cost")
    total = sum(hours.values())
    if not (isinstance(net, float) and isinstance(cost, float) and cost > 0 and total > 0):
        return float("nan")
    rate = _rates(client)
    hour_cost = sum(hours[side] * rate[side] for side in SIDES) / total
    return float((net + cost) / cost * rules.level_power * hour_cost)  # NaN stays NaN


def _rates(client: Client) -> dict[Side, float]:
    return {"company": client.company.hourly_cost, "agency": client.agency.hourly_rate}


def _skill(person: Person, channel: str) -> int:
    return person.skills.get(channel, 0)


def _yields(tasks: list[Task], client: Client, rules: Rules) -> Numbers:
    """Tasks x people: the share of an expert's hour that one hour counts for; 0 where nobody may."""
    skills = np.array([[_skill(p, task.channel) for p in client.people] for task in tasks], dtype=int)
    skills = skills.reshape(len(tasks), len(client.people))
    return np.where(skills > 0, np.array(rules.skill_yield)[skills], 0.0)


def _needs(tasks: list[Task], yields: Numbers, client: Client, rules: Rules) -> Numbers:
    """Tasks x sides: effective hours, the agreed hours in the hands of the side's best."""
    of_side = _sides(client)
    return np.array(
        [
            [
                task.hours[side] * (yields[i][of_side == side].max(initial=0.0) or rules.skill_yield[0])
                for side in SIDES
            ]
            for i, task in enumerate(tasks)
        ]
    ).reshape(len(tasks), 2)


def _sides(client: Client) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array([person.side for person in client.people], dtype=np.str_)


def _solved(tasks: list[Task], client: Client, rules: Rules) -> tuple[Numbers, Numbers]:
    """Hours, tasks x people, and effective hours left open, by task.

    Variables: h[task, person]; shifted[task, side], effective hours beyond the agreed part; open[task].
    """
    from scipy.optimize import linprog

    if not tasks:
        return np.zeros((0, len(client.people))), np.zeros(0)
    yields = _yields(tasks, client, rules)
    needs = _needs(tasks, yields, client, rules)
    cost, bounds = _costs(tasks, client, yields, rules)
    equal, at_most, limits = _constraints(tasks, client, yields, needs)
    found = linprog(
        cost, A_ub=at_most, b_ub=limits, A_eq=equal, b_eq=needs.sum(axis=1), bounds=bounds, method="highs"
    )
    if found.x is None:
        raise Fault("XX-01", f"the plan was not solved: {found.message}")
    number = yields.size
    hours = np.clip(found.x[:number].reshape(yields.shape), 0.0, None)
    return np.where(hours > _SMALL, hours, 0.0), np.asarray(found.x[number + 2 * len(tasks) :])


def _costs(
    tasks: list[Task], client: Client, yields: Numbers, rules: Rules
) -> tuple[Numbers, list[tuple[float, float | None]]]:
    """Cost and bounds of each variable. Of equally good people the first in client.toml is taken."""
    rate = _rates(client)
    dearest = max(*rate.values(), 1.0)
    per_person = np.array([rate[p.side] + 1e-4 * dearest * n for n, p in enumerate(client.people)])
    hours = np.tile(per_person, (len(tasks), 1))
    shifted = np.array(
        [
            [
                dearest * (rules.shift_cost + rules.voice_cost * (task.voice not in (side, "any")))
                for side in SIDES
            ]
            for task in tasks
        ]
    )
    left_open = [
        dearest * (rules.extra_cost if task.optional else rules.unmet_cost * (1 + task.importance / 5))
        for task in tasks
    ]
    bounds: list[tuple[float, float | None]] = [(0.0, None if y > 0 else 0.0) for y in yields.ravel()]
    bounds += [(0.0, None)] * (3 * len(tasks))
    return np.concatenate([hours.ravel(), shifted.ravel(), left_open]), bounds


def _constraints(
    tasks: list[Task], client: Client, yields: Numbers, needs: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Equal: effective hours + open = need. At most: protected hours, agency's agreed hours, shifts."""
    people, number = len(client.people), len(tasks)
    size = yields.size + 3 * number
    sides = _sides(client)
    equal = np.zeros((number, size))
    at_most, limits = [], []
    for i in range(number):
        mine = slice(i * people, (i + 1) * people)
        equal[i, mine] = yields[i]
        equal[i, yields.size + 2 * number + i] = 1.0
        for s, side in enumerate(SIDES):
            row = np.zeros(size)
            row[mine] = yields[i] * (sides == side)
            row[yields.size + 2 * i + s] = -1.0
            at_most.append(row)
            limits.append(needs[i, s])
    for who, limit in _limits(tasks, client):
        row = np.zeros(size)
        row[: yields.size] = np.tile(who, number)
        at_most.append(row)
        limits.append(limit)
    return equal, np.array(at_most), np.array(limits)


def _limits(tasks: list[Task], client: Client) -> list[tuple[Numbers, float]]:
    """Which people together may work how many hours: each of the company its protected hours, the agency what
    is agreed with it in all, or what the levels ask of it where that is less binding."""
    sides = _sides(client)
    limits = [
        (np.eye(len(client.people))[n], person.protected_hours_per_week)
        for n, person in enumerate(client.people)
        if person.side == "company"
    ]
    agreed = sum(activity.planned.agency for activity in client.activities)
    asked = sum(task.hours["agency"] for task in tasks)
    if (sides == "agency").any():
        limits.append(((sides == "agency").astype(float), agreed if agreed > 0 else asked))
    return limits


def hour_values(tasks: list[Task], hours: Numbers, client: Client, rules: Rules) -> dict[str, float]:
    """What one more hour a week of each person could bring, in currency per hour.

    The best marginal hour among the running activities that the person can do; 0 for people with hours to
    spare; NaN where it is unknown.
    """
    yields = _yields(tasks, client, rules)
    margins = np.array([task.hour_margin for task in tasks])
    running = np.array([task.level >= 1 for task in tasks], dtype=bool)
    values = {}
    for n, person in enumerate(client.people):
        able = running & (yields[:, n] > 0) & np.isfinite(margins)
        spare = person.side == "company" and hours[:, n].sum() < person.protected_hours_per_week - _SMALL
        best = float((margins[able] * yields[able, n]).max(initial=0.0))
        values[person.id] = 0.0 if spare else (best if able.any() else float("nan"))
    return values


def _rows(
    task: Task, hours: Numbers, left_open: float, client: Client, values: dict[str, float], rules: Rules
) -> list[dict[str, object]]:
    """The lines of one task."""
    line = {"activity": task.activity, "level": task.level}
    rows: list[dict[str, object]] = [
        line
        | {
            "side": person.side,
            "person": person.id,
            "hours_per_week": np.floor(100 * hours[n] + _SMALL) / 100,
            "reason": task.reason,
            "hour_value": values[person.id],
        }
        for n, person in enumerate(client.people)
        if hours[n] >= _LEAST_HOURS
    ]
    if left_open > _LEAST_HOURS:
        side = _short_side(task, hours, client)
        best = max((_skill(p, task.channel) for p in client.people if p.side == side), default=0)
        able = any(_skill(person, task.channel) for person in client.people)
        missing = {
            "side": side,
            "person": None,
            "hours_per_week": round(left_open / rules.skill_yield[best], 2),
            "reason": "hours-missing" if able else "skill-missing",
        }
        rows.append(line | missing)
    if not rows:
        side = max(SIDES, key=lambda side: task.hours[side])
        rows.append(line | {"side": side, "person": None, "hours_per_week": 0.0, "reason": task.reason})
    return rows


def _short_side(task: Task, hours: Numbers, client: Client) -> Side:
    """The side whose agreed hours are kept least."""
    sides = _sides(client)
    return max(SIDES, key=lambda side: task.hours[side] - float(hours[sides == side].sum()))
