"""Who does what: promises, protected hours, skills, levels."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding import RULES, plan
from sharedsocial_utils.deciding.planning import COLUMNS
from sharedsocial_utils.deciding.programme import Programme
from sharedsocial_utils.deciding.reasons import PLAN_REASONS
from sharedsocial_utils.deciding.tasks import Task, tasks_of

SIDES = {"anna": "company", "carlo": "company", "bruno": "agency"}


def verdicts(**flags: str) -> pd.DataFrame:
    """Rows of `flags`: the activities not named KEEP."""
    names = ["blog-posts", "facebook-posts", "x-posts", "youtube-videos", "old-videos"]
    rows = [
        {
            "client": "pioppo",
            "activity": name,
            "flag": flags.get(name.replace("-", "_"), "KEEP"),
            "p_worth": 0.5,
            "expected_net": 520.0,
            "quarter_cost": 1300.0,
        }
        for name in names
    ]
    return pd.DataFrame(rows)


def with_people(client: Client, **protected: float) -> Client:
    data = client.model_dump()
    for person in data["people"]:
        person["protected_hours_per_week"] = protected.get(person["id"], person["protected_hours_per_week"])
    return Client.model_validate(data)


def worked(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    own = table.dropna(subset=["person"])
    return {(r.activity, r.person): r.hours_per_week for r in own.itertuples()}


def line(table: pd.DataFrame, activity: str) -> pd.Series:
    return table[table["activity"] == activity].iloc[0]


def test_what_works_stays_as_agreed(client: Client) -> None:
    table = plan(verdicts(), client)
    assert list(table.columns) == COLUMNS
    assert worked(table) == {
        ("blog-posts", "anna"): 3.0,
        ("blog-posts", "bruno"): 2.0,
        ("facebook-posts", "carlo"): 2.0,
        ("facebook-posts", "bruno"): 1.0,
        ("x-posts", "bruno"): 2.0,
        ("youtube-videos", "bruno"): 3.0,
        ("old-videos", "bruno"): 0.5,
    }
    assert line(table, "old-videos")[["level", "reason"]].tolist() == [0.5, "closing"]
    assert table["person"].notna().all(), "every promise can be kept"


def test_levels_follow_the_verdicts(client: Client) -> None:
    table = plan(verdicts(x_posts="STOP", facebook_posts="REDUCE", blog_posts="WATCH"), client)
    assert line(table, "x-posts")[["level", "reason", "hours_per_week"]].tolist() == [0.0, "stop", 0.0]
    assert worked(table)[("facebook-posts", "carlo")] == 1.0
    assert worked(table)[("facebook-posts", "bruno")] == 0.5
    assert line(table, "facebook-posts")["level"] == 0.5
    assert line(table, "blog-posts")[["level", "reason"]].tolist() == [1.0, "watch"]


def test_growth_takes_the_hours_that_others_set_free(client: Client) -> None:
    table = plan(verdicts(blog_posts="GROW", x_posts="STOP"), client)
    hours = worked(table)
    # half as much again asks for 1.5 h of the company, of which anna has 1 left; a quarter more has its hours
    assert hours[("blog-posts", "anna")] == 3.75
    assert hours[("blog-posts", "bruno")] == pytest.approx(2.5)
    assert line(table, "blog-posts")[["level", "reason"]].tolist() == [1.25, "grow"]
    assert hours[("facebook-posts", "carlo")] == 2.0, "what is agreed elsewhere stays"


def test_growth_without_free_hours_is_said(client: Client) -> None:
    table = plan(verdicts(blog_posts="GROW"), with_people(client, anna=3.0))
    # the agency has half an hour left of what is agreed with it, from the activity that closes: a tenth
    assert line(table, "blog-posts")["reason"] in ("grow", "grow-without-hours")
    full = client.model_dump()
    full["activities"][4]["phase"] = "running"
    table = plan(verdicts(blog_posts="GROW"), with_people(Client.model_validate(full), anna=3.0))
    assert line(table, "blog-posts")[["level", "reason"]].tolist() == [1.0, "grow-without-hours"]
    assert table["person"].notna().all(), "growth that does not come is no broken promise"


def test_a_launch_is_not_cut(client: Client) -> None:
    table = plan(verdicts(youtube_videos="STOP"), client)
    assert line(table, "youtube-videos")[["level", "reason"]].tolist() == [1.0, "launch"]


def test_no_more_than_a_fifth_stops_at_once(client: Client) -> None:
    flags = verdicts(x_posts="STOP", facebook_posts="STOP", blog_posts="STOP")
    flags.loc[flags["activity"] == "x-posts", "p_worth"] = 0.01
    table = plan(flags, client)
    levels = table.drop_duplicates("activity").set_index("activity")["level"]
    assert levels[["x-posts", "facebook-posts", "blog-posts"]].tolist() == [0.0, 0.25, 0.25]
    assert line(table, "blog-posts")["reason"] == "stop-later"


def test_hours_move_to_the_other_side_where_one_side_cannot(client: Client) -> None:
    table = plan(verdicts(x_posts="STOP"), with_people(client, anna=2.0))
    hours = worked(table)
    assert hours[("blog-posts", "anna")] == 2.0
    assert hours[("blog-posts", "bruno")] == pytest.approx(3.0)


def test_a_promise_that_cannot_be_kept_is_named_with_its_hours(client: Client) -> None:
    short = with_people(client, anna=1.0, carlo=1.0)
    full = short.model_dump()
    full["activities"][4]["phase"] = "running"
    for activity in full["activities"][1:]:
        activity["importance"] = 4
    table = plan(verdicts(), Client.model_validate(full))
    missing = table[table["reason"] == "hours-missing"]
    # agreed: 5 h of the company, of which it has 2; the agency's 9 h are all taken
    assert missing["hours_per_week"].sum() == pytest.approx(3.0)
    assert missing["person"].isna().all()
    assert "blog-posts" not in set(missing["activity"]), "the weightiest activity gives way last"


def test_where_hours_are_short_what_weighs_less_gives_way(client: Client) -> None:
    # the company has 3 of the 5 h agreed; the agency half an hour to spare, and 1.5 h more without x
    table = plan(verdicts(), with_people(client, anna=3.0, carlo=0.0))
    assert line(table, "x-posts")[["level", "reason", "hours_per_week"]].tolist() == [
        0.25,
        "hours-short",
        0.5,
    ]
    assert worked(table)[("blog-posts", "anna")] == 3.0
    assert worked(table)[("facebook-posts", "bruno")] == pytest.approx(3.0)
    assert table["person"].notna().all()


def test_a_reduction_takes_the_level_worth_more(client: Client) -> None:
    flags = verdicts(x_posts="REDUCE").set_index("activity")
    for net, level in ((-1299.0, 0.25), (1300.0, 0.5)):  # next to no return; a return of 2
        flags.loc["x-posts", "expected_net"] = net
        assert line(plan(flags.reset_index(), client), "x-posts")["level"] == level


def test_the_contract_of_the_agency_bounds_its_hours(client: Client) -> None:
    data = client.model_dump()
    data["agency"]["max_hours_per_week"] = 6.0
    own = plan(verdicts(), Client.model_validate(data)).dropna(subset=["person"])
    assert own.loc[own["side"] == "agency", "hours_per_week"].sum() <= 6.0
    data["agency"] |= {"min_hours_per_week": 11.0, "max_hours_per_week": 11.0}
    data["people"][2]["skills"]["blog"] = 3
    grown = worked(plan(verdicts(blog_posts="GROW", x_posts="GROW"), Client.model_validate(data)))
    assert sum(hours for (_, person), hours in grown.items() if person == "bruno") > 9.5


def test_a_budget_stops_growth_that_costs_money(client: Client) -> None:
    flags = verdicts(x_posts="GROW", youtube_videos="STOP").assign(hours_company=0.0, hours_agency=2.0)
    flags["expected_net"], flags["quarter_cost"] = 5200.0, 2600.0  # 100 a week in hours, 100 in money
    data = with_people(client, anna=8.0).model_dump()
    data["activities"][3]["phase"] = "running"
    assert line(plan(flags, Client.model_validate(data)), "x-posts")["level"] == 1.5
    data["company"]["budget_per_quarter"] = 100.0 * 13 * 3.5 + 1  # what runs, half of it closing
    row = line(plan(flags, Client.model_validate(data)), "x-posts")
    assert row[["level", "reason"]].tolist() == [1.0, "grow-without-hours"]


def test_of_plans_equally_good_the_one_of_last_quarter_is_taken(client: Client) -> None:
    data = client.model_dump()
    data["people"] = [*data["people"], {**data["people"][2], "id": "berta"}]
    two = Client.model_validate(data)
    first = plan(verdicts(), two)
    assert "berta" not in set(first["person"]), "of equally good people the first"
    before = first.assign(person=first["person"].replace("bruno", "berta"))
    after = plan(verdicts(), two, before=before)
    assert "bruno" not in set(after["person"])
    assert after["hours_per_week"].sum() == pytest.approx(first["hours_per_week"].sum())


def test_no_other_choice_of_levels_is_better() -> None:
    random = np.random.default_rng(11)
    for _ in range(4):
        client = _drawn(random)
        flags = _judged(client, random)
        tasks = tasks_of(flags, client, RULES)
        best = _objective(tasks, client)
        for choice in product(*(task.levels for task in tasks)):
            fixed = [replace(task, levels=(level,)) for task, level in zip(tasks, choice, strict=True)]
            assert best <= _objective(fixed, client, tasks) + 1e-6


def _judged(client: Client, random: np.random.Generator) -> pd.DataFrame:
    names = [activity.id for activity in client.activities]
    flags = [str(random.choice(["KEEP", "GROW", "REDUCE", "STOP", "WATCH"])) for _ in names]
    net = random.normal(300, 400, len(names))
    return pd.DataFrame({"client": "c", "activity": names, "flag": flags, "p_worth": 0.1}).assign(
        expected_net=net, quarter_cost=1000.0
    )


def _objective(tasks: list[Task], client: Client, all_tasks: list[Task] | None = None) -> float:
    """What the plan costs less what it brings; prices as with all levels open."""
    programme = Programme(tasks, client, RULES)
    programme.constrain()
    prices = Programme(all_tasks or tasks, client, RULES)
    cost = programme.costs()
    full = prices.costs()
    where = {(n, level): full[k] for k, (n, level) in enumerate(prices.options)}
    cost[: programme.h] = [where[option] for option in programme.options]
    cost[programme.h :] = full[prices.h :]
    return float(cost @ programme.solved(cost, []))


def test_importance_decides_whose_hours_are_kept(client: Client) -> None:
    data = with_people(client, anna=2.0, carlo=0.0).model_dump()
    data["people"][2]["skills"] = {}
    data["people"][0]["skills"] = {"blog": 3, "facebook": 3}
    table = plan(verdicts(), Client.model_validate(data))
    hours = worked(table)
    assert hours == {("blog-posts", "anna"): 2.0}


def test_who_has_no_skill_is_never_planned(client: Client) -> None:
    data = client.model_dump()
    data["people"][2]["skills"] = {"blog": 3, "facebook": 3, "x": 3}
    table = plan(verdicts(), Client.model_validate(data))
    row = line(table, "youtube-videos")
    assert row["reason"] == "skill-missing"
    assert row["hours_per_week"] == pytest.approx(3.0)
    assert pd.isna(row["person"])


def test_less_than_an_experts_skill_takes_longer(client: Client) -> None:
    data = with_people(client, anna=8.0, carlo=0.0).model_dump()
    table = plan(verdicts(), Client.model_validate(data))
    # carlo, skill 3, has no hours: 2 h of his are 2 / .65 h of anna, skill 1
    assert worked(table)[("facebook-posts", "anna")] == pytest.approx(2 / RULES.skill_yield[1], abs=0.01)


def test_a_pilot_takes_only_free_hours(client: Client) -> None:
    pilot = {
        "client": "pioppo", "activity": "start-x", "flag": "START", "pilot_hours_per_week": 1.0,
        "expected_net": 10.0, "quarter_cost": 500.0,
    }  # fmt: skip
    flags = pd.concat([verdicts(x_posts="STOP"), pd.DataFrame([pilot])])
    table = plan(flags, client)
    assert worked(table)[("start-x", "bruno")] == 1.0
    assert line(table, "start-x")["reason"] == "pilot"


def test_a_pilot_that_cannot_begin_says_why(client: Client) -> None:
    pilot = {
        "client": "pioppo", "activity": "start-x", "flag": "START", "pilot_hours_per_week": 1.0,
        "expected_net": 10.0, "quarter_cost": 500.0,
    }  # fmt: skip
    data = with_people(client, anna=3.0).model_dump()
    data["activities"][4]["phase"] = "running"
    flags = pd.concat([verdicts(), pd.DataFrame([pilot])])
    row = line(plan(flags, Client.model_validate(data)), "start-x")
    assert row[["level", "reason"]].tolist() == [0.0, "pilot-without-hours"]
    flags["activity"] = flags["activity"].replace("start-x", "start-pinterest")
    row = line(plan(flags, client), "start-pinterest")
    assert row[["reason", "hours_per_week"]].tolist() == ["skill-missing", 1.0]


def test_random_clients_never_break_a_limit() -> None:
    random = np.random.default_rng(3)
    for _ in range(15):
        client = _drawn(random)
        flags = [str(random.choice(["KEEP", "GROW", "REDUCE", "STOP", "WATCH"])) for _ in client.activities]
        table = plan(
            pd.DataFrame(
                {
                    "client": "c",
                    "activity": [a.id for a in client.activities],
                    "flag": flags,
                    "p_worth": 0.1,
                    "expected_net": 100.0,
                    "quarter_cost": 1000.0,
                }
            ),
            client,
        )
        own = table.dropna(subset=["person"])
        by_person = own.groupby("person")["hours_per_week"].sum()
        for person in client.people:
            if person.side == "company":
                assert by_person.get(person.id, 0.0) <= person.protected_hours_per_week + 1e-9
        agreed = sum(a.planned.agency for a in client.activities)
        assert own.loc[own["side"] == "agency", "hours_per_week"].sum() <= agreed + 1e-6
        skilled = {(a.id, p.id) for a in client.activities for p in client.people if p.skills.get(a.channel)}
        assert set(zip(own["activity"], own["person"], strict=True)) <= skilled
        assert set(table["activity"]) == {a.id for a in client.activities}
        assert set(table["reason"]) <= set(PLAN_REASONS)
        assert not table.duplicated(["activity", "side", "person"]).any()
        assert (table["hours_per_week"] >= 0).all()


def _drawn(random: np.random.Generator) -> Client:
    channels = ["blog", "facebook", "x", "youtube"]
    people: list[dict[str, Any]] = [
        {
            "id": f"p{n}",
            "side": "company" if n < 3 else "agency",
            "protected_hours_per_week": float(random.integers(0, 5)),
            "skills": {c: int(random.integers(0, 4)) for c in channels},
        }
        for n in range(6)
    ]
    activities = [
        {
            "id": f"a{n}",
            "channel": str(random.choice(channels)),
            "kind": "post",
            "voice": str(random.choice(["company", "agency", "any"])),
            "importance": int(random.integers(1, 6)),
            "planned": {"company": float(random.integers(0, 4)), "agency": float(random.integers(1, 4))},
        }
        for n in range(8)
    ]
    return Client.model_validate(
        {
            "name": "c", "language": "it", "currency": "EUR", "timezone": "Europe/Rome",
            "agency": {"name": "a", "hourly_rate": 50}, "company": {"name": "c", "hourly_cost": 20},
            "value": {"margin": 0.5, "contact": 40}, "people": people, "activities": activities,
        }
    )  # fmt: skip


def test_the_value_of_one_more_hour(client: Client) -> None:
    table = plan(verdicts(), client)
    values = table.attrs["hour_value"]
    # anna has an hour to spare, carlo has none. A return of (520 + 1300) / 1300 = 1.4, at the margin x .6;
    # an hour of facebook costs (2 x 20 + 1 x 50) / 3 = 30; bruno's best hour is one of the agency's own: 50
    assert values["anna"] == 0.0
    assert values["carlo"] == pytest.approx(1.4 * 0.6 * 50 * RULES.skill_yield[2])
    assert values["bruno"] == pytest.approx(1.4 * 0.6 * 50)
    of_carlo = table.loc[table["person"] == "carlo", "hour_value"]
    assert of_carlo.tolist() == [pytest.approx(values["carlo"])]


def test_a_client_without_people_or_activities(client: Client) -> None:
    nobody = Client.model_validate({**client.model_dump(), "people": []})
    table = plan(verdicts(), nobody)
    assert set(table["reason"]) == {"skill-missing"}
    nothing = Client.model_validate({**client.model_dump(), "activities": []})
    assert plan(verdicts().iloc[:0], nothing).empty


def test_the_same_input_gives_the_same_plan(client: Client) -> None:
    flags = verdicts(blog_posts="GROW", x_posts="STOP")
    pd.testing.assert_frame_equal(plan(flags, client), plan(flags.iloc[::-1], client))
