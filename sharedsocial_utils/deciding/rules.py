"""Every threshold of a verdict, with its unit and why it stands where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


def _rule(value: Any, unit: str, why: str) -> Any:
    if isinstance(value, dict):
        return field(default_factory=lambda: dict(value), metadata={"unit": unit, "why": why})
    return field(default=value, metadata={"unit": unit, "why": why})


@dataclass(frozen=True)
class Rules:
    """The thresholds and stated assumptions of `decide` and `plan`; `explained()` lists them for print."""

    # how far the list of stops may be wrong
    false_stop_share: float = _rule(
        0.05,
        "share",
        "of twenty activities that we advise to stop, at most one is expected to be worth its cost",
    )
    stop_item_p: float = _rule(
        0.19,
        "probability",
        "no single stop may hide behind surer ones: each is at most this likely to be worth it",
    )
    list_allowance: float = _rule(
        0.25,
        "expected false stops",
        "besides, for a list of several: the caution expects about twice the false stops that are then found",
    )
    allowance_stops: int = _rule(
        4, "stops", "from so many on a list has all of that allowance; a lone stop has none"
    )
    second_look_share: float = _rule(
        0.10,
        "share of the client's quarter",
        "a stop that could lose more than this, if it is wrong, must be on the list two quarters in a row",
    )
    sureness: float = _rule(
        0.70, "probability", "a printed direction is right about seven times in ten or more"
    )
    # the least evidence
    min_weeks: int = _rule(13, "weeks with effort", "one quarter: less is a mood of the season")
    launch_weeks: int = _rule(
        26, "weeks", "results follow effort slowly: half a year of an activity that we saw begin"
    )
    min_break_even: float = _rule(
        3.0,
        "contacts",
        "had it been worth its cost, three contacts would be expected; none has then a chance of 5%",
    )
    drift_evidence: float = _rule(
        6.0,
        "log likelihood",
        "two levels instead of one fit so much better: chance does that once in a hundred activities",
    )
    unseen_launch: float = _rule(
        0.03,
        "probability",
        "in data of less than half a year an activity may have begun just before them, and still be growing",
    )
    max_spread: float = _rule(
        0.80, "share of the prior's spread", "figures that narrow it by less say too little"
    )
    min_outcomes: int = _rule(30, "contacts", "with fewer known outcomes the value of a contact is a guess")
    enough_won: int = _rule(
        10, "won opportunities", "from here the client's own deals replace its estimate of a contact"
    )
    contact_value_sd: float = _rule(
        0.7, "log scale", "the client's estimate of a contact is right within a factor of two"
    )
    client_level_sd: float = _rule(
        0.4, "log scale", "how much better or worse everything works at one client than at another"
    )
    # how effort works
    carry_over: Mapping[str, float] = _rule(
        {"post": 0.8, "video": 0.7, "photo": 0.7, "deck": 0.8, "newsletter": 0.3, "reply": 0.2, "ads": 0.3},
        "share a week", "how much of a week's work still works the week after: posts long, replies short",
    )  # fmt: skip
    carry_over_else: float = _rule(0.5, "share a week", "for other kinds: between posts and replies")
    ramp_weeks: float = _rule(12.0, "weeks", "a new activity reaches two thirds of its effect in a quarter")
    # incrementality: what would have come anyway, and what others are credited with
    phi_median: Mapping[str, float] = _rule(
        {"direct": 0.8, "assist": 1.5, "support": 1.2},
        "factor", "a fifth of last-touch contacts come anyway; assists bring more than is credited",
    )  # fmt: skip
    phi_sd: Mapping[str, float] = _rule(
        {"direct": 0.45, "assist": 0.7, "support": 0.7},
        "log scale", "published comparisons with experiments miss by about this much",
    )  # fmt: skip
    demand_phi_median: float = _rule(
        0.6, "factor", "where effort goes with demand, more of what is credited would have come anyway"
    )
    demand_phi_sd: float = _rule(0.65, "log scale", "and how much more nobody can tell from such data")
    quality_sd: float = _rule(
        0.3,
        "log scale",
        "part of that spread: contacts of one activity are worth more or less than the average",
    )
    cautious_phi_median: float = _rule(1.0, "factor", "for STOP the activity gets the benefit of the doubt")
    cautious_phi_sd: float = _rule(0.45, "log scale", "and no less spread, until pause tests say more")
    enough_tests: int = _rule(
        10, "pause tests", "from here a role's tests replace the assumption and its caution"
    )
    # levels of effort
    level_power: float = _rule(
        0.6, "power", "value grows as effort to this power: half the effort keeps two thirds"
    )
    level_power_sd: float = _rule(0.17, "power", "how far that power is uncertain")
    levels: tuple[float, ...] = _rule(
        (0.25, 0.5, 1.0, 1.5), "share of the present effort", "nothing far beyond what was seen"
    )
    # pooling
    prior_weight: float = _rule(
        30.0, "activities", "so much the reference prior weighs against the activities at hand"
    )
    kind_weight: float = _rule(15.0, "activities", "so much all kinds together weigh against one kind")
    pool_clients: int = _rule(5, "clients", "with fewer there is no portfolio to learn values from")
    # START
    max_starts: int = _rule(2, "pilots a quarter", "more would starve what runs")
    pilot_weeks: int = _rule(13, "weeks", "one quarter")
    pilot_share: float = _rule(0.05, "share of the agreed hours", "small enough to lose")
    start_visits: float = _rule(30.0, "visits a quarter", "fewer is chance")
    start_contacts: float = _rule(2.0, "contacts a quarter", "one is chance")
    # the plan
    max_stop_share: float = _rule(
        0.20, "share of the activities", "a team that stops more at once loses its footing"
    )
    skill_yield: tuple[float, ...] = _rule(
        (0.5, 0.65, 0.85, 1.0), "share of an expert's hour", "skills 0 to 3; who has none is never planned"
    )
    unmet_cost: float = _rule(
        4.0, "dearest hours", "an agreed hour that nobody works weighs more than any other change"
    )
    trim_cost: float = _rule(
        2.5, "dearest hours", "a level below the agreed one is better than hours that nobody works"
    )
    shift_cost: float = _rule(
        1.0, "dearest hours", "hours move between the sides only where the agreed side cannot"
    )
    voice_cost: float = _rule(
        0.5, "dearest hours", "they move to the side whose voice it should be where possible"
    )
    floor_level: tuple[float, ...] = _rule(
        (0.25, 0.25, 0.5, 1.0, 1.0),
        "share of what was agreed",
        "importance 1 to 5: only what weighs less gives way when hours are short",
    )
    reduced_levels: tuple[float, ...] = _rule(
        (0.25, 0.5), "share of what was agreed", "REDUCE: the better of the two by expected value"
    )
    grown_levels: tuple[float, ...] = _rule(
        (1.25, 1.5),
        "share of what was agreed",
        "GROW: as far as there are hours, not beyond what was seen",
    )
    growth_margin: float = _rule(
        1.2,
        "times the cost of its hours",
        "growth and pilots that the verdict asks for happen where hours are free",
    )
    risk_share: float = _rule(0.1, "share", "so much of what growth may fall short of is taken off its value")
    steady_share: float = _rule(
        0.01, "share of the plan's value", "for less than this no plan changes: plans must not flicker"
    )
    new_hand_cost: float = _rule(
        0.05, "changes of level an hour", "who did it last quarter goes on doing it where that is as good"
    )
    # pause tests
    pause_contacts: float = _rule(
        8.0, "contacts", "fewer that would be missed cannot be told from chance in the client's total"
    )
    pause_p: tuple[float, float] = _rule(
        (0.05, 0.60), "probability", "between these a test may turn the verdict"
    )
    # follow-up
    stopped_share: float = _rule(0.10, "share of the hours before", "a little clearing up is no activity")
    reduced_share: float = _rule(0.75, "share of the hours before", "half-way between all and half of them")
    grown_share: float = _rule(1.20, "share of the hours before", "about half-way to half as much again")
    held_share: float = _rule(0.30, "share", "hours within this distance of those before are held")

    def explained(self) -> list[tuple[str, object, str, str]]:
        """`(name, value, unit, why)` of every rule, in order."""
        return [(f.name, getattr(self, f.name), f.metadata["unit"], f.metadata["why"]) for f in fields(self)]


RULES = Rules()
"""The thresholds as they ship."""
