"""What the plan may choose from: the table of levels, and the figures of each task, worked out by hand."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding import RULES
from sharedsocial_utils.deciding.tasks import Task, tasks_of, value_share

PHASES, FLAGS = ("launch", "running", "closing"), ("STOP", "REDUCE", "KEEP", "WATCH", "GROW", None)


def with_activities(client: Client, *activities: dict[str, Any], **more: Any) -> Client:
    """The client with these activities, on the blog unless they say otherwise."""
    base = {"channel": "blog", "kind": "post", "planned": {"company": 2.0, "agency": 1.0}}
    data = client.model_dump() | {"activities": [base | activity for activity in activities]}
    return Client.model_validate(data | more)


def verdict(activity: str, flag: str, **more: Any) -> dict[str, Any]:
    figures = {"expected_net": 520.0, "quarter_cost": 1300.0, "p_worth": 0.5}
    return {"activity": activity, "flag": flag, **figures, **more}


def task(client: Client, row: dict[str, Any] | None = None, **activity: Any) -> Task:
    """The only activity of the client as a task."""
    flags = pd.DataFrame([row] if row else [], columns=list(row or verdict("a", "KEEP")))
    (found,) = tasks_of(flags, with_activities(client, {"id": "a", **activity}), RULES)
    return found


def of_the_table(phase: str, flag: str | None, importance: int) -> list[tuple[float, str]]:
    """The levels that the method gives a verdict, a phase and an importance."""
    floor = [0.25, 0.25, 0.5, 1.0, 1.0][importance - 1]
    if phase == "closing":
        return [(0.0, "stop") if flag == "STOP" else (0.5, "closing")]
    if phase == "launch" and flag != "GROW":
        return [(1.0, {"KEEP": "keep", "WATCH": "watch", None: "keep"}.get(flag, "launch"))]
    if flag == "STOP":
        return [(0.0, "stop")]
    if flag == "REDUCE":
        return [(0.5, "reduce")] if floor >= 0.5 else [(0.25, "reduce"), (0.5, "reduce")]
    if flag == "GROW":
        return [(1.0, "grow-without-hours"), (1.25, "grow"), (1.5, "grow")]
    kept = (1.0, "watch" if flag == "WATCH" else "keep")
    return [(floor, "hours-short"), kept] if floor < 1 else [kept]


@pytest.mark.parametrize(("phase", "flag"), list(product(PHASES, FLAGS)))
def test_levels_follow_verdict_phase_and_importance(client: Client, phase: str, flag: str | None) -> None:
    for importance in (1, 2, 3, 4, 5):
        row = verdict("a", flag) if flag else None
        found = task(client, row, phase=phase, importance=importance)
        levels = [(level.share, level.reason) for level in found.levels]
        assert levels == of_the_table(phase, flag, importance), importance
        for level in found.levels:
            assert level.breaks == (1 - level.share if level.reason == "hours-short" else 0.0)


@pytest.mark.parametrize(("number", "allowed"), [(3, 1), (5, 1), (9, 1), (10, 2), (14, 2), (15, 3)])
def test_of_the_stops_the_surest_fifth_is_stopped_and_the_others_wait(
    client: Client, number: int, allowed: int
) -> None:
    names = [f"a{n:02}" for n in range(number)]
    of = with_activities(client, *({"id": name} for name in names))
    p = np.linspace(0.01, 0.15, number)[::-1]
    flags = pd.DataFrame([verdict(name, "STOP", p_worth=p[n]) for n, name in enumerate(names)])
    flags.loc[0, "flag"] = "KEEP"
    reasons = {found.activity: found.levels[0].reason for found in tasks_of(flags, of, RULES)}
    assert [name for name in names if reasons[name] == "stop"] == names[-allowed:]
    assert [name for name in names if reasons[name] == "stop-later"] == names[1:-allowed]


def test_a_closing_activity_whose_stop_waits_goes_on_closing(client: Client) -> None:
    of = with_activities(client, {"id": "a"}, {"id": "b", "phase": "closing"})
    flags = pd.DataFrame([verdict("a", "STOP", p_worth=0.01), verdict("b", "STOP", p_worth=0.02)])
    levels = [[(level.share, level.reason) for level in found.levels] for found in tasks_of(flags, of, RULES)]
    assert levels == [[(0.0, "stop")], [(0.5, "closing")]]


def kept(share: float) -> float:
    """The share of the value that a share of the effort keeps: the mean of share to a normal power, .6 and
    .17, counted out."""
    powers = np.clip(0.6 + 0.17 * np.linspace(-2.5, 2.5, 5001), 0, 1)
    weights = np.exp(-0.5 * np.linspace(-2.5, 2.5, 5001) ** 2)
    return float((share**powers * weights).sum() / weights.sum())


def test_a_level_keeps_its_share_of_the_value(client: Client) -> None:
    half, quarter = task(client, verdict("a", "REDUCE"), importance=1).levels[::-1]
    weekly = (520 + 1300) / 13
    assert half.value == pytest.approx(weekly * kept(0.5), rel=1e-3)
    assert quarter.value == pytest.approx(weekly * kept(0.25), rel=2e-3)
    assert task(client, verdict("a", "STOP")).levels[0].value == 0.0


def test_the_power_of_the_level_is_within_none_and_all() -> None:
    """However unsure it is: half the effort keeps between half and all of the value, none keeps none."""
    unsure = replace(RULES, level_power_sd=0.6)
    powers = np.clip(0.6 + 0.6 * np.linspace(-2.5, 2.5, 5001), 0, 1)
    weights = np.exp(-0.5 * np.linspace(-2.5, 2.5, 5001) ** 2)
    assert value_share(0.5, unsure) == pytest.approx(np.average(0.5**powers, weights=weights), rel=0.01)
    assert value_share(0.0, unsure) == 0.0
    assert value_share(1.0, unsure) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("figures", "weekly"),
    [
        ({"expected_net": 520.0, "quarter_cost": 1300.0}, 140.0),
        ({"expected_net": -1500.0, "quarter_cost": 1300.0}, 0.0),
        ({"expected_net": np.nan, "quarter_cost": 1300.0}, 2 * 20 + 50),
        ({"expected_net": 520.0, "quarter_cost": np.nan}, 2 * 20 + 50),
        ({"expected_net": np.inf, "quarter_cost": 1300.0}, 2 * 20 + 50),
        ({"expected_net": None, "quarter_cost": None}, 2 * 20 + 50),
        ({"expected_net": None, "quarter_cost": 1300.0}, 2 * 20 + 50),
    ],
)
def test_what_is_worth_an_unknown_amount_is_worth_what_it_costs(
    client: Client, figures: dict[str, Any], weekly: float
) -> None:
    levels = task(client, verdict("a", "KEEP", **figures), importance=5).levels
    assert [level.value for level in levels] == [weekly]


def test_growth_is_worth_at_least_its_hours_and_less_what_it_may_fall_short_of(client: Client) -> None:
    poor = {"expected_net": -1300.0, "roi_low": 0.5, "roi_median": 2.0}
    _, more, most = task(client, verdict("a", "GROW", **poor)).levels
    assert [level.value for level in (more, most)] == pytest.approx([0.25 * 1.2 * 90, 0.5 * 1.2 * 90])
    rich = {"expected_net": 130 * 13 - 1300.0 + 8700, "roi_low": 0.5, "roi_median": 2.0}
    worth = (rich["expected_net"] + 1300) / 13
    _, more, most = task(client, verdict("a", "GROW", **rich)).levels
    assert most.value == pytest.approx(worth * kept(1.5), rel=1e-3)
    # at its 5% point the return is a quarter of the median: three quarters may lack, of them a tenth
    assert most.risk == pytest.approx(0.1 * 0.5 * 0.75 * worth)
    assert more.risk == pytest.approx(0.1 * 0.25 * 0.75 * worth)
    for figures in ({"roi_low": 3.0, "roi_median": 2.0}, {"roi_low": np.nan, "roi_median": np.nan}):
        assert [level.risk for level in task(client, verdict("a", "GROW", **figures)).levels] == [0, 0, 0]


def test_where_no_hours_are_agreed_those_worked_go_on(client: Client) -> None:
    worked = {"hours_company": 1.5, "hours_agency": np.nan}
    found = task(client, verdict("a", "KEEP", **worked), planned={"company": 0.0, "agency": 0.0})
    assert found.hours == {"company": 1.5, "agency": 0.0}
    agreed = task(client, verdict("a", "KEEP", **worked), planned={"company": 0.0, "agency": 1.0})
    assert agreed.hours == {"company": 0.0, "agency": 1.0}
    assert task(client).hours == {"company": 2.0, "agency": 1.0}


@pytest.mark.parametrize(
    ("hours", "money"),
    [
        ({"hours_company": 2.0, "hours_agency": 1.0}, 100.0 - 90.0),
        ({"hours_company": 2.0, "hours_agency": np.nan}, 100.0 - 40.0),
        ({"hours_company": 2.0, "hours_agency": 2.0}, 0.0),
        ({"hours_company": np.nan, "hours_agency": np.nan}, 0.0),
    ],
)
def test_what_the_hours_do_not_cost_is_money(client: Client, hours: dict[str, float], money: float) -> None:
    assert task(client, verdict("a", "KEEP", **hours)).money == pytest.approx(money)
    assert task(client).money == 0.0


def test_the_next_hour_brings_the_return_at_the_margin(client: Client) -> None:
    # 1820 come back for 1300, of the next hour .6 of that; an hour costs (2 x 20 + 50) / 3
    found = task(client, verdict("a", "KEEP"))
    assert found.hour_margin == pytest.approx(1820 / 1300 * 0.6 * 30)
    for figures in ({"expected_net": np.nan}, {"quarter_cost": 0.0}, {"quarter_cost": None}):
        assert np.isnan(task(client, verdict("a", "KEEP", **figures)).hour_margin)
    idle = {"planned": {"company": 0.0, "agency": 0.0}}
    assert np.isnan(task(client, verdict("a", "KEEP"), **idle).hour_margin)


def pilot(client: Client, channel: str, **figures: Any) -> Task:
    row = verdict(f"start-{channel}", "START", pilot_hours_per_week=1.5, **figures)
    return tasks_of(pd.DataFrame([row]), client, RULES)[-1]


def test_a_pilot_is_done_by_the_side_that_knows_best_and_waits_for_hours(client: Client) -> None:
    # facebook: carlo and bruno are experts, x: carlo 2 and bruno 3, youtube: bruno 3, flickr: nobody
    for channel, side in (("facebook", "company"), ("x", "agency"), ("youtube", "agency")):
        found = pilot(client, channel)
        assert (found.pilot, found.channel, found.importance, found.voice) == (True, channel, 1, "any")
        assert found.hours == {"company": 0.0, "agency": 0.0} | {side: 1.5}
        assert [(level.share, level.reason) for level in found.levels] == [
            (0.0, "pilot-without-hours"),
            (1.0, "pilot"),
        ]
        assert [level.breaks for level in found.levels] == [0.5, 0.0]
    company = [person for person in client.model_dump()["people"] if person["side"] == "company"]
    alone = Client.model_validate(client.model_dump() | {"people": company})
    assert pilot(alone, "x").hours == {"company": 1.5, "agency": 0.0}, "nobody of the agency is better"
    nobody = pilot(client, "flickr")
    assert [(level.share, level.reason) for level in nobody.levels] == [(1.0, "pilot")]
    assert nobody.hours == {"company": 1.5, "agency": 0.0}


def test_what_a_pilot_teaches_is_worth_its_hours(client: Client) -> None:
    assert pilot(client, "x").levels[-1].value == pytest.approx(1820 / 13)
    poor = pilot(client, "x", expected_net=-1300.0)
    assert poor.levels[-1].value == pytest.approx(1.2 * 1.5 * 50), "at the dearer hour of the two sides"
