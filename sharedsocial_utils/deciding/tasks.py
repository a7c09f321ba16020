"""What the plan chooses from: each activity's levels, what each level asks of both sides and what it brings.

The levels come from the verdict, the phase and the importance. STOP ends it (no more than a fifth of the
activities at once: the least sure of them wait at a quarter); REDUCE is a quarter or half of what was agreed;
GROW may reach half as much again; KEEP and WATCH stay as agreed and, only where hours are short, fall to the
floor that their importance sets. A launch is not cut, a closing activity is halved.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sharedsocial_utils.client import Activity, Client, Person, Side
from sharedsocial_utils.deciding.rules import Rules
from sharedsocial_utils.deciding.starting import PREFIX

SIDES: tuple[Side, ...] = ("company", "agency")


@dataclass(frozen=True)
class Level:
    """One level that an activity may have, in shares of what was agreed."""

    share: float
    reason: str
    value: float  # margin expected of it, currency per week
    risk: float = 0.0  # what is taken off it because it may be less, currency per week
    breaks: float = 0.0  # share of what was agreed that it gives up although nothing speaks against it


@dataclass(frozen=True)
class Task:
    """One activity of the plan."""

    activity: str
    channel: str
    hours: Mapping[Side, float]  # a week, at level 1
    money: float  # a week, at level 1; currency
    levels: tuple[Level, ...]
    importance: int
    voice: str
    hour_margin: float  # currency per hour at the margin; NaN where unknown
    pilot: bool = False


def tasks_of(flags: pd.DataFrame, client: Client, rules: Rules) -> list[Task]:
    """The activities of client.toml, then the pilots."""
    verdict = {str(row["activity"]): _record(row) for row in flags.to_dict("records")}
    waiting = _stopped_later(flags, client, rules)
    tasks = [_task(a, verdict.get(a.id, {}), a.id in waiting, client, rules) for a in client.activities]
    return tasks + [_pilot(row, client, rules) for row in verdict.values() if row["flag"] == "START"]


def _record(row: dict[Hashable, Any]) -> dict[str, object]:
    return {str(name): value for name, value in row.items()}


def _stopped_later(flags: pd.DataFrame, client: Client, rules: Rules) -> set[str]:
    stops = flags[flags["flag"] == "STOP"].sort_values(["p_worth", "activity"])
    allowed = max(1, int(rules.max_stop_share * len(client.activities)))
    return set(stops["activity"].iloc[allowed:])


def _task(activity: Activity, verdict: dict[str, object], waits: bool, client: Client, rules: Rules) -> Task:
    agreed: dict[Side, float] = {"company": activity.planned.company, "agency": activity.planned.agency}
    worked: dict[Side, float] = {side: _number(verdict.get(f"hours_{side}")) for side in SIDES}
    hours = agreed if sum(agreed.values()) > 0 else worked
    return Task(
        activity.id,
        activity.channel,
        hours,
        _money(verdict, worked, client, rules),
        _levels(activity, verdict, waits, hours, client, rules),
        activity.importance,
        activity.voice,
        _hour_margin(verdict, hours, client, rules),
    )


def _levels(
    activity: Activity,
    verdict: dict[str, object],
    waits: bool,
    hours: Mapping[Side, float],
    client: Client,
    rules: Rules,
) -> tuple[Level, ...]:
    flag = str(verdict.get("flag", "KEEP"))
    worth = _weekly_value(verdict, hours, client, rules)
    floor = rules.floor_level[activity.importance - 1]

    def level(share: float, reason: str, **more: float) -> Level:
        return Level(share, reason, worth * value_share(share, rules), **more)

    if activity.phase == "closing":
        return (level(0.0, "stop"),) if flag == "STOP" and not waits else (level(0.5, "closing"),)
    if activity.phase == "launch" and flag != "GROW":
        return (level(1.0, "launch" if flag in ("STOP", "REDUCE") else flag.lower()),)
    if flag == "STOP":
        return (level(0.25, "stop-later"),) if waits else (level(0.0, "stop"),)
    if flag == "REDUCE":
        return tuple(level(s, "reduce") for s in rules.reduced_levels if s >= min(floor, 0.5))
    kept = level(1.0, {"GROW": "grow-without-hours", "WATCH": "watch"}.get(flag, "keep"))
    if flag == "GROW":
        return (kept, *_grown(worth, verdict, hours, client, rules))
    return (level(floor, "hours-short", breaks=1 - floor), kept) if floor < 1 else (kept,)


def _grown(
    worth: float, verdict: dict[str, object], hours: Mapping[Side, float], client: Client, rules: Rules
) -> list[Level]:
    """The levels above. That growth is worth its hours the verdict has said; here only hours can lack."""
    unsure = worth - _low_value(verdict, worth)
    least = rules.growth_margin * _hours_cost(hours, client)
    return [
        Level(
            share,
            "grow",
            worth + max(worth * (value_share(share, rules) - 1), (share - 1) * least),
            risk=rules.risk_share * (share - 1) * unsure,
        )
        for share in rules.grown_levels
    ]


def value_share(share: float, rules: Rules) -> float:
    """E[share ** s], s normal around the level's power, cut to 0..1: what a level keeps of the full value."""
    if share == 0:
        return 0.0
    powers = np.clip(rules.level_power + rules.level_power_sd * np.linspace(-2.5, 2.5, 51), 0, 1)
    weights = np.exp(-0.5 * np.linspace(-2.5, 2.5, 51) ** 2)
    return float(np.average(share**powers, weights=weights))


def _weekly_value(
    verdict: dict[str, object], hours: Mapping[Side, float], client: Client, rules: Rules
) -> float:
    """Margin a week at the present level; where it is unknown, what the activity costs: neither for nor
    against it."""
    net, cost = verdict.get("expected_net"), verdict.get("quarter_cost")
    if isinstance(net, float) and isinstance(cost, float) and np.isfinite(net + cost):
        return max(net + cost, 0.0) / rules.pilot_weeks
    return _hours_cost(hours, client)


def _hours_cost(hours: Mapping[Side, float], client: Client) -> float:
    rate = rates(client)
    return sum(hours[side] * rate[side] for side in SIDES)


def _low_value(verdict: dict[str, object], worth: float) -> float:
    """The value if the return were at its 5% point."""
    low, median = _number(verdict.get("roi_low")), _number(verdict.get("roi_median"))
    return worth * min(low / median, 1.0) if median > 0 else worth


def _money(verdict: dict[str, object], worked: Mapping[Side, float], client: Client, rules: Rules) -> float:
    """Fees and spend a week: what the present cost holds besides hours."""
    rate = rates(client)
    cost = _number(verdict.get("quarter_cost")) / rules.pilot_weeks
    return max(cost - sum(worked[side] * rate[side] for side in SIDES), 0.0) if sum(worked.values()) else 0.0


def _pilot(row: dict[str, object], client: Client, rules: Rules) -> Task:
    channel = str(row["activity"]).removeprefix(PREFIX)
    best = {
        side: max((skill(p, channel) for p in client.people if p.side == side), default=0) for side in SIDES
    }
    side: Side = "company" if best["company"] >= best["agency"] else "agency"
    hours: dict[Side, float] = dict.fromkeys(SIDES, 0.0)
    hours[side] = _number(row.get("pilot_hours_per_week"))
    # what a pilot teaches is worth its hours too, where they are free
    worth = max(
        _weekly_value(row, hours, client, rules), rules.growth_margin * sum(hours.values()) * dearest(client)
    )
    begun = Level(1.0, "pilot", worth)
    # before growth, after all that is agreed; where nobody has the skill, that is what is to be said
    waits = Level(0.0, "pilot-without-hours", 0.0, breaks=0.5)
    levels = (waits, begun) if any(best.values()) else (begun,)
    margin = _hour_margin(row, hours, client, rules)
    return Task(str(row["activity"]), channel, hours, 0.0, levels, 1, "any", margin, pilot=True)


def _number(value: object) -> float:
    number = float(value) if isinstance(value, int | float) else 0.0
    return number if np.isfinite(number) else 0.0


def _hour_margin(
    verdict: dict[str, object], hours: Mapping[Side, float], client: Client, rules: Rules
) -> float:
    """What the next hour brings: the expected return x the power of the level x what an hour costs."""
    net, cost = verdict.get("expected_net"), verdict.get("quarter_cost")
    total = sum(hours.values())
    if not (isinstance(net, float) and isinstance(cost, float) and cost > 0 and total > 0):
        return float("nan")
    rate = rates(client)
    hour_cost = sum(hours[side] * rate[side] for side in SIDES) / total
    return float((net + cost) / cost * rules.level_power * hour_cost)  # NaN stays NaN


def rates(client: Client) -> dict[Side, float]:
    """What an hour of each side costs, in the client's currency."""
    return {"company": client.company.hourly_cost, "agency": client.agency.hourly_rate}


def dearest(client: Client) -> float:
    """The dearer hour of the two sides, at least 1."""
    return max(*rates(client).values(), 1.0)


def skill(person: Person, channel: str) -> int:
    """0 none to 3 expert."""
    return person.skills.get(channel, 0)
