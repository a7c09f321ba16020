"""What the goldens of newsletters cannot show: a mailing counts once, missing is not zero, other shapes."""

import re

import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.ingest import DATA_TABLES
from sharedsocial_utils.reading.merging import merge

CHIMP = EXPORTS / "mailchimp"


def figures(found: FileReading) -> dict[tuple[str, str], float]:
    """Value by subject and metric."""
    titles = found.tables["items"].set_index("item_id")["title"]
    rows = found.tables["metrics"]
    return {(titles[row.item_id], row.metric): row.value for row in rows.sort_values("value").itertuples()}


def codes(found: FileReading) -> list[str]:
    return [fault["code"] for fault in found.faults]


def test_one_mailing_in_the_list_and_as_a_report_counts_once() -> None:
    files = [read_sample(CHIMP / name) for name in ("campaigns.csv", "report.csv")]
    subject = "Olio nuovo, è pronto!"
    by_file = [{key: value for key, value in figures(file).items() if key[0] == subject} for file in files]
    assert by_file[0] == by_file[1]
    merged = merge(files, DATA_TABLES)
    assert len(merged["items"]) == len(files[0].tables["items"])
    sends = merged["metrics"][merged["metrics"]["metric"] == "sends"]["value"]
    assert sorted(sends) == [10.0, 950.0, 1100.0]


def test_one_subject_on_one_day_to_two_lists_is_two_mailings() -> None:
    items = read_sample(CHIMP / "campaigns.csv").tables["items"]
    assert items["title"].duplicated().any()
    assert items["item_id"].is_unique


def test_what_mailchimp_does_not_know_is_missing_and_a_nought_is_nought() -> None:
    found = figures(read_sample(CHIMP / "campaigns.csv"))
    assert ("Cene d'estate", "openers") not in found
    assert found["Cene d'estate", "unfollows"] == 0.0


def test_both_halves_of_an_a_b_test_have_their_own_figures() -> None:
    found = figures(read_sample(CHIMP / "ab_test.csv"))
    assert found["Olio nuovo in sconto", "openers"] == 141.0
    assert found["In sconto: l'olio nuovo", "openers"] == 125.0
    assert found["Olio nuovo in sconto", "sends"] + found["In sconto: l'olio nuovo", "sends"] == 3503.0


def test_pacific_time_is_read_as_such() -> None:
    done = read_sample(CHIMP / "pacific.csv").tables["items"]["done_at"]
    assert [at.isoformat() for at in done] == ["2026-07-19T04:15:00+00:00"]


@pytest.mark.parametrize("name", ["mailchimp/report.csv", "mailchimp/ab_test.csv", "mailerlite/report.csv"])
def test_a_report_saved_again_with_semicolons_says_the_same(name: str) -> None:
    sample = EXPORTS / name
    saved = re.sub(r'","', '";"', sample.read_text("utf-8")).replace('"Clicks by URL";', '"Clicks by URL",')
    found = read_bytes("a.csv", saved.encode("utf-8-sig"), CONTEXT)
    assert found.reader == name.split("/")[0]
    assert figures(found) == figures(read_sample(sample))


def test_klaviyos_list_is_not_mailchimps() -> None:
    header = 'Campaign Name,Subject,"Send Time","Send Weekday","Successful Deliveries","Campaign Channel"'
    text = f"{header}\na,b,,,1,e\n"
    assert read_bytes("a.csv", text.encode(), CONTEXT).reader is None


@pytest.mark.parametrize("gone", ["Subject Line", "Delivery Date/Time"])
def test_a_mailing_without_subject_or_day_is_put_aside_with_its_figures(gone: str) -> None:
    lines = (CHIMP / "report.csv").read_text("utf-8").splitlines(keepends=True)
    found = read_bytes("a.csv", "".join(x for x in lines if gone not in x).encode(), CONTEXT)
    assert not found.tables
    assert codes(found) == ["IN-DATE-03"] * 7  # six figures, and the subject or the day that is left
    assert found.rows_quarantined == 7


def test_a_figure_that_is_none_costs_only_itself() -> None:
    text = (CHIMP / "report.csv").read_text("utf-8").replace('"300 (27.8%)"', '"many"')
    found = read_bytes("a.csv", text.encode(), CONTEXT)
    assert codes(found) == ["IN-NUM-02"]
    assert ("Olio nuovo, è pronto!", "openers") not in figures(found)
    assert figures(found)["Olio nuovo, è pronto!", "clickers"] == 70.0
