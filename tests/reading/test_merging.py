"""Exports overlap: each key once, from the newest, and nothing counts twice at two grains."""

from datetime import date

import pytest
from exports_for_tests import books, exploration, google_ads, merged, read, toggl

# ---- keys


def test_a_restated_figure_is_that_of_the_newest_export() -> None:
    old = read("b.csv", exploration(["20260701,google,organic,a,5", "20260702,google,organic,a,7"]))
    new = read("a.csv", exploration(["20260702,google,organic,a,8", "20260703,google,organic,a,9"]))
    visits = merged(old, new)["visits"]
    assert visits["sessions"].tolist() == [5, 8, 9]
    assert (books(old), books(new)) == ((1, 1, 0, 8), (2, 0, 0, 8))


def test_rows_of_one_file_with_one_key_are_added_up() -> None:
    rows = ["20260701,google,organic,mobile,5", "20260701,google,organic,desktop,7"]
    file = read("a.csv", exploration(rows, "Session source,Session medium,Device category"))
    assert merged(file)["visits"]["sessions"].tolist() == [12]
    assert books(file)[:2] == (2, 0)


def test_an_entry_that_was_edited_between_two_exports_counts_once() -> None:
    old = read("old.csv", toggl(("2026-07-01", "09", "Blog")))
    new = read("new.csv", toggl(("2026-07-01", "09", "Facebook"), ("2026-07-02", "09", "Blog")))
    assert merged(old, new)["effort"]["project"].tolist().count("Blog") == 1
    assert books(old)[:2] == (0, 1)


# ---- grain


def test_the_same_visits_by_source_and_by_landing_page_count_once() -> None:
    by_source = read("a.csv", exploration(["20260701,google,organic,a,5", "20260701,x,social,b,2"]))
    by_page = read(
        "b.csv", exploration(["20260701,/,4", "20260701,/blog/,3", "20260702,/,6"], "Landing page")
    )
    visits = merged(by_source, by_page)["visits"]
    assert visits.groupby("date")["sessions"].sum().tolist() == [7, 6]
    assert (books(by_source)[:2], books(by_page)[:2]) == ((2, 0), (1, 2))


DAILY = google_ads(
    "1 July 2026 - 3 July 2026", "Day,Campaign,Budget,Cost",
    "2026-07-01,a,1,10.50", "2026-07-01,b,1,4.00", "2026-07-03,a,1,2.25",
)  # fmt: skip


@pytest.mark.parametrize(
    "coarser",
    [
        google_ads("1 July 2026 - 3 July 2026", "State,Campaign,Budget,Cost", "on,a,1,12.75", "on,b,1,4.00"),
        google_ads("2 July 2026 - 3 July 2026", "State,Campaign,Budget,Cost", "on,a,1,2.25"),
        google_ads("1 July 2026 - 3 July 2026", "Week,Campaign,Budget,Cost", "2026-06-29,a,1,12.75"),
        google_ads("1 July 2026 - 3 July 2026", "Day,Account,Budget,Cost", "2026-07-01,x,1,14.50"),
    ],
    ids=["the period", "a part of the period", "weeks", "days without campaign"],
)
def test_the_same_money_at_two_grains_counts_once(coarser: str) -> None:
    fine, coarse = read("a.csv", DAILY), read("b.csv", coarser)
    spend = merged(fine, coarse)["spend"]
    assert spend["amount"].sum() == pytest.approx(16.75)
    assert (spend["source_file"] == "a.csv").all()
    assert books(fine)[:3] == (3, 0, 0)
    assert books(coarse)[0] == 0
    assert books(coarse)[1] > 0


def test_an_amount_of_which_finer_figures_tell_some_days_is_put_aside_with_the_reason() -> None:
    fine = read("a.csv", DAILY)
    header = "State,Campaign,Budget,Cost"
    coarse = read("b.csv", google_ads("1 July 2026 - 30 September 2026", header, "on,a,1,99.00"))
    spend = merged(fine, coarse)["spend"]
    assert spend["amount"].sum() == pytest.approx(16.75)
    assert [(fault["code"], fault["row"]) for fault in coarse.faults] == [("IN-DATE-06", "4")]
    assert books(coarse) == (0, 0, 1, 3)


META = "Reporting starts,Reporting ends,Campaign name,Amount spent (EUR)"


def test_periods_beside_each_other_and_other_channels_stay() -> None:
    header = "State,Campaign,Budget,Cost"
    files = [
        read("a.csv", DAILY),
        read("b.csv", google_ads("4 July 2026 - 31 July 2026", header, "on,a,1,5.00")),
        read("c.csv", f"{META}\n2026-07-01,2026-07-31,m,8\n"),
    ]
    assert merged(*files)["spend"]["amount"].sum() == pytest.approx(16.75 + 5 + 8)


def test_the_newest_export_is_known_by_its_own_day_and_not_by_its_name() -> None:
    header = "Record ID,Create Date,Original Source,Email"
    old = read("hubspot-crm-exports-a-2026-07-02.csv", f"{header}\n7,2026-07-01 10:00,Direct Traffic,\n")
    new = read("hubspot-crm-exports-a-2026-07-03.csv", f"{header}\n7,2026-07-01 10:00,Organic Search,\n")
    assert (old.as_of, new.as_of) == (date(2026, 7, 2), date(2026, 7, 3))
    for files in ((old, new), (new, old)):
        assert merged(*files)["contacts"]["medium"].tolist() == ["Organic Search"]
