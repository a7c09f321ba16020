"""Two analytics tools on one site: a day's visits are those of one of them, and the other's file says so."""

from itertools import permutations

import pandas as pd
import pytest
from exports_for_tests import books, exploration, matomo, merged, plausible, read

from sharedsocial_utils.reading.file import FileReading

# counted by hand: Google Analytics tells 1, 2 and 3 July, Matomo 3 and 4 July, Plausible 1 July alone
GA4 = exploration(
    [
        "20260701,google,organic,a,5",
        "20260701,newsletter,email,b,2",
        "20260702,google,organic,a,7",
        "20260703,google,organic,a,9",
    ]
)
MATOMO = matomo(
    "2026-07-03,Search Engines,11,search",
    "2026-07-03,Direct Entry,4,direct",
    "2026-07-04,Search Engines,6,search",
)
PLAUSIBLE = plausible("2026-07-01,Google,organic,8")
BY_DAY = {"2026-07-01": 7, "2026-07-02": 7, "2026-07-03": 9, "2026-07-04": 6}


def per_day(visits: pd.DataFrame) -> dict[str, int]:
    sums = visits.groupby("date")["sessions"].sum()
    return {f"{day:%Y-%m-%d}": int(number) for day, number in sums.items()}


def three() -> list[FileReading]:
    return [read("ga4.csv", GA4), read("matomo.csv", MATOMO), read("plausible.csv", PLAUSIBLE)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_day_is_counted_by_one_tool_alone(order: tuple[int, ...]) -> None:
    files = three()
    visits = merged(*(files[n] for n in order))["visits"]
    assert per_day(visits) == BY_DAY
    assert visits.groupby("date")["source_file"].unique().map(list).tolist() == [
        ["ga4.csv"], ["ga4.csv"], ["ga4.csv"], ["matomo.csv"],
    ]  # fmt: skip
    assert [books(file)[:2] for file in files] == [(4, 0), (1, 2), (0, 1)]


def test_each_file_says_whose_figures_are_used_instead() -> None:
    files = three()
    merged(*files)
    told = [[(fault["code"], fault["message"]) for fault in file.faults] for file in files]
    assert [[code for code, _ in each] for each in told] == [[], ["IN-DATE-08"], ["IN-DATE-08"]]
    assert told[1][0][1].startswith(
        "2 rows of visits, 2026-07-03 to 2026-07-03 are taken from another tool: 'Google Analytics 4'"
    )
    assert told[2][0][1].startswith(
        "1 rows of visits, 2026-07-01 to 2026-07-01 are taken from another tool: 'Google Analytics 4'"
    )


def test_the_tool_that_tells_more_days_is_used_even_where_the_other_is_finer_and_newer() -> None:
    days = [f"2026-07-{day:02}" for day in range(1, 6)]
    long = read("matomo.csv", matomo(*(f"{day},Search Engines,3,search" for day in days)))
    short = read("ga4.csv", exploration(["20260705,google,organic,a,50", "20260706,google,organic,a,60"]))
    visits = merged(short, long)["visits"]
    assert per_day(visits) == dict.fromkeys(days, 3) | {"2026-07-06": 60}
    assert books(short)[:2] == (1, 1)


def test_equal_days_go_to_the_first_of_the_documented_order() -> None:
    ours = read("z.csv", exploration(["20260701,google,organic,a,5"]))
    other = read("a.csv", matomo("2026-07-01,Search Engines,11,search"))
    assert per_day(merged(other, ours)["visits"]) == {"2026-07-01": 5}


def test_a_tool_that_tells_no_sources_gives_way_to_one_that_does() -> None:
    by_page = read("ga4.csv", exploration([f"2026070{day},/,40" for day in range(1, 5)], "Landing page"))
    by_source = read("matomo.csv", matomo("2026-07-02,Search Engines,11,search"))
    assert per_day(merged(by_page, by_source)["visits"]) == {
        "2026-07-01": 40, "2026-07-02": 11, "2026-07-03": 40, "2026-07-04": 40,
    }  # fmt: skip


def test_a_newer_row_of_the_tool_left_out_takes_nothing_from_the_one_used() -> None:
    """Both name the source alike: by key alone the newer would win, and the day's other rows stay."""
    ours = read("ga4.csv", exploration(["20260701,google,organic,,5", "20260702,google,organic,,6"]))
    other = read("plausible.csv", plausible("2026-07-02,google,organic,80", "2026-07-03,google,organic,90"))
    more = read("ga4b.csv", exploration(["20260630,google,organic,,4"]))
    visits = merged(ours, other, more)["visits"]
    assert per_day(visits) == {"2026-06-30": 4, "2026-07-01": 5, "2026-07-02": 6, "2026-07-03": 90}
    assert not len(merged(ours, other, more)["restatements"])


def test_each_figure_of_the_site_is_of_one_tool() -> None:
    ga4 = read("ga4.csv", exploration(["20260701,/,3", "20260702,/,4"], "Page path", "Views"))
    header = "date,nb_uniq_visitors,nb_visits,nb_actions,nb_pageviews,bounce_rate"
    evolution = read(
        "matomo.csv", f"{header}\n" + "\n".join(f"2026-07-0{day},9,10,20,{day}00,1%" for day in (1, 2, 3))
    )
    metrics = merged(ga4, evolution)["metrics"]
    whole = metrics[metrics["item_id"].isna() & (metrics["metric"] == "page_views")]
    assert whole["value"].tolist() == [100, 200, 300]
    assert set(metrics.loc[metrics["metric"] == "sessions", "value"]) == {10}


def test_site_figures_of_two_tools_are_not_mixed() -> None:
    header = "date,nb_uniq_visitors,nb_visits,nb_actions"
    long = read("matomo.csv", f"{header}\n2026-07-01,9,10,20\n2026-07-02,9,11,20\n2026-07-03,9,12,20\n")
    days = "date,visitors,pageviews,visits,views_per_visit,bounce_rate,visit_duration"
    short = read("visitors.csv", f"{days}\n2026-07-03,39,90,44,2.05,48,93\n2026-07-04,1,2,3,2.05,48,93\n")
    metrics = merged(long, short)["metrics"]
    sessions = metrics[metrics["metric"] == "sessions"]
    assert sessions["value"].tolist() == [10, 11, 12, 3]
    views = metrics[metrics["metric"] == "page_views"]
    assert views["value"].tolist() == [90, 2]  # nobody else tells them
    assert [fault["code"] for fault in short.faults] == ["IN-DATE-08"]
