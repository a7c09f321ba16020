"""Who does what next quarter: agreed hours x the level chosen, spread over the people who can.

The five factors: the medium asks for its skill (1 or more; less than an expert's hour counts less); the
phase bounds the level; importance sets the floor and decides whose hours are kept when they are short; the
company's people have their protected hours and no more; competences say who may. `tasks` has what there is
to choose from, `programme` chooses. The agreed split between the sides stays unless a side cannot keep its
part; then hours move, rather to the side whose voice it should be. What nobody can work is left open and
named: a promise that cannot be kept, and by how many hours.
"""

import numpy as np
import pandas as pd

from sharedsocial_utils.client import Client, Side
from sharedsocial_utils.deciding.panel import Numbers
from sharedsocial_utils.deciding.programme import Before, Solution, solve, yields_of
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.deciding.tasks import SIDES, Task, skill, tasks_of

COLUMNS = ["activity", "side", "person", "hours_per_week", "level", "reason", "hour_value"]
_SMALL = 1e-6
_LEAST_HOURS = 0.05  # three minutes a week: nobody plans less


def plan(
    flags: pd.DataFrame, client: Client, rules: Rules = RULES, before: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Hours per week by activity and person for the next quarter.

    `flags` as `decide` returns it for this client, with the rows of `starting.starts`; activities without a
    row stay as agreed. `before`: the plan of the quarter before, so that of plans equally good the one with
    fewest changes is taken. Returns `activity, side, person, hours_per_week, level, reason, hour_value`: a
    row per activity and person with hours; a row without a person for what nobody can do (reason
    `hours-missing` or `skill-missing`, hours_per_week = the hours that lack) and for what is stopped.
    `hour_value` is what one more hour a week of that person could bring (currency per hour, see
    `hour_values`), also in `attrs["hour_value"]` by person.
    """
    tasks = tasks_of(flags, client, rules)
    solution = solve(tasks, client, rules, _known(before))
    values = hour_values(tasks, solution, client, rules)
    rows = [row for n in range(len(tasks)) for row in _rows(n, tasks[n], solution, client, values, rules)]
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"hours_per_week": float, "hour_value": float})
    table.attrs["hour_value"] = values
    return table


def _known(before: pd.DataFrame | None) -> Before | None:
    if before is None or before.empty:
        return None
    hours = before.groupby(["activity", "person"])["hours_per_week"].sum()
    levels = before.drop_duplicates("activity").set_index("activity")["level"]
    return Before(dict(levels.astype(float)), dict(hours.astype(float)))


def hour_values(tasks: list[Task], solution: Solution, client: Client, rules: Rules) -> dict[str, float]:
    """What one more hour a week of each person could bring, in currency per hour.

    The best marginal hour among the running activities that the person can do; 0 for people with hours to
    spare; NaN where it is unknown.
    """
    yields = yields_of(tasks, client, rules)
    margins = np.array([task.hour_margin for task in tasks])
    running = np.array([level.share >= 1 for level in solution.levels], dtype=bool)
    values = {}
    for n, person in enumerate(client.people):
        able = running & (yields[:, n] > 0) & np.isfinite(margins)
        worked = float(solution.hours[:, n].sum())
        spare = person.side == "company" and worked < person.protected_hours_per_week - _SMALL
        best = float((margins[able] * yields[able, n]).max(initial=0.0))
        values[person.id] = 0.0 if spare else (best if able.any() else float("nan"))
    return values


def _rows(
    n: int, task: Task, solution: Solution, client: Client, values: dict[str, float], rules: Rules
) -> list[dict[str, object]]:
    """The lines of one task."""
    level, hours = solution.levels[n], solution.hours[n]
    line = {"activity": task.activity, "level": level.share}
    rows: list[dict[str, object]] = [
        line
        | {
            "side": person.side,
            "person": person.id,
            "hours_per_week": np.floor(100 * hours[p] + _SMALL) / 100,
            "reason": level.reason,
            "hour_value": values[person.id],
        }
        for p, person in enumerate(client.people)
        if hours[p] >= _LEAST_HOURS
    ]
    if solution.left_open[n] > _LEAST_HOURS:
        rows.append(line | _missing(task, float(solution.left_open[n]), hours, client, rules))
    if not rows:
        side = max(SIDES, key=lambda side: task.hours[side])
        rows.append(line | {"side": side, "person": None, "hours_per_week": 0.0, "reason": level.reason})
    return rows


def _missing(task: Task, left_open: float, hours: Numbers, client: Client, rules: Rules) -> dict[str, object]:
    """The promise that cannot be kept: whose, and by how many hours."""
    side = _short_side(task, hours, client)
    best = max((skill(p, task.channel) for p in client.people if p.side == side), default=0)
    able = any(skill(person, task.channel) for person in client.people)
    return {
        "side": side,
        "person": None,
        "hours_per_week": round(left_open / rules.skill_yield[best], 2),
        "reason": "hours-missing" if able else "skill-missing",
    }


def _short_side(task: Task, hours: Numbers, client: Client) -> Side:
    """The side whose agreed hours are kept least."""
    sides = np.array([person.side for person in client.people], dtype=np.str_)
    return max(SIDES, key=lambda side: task.hours[side] - float(hours[sides == side].sum()))
