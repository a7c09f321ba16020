"""What the verdicts would be with other rates and hours: as if client.toml said so from the start."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_judge import QUARTER, outcomes, weekly

from sharedsocial_utils import tables
from sharedsocial_utils.client import load_client
from sharedsocial_utils.deciding import judge, what_if
from sharedsocial_utils.deciding.supposing import WhatIf
from sharedsocial_utils.workspace import Workspace

FIGURES = ["activity", "flag", "reason", "p_worth", "expected_net", "quarter_cost", "value_per_contact"]


def measured(place: Workspace, company: float = 20.0, agency: float = 50.0) -> Path:
    """The processed folder as measuring writes it with these rates; x has money besides the hours."""
    folder = place.processed("pioppo", QUARTER)
    blog, x = weekly("blog-posts", "blog", 1, 900), weekly("x-posts", "x", 2, 60)
    unknown = blog["hours_agency"].where(blog.index % 2 == 0)
    blog = blog.assign(hours_company=4.0, hours_agency=unknown)
    by_week = pd.concat([blog, x.assign(hours_company=np.nan, spend=25.0)])
    by_week = by_week.assign(
        cost=by_week["hours_company"].fillna(0) * company
        + by_week["hours_agency"].fillna(0) * agency
        + by_week["spend"].fillna(0)
    )
    tables.write_table(folder, "activity_weekly", by_week)
    channels = pd.DataFrame({"channel": ["blog", "pinterest"], "visits": [900.0, 300.0], "contacts": 6.0})
    idle = {"hours_company": [50.0, 0.0], "hours_agency": [13.0, 0.0]}
    tables.write_table(folder, "channel_quarter", channels.assign(**idle))
    tables.write_table(folder, "contacts", outcomes())
    return folder


def assert_alike(one: pd.DataFrame, other: pd.DataFrame, columns: list[str]) -> None:
    """The same figures, whatever the order of the rows."""
    tables = (table[columns].sort_values(columns[:2], ignore_index=True) for table in (one, other))
    pd.testing.assert_frame_equal(*tables, check_dtype=False)


def asked(place: Workspace) -> WhatIf:
    return what_if("pioppo", "2026Q3", place)


def test_with_what_client_toml_says_nothing_changes_and_nothing_is_written(place: Workspace) -> None:
    folder = measured(place)
    found = judge("pioppo", QUARTER, place)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    supposed = asked(place)
    assert (supposed.present.hourly_cost, supposed.present.hourly_rate) == (20.0, 50.0)
    assert supposed.present.contact_value == 40.0
    assert supposed.agency_hours_agreed == 2 + 1 + 2 + 3 + 1
    flags, plan = supposed.recomputed(supposed.present)
    assert_alike(flags, found.flags, FIGURES)
    assert_alike(plan, found.plan, ["activity", "person", "hours_per_week", "level", "reason"])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("company", "agency", "value"), [(60.0, 50.0, 40.0), (20.0, 8.0, 40.0), (5.0, 90.0, 400.0)]
)
def test_other_rates_give_what_an_audit_with_them_would(
    place: Workspace, company: float, agency: float, value: float
) -> None:
    measured(place)
    supposed = asked(place)
    then = replace(supposed.present, hourly_cost=company, hourly_rate=agency, contact_value=value)
    flags, _ = supposed.recomputed(then)
    toml = place.raw("pioppo") / "client.toml"
    text = toml.read_text("utf-8").replace("hourly_rate = 50.0", f"hourly_rate = {agency}")
    text = text.replace("hourly_cost = 20.0", f"hourly_cost = {company}")
    toml.write_text(text.replace("contact = 40.0", f"contact = {value}"), "utf-8")
    measured(place, company, agency)
    found = judge("pioppo", QUARTER, place).flags
    assert_alike(flags, found, FIGURES)


def hours_of(place: Workspace, side: str, **supposed: float) -> float:
    measured(place)
    what = asked(place)
    _, plan = what.recomputed(replace(what.present, **supposed))
    worked = plan.dropna(subset=["person"])
    return float(worked.loc[worked["side"] == side, "hours_per_week"].sum())


def test_hours_are_within_what_is_supposed_of_them(place: Workspace) -> None:
    protected = sum(person.protected_hours_per_week for person in load_client(place.raw("pioppo")).people)
    assert hours_of(place, "company") > 0.5 * protected
    assert 0 < hours_of(place, "company", protected_share=0.5) <= 0.5 * protected
    assert hours_of(place, "company", protected_share=0.0) == 0.0
    assert hours_of(place, "agency") > 4.0
    assert 0 < hours_of(place, "agency", agency_hours_per_week=4.0) <= 4.0


def test_fewer_hours_of_the_agency_than_its_contract_asks_are_no_fault(place: Workspace) -> None:
    toml = place.raw("pioppo") / "client.toml"
    text = toml.read_text("utf-8")
    toml.write_text(
        text.replace("hourly_rate = 50.0", "hourly_rate = 50.0\nmin_hours_per_week = 6.0"), "utf-8"
    )
    assert 0 <= hours_of(place, "agency", agency_hours_per_week=3.0) <= 3.0
