"""What a contact is worth."""

import numpy as np
import pandas as pd
import pytest

from sharedsocial_utils.deciding import RULES
from sharedsocial_utils.deciding.value import Values, values_of
from sharedsocial_utils.errors import Fault


def values(funnel: list[tuple[object, ...]], deals: list[tuple[str, float]], **more: object) -> Values:
    table = pd.DataFrame(funnel, columns=["client", "contacts", "opportunities", "won"]).assign(**more)
    clients = pd.Index(sorted(table["client"]))
    return values_of(clients, table, pd.DataFrame(deals, columns=["client", "value"]), RULES)


def test_many_outcomes_give_the_plain_product() -> None:
    deals = [("a", value) for value in np.exp(np.random.default_rng(1).normal(6.0, 0.5, 400))]
    found = values([("a", 4000, 1000, 400)], deals)
    assert found.value[0] == pytest.approx(0.25 * 0.4 * np.mean([v for _, v in deals]), rel=0.05)
    assert found.sd[0] < 0.10


def test_the_error_covers_what_it_says() -> None:
    random = np.random.default_rng(2)
    misses = []
    for _ in range(300):
        rates, contacts = (0.3, 0.35), 200
        opportunities = random.binomial(contacts, rates[0])
        won = random.binomial(opportunities, rates[1])
        deals = [("a", v) for v in np.exp(random.normal(6.0, 0.8, won))]
        found = values([("a", contacts, opportunities, won)], deals)
        truth = rates[0] * rates[1] * np.exp(6.0 + 0.8**2 / 2)
        misses.append((np.log(found.value[0]) - np.log(truth)) / found.sd[0])
    assert 0.80 <= (np.abs(misses) < 1.64).mean() <= 0.97
    assert abs(np.mean(misses)) < 0.35


def test_the_clients_own_estimate_counts_until_ten_deals_are_won() -> None:
    few = [("a", 500.0)] * 4
    joined = values([("a", 100, 20, 4)], few, contact_value=200.0).value[0]
    data_only = values([("a", 100, 20, 4)], few).value[0]
    assert data_only < joined < 200.0
    many = [("a", 500.0)] * 12
    assert (
        values([("a", 300, 60, 12)], many, contact_value=200.0).value[0]
        == values([("a", 300, 60, 12)], many).value[0]
    )


def test_a_portfolio_lends_its_deals_to_a_client_with_few() -> None:
    random = np.random.default_rng(3)
    names = [f"c{n}" for n in range(8)]
    deals = [(name, v) for name in names for v in np.exp(random.normal(6.0, 0.6, 40))]
    funnel = [(name, 400, 100, 40) for name in names] + [("young", 100, 25, 10)]
    found = values(funnel, deals)
    alone = values([("young", 20, 0, 0)], [])
    assert found.value[-1] == pytest.approx(found.value[:-1].mean(), rel=0.3)
    assert found.sd[-1] > found.sd[0]
    assert np.isnan(alone.value[0])


def test_without_the_largest_deal() -> None:
    found = values([("a", 400, 100, 5)], [("a", v) for v in (100.0, 100.0, 110.0, 90.0, 50000.0)])
    assert found.without_largest[0] < found.value[0] / 5
    one = values([("a", 400, 100, 1)], [("a", 100.0)])
    assert one.without_largest[0] == one.value[0]


def test_impossible_figures_are_left_out() -> None:
    clean = values([("a", 400, 100, 3)], [("a", 100.0), ("a", 120.0)])
    dirty = values(
        [("a", 400, 100, 3)], [("a", 100.0), ("a", 120.0), ("a", -5.0), ("a", np.inf), ("a", np.nan)]
    )
    assert clean.value[0] == dirty.value[0]
    assert values([("a", -4, 100, 40)], [("a", 1.0)]).contacts[0] == 100, "each stage holds the next"


def test_missing_columns_are_named() -> None:
    with pytest.raises(Fault, match="deals lack columns"):
        values_of(
            pd.Index(["a"]),
            pd.DataFrame([("a", 1, 1, 1)], columns=["client", "contacts", "opportunities", "won"]),
            pd.DataFrame({"client": ["a"]}),
            RULES,
        )
    with pytest.raises(Fault, match="funnel lacks columns"):
        values_of(pd.Index(["a"]), pd.DataFrame({"client": ["a"]}), pd.DataFrame(), RULES)
