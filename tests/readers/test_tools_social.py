"""Hootsuite and Sprout Social beyond the goldens: ids, persons, networks, and figures of whole periods."""

import csv
import io
import zipfile

import pytest
from golden import CONTEXT, EXPORTS, read_sample, samples

from sharedsocial_utils.reading.file import FileReading, read_bytes

HOOTSUITE = EXPORTS / "hootsuite"
SPROUT = next((EXPORTS / "sprout_posts").glob("Post*.csv"))
PERSONS = ("Ospite", "ospite", "Rita Bosco", "Altro")


def read(name: str, text: str) -> FileReading:
    return read_bytes(name, text.encode(), CONTEXT)


def codes(reading: FileReading) -> list[str]:
    return [fault["code"] for fault in reading.faults]


def as_text(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize(
    "sample",
    [path for path in samples() if path.relative_to(EXPORTS).parts[0] in ("hootsuite", "sprout_posts")],
    ids=lambda path: path.name[-40:],
)
def test_no_person_is_named(sample: object) -> None:
    found = read_sample(sample)  # type: ignore[arg-type]
    told = "".join(frame.drop(columns="source_file").to_csv() for frame in found.tables.values())
    assert not [name for name in PERSONS if name in told + str(found.faults)]


def test_a_page_of_facebook_has_one_id_for_a_post_in_every_tool() -> None:
    header = "Post ID,Page ID,Publish time,Permalink,Post type,Date,Reactions"
    row = "122158000000000001,1,11/07/2025 01:30,https://www.facebook.com/1/posts/122158000000000001,Photos,Lifetime,3"
    ids = [
        read("a.csv", f"{header}\n{row}\n"),
        read("b.csv", "Date (GMT),Post ID,Post Permalink\n2025-11-07 09:30:00,1_122158000000000001,\n"),
        read(
            "c.csv",
            "Date,Post ID,Network,Sent by,Engagements\n11/7/2025 10:30 am,1_122158000000000001,Facebook,,3\n",
        ),
    ]
    assert {found.tables["items"]["item_id"].iloc[0] for found in ids} == {"122158000000000001"}
    assert len({found.tables["items"]["done_at"].iloc[0] for found in ids}) == 1  # three zones, one instant


def test_reactions_are_the_platforms_and_not_the_sum_of_their_kinds() -> None:
    path = next(HOOTSUITE.glob("*post_performance.csv"))
    first = next(csv.DictReader(io.StringIO(path.read_text())))
    kinds = sum(int(value) for name, value in first.items() if name.startswith("Reactions: "))
    metrics = read_sample(path).tables["metrics"]
    reactions = metrics[metrics["metric"] == "reactions"]["value"].iloc[0]
    assert reactions == float(first["Reactions"]) != kinds


def test_photos_of_an_album_have_the_id_of_their_own_address() -> None:
    header = "Date (GMT),Post ID,Post Permalink,Reactions"
    address = "https://www.facebook.com/laquercia/posts/"
    rows = [
        f"2018-0{n}-01 09:00:00,109_1565878463503713,{address}{1565878463503713 + n - 1},{n}"
        for n in (1, 2, 3)
    ]
    found = read("a.csv", "\n".join([header, *rows]))
    assert found.tables["items"]["item_id"].tolist() == [f"{1565878463503713 + n}" for n in range(3)]
    assert found.tables["metrics"]["value"].tolist() == [1.0, 2.0, 3.0]


def test_pooled_figures_are_never_the_pages() -> None:
    found = read_sample(next(HOOTSUITE.glob("*account_metrics.csv")))
    assert not found.tables
    assert found.rows_other == found.rows_read > 0


def test_a_header_longer_than_a_head_is_recognised() -> None:
    pages = ", ".join(f"Pagina {n}" for n in range(2_000))
    columns = [
        f"Page Reactions by Type - {kind} (Overall aggregated value for Facebook pages: {pages})"
        for kind in "AB" * 3
    ]
    text = as_text([["Date (GMT)", *columns], ["2018-07-01 00:00:00", *"123456"]])
    assert len(text) > 100_000
    found = read("a_account_metrics.csv", text)
    assert (found.reader, found.layout, found.rows_other) == ("hootsuite", "account", 2)


def test_each_network_goes_to_its_channel_and_no_row_is_lost() -> None:
    networks = {
        "Facebook": "facebook",
        "Instagram": "instagram",
        "X": "x",
        "LinkedIn": "linkedin",
        "TikTok": "tiktok",
    }
    rows = [["Date", "Post ID", "Network", "Sent by", "Impressions", "Post Clicks (All)"]]
    rows += [
        [f"9/{n}/2026 7:05 am", f"17{n}", name, "", f"{n},000", ""] for n, name in enumerate(networks, 1)
    ]
    rows += [["9/9/2026 7:05 am", "9", "Threads", "", "5", ""], ["9/9/2026 7:05 am", "9", "", "", "5", ""]]
    found = read("a.csv", as_text(rows))
    metrics = found.tables["metrics"]
    assert metrics["channel"].tolist() == list(networks.values())
    assert metrics["value"].tolist() == [1000.0, 2000.0, 3000.0, 4000.0, 5000.0]
    assert (found.rows_kept, found.rows_quarantined, found.rows_other) == (5, 2, 1)
    assert codes(found) == ["IN-FILE-13", "IN-FILE-13"]


def test_rates_are_shares_of_one_and_empty_figures_stay_missing() -> None:
    metrics = read_sample(SPROUT).tables["metrics"]
    rates = metrics[metrics["metric"] == "engagement_rate"]["value"].tolist()
    assert rates == [0.032, 0.0]
    assert "1971000000000000007" not in set(metrics["item_id"])
    assert "1971000000000000007" in set(read_sample(SPROUT).tables["items"]["item_id"])


def test_a_file_of_hootsuites_archive_that_is_no_table_is_named() -> None:
    path = next((EXPORTS / "hootsuite").glob("*.zip"))
    rows = read_sample(path).rows_kept
    data = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(data, "a") as box:
        box.writestr("leggimi.txt", "ciao\n")
    found = read_bytes(path.name, data.getvalue(), CONTEXT)
    assert found.rows_kept == rows
    assert "Leggimi.txt is no table of Hootsuite" in " ".join(fault["message"] for fault in found.faults)
