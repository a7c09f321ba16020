"""Verdicts: against the truth of simulated clients, and case by case."""

import time
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from invented import DEALS, FUNNEL, LAST_MONDAY, WEEK, Data, simulate, steady

from sharedsocial_utils.deciding import RULES, decide
from sharedsocial_utils.deciding.case import value_at
from sharedsocial_utils.deciding.evidence import COLUMNS
from sharedsocial_utils.deciding.panel import direction_unclear, panel_of
from sharedsocial_utils.deciding.reasons import CAVEATS, REASONS
from sharedsocial_utils.deciding.verdicts import controlled_list
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.tables import FLAGS, TABLES


@cache
def judged(seed: int, null: bool = False, assist_phi: float | None = None) -> pd.DataFrame:
    """The verdicts on a simulation, with the truth beside them."""
    weekly, funnel, deals, truth = simulate(seed, null=null, assist_phi=assist_phi)
    roles = weekly[["client", "activity", "role"]].drop_duplicates()
    known = truth.merge(roles)
    return decide(weekly, funnel, deals).merge(known, on=["client", "activity"])


def several(**more: object) -> pd.DataFrame:
    return pd.concat([judged(seed, **more) for seed in (1, 2, 3)])  # type: ignore[arg-type]


def one(*activities: pd.DataFrame, funnel: pd.DataFrame = FUNNEL, deals: pd.DataFrame = DEALS) -> pd.Series:
    """The verdict on the first activity of a single client."""
    flags = decide(pd.concat(activities, ignore_index=True), funnel, deals)
    return flags.set_index("activity").loc[activities[0]["activity"].iloc[0]]


# against the truth


def test_false_stops_are_rare() -> None:
    flags = several()
    stops = flags[flags["flag"] == "STOP"]
    assert len(stops) > 200
    assert (stops["roi"] > 1).mean() <= RULES.false_stop_share


def test_dead_activities_with_enough_evidence_are_found() -> None:
    flags = several()
    dead = flags[(flags["roi"] < 0.5) & (flags["length"] >= 52)]
    assert (dead["flag"] == "STOP").mean() >= 0.70


def test_where_everything_is_worth_its_cost_hardly_anything_is_stopped() -> None:
    flags = several(null=True)
    assert (flags["flag"] == "STOP").mean() <= 0.005


def test_assists_are_never_stopped_and_others_no_more_falsely_for_it() -> None:
    flags = several(assist_phi=2.5)
    stops = flags[flags["flag"] == "STOP"]
    assert (flags["role"] == "assist").sum() > 200
    assert len(stops) > 50
    assert set(stops["role"]) == {"direct"}
    assert (stops["roi"] > 1).mean() <= RULES.false_stop_share


def test_intervals_and_probabilities_are_honest() -> None:
    flags = several()
    inside = (flags["roi"] >= flags["roi_low"]) & (flags["roi"] <= flags["roi_high"])
    assert 0.85 <= inside.mean() <= 0.95
    tenth = (flags["p_worth"] * 10).astype(int).clip(0, 9)
    error = flags.assign(worth=flags["roi"] > 1, tenth=tenth).groupby("tenth")
    gaps = (error["worth"].mean() - error["p_worth"].mean()).abs()
    assert (gaps * error.size() / len(flags)).sum() <= 0.06


def test_growth_is_advised_where_it_pays() -> None:
    flags = several()
    grown = flags[flags["flag"] == "GROW"]
    assert len(grown) > 50
    assert (grown["roi"] > 1).mean() >= 0.95


def test_levels_lose_less_than_leaving_everything_as_it_is() -> None:
    flags = several()

    def net(level: pd.Series | float) -> float:
        value = flags["roi"] * np.power(level, 0.6).where(level > 0, 0.0)
        return float((flags["quarter_cost"] * (value - level)).sum())

    assert net(flags["level"]) > net(pd.Series(1.0, index=flags.index)) * 1.05
    assert set(flags["level"]) <= {0.0, *RULES.levels}
    assert (flags.loc[flags["level"] == 0, "flag"] == "STOP").all()


def test_a_client_alone_is_judged_as_carefully() -> None:
    weekly, funnel, deals, truth = simulate(5, clients=25)
    alone = [decide(own, funnel, deals[deals["client"] == c]) for c, own in weekly.groupby("client")]
    flags = pd.concat(alone).merge(truth, on=["client", "activity"])
    stops = flags[flags["flag"] == "STOP"]
    assert len(stops) > 30
    assert (stops["roi"] > 1).mean() <= 0.06


# case by case; a contact is worth about 80


def test_the_output_is_what_the_codebook_says() -> None:
    flags = decide(steady("a", 80, 52), FUNNEL, DEALS)
    assert tuple(flags.columns) == COLUMNS
    assert set(COLUMNS) <= set(TABLES["flags"].names)
    row = flags.iloc[0]
    assert row["flag"] in FLAGS
    assert row["reason"] in REASONS
    assert 70 < row["value_per_contact"] < 95
    assert row["cost"] == 80 * 52
    assert row["quarter_cost"] == 80 * 13
    assert row["break_even_contacts"] == pytest.approx(80 * 52 / row["value_per_contact"])
    assert row["roi_low"] < row["roi_median"] < row["roi_high"]


@pytest.mark.parametrize(
    ("activity", "flag", "reason"),
    [
        (steady("dead", 160, 1), "STOP", "not-worth"),
        (steady("rich", 40, 160), "GROW", "margin-above-cost"),
        (steady("poor", 80, 40), "REDUCE", "margin-below-cost"),
        (steady("fair", 80, 80), "KEEP", "worth"),
        (steady("dead", 160, 1, role="assist"), "REDUCE", "role-veto"),
        (steady("weak", 80, 19, role="assist"), "KEEP", "role-unseen"),
        (steady("watching", 160, 0, role="support"), "KEEP", "role-unseen"),
        (steady("young", 160, 0, weeks=12), "WATCH", "few-weeks"),
        (steady("new", 160, 0, weeks=20, phase="launch"), "WATCH", "launch"),
        (steady("tiny", 3, 0), "WATCH", "little-evidence"),
    ],
)
def test_labels(activity: pd.DataFrame, flag: str, reason: str) -> None:
    found = one(activity, steady("other", 80, 60))
    assert (found["flag"], found["reason"]) == (flag, reason)


def begun_in(week: int, weeks: int, contacts: float) -> pd.DataFrame:
    """An activity that we see begin: nobody works on it in its first weeks."""
    frame = steady("a", 160, contacts, weeks=weeks)
    return frame.assign(cost=frame["cost"].where(frame.index >= week, 0.0))


@pytest.mark.parametrize(
    ("activity", "flag", "reason"),
    [
        # p_worth_cautious is 4 % and 6 %: a lone stop may be worth its cost in one case of twenty
        (steady("a", 100, 25), "STOP", "not-worth"),
        (steady("a", 100, 28), "REDUCE", "list-full"),
        (steady("a", 80, 72), "KEEP", "unsure"),
        # more than three contacts would have been expected, but none in few is hardly news
        (steady("a", 8, 0), "WATCH", "wide-interval"),
        # a year of data with work in one week of nine
        (steady("a", 0, 10).assign(cost=[700.0 * (n % 9 == 0) for n in range(52)]), "WATCH", "few-weeks"),
        # a launch is over after half a year, whatever client.toml still says
        (steady("a", 160, 1, phase="launch"), "STOP", "not-worth"),
        (begun_in(16, 40, 1).assign(phase="launch"), "WATCH", "launch"),
    ],
)
def test_labels_at_their_limits(activity: pd.DataFrame, flag: str, reason: str) -> None:
    found = one(activity, steady("other", 80, 60))
    assert (found["flag"], found["reason"]) == (flag, reason)


def test_a_launch_that_began_before_the_data_is_one_all_the_same() -> None:
    found = one(steady("a", 160, 0, weeks=20, phase="launch"), steady("other", 80, 60, weeks=20))
    assert (found["flag"], found["reason"]) == ("WATCH", "launch")


@pytest.mark.parametrize(
    ("contacts", "flag", "likely"),
    [(72, "KEEP", "REDUCE"), (100, "KEEP", "KEEP"), (120, "KEEP", "GROW"), (160, "GROW", "GROW")],
)
def test_a_direction_is_printed_only_if_it_is_likely_and_sure(contacts: int, flag: str, likely: str) -> None:
    weekly = pd.concat([steady("a", 80, contacts), steady("other", 80, 60)])
    assert decide(weekly, FUNNEL, DEALS)["flag"].iloc[0] == flag
    unsure = decide(weekly, FUNNEL, DEALS, replace(RULES, sureness=0.0))
    assert unsure["flag"].iloc[0] == likely


def test_a_stop_that_could_lose_much_needs_a_second_quarter() -> None:
    young = begun_in(16, 40, 1)  # 24 weeks: a quarter ago there were 11, too few for a verdict
    found = one(young, steady("other", 80, 60))
    assert (found["flag"], found["reason"]) == ("REDUCE", "second-look")
    assert found["level"] > 0
    found = one(young, steady("other", 8000, 6000))
    assert (found["flag"], found["reason"]) == ("STOP", "not-worth"), "next to nothing of what is spent"


def test_a_cost_that_is_not_known_of_another_does_not_spare_the_second_look() -> None:
    """Its share of what is known of the client's quarter is the same."""
    young, other = begun_in(16, 40, 1), steady("other", 80, 60)
    assert one(young, other, steady("unknown", np.nan, 10))["reason"] == "second-look"


@pytest.mark.parametrize(("weeks", "few"), [(12, True), (13, False)])
def test_a_quarter_is_enough_to_be_judged(weeks: int, few: bool) -> None:
    found = one(steady("a", 160, 0, weeks=weeks), steady("other", 80, 60))
    assert (found["reason"] == "few-weeks") is few


@pytest.mark.parametrize(("active", "few"), [(6, True), (7, False)])
def test_half_of_the_least_weeks_must_have_effort(active: int, few: bool) -> None:
    """Seven of thirteen are more than half of them."""
    weekly = steady("a", 160, 0)
    weekly.loc[~weekly.index.isin(range(51, 51 - 2 * active, -2)), "cost"] = 0.0
    found = one(weekly.assign(cost=weekly["cost"] * 4), steady("other", 80, 60))
    assert (found["reason"] == "few-weeks") is few


def test_a_contradiction_a_quarter_ago_is_a_second_look_too() -> None:
    weekly = steady("a", 160, 0, weeks=60)
    weekly.loc[weekly.index < 47, "contacts"] = 2.0
    found = one(weekly, steady("other", 80, 60, weeks=60))
    assert found["flag"] != "STOP", "a quarter ago it was worth its cost"


def a_test(role: str, lost: float, number: int = 1, **more: object) -> pd.DataFrame:
    """Pause tests of the activity "a" in which so many of 60 contacts were missed."""
    row = {"client": "pioppo", "activity": "a", "role": role, "kind": "post", "contacts_expected": 60.0}
    return pd.DataFrame([{**row, "contacts_lost": lost, "error": 4.0, **more}] * number)


@pytest.mark.parametrize("role", ["assist", "support"])
def test_only_a_pause_test_of_its_own_lets_stop_what_contacts_do_not_see(role: str) -> None:
    weekly = pd.concat([steady("a", 160, 1, role=role), steady("b", 160, 1, role=role)])
    flags = decide(weekly, FUNNEL, DEALS, pause_tests=a_test(role, 0.0)).set_index("activity")["flag"]
    assert flags["a"] == "STOP", "nobody missed it"
    assert flags["b"] != "STOP"


def test_what_a_support_role_does_may_be_worth_more_or_proven_to_be_worth_less() -> None:
    rich = one(steady("a", 40, 160, role="support"), steady("other", 80, 60))
    assert (rich["flag"], rich["reason"]) == ("GROW", "margin-above-cost")
    weekly = pd.concat([steady("a", 80, 40, role="support"), steady("b", 80, 60)])
    tested = decide(weekly, FUNNEL, DEALS, pause_tests=a_test("support", 60.0)).iloc[0]
    assert (tested["flag"], tested["reason"]) == ("REDUCE", "margin-below-cost")


@pytest.mark.parametrize(
    "wrong",
    [
        {"contacts_expected": 0.0}, {"contacts_expected": np.nan}, {"contacts_lost": np.nan},
        {"contacts_lost": np.inf}, {"error": 0.0}, {"error": np.nan},
    ],
)  # fmt: skip
def test_a_reading_without_its_figures_says_nothing(wrong: dict[str, float]) -> None:
    weekly = pd.concat([steady("a", 160, 1, role="assist"), steady("b", 80, 60)])
    told = decide(weekly, FUNNEL, DEALS, pause_tests=a_test("assist", 0.0, **wrong))
    pd.testing.assert_frame_equal(told, decide(weekly, FUNNEL, DEALS))


def test_pause_tests_that_are_no_table_of_them_are_faults() -> None:
    for bad, found in [
        (a_test("assist", 0.0).drop(columns="error"), "lack columns"),
        (a_test("boss", 0.0), "unknown role"),
    ]:
        with pytest.raises(Fault, match=found) as fault:
            decide(steady("a", 80, 10), FUNNEL, DEALS, pause_tests=bad)
        assert fault.value.code == "WS-03"


def test_until_ten_tests_of_the_role_a_stop_has_the_benefit_of_the_doubt() -> None:
    weekly = pd.concat([steady("a", 160, 1), steady("b", 100, 34)])
    few, many = (
        decide(weekly, FUNNEL, DEALS, pause_tests=a_test("direct", 30.0, number)).set_index("activity")
        for number in (RULES.enough_tests - 1, RULES.enough_tests)
    )
    assert few.loc["b", "p_worth_cautious"] > few.loc["b", "p_worth"] + 0.05
    assert many.loc["b", "p_worth_cautious"] == pytest.approx(many.loc["b", "p_worth"])


def test_a_verdict_that_is_none_is_weakened_by_nothing() -> None:
    young = steady("a", 80, 30, weeks=12, hours_company=np.nan)
    deals = pd.DataFrame({"client": "pioppo", "value": [40.0, 45.0, 50.0, 20000.0]})
    found = one(young, steady("other", 80, 60), funnel=FUNNEL.assign(won=4), deals=deals)
    assert found["flag"] == "WATCH"
    assert pd.isna(found["caveat"])
    over = np.arange(104) >= 91
    changed = steady("a", 80, 0, weeks=104).assign(contacts=np.where(np.arange(104) >= 60, 0.0, 3.0))
    others = [steady(f"other{n}", 80, 104, weeks=104) for n in range(4)]
    found = one(changed.assign(cost=np.where(over, 0.0, 80.0)), *others)
    assert found["reason"] == "no-effort-now"
    assert pd.isna(found["caveat"])


def test_what_is_only_watched_stretches_no_list() -> None:
    young = [steady(f"young{n}", 160, 0, weeks=12) for n in range(5)]
    found = one(steady("a", 100, 28), steady("other", 80, 60), *young)
    assert (found["flag"], found["reason"]) == ("REDUCE", "list-full")


def test_a_phase_that_is_not_given_is_running() -> None:
    told = one(steady("a", 160, 1, phase=None), steady("other", 80, 60, phase="running"))
    assert told.equals(one(steady("a", 160, 1), steady("other", 80, 60)))


def test_a_jump_of_all_counts_is_of_the_counting() -> None:
    later = np.arange(104) >= 60
    a, b = (steady(name, 80, 0, weeks=104) for name in ("a", "b"))
    found = one(a.assign(contacts=np.where(later, 0.0, 2.0)), b.assign(contacts=np.where(later, 0.0, 3.0)))
    assert (found["flag"], found["reason"]) == ("WATCH", "shared-contacts")
    assert found["caveat"] == "tracking-break"


@pytest.mark.parametrize(("before", "since", "flag"), [(3.0, 0.0, "STOP"), (0.0, 3.0, "GROW")])
def test_of_a_level_that_changed_only_the_weeks_since_are_used(
    before: float, since: float, flag: str
) -> None:
    changed = steady("a", 80, 0, weeks=104).assign(contacts=np.where(np.arange(104) >= 60, since, before))
    found = one(changed, *[steady(f"other{n}", 80, 104, weeks=104) for n in range(4)])
    assert (found["flag"], found["caveat"]) == (flag, "drift")
    assert found["evidence_contacts"] == 44 * since


def test_a_week_counts_only_where_both_its_cost_and_its_contacts_are_known() -> None:
    other = steady("other", 80, 60)
    whole = one(steady("a", 80, 60), other)
    for column in ("cost", "contacts"):
        frame = steady("a", 80, 60)
        unknown = (frame.index >= 13) & (frame.index < 39)
        frame.loc[unknown, "contacts"] *= 50
        frame.loc[unknown, column] = np.nan
        found = one(frame, other)
        assert found["evidence_contacts"] == frame.loc[~unknown, "contacts"].sum(), f"{column} unknown"
        assert found["break_even_contacts"] < 0.7 * whole["break_even_contacts"]


def test_contacts_known_only_where_nobody_worked_are_no_evidence() -> None:
    idle = np.arange(52) < 8
    frame = steady("a", 0, 8).assign(cost=np.where(idle, 0.0, 160.0))
    found = one(frame.assign(contacts=frame["contacts"].where(idle)), steady("other", 80, 60))
    assert (found["flag"], found["reason"]) == ("WATCH", "contacts-unknown")


def test_a_stop_is_at_level_zero_and_a_launch_is_not_cut() -> None:
    assert one(steady("dead", 160, 1), steady("other", 80, 60))["level"] == 0
    assert one(steady("new", 160, 0, weeks=20, phase="launch"), steady("other", 80, 60))["level"] >= 1


def test_the_level_is_the_one_with_the_best_expected_value() -> None:
    other = steady("other", 80, 60)
    assert one(steady("poor", 80, 40), other)["level"] in (0.25, 0.5)
    assert one(steady("rich", 40, 160), other)["level"] == 1.5
    assert one(steady("poor", 80, 40, phase="launch"), other)["level"] == 1.0, "a launch is not cut"
    assert one(steady("idle", 0, 10), other)["level"] == 1.0, "nothing is known of it"
    unseen = one(steady("weak", 80, 19, role="assist"), other)
    assert (unseen["reason"], unseen["level"]) == ("role-unseen", 1.0)


def test_without_effort_there_is_no_return() -> None:
    row = one(steady("idle", 0, 10), steady("other", 80, 60))
    assert row[["p_worth", "roi_low", "roi_median", "roi_high", "expected_net"]].isna().all()


def test_what_a_support_role_returns_is_left_open() -> None:
    row = one(steady("watching", 160, 0, role="support"), steady("other", 80, 60))
    assert row[["p_worth", "roi_median", "expected_net"]].isna().all()
    assert row["cost"] == 160 * 52


def test_shared_contacts_need_both_ends_to_agree() -> None:
    other = steady("other", 80, 60)
    wide = steady("a", 160, 60).assign(contacts_low=0.0)
    wide["contacts_high"] = wide["contacts"] * 5
    found = one(wide, other)
    assert (found["flag"], found["reason"]) == ("WATCH", "shared-contacts")
    assert pd.isna(found["caveat"]), "that says it already"
    narrow = steady("a", 160, 13).assign(contacts_low=0.0)
    narrow["contacts_high"] = narrow["contacts"] * 4
    found = one(narrow, other)
    assert (found["flag"], found["caveat"]) == ("REDUCE", "common-contacts"), "the milder end stands"


def test_the_interval_of_shared_contacts_goes_from_the_fewest_to_the_most() -> None:
    other, sure = steady("other", 80, 60), steady("a", 160, 60)
    wide = sure.assign(contacts_low=0.0, contacts_high=sure["contacts"] * 5)
    alone, shared = one(sure, other), one(wide, other)
    assert shared["roi_low"] < 0.2 * alone["roi_low"], "hardly any contact is surely its own"
    assert 3 * alone["roi_high"] < shared["roi_high"] < 6 * alone["roi_high"]
    assert shared["roi_median"] == pytest.approx(alone["roi_median"])


def test_a_verdict_that_hangs_on_one_deal_says_so() -> None:
    deals = pd.DataFrame({"client": "pioppo", "value": [40.0, 45.0, 50.0, 20000.0]})
    funnel = FUNNEL.assign(won=4)
    grown = steady("a", 20, 400)
    assert one(grown, funnel=funnel, deals=deals)["caveat"] == "one-deal"
    assert pd.isna(one(grown)["caveat"])


def test_hours_of_one_side_only_are_a_caveat() -> None:
    assert one(steady("a", 80, 80, hours_company=np.nan), steady("b", 80, 60))["caveat"] == "one-side"


def test_effort_that_follows_results_is_not_grown() -> None:
    random = np.random.default_rng(8)
    results = random.poisson(3.0, 104).astype(float) * (1 + 2 * (np.arange(104) % 26 < 8))
    before = pd.Series(results).shift(1).rolling(3, min_periods=1).mean().fillna(3.0)
    follows = steady("a", 1, 0, weeks=104).assign(cost=8 * before.to_numpy() + 2, contacts=results)
    found = one(follows, steady("other", 80, 60, weeks=104))
    assert (found["flag"], found["reason"]) == ("KEEP", "direction-unclear")


def moving(cost: np.ndarray, contacts: np.ndarray, **more: object) -> bool:
    """Whether of these weeks' cost and contacts nobody can tell which moves which."""
    frame = steady("a", 1, 0, weeks=len(cost)).assign(cost=cost, contacts=contacts, **more)
    return bool(direction_unclear(panel_of(frame))[0])


def test_only_results_that_clearly_lead_effort_leave_the_direction_open() -> None:
    random = np.random.default_rng(8)
    waves = 3.0 * (1 + 2 * (np.arange(104) % 26 < 8))
    results = random.poisson(waves).astype(float)
    after = pd.Series(results).shift(1).rolling(3, min_periods=1).mean().fillna(3.0).to_numpy()
    assert moving(after, results)
    assert not moving(results, after), "effort first, then results"
    assert not moving(waves, results), "both in the same weeks"
    assert not moving(after[-25:], results[-25:]), "half a year at least"
    assert not moving(random.random(104) + after / 30, results), "hardly any connection"


def test_effort_that_goes_with_demand_leaves_the_direction_open() -> None:
    random = np.random.default_rng(10)
    demand, results = random.random(104) * 10 + 5, random.poisson(3.0, 104).astype(float)
    assert moving(demand * 20, results, demand=demand)
    assert not moving(random.random(104) * 100 + 50, results, demand=demand)
    assert not moving(demand[-25:] * 20, results[-25:], demand=demand[-25:]), "half a year at least"
    assert not moving(demand * 20, results, demand=np.nan)


# bad input


def test_impossible_figures_are_taken_out_and_said() -> None:
    for bad in (-5.0, np.inf, -np.inf, 1e300):
        for column in ("cost", "contacts", "hours_company"):
            weekly = steady("a", 160, 1).astype({column: float})
            weekly.loc[3, column] = bad
            found = one(weekly, steady("other", 80, 60))
            assert (found["flag"], found["reason"]) == ("WATCH", "bad-data")
            figures = found[["p_worth", "roi_high", "expected_net", "cost"]].astype(float)
            assert np.isfinite(figures).all()


@pytest.mark.parametrize(
    ("activity", "reason"),
    [
        (steady("a", 0, 10), "no-effort"),
        (steady("a", np.nan, 10), "no-effort"),
        (steady("a", 80, 0).assign(contacts=np.nan), "contacts-unknown"),
        (steady("a", 80, 5, weeks=1), "few-weeks"),
    ],
)
def test_what_is_not_known_is_watched(activity: pd.DataFrame, reason: str) -> None:
    found = one(activity, steady("other", 80, 60))
    assert (found["flag"], found["reason"]) == ("WATCH", reason)
    figures = pd.to_numeric(found.drop(["client", "flag", "reason", "caveat"]), errors="coerce")
    assert not np.isinf(figures.astype(float)).any()


def test_work_that_ended_is_not_judged_again() -> None:
    weekly = steady("a", 160, 1, weeks=80)
    weekly.loc[weekly["week"] > LAST_MONDAY - 13 * WEEK, "cost"] = 0.0
    assert one(weekly, steady("other", 80, 60))["reason"] == "no-effort-now"


@pytest.mark.parametrize("column", ["cost", "contacts"])
def test_a_quarter_of_which_nothing_is_known_stops_nothing(column: str) -> None:
    """What was dead before may have come to life since, or have ended already."""
    weekly = steady("a", 160, 1, weeks=80).astype({"cost": float, "contacts": float})
    late = weekly["week"] > LAST_MONDAY - 13 * WEEK
    other = steady("other", 80, 60)
    found = one(weekly.assign(**{column: weekly[column].mask(late)}), other)
    assert (found["flag"], found["reason"]) == ("WATCH", "quarter-unknown")
    but_one = weekly[column].mask(late & (weekly["week"] != LAST_MONDAY))
    assert one(weekly.assign(**{column: but_one}), other)["flag"] == "STOP"


def test_a_client_without_any_contact_is_not_stopped() -> None:
    nothing = FUNNEL.assign(contacts=0, opportunities=0, won=0, contact_value=80.0)
    found = one(steady("a", 160, 0), funnel=nothing, deals=DEALS.iloc[:0])
    assert (found["flag"], found["reason"]) == ("WATCH", "no-contacts-at-all")


def test_without_outcomes_only_the_clients_own_estimate_gives_a_value() -> None:
    few = FUNNEL.assign(contacts=20, opportunities=0, won=0)
    found = one(steady("a", 160, 20), funnel=few, deals=DEALS.iloc[:0])
    assert (found["flag"], found["reason"]) == ("WATCH", "value-unknown")
    assert pd.isna(found["p_worth"])
    found = one(steady("a", 160, 20), funnel=few.assign(contact_value=50.0), deals=DEALS.iloc[:0])
    assert found["value_per_contact"] == pytest.approx(50.0)
    assert found["reason"] != "value-unknown"


def test_tables_that_cannot_be_read_are_faults() -> None:
    good = steady("a", 80, 10)
    tuesday = good.assign(week=good["week"] + pd.Timedelta(days=1))
    for bad, found in [
        (good.drop(columns="cost"), "lacks columns"),
        (good.assign(role="boss"), "unknown role"),
        (good.assign(role=None), "unknown role"),
        (tuesday, "Monday"),
        (good.assign(week=good["week"].where(good.index > 3)), "a week is missing"),
        (pd.concat([good, good]), "same week twice"),
    ]:
        with pytest.raises(Fault, match=found) as fault:
            decide(bad, FUNNEL, DEALS)
        assert fault.value.code == "WS-03"
    with pytest.raises(Fault, match="funnel has a client twice"):
        decide(good, pd.concat([FUNNEL, FUNNEL]), DEALS)
    assert decide(good.iloc[:0], FUNNEL, DEALS).empty


def test_order_of_rows_and_neighbours_do_not_matter() -> None:
    weekly, funnel, deals, _ = simulate(9, clients=3)
    whole = decide(weekly, funnel, deals)
    shuffled = decide(weekly.sample(frac=1, random_state=1), funnel.iloc[::-1], deals.iloc[::-1])
    pd.testing.assert_frame_equal(whole, shuffled)
    assert whole[["client", "activity"]].equals(
        whole[["client", "activity"]].sort_values(["client", "activity"], ignore_index=True)
    )


def test_rows_older_than_the_look_back_do_not_count() -> None:
    weekly = steady("a", 80, 120, weeks=120)
    assert one(weekly)["weeks"] == 104
    assert one(weekly)["cost"] == 80 * 104


# parts


def test_the_controlled_list_is_the_longest_with_a_small_mean() -> None:
    p = np.array([0.10, 0.01, 0.02, 0.15, 0.01, 0.14])
    client = np.array([0, 0, 0, 0, 1, 1])
    everyone = np.ones(6, dtype=bool)
    strict = replace(RULES, list_allowance=0.0)
    # client 0: .01, .02, .10 have the mean .043; with .15 it is .07. client 1: .01 and .14 have .075
    assert controlled_list(p, client, everyone, strict).tolist() == [True, True, True, False, True, False]
    some = everyone & (p != 0.02)
    assert controlled_list(p, client, some, strict).tolist() == [False, True, False, False, True, False]


def test_a_lone_stop_stands_by_itself_and_several_have_an_allowance() -> None:
    p, client = np.array([0.06, 0.06, 0.10, 0.10, 0.19, 0.19, 0.19]), np.array([0, 1, 1, 2, 2, 2, 2])
    # .06 alone is more than .05; .06 + .10 is within .10 + a third of .25; .67 is not within .20 + .25
    found = controlled_list(p, client, np.ones(7, dtype=bool), RULES)
    assert found.tolist() == [False, True, True, False, False, False, False]
    assert not controlled_list(p, client, np.zeros(7, dtype=bool), RULES).any()


def test_the_value_kept_at_half_the_effort() -> None:
    draws = np.random.default_rng(0).normal(0.6, 0.17, 200_000)
    draws = draws[(draws > 0.2) & (draws < 1.0)]
    assert value_at(RULES, 0.5) == pytest.approx((0.5**draws).mean(), abs=2e-3)
    assert value_at(RULES, 1.0) == pytest.approx(1.0)


def test_every_rule_has_its_unit_and_reason() -> None:
    assert all(unit and why for _, _, unit, why in RULES.explained())
    assert {name for name, *_ in RULES.explained()} == set(RULES.__dataclass_fields__)


def test_every_code_given_is_listed() -> None:
    flags = pd.concat([several(), several(null=True), several(assist_phi=2.5)])
    assert set(flags["reason"]) <= set(REASONS)
    assert set(flags["caveat"].dropna()) <= set(CAVEATS)


def test_a_decision_is_quick() -> None:
    weekly = pd.concat([steady(f"a{n:02d}", 40 + 8 * n, 3 * n, weeks=104) for n in range(25)])
    decide(weekly, FUNNEL, DEALS)
    times = []
    for _ in range(5):
        begin = time.process_time()
        decide(weekly, FUNNEL, DEALS)
        times.append(time.process_time() - begin)
    assert min(times) < 0.08, "about 12 ms on an idle machine"


def test_data_is_seeded() -> None:
    first: Data = simulate(1, clients=2)
    assert all(a.equals(b) for a, b in zip(first, simulate(1, clients=2), strict=True))
