"""Facebook and Instagram beyond the goldens: posts or days, results, old Insights, downloads."""

import csv
import io
import json
import re
import zipfile
from datetime import date, timedelta

import pandas as pd
import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.reading import readers
from sharedsocial_utils.reading.file import FileReading, read_bytes

INSIGHTS = EXPORTS / "facebook_insights"
DOWNLOADS = EXPORTS / "meta_information"
DAILY = EXPORTS / "meta_facebook" / "daily.csv"


def read(name: str, data: bytes | str) -> FileReading:
    return read_bytes(name, data if isinstance(data, bytes) else data.encode(), CONTEXT)


def codes(reading: FileReading) -> list[str]:
    return [fault["code"] for fault in reading.faults]


def days_of(reading: FileReading) -> dict[tuple[str, str], float]:
    metrics = reading.tables["metrics"]
    keys = zip(metrics["date"].astype("str"), metrics["metric"], strict=True)
    return dict(zip(keys, metrics["value"], strict=True))


# ---- content: posts and the daily breakdown


def test_a_daily_breakdown_gives_each_post_once_and_each_days_figures() -> None:
    rows = list(csv.DictReader(io.StringIO(DAILY.read_text("utf-8-sig"))))
    found = read_sample(DAILY)
    assert found.layout == "daily"
    assert found.tables["items"]["item_id"].tolist() == list(dict.fromkeys(row["Post ID"] for row in rows))
    figures = found.tables["metrics"]
    for metric, column in (("reactions", "Reactions"), ("reach", "Reach"), ("clicks", "Total clicks")):
        truth = sum(int(row[column]) for row in rows if row[column])
        assert figures.loc[figures["metric"] == metric, "value"].sum() == truth
    assert figures["date"].notna().all()


def test_an_italian_daily_breakdown_is_not_read_as_posts() -> None:
    header = "Identificativo,ID della Pagina,Orario di pubblicazione,Tipo di post,Data,Reazioni,Commenti"
    rows = [
        f"12215800000000003{n},1,09/01/2026 02:00,Foto,09/{day:02}/2026,{day},0"
        for n in (1, 2)
        for day in (2, 3)
    ]
    found = read("a.csv", "\n".join([header, *rows]))
    assert (found.layout, found.rows_kept) == ("daily", 4)
    reactions = found.tables["metrics"].query("metric == 'reactions'")
    assert reactions["value"].tolist() == [2.0, 3.0, 2.0, 3.0]
    assert set(reactions["kind"]) == {"flow"}


def test_figures_of_a_life_and_of_a_day_have_different_keys() -> None:
    posts = read_sample(EXPORTS / "meta_facebook" / "Jul-01-2026_Nov-30-2026_1723676025555044.csv").tables[
        "metrics"
    ]
    daily = read_sample(DAILY).tables["metrics"]
    assert set(posts["kind"]) == {"lifetime"}
    assert posts["date"].isna().all()
    assert daily["date"].notna().all()


# ---- results by day

TITLES = {
    "Facebook follows": ("facebook", "follows"),
    "Instagram follows": ("instagram", "follows"),
    "Facebook link clicks": ("facebook", "link_clicks"),
    "Facebook visits": ("facebook", "profile_visits"),
    "Instagram reach": ("instagram", "reach"),
}


def result(title: str, values: list[str], header: str = '"Date","Primary"', hint: str = "sep=,\n") -> str:
    first = date(2026, 2, 27)
    rows = [f'"{first + timedelta(n)}T00:00:00","{value}"' for n, value in enumerate(values)]
    return "\n".join([f'{hint}"{title}"', header, *rows]) + "\n"


@pytest.mark.parametrize("title", TITLES)
def test_a_result_is_known_by_its_title(title: str) -> None:
    text = result(title, ["20", "", "0"])
    found = read("anything.csv", text.encode("utf-16"))
    channel, metric = TITLES[title]
    assert found.channel == channel
    assert days_of(found) == {("2026-02-27", metric): 20.0, ("2026-03-01", metric): 0.0}
    assert found.rows_read == found.rows_kept + found.rows_other == len(text.splitlines())


@pytest.mark.parametrize(
    ("name", "metric"),
    [("Views.csv", "views"), ("Viewers (2).csv", "reach"), ("Interactions.csv", "engagements")],
)
def test_an_unknown_title_is_told_by_the_files_name(name: str, metric: str) -> None:
    found = read(f"instagram/{name}", result("人数", ["7"], '"日付","値"').encode("utf-16"))
    assert days_of(found) == {("2026-02-27", metric): 7.0}


def test_a_result_of_no_known_channel_or_metric_is_refused() -> None:
    assert codes(read("meta/Views.csv", result("Views", ["7"]).encode("utf-16"))) == ["IN-ACC-02"]
    assert codes(read("facebook and instagram/Views.csv", result("Views", ["7"]))) == ["IN-ACC-02"]
    assert codes(read("facebook/a.csv", result("Nobody knows", ["7"]).encode("utf-16"))) == ["IN-CSV-04"]


def test_a_result_saved_again_is_the_same() -> None:
    values = ["1234", "0", "12"]
    true = days_of(read("a.csv", result("Facebook follows", values).encode("utf-16")))
    plain = result("Facebook follows", values, hint="").replace('"', "").replace(",", ";")
    assert days_of(read("a.csv", plain.replace("\n", "\r\n"))) == true


# ---- the old Insights


def test_the_old_page_export_says_the_same_in_every_format() -> None:
    name = "Facebook Insights Data Export - La Quercia - 2015-04-01"
    book, xml = (days_of(read_sample(INSIGHTS / f"{name}.{ending}")) for ending in ("xlsx", "xml"))
    saved = days_of(read_sample(INSIGHTS / "page_saved_by_excel.csv"))
    assert book == xml
    assert list(book.values()) == list(saved.values())  # its days are others: it shows their order
    assert ("2015-03-02", "reach") not in book  # an empty cell is not zero
    assert {metric for _, metric in book} == {"followers", "follows", "unfollows", "reach", "impressions"}


def test_old_posts_have_the_ids_of_todays_exports() -> None:
    found = read_sample(INSIGHTS / "machine_names.csv").tables["items"]
    assert found["item_id"].tolist() == [address.rpartition("/")[2] for address in found["url"]]


def test_only_the_sheet_of_stories_gives_actions() -> None:
    post = next(INSIGHTS.glob("*Post Level*.xlsx"))
    metrics = read_sample(post).tables["metrics"]
    shares = metrics[metrics["metric"] == "shares"]
    assert dict(zip(shares["item_id"], shares["value"], strict=True)) == {
        "901000000000001": 2.0, "901000000000002": 0.0,
    }  # fmt: skip
    assert shares["source_row"].str.startswith("Lifetime Post Stories by act...!").all()


@pytest.mark.parametrize("index", ['ss:Index="99999999"', 'ss:Index="16777216"'])
@pytest.mark.parametrize("element", ["Row", "Cell"])
def test_a_spreadsheet_that_leaves_out_millions_of_cells_is_refused(element: str, index: str) -> None:
    cell = '<ss:Cell><ss:Data ss:Type="String">Lifetime Total Likes</ss:Data></ss:Cell>'
    inside = f"<ss:Row>{cell}</ss:Row><ss:Row>{cell}</ss:Row>".replace(
        f"<ss:{element}>", f"<ss:{element} {index}>"
    )
    text = (
        '<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<ss:Worksheet ss:Name="Key Metrics"><ss:Table>{inside}</ss:Table></ss:Worksheet></ss:Workbook>'
    )
    found = read("a.xml", text)
    assert found.error is not None
    assert found.error["code"] == "IN-XLS-01"


# ---- downloads


@pytest.mark.parametrize(
    "text", ["perché no? 🏰", "€ 12 à la carte", "plain", "àè", "Ã©", "naïve – “qui”", "日本", ""]
)
def test_mojibake_is_undone_and_true_text_kept(text: str) -> None:
    broken = text.encode("utf-8").decode("latin-1")
    if text == "Ã©":  # as broken text it can only be é
        broken = text
        text = "é"
    post = [{"timestamp": 1783000000, "data": [{"post": broken}], "title": "x"}]
    title = read("your_posts_1.json", json.dumps(post)).tables["items"]["title"].iloc[0]
    assert (title if isinstance(title, str) else "") == text


def test_text_that_was_never_broken_stays() -> None:
    post = [{"timestamp": 1783000000, "data": [{"post": "caffè e tè"}]}]
    assert read("a.json", json.dumps(post)).tables["items"]["title"].tolist() == ["caffè e tè"]


def test_names_of_persons_are_nowhere() -> None:
    found = read_sample(DOWNLOADS / "posts" / "your_posts_1.json")
    assert "Ospite" not in found.tables["items"].to_csv()
    assert "Ospite" not in str(found.faults)


def test_two_downloads_of_one_account_are_the_same_items() -> None:
    alone = read_sample(DOWNLOADS / "posts_1.json").tables["items"]["item_id"]
    zipped = read_sample(DOWNLOADS / "instagram-laquercia-2026-10-01.zip").tables["items"]["item_id"]
    assert set(alone) < set(zipped)


def test_every_entry_of_a_download_is_accounted_for() -> None:
    for path in sorted(DOWNLOADS.rglob("*.json")):
        if not path.name.endswith(".golden.json"):
            value = json.loads(path.read_text())
            entries = value if isinstance(value, list) else next(iter(value.values()))
            found = read_sample(path)
            assert found.rows_read == len(entries) == found.rows_kept + found.rows_quarantined


def test_messages_in_an_archive_are_counted_and_not_read() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as box:
        box.writestr("your_facebook_activity/posts/your_posts_1.json", "[]")
        box.writestr("messages/inbox/a/message_1.json", '{"messages": [{"content": "un segreto"}]}')
    found = read("facebook.zip", content.getvalue())
    assert codes(found)[0] == "IN-PRIV-01"
    assert "segreto" not in str(found)


@pytest.mark.parametrize(
    "data",
    [
        "[1, 2]",
        '[{"timestamp": 1, "data": [[]]}]',
        '{"a": {"timestamp": 1, "data": []}}',
        '[{"timestamp": 1783000000, "attachments": [{"data": 7}]}]',
    ],
)
def test_a_download_of_another_shape_is_no_fault_of_ours(data: str) -> None:
    found = read("posts/your_posts_1.json", data)
    assert not found.tables
    assert "IN-FILE-11" not in codes(found)


def test_every_layout_says_when_it_was_seen() -> None:
    ours = re.compile(r"meta_[fir]|facebook_|x_|youtube_|linkedin_|tiktok_|hootsuite|sprout_")
    layouts = [
        text
        for name, reader in readers().items()
        if ours.match(name)
        for text in reader.EXPORT.layouts.values()
    ]
    assert len(layouts) > 20
    assert [text for text in layouts if not re.search(r"20\d\d|parsers", text)] == []


def test_reading_the_same_bytes_twice_gives_the_same_tables() -> None:
    sample = next(INSIGHTS.glob("*Post Level*.xlsx"))
    once, twice = (read_sample(sample).tables for _ in range(2))
    for name in once:
        pd.testing.assert_frame_equal(once[name], twice[name])


@pytest.mark.parametrize("posts", ['{"posts": 7}', "[1, 2]", '{"a": [], "b": []}'])
def test_an_archive_whose_posts_are_no_list_is_refused(posts: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as box:
        box.writestr("your_facebook_activity/posts/your_posts_1.json", posts)
    found = read("facebook.zip", content.getvalue())
    assert (codes(found), found.rows_kept) == (["IN-JSON-01"], 0)
    assert "No list of posts" in found.faults[0]["message"]


def test_a_post_that_stands_twice_with_other_figures_counts_once_and_is_told() -> None:
    header = "Post ID,Page ID,Page name,Title,Publish time,Permalink,Post type,Date,Views,Reactions"
    row = "12215800000000000{},101000000000001,La Quercia,La torre,11/07/2025 01:30,,Photos,Lifetime,{},1"
    rows = [row.format(1, 10), row.format(2, 20), row.format(1, 99), row.format(2, 20)]
    found = read_bytes("Nov-01-2025_Nov-30-2025_1.csv", "\n".join([header, *rows]).encode(), CONTEXT)
    views = found.tables["metrics"].query("metric == 'views'")
    assert views.drop_duplicates("item_id")["value"].tolist() == [10, 20]
    assert 99 not in views["value"].tolist()
    assert [(fault["code"], fault["line"]) for fault in found.faults if fault["code"] == "IN-ID-03"] == [
        ("IN-ID-03", 4)
    ]
