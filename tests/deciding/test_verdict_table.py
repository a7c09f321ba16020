"""The labels against the table of the method, read row by row with plain ifs, on drawn posteriors."""

from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sharedsocial_utils.deciding.case import value_at
from sharedsocial_utils.deciding.posterior import GRID, Posterior
from sharedsocial_utils.deciding.rules import RULES
from sharedsocial_utils.deciding.verdicts import _agreed, _caveat, labels, second_look

FLAGS = ("STOP", "REDUCE", "KEEP", "GROW", "WATCH")
CLIENTS, ACTIVITIES = 15, 900


def drawn(random: np.random.Generator, low: float, high: float, size: int) -> Posterior:
    """Two likely returns an activity, so that mean and sureness do not always agree."""
    weights = np.zeros((size, len(GRID)))
    rows, share = np.arange(size), random.uniform(0.5, 1.0, size)
    weights[rows, random.integers(0, 60, size)] += 1 - share
    weights[rows, 30] += share
    centre = random.uniform(low, high, size) - np.log(GRID[30])
    return Posterior(weights, centre, random.uniform(0.05, 1.2, size))


def stopped(p: list[float]) -> int:
    """How many of one client's candidates, the least likely first, may be on its list."""
    for length in range(len(p), 0, -1):
        allowance = RULES.list_allowance * min((length - 1) / (RULES.allowance_stops - 1), 1.0)
        if sum(p[:length]) <= RULES.false_stop_share * length + allowance:
            return length
    return 0


def told(n: int, case: Any, view: Any, judged: bool, listed: bool) -> tuple[str, str]:
    """The row of the table for one activity."""
    half, more = (0.5 / (1 - value_at(RULES, 0.5))), (0.5 / (value_at(RULES, 1.5) - 1))
    wider = RULES.level_power_sd / RULES.level_power
    mean, worth = view.worth.mean[n], view.worth
    seen = case.panel.role[n] == "direct" or case.phi.tested[n]
    hopeless = judged and view.cautious.p_above(1.0)[n] <= RULES.stop_item_p
    less = mean < half and 1 - worth.p_above(half, wider)[n] >= RULES.sureness
    if hopeless and seen:
        return ("STOP", "not-worth") if listed else ("REDUCE", "list-full")
    if not seen and case.panel.role[n] == "support" and (hopeless or less):
        return "KEEP", "role-unseen"
    if hopeless:
        return "REDUCE", "role-veto"
    if less:
        return ("REDUCE", "margin-below-cost") if seen else ("KEEP", "role-unseen")
    if mean > more and worth.p_above(more, wider)[n] >= RULES.sureness:
        return ("KEEP", "direction-unclear") if case.backwards[n] else ("GROW", "margin-above-cost")
    return "KEEP", "worth" if worth.p_above(1.0)[n] >= RULES.sureness else "unsure"


def test_every_label_is_that_of_the_table() -> None:
    random = np.random.default_rng(7)
    role = random.choice(["direct", "assist", "support"], ACTIVITIES, p=[0.6, 0.2, 0.2])
    client = random.integers(0, CLIENTS, ACTIVITIES)
    case: Any = SimpleNamespace(
        rules=RULES,
        panel=SimpleNamespace(role=role, client=client),
        phi=SimpleNamespace(tested=random.random(ACTIVITIES) < 0.3),
        backwards=random.random(ACTIVITIES) < 0.3,
    )
    judged = random.random(ACTIVITIES) < 0.8
    view: Any = SimpleNamespace(
        worth=drawn(random, -1.5, 1.5, ACTIVITIES), cautious=drawn(random, -3.0, 1.0, ACTIVITIES)
    )
    flag, reason = labels(case, view, judged)
    p = view.cautious.p_above(1.0)
    able = judged & (p <= RULES.stop_item_p) & ((role == "direct") | case.phi.tested)
    listed = np.zeros(ACTIVITIES, dtype=bool)
    for name in range(CLIENTS):
        rows = sorted(np.flatnonzero(able & (client == name)), key=lambda n: p[n])
        listed[rows[: stopped([p[n] for n in rows])]] = True
    expected = [told(n, case, view, bool(judged[n]), bool(listed[n])) for n in range(ACTIVITIES)]
    assert list(zip(flag, reason, strict=True)) == expected
    assert len(set(expected)) == 9, "every row of the table is there"


def test_of_two_ends_the_milder_stands_and_a_contradiction_is_watched() -> None:
    pairs = list(product(FLAGS[:4], repeat=2))
    low, high = (np.array(flags, dtype=object) for flags in zip(*pairs, strict=True))
    names = np.array([f"low {n}" for n in range(16)]), np.array([f"high {n}" for n in range(16)])
    flag, reason = _agreed(low, names[0], high, names[1])
    less = {"STOP", "REDUCE"}
    for n, (few, many) in enumerate(pairs):
        if few == many or {few, many} <= less:
            assert (flag[n], reason[n]) == (many, f"high {n}"), (few, many)
        elif few == "KEEP" and many == "GROW":
            assert (flag[n], reason[n]) == ("KEEP", f"low {n}")
        else:
            assert (flag[n], reason[n]) == ("WATCH", "shared-contacts"), (few, many)


@pytest.mark.parametrize("flag", ["KEEP", "WATCH"])
def test_the_first_weakness_that_holds_is_named_and_a_watched_activity_has_only_a_break(flag: str) -> None:
    names = ["tracking-break", "one-deal", "one-side", "common-contacts", "drift", "direction-unclear"]
    for holds in product([False, True], repeat=len(names)):
        broken, deal, side, common, drifted, backwards = (np.array([each]) for each in holds)
        case: Any = SimpleNamespace(
            exposure=SimpleNamespace(
                hours_company=np.where(side, np.nan, 1.0), hours_agency=np.array([2.0]), broken=broken,
                drifted=drifted,
            ),
            backwards=backwards,
        )  # fmt: skip
        low, high = np.where(common, "REDUCE", "KEEP"), np.array(["KEEP"])
        ends = [(low, low), (high, high)]
        (found,) = _caveat(case, np.array([flag]), ends, np.where(deal, "STOP", "KEEP"))
        weak = [name for name, each in zip(names, holds, strict=True) if each]
        weak = weak if flag == "KEEP" else [name for name in weak if name == "tracking-break"]
        assert found == (weak[0] if weak else "")


def test_hours_of_no_side_are_not_those_of_one() -> None:
    for company, agency, found in (
        (np.nan, np.nan, ""), (1.0, 2.0, ""), (np.nan, 2.0, "one-side"), (1.0, np.nan, "one-side"),
    ):  # fmt: skip
        never = np.array([False])
        sides = {"hours_company": np.array([company]), "hours_agency": np.array([agency])}
        case: Any = SimpleNamespace(
            exposure=SimpleNamespace(**sides, broken=never, drifted=never), backwards=never
        )
        keep = np.array(["KEEP"])
        assert _caveat(case, keep, [(keep, keep), (keep, keep)], keep).tolist() == [found]


def test_only_a_stop_that_could_lose_much_and_was_none_a_quarter_ago_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = np.array(["STOP", "KEEP", "STOP", "KEEP"], dtype=object)
    module = "sharedsocial_utils.deciding.verdicts"
    monkeypatch.setattr(f"{module}.views_of", lambda earlier: [])
    monkeypatch.setattr(f"{module}.verdicts", lambda earlier, views: (before, before, before))
    big = np.array([True, True, False, False])
    earlier: Any = None
    flag, reason = second_look(big, earlier, np.array(["STOP"] * 4), np.array(["not-worth"] * 4))
    assert flag.tolist() == ["STOP", "REDUCE", "STOP", "STOP"]
    assert reason.tolist() == ["not-worth", "second-look", "not-worth", "not-worth"]
