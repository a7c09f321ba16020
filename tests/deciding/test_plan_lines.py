"""From a solution of the programme to the plan's lines and the value of an hour: worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding import RULES
from sharedsocial_utils.deciding.planning import _known, _rows, hour_values
from sharedsocial_utils.deciding.programme import Solution
from sharedsocial_utils.deciding.tasks import Level, Task

FULL, HALF, NONE = Level(1.0, "keep", 100.0), Level(0.5, "reduce", 60.0), Level(0.0, "stop", 0.0)
VALUES = {"anna": 1.0, "carlo": 2.0, "bruno": 3.0}


def task(
    channel: str, company: float = 2.0, agency: float = 1.0, margin: float = 30.0, level: Level = FULL
) -> Task:
    return Task("a", channel, {"company": company, "agency": agency}, 0.0, (level,), 3, "any", margin)


def lines(client: Client, one: Task, hours: list[float], left_open: float = 0.0) -> list[dict[str, object]]:
    """The lines of one task; hours of anna, carlo and bruno."""
    solution = Solution([one.levels[0]], np.array([hours]), np.array([left_open]))
    return _rows(0, one, solution, client, VALUES, RULES)


def test_a_line_for_each_who_works_three_minutes_or_more(client: Client) -> None:
    found = lines(client, task("facebook"), [0.0499, 0.05, 0.29])
    assert [(row["person"], row["side"], row["hours_per_week"]) for row in found] == [
        ("carlo", "company", 0.05), ("bruno", "agency", 0.29),
    ]  # fmt: skip
    assert [(row["level"], row["reason"], row["hour_value"]) for row in found] == [
        (1.0, "keep", 2.0), (1.0, "keep", 3.0),
    ]  # fmt: skip
    rounded = lines(client, task("facebook"), [1.999, 2 / 3, 1.2345])
    assert [row["hours_per_week"] for row in rounded] == [1.99, 0.66, 1.23], "never more than there are"


@pytest.mark.parametrize(
    ("company", "agency", "side"), [(2.0, 1.0, "company"), (1.0, 2.0, "agency"), (1.0, 1.0, "company")]
)
def test_what_is_stopped_is_a_line_of_the_side_that_did_most(
    client: Client, company: float, agency: float, side: str
) -> None:
    (row,) = lines(client, task("x", company, agency, level=NONE), [0.0, 0.0, 0.0])
    assert row == {
        "activity": "a", "level": 0.0, "side": side, "person": None, "hours_per_week": 0.0, "reason": "stop",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "hours", "left_open", "missing"),
    [
        # carlo is facebook's expert of the company, bruno of the agency: an hour open is an hour
        ("facebook", [0.0, 1.0, 1.0], 1.0, ("company", 1.0, "hours-missing")),
        ("facebook", [0.0, 2.0, 0.5], 0.5, ("agency", 0.5, "hours-missing")),
        # x: carlo's skill is 2, so that 1.7 hours of an expert are two of his
        ("x", [0.0, 0.0, 1.0], 1.7, ("company", 2.0, "hours-missing")),
        # youtube: nobody of the company knows it, but bruno does; flickr: nobody does
        ("youtube", [0.0, 0.0, 1.0], 1.0, ("company", 2.0, "hours-missing")),
        ("flickr", [0.0, 0.0, 0.0], 1.5, ("company", 3.0, "skill-missing")),
    ],
)
def test_a_promise_that_is_not_kept_is_named_with_side_and_hours(
    client: Client, channel: str, hours: list[float], left_open: float, missing: tuple[str, float, str]
) -> None:
    row = lines(client, task(channel), hours, left_open)[-1]
    assert row["person"] is None
    assert (row["side"], row["hours_per_week"], row["reason"]) == missing
    company = [person for person in client.model_dump()["people"] if person["side"] == "company"]
    alone = Client.model_validate(client.model_dump() | {"people": company})
    asked = Task("a", "blog", {"company": 0.0, "agency": 1.0}, 0.0, (FULL,), 3, "any", 30.0)
    open_ = _rows(0, asked, Solution([FULL], np.zeros((1, 2)), np.array([1.0])), alone, VALUES, RULES)[-1]
    assert (open_["side"], open_["hours_per_week"]) == ("agency", 2.0), "as of somebody without the skill"
    assert all(other["person"] for other in lines(client, task(channel), [1.0, 0.0, 0.0], 0.05))


def test_the_next_hour_goes_to_the_best_of_what_runs(client: Client) -> None:
    # an hour's margin: blog 10, facebook 30 (reduced), x 20, youtube not known
    tasks = [task("blog", margin=10.0), task("facebook", margin=30.0), task("x", margin=20.0)]
    tasks.append(task("youtube", margin=np.nan))
    levels = [FULL, HALF, FULL, FULL]

    def values(hours: list[list[float]]) -> dict[str, float]:
        return hour_values(tasks, Solution(levels, np.array(hours), np.zeros(4)), client, RULES)

    # anna has 4 protected hours and knows blog, carlo has 2 and knows x a little less than an expert
    busy = values([[4.0, 0, 0], [0, 0, 0], [0, 2.0, 0], [0, 0, 0]])
    assert busy == {"anna": 10.0, "carlo": pytest.approx(20 * 0.85), "bruno": 20.0}
    spare = values([[3.9, 0, 0], [0, 0, 0], [0, 1.0, 0], [0, 0, 0]])
    assert spare == {"anna": 0.0, "carlo": 0.0, "bruno": 20.0}, "the agency's hours are bought"
    people = client.model_dump()["people"]
    people[2]["protected_hours_per_week"] = 10.0
    client = Client.model_validate(client.model_dump() | {"people": people})
    assert values([[4.0, 0, 0], [0, 0, 0], [0, 2.0, 0], [0, 0, 0]]) == busy, "bought, protected or not"


def test_where_no_margin_is_known_an_hour_has_no_value(client: Client) -> None:
    tasks = [task("youtube", margin=np.nan), task("facebook", margin=30.0, level=HALF)]
    hours = np.array([[4.0, 2.0, 0.0], [0.0, 0.0, 0.0]])
    values = hour_values(tasks, Solution([FULL, HALF], hours, np.zeros(2)), client, RULES)
    assert all(np.isnan(value) for value in values.values())
    other = [task("youtube", margin=20.0)]
    found = hour_values(other, Solution([FULL], np.array([[4.0, 2.0, 0.0]]), np.zeros(1)), client, RULES)
    assert np.isnan(found["anna"]), "she does not know it"
    assert found["bruno"] == 20.0
    loss = [task("blog", margin=-5.0)]
    worth = hour_values(loss, Solution([FULL], np.array([[4.0, 2.0, 0.0]]), np.zeros(1)), client, RULES)
    assert worth["anna"] == 0.0, "it is not worked"


def test_last_quarters_plan_is_read_by_person_and_level() -> None:
    rows = [
        ("a", "anna", 2.0, 1.0), ("a", "anna", 0.5, 1.0), ("a", "bruno", 1.0, 1.0), ("b", None, 0.0, 0.25),
        ("c", None, 1.5, 1.0), ("c", "carlo", 1.0, 1.0),
    ]  # fmt: skip
    before = pd.DataFrame(rows, columns=["activity", "person", "hours_per_week", "level"])
    known = _known(before)
    assert known is not None
    assert known.levels == {"a": 1.0, "b": 0.25, "c": 1.0}
    assert known.hours == {("a", "anna"): 2.5, ("a", "bruno"): 1.0, ("c", "carlo"): 1.0}
    assert _known(None) is None
    assert _known(before.iloc[:0]) is None
