"""What the analyst checks with: the formula's terms reckoned again, and the second stream on a folder."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from test_wired import HEADER, contacts, judged, weekly

from sharedsocial_utils import tables
from sharedsocial_utils.deciding import judge, second_opinion, workings
from sharedsocial_utils.deciding.checking import FIGURES, OTHERS, efforts_of
from sharedsocial_utils.deciding.portfolio import reference
from sharedsocial_utils.deciding.posterior import GRID
from sharedsocial_utils.workspace import Quarter, Workspace

QUARTER = Quarter(2026, 3)


@pytest.fixture
def audited(place: Workspace) -> Workspace:
    judged(place, HEADER, missed=0)
    return place


def test_the_terms_give_the_probability_again(audited: Workspace) -> None:
    found = workings("pioppo", QUARTER, audited)
    flags = tables.read_table(audited.processed("pioppo", QUARTER), "flags").set_index("activity")
    for row in found.itertuples():
        assert row.p_worth == pytest.approx(flags.loc[row.activity, "p_worth"])
        # the formula of the method page, with the reference that ships for a client alone
        k, e = row.contacts / row.dispersion, row.needed / row.dispersion
        weights = reference().prior[""] * np.exp(k * np.log(GRID) - e * GRID - (k * np.log(k / e) - k))
        z = (np.log(GRID) + np.log(row.phi_median)) / row.log_spread
        again = float((weights * norm.cdf(z)).sum() / weights.sum())
        assert row.p_worth == pytest.approx(again, abs=0.02), "but for what two activities teach of it"


def test_fewer_contacts_never_make_a_better_verdict(audited: Workspace) -> None:
    rank = {"STOP": 0, "REDUCE": 1, "WATCH": 1, "KEEP": 2, "GROW": 3}
    found = workings("pioppo", QUARTER, audited)
    assert set(found["at_half"]) | set(found["at_double"]) <= set(rank)
    assert (found["at_half"].map(rank) <= found["at_double"].map(rank)).all()
    assert found["at_half"].tolist() != found["at_double"].tolist()


@pytest.mark.parametrize(("column", "factor"), [("at_half", 0.5), ("at_double", 2.0)])
def test_with_other_contacts_it_is_judged_as_a_table_of_them(
    audited: Workspace, column: str, factor: float
) -> None:
    found = workings("pioppo", QUARTER, audited).set_index("activity")[column]
    folder = audited.processed("pioppo", QUARTER)
    stated = tables.read_table(folder, "activity_weekly")
    for activity in found.index:
        own = (stated["activity"] == activity).to_numpy()
        scaled = {name: stated[name] * np.where(own, factor, 1.0) for name in FIGURES}
        tables.write_table(folder, "activity_weekly", stated.assign(**scaled))
        flags = judge("pioppo", QUARTER, audited).flags.set_index("activity")["flag"]
        assert flags[activity] == found[activity]


def test_the_dearest_efforts_stand_alone_and_the_rest_together() -> None:
    names = [f"a{n:02d}" for n in range(9)]
    parts = [weekly(name, "x", hours=n + 1, contacts=1) for n, name in enumerate(names)]
    parts[8] = parts[8].iloc[30:]  # begun later
    parts[7].loc[50, "cost"] = np.nan  # one week unknown
    efforts = efforts_of(pd.concat(parts))
    assert list(efforts) == ["a07", "a06", "a08", "a05", OTHERS]
    assert (efforts["a08"].iloc[:30] == 0).all()
    assert efforts["a07"].notna().all()
    assert efforts[OTHERS].iloc[0] == 50 * (1 + 2 + 3 + 4 + 5)


def test_a_long_gap_leaves_an_effort_unknown() -> None:
    gap = weekly("a", "x", 2, 1)
    gap.loc[40:50, "cost"] = np.nan
    assert efforts_of(gap)["a"].isna().sum() == 9


@pytest.mark.slow
def test_the_totals_show_an_effort_that_goes_up_and_down(place: Workspace) -> None:
    random = np.random.default_rng(4)
    on = np.repeat(random.random(26) < 0.5, 4)
    folder: Path = place.processed("pioppo", QUARTER)
    frame = weekly("x-posts", "x", 1, 1)
    busy = frame.assign(cost=np.where(on, 400.0, 0.0), hours_agency=np.where(on, 8.0, 0.0))
    tables.write_table(folder, "activity_weekly", busy)
    tables.write_table(folder, "channel_quarter", tables.empty("channel_quarter"))
    total = contacts(0)
    came = total[total["stage"] == "contact"]
    weeks = came["date"].rank(method="dense").astype(int) - 1
    kept = on[weeks.to_numpy()] | (came.groupby(weeks).cumcount() < 14).to_numpy()
    tables.write_table(folder, "contacts", pd.concat([came[kept], total[total["stage"] == "won"]]))
    row = second_opinion("pioppo", QUARTER, place).iloc[0]
    # sixteen contacts more in each busy week of 400, whatever last touch credited
    value = 16 / 400 * _value(place)
    assert row["says"] == "seen"
    assert row["return_low"] <= value <= row["return_high"]
    assert row["floor"] < row["return_median"]


def _value(place: Workspace) -> float:
    return float(judge("pioppo", QUARTER, place).flags["value_per_contact"].iloc[0])


def test_short_data_carry_no_second_look(place: Workspace) -> None:
    folder = place.processed("pioppo", QUARTER)
    tables.write_table(folder, "activity_weekly", weekly("x-posts", "x", 1, 1).tail(60))
    tables.write_table(folder, "channel_quarter", tables.empty("channel_quarter"))
    tables.write_table(folder, "contacts", contacts(0))
    found = second_opinion("pioppo", QUARTER, place)
    assert set(found["says"]) == {"not-carried"}
    assert found["return_median"].isna().all()
