"""YouTube and TikTok beyond the goldens: breakdowns, comments written, and days without a year."""

import csv
import io
import json
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.reading.file import FileReading, read_bytes

STUDIO = EXPORTS / "youtube_studio"
TAKEOUT = EXPORTS / "youtube_takeout"


def read(name: str, data: bytes | str) -> FileReading:
    return read_bytes(name, data if isinstance(data, bytes) else data.encode(), CONTEXT)


def codes(reading: FileReading) -> list[str]:
    return [fault["code"] for fault in reading.faults]


def zipped(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as box:
        for name, text in files.items():
            box.writestr(name, text)
    return content.getvalue()


# ---- YouTube Studio

BREAKDOWNS = {
    "Geography": "Geography,Views,Watch time (hours)\nTotal,15,3.5\nIT,14,3.4\n",
    "Traffic source": "Traffic source,Views,Watch time (hours)\nTotal,15,3.5\nYouTube search,15,3.5\n",
    "Cities": "Cities,City name,Views,Watch time (hours)\nTotal,,15,3.5\n0x89c2:0xc80b,Siena,15,3.5\n",
    "Subscription status": "Subscription status,Views,Watch time (hours)\nTotal,15,3.5\nSubscribed,15,3.5\n",
    "Viewer age": "Viewer age,Views (%),Watch time (hours) (%)\n18–24 years,40.1,139.04\n",
    "Viewer gender": "Viewer gender,Views (%),Watch time (hours) (%)\nFemale,61.2,60.1\n",
}


@pytest.mark.parametrize("kind", BREAKDOWNS)
def test_a_breakdown_is_no_data_and_its_days_are(kind: str) -> None:
    totals = "Date,Views\n2026-07-01,10\n2026-07-02,5\n"
    name = f"{kind} 2026-07-01_2026-07-03 La Quercia.zip"
    found = read(name, zipped({"Table data.csv": BREAKDOWNS[kind], "Totals.csv": totals}))
    assert "items" not in found.tables
    metrics = found.tables["metrics"]
    assert metrics["item_id"].isna().all()
    assert metrics["value"].tolist() == [10.0, 5.0]
    lines = len((BREAKDOWNS[kind] + totals).splitlines())
    assert (found.rows_read, found.rows_kept, found.rows_other) == (lines, 2, lines - 2)


@pytest.mark.parametrize("kind", BREAKDOWNS)
@pytest.mark.parametrize("name", ["renamed by somebody.csv", "Table data.csv", "Tabellendaten (1).csv"])
def test_a_lone_breakdown_is_told_under_any_name(kind: str, name: str) -> None:
    found = read(name, BREAKDOWNS[kind])
    assert (found.reader, found.layout, codes(found)) == ("youtube_studio", "breakdown", ["IN-FILE-13"])


def test_a_cut_table_ends_with_a_note_and_ids_lose_the_space_before_their_hyphen() -> None:
    path = STUDIO / "Content 2026-04-01_2026-07-01 La Quercia" / "Table data.csv"
    found = read_sample(path)
    ids = [row["Content"].strip() for row in csv.DictReader(io.StringIO(path.read_text()))][1:-1]
    assert set(found.tables["metrics"]["item_id"]) == set(ids)
    assert any(each.startswith("-") for each in ids)
    private = [each for each in ids if each not in set(found.tables["items"]["item_id"])]
    assert private == ["AbCdEfGhIj9"]  # its figures count, it is no item


# ---- Takeout


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('{"takeoutSegments":[{"text":"Grazie, "},{"text":"a presto"}]}', "Grazie, a presto"),
        ('{"text":"Grazie"}', "Grazie"),
        ('{"text":"@ospite","mention":{"externalChannelId":"UCx"}},{"text":" sì"}', "sì"),
        ('[{"text":"Grazie"}]', "Grazie"),
        ("{ciao", "{ciao"),
        ("testo semplice", "testo semplice"),
        ("[" * 9000, "[" * 100 + "…"),
        ('{"text":7}', None),
    ],
)
def test_a_comments_text_in_every_form_it_was_seen(cell: str, words: str | None) -> None:
    text = io.StringIO()
    rows = [
        ["Comment ID", "Comment Create Timestamp", "Video ID", "Comment Text"],
        ["UgxA", "2026-09-19T17:42:53Z", "v", cell],
    ]
    csv.writer(text).writerows(rows)
    titles = read("comments.csv", text.getvalue()).tables["items"]["title"]
    assert [title if isinstance(title, str) else None for title in titles] == [words]


def test_both_orders_of_the_columns_say_the_same() -> None:
    header = [
        "Channel ID",
        "Comment Create Timestamp",
        "Price",
        "Comment ID",
        "Parent Comment ID",
        "Video ID",
        "Comment Text",
    ]
    row = ["UC1", "2026-09-19T17:42:53Z", "0", "UgxA", "UgxB", "AbCdEfGhIj1", json.dumps({"text": "Grazie"})]
    order = [3, 0, 1, 2, 4, 5, 6]
    found = []
    for places in (range(7), order):
        text = io.StringIO()
        csv.writer(text).writerows([[cells[n] for n in places] for cells in (header, row)])
        found.append(read("comments.csv", text.getvalue()).tables["items"])
    assert found[0].equals(found[1])
    assert found[0]["reply_to"].tolist() == ["UgxB"]


def test_other_files_of_a_takeout_are_counted_and_not_read() -> None:
    archive = zipped(
        {"Takeout/YouTube e YouTube Music/cronologia/cronologia.json": '[{"title": "un segreto"}]'}
    )
    found = read("takeout.zip", archive)
    assert found.reader == "youtube_takeout"
    assert "IN-PRIV-01" in codes(found)
    assert "segreto" not in str(found)


# ---- TikTok: days without a year

ENGLISH = "January February March April May June July August September October November December"
ITALIAN = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
SPANISH = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
MONTHS = {
    "en": (ENGLISH, "{month} {day}"),
    "it": (ITALIAN, "{day} {month}"),
    "es": (SPANISH, "{day} de {month}"),
}


def without_year(day: date, language: str) -> str:
    months, shape = MONTHS[language]
    return shape.format(day=day.day, month=months.split()[day.month - 1])


def overview(days: list[date], language: str) -> str:
    rows = [f'"{without_year(day, language)}","{n}","0","0","0","0"' for n, day in enumerate(days)]
    return "\n".join(['\ufeff"Date","Video Views","Profile Views","Likes","Comments","Shares"', *rows])


@pytest.mark.parametrize("language", MONTHS)
@pytest.mark.parametrize("newest_first", [False, True])
def test_days_get_their_year_back(language: str, newest_first: bool) -> None:
    for length, last in (
        (365, date(2026, 2, 27)),
        (7, date(2027, 1, 3)),
        (60, date(2024, 3, 5)),
        (1, date(2025, 12, 31)),
    ):
        days = [last - timedelta(n) for n in reversed(range(length))]
        exported = last + timedelta(1)
        shown = days[::-1] if newest_first else days
        found = read(f"tiktok {exported}/Overview.csv", overview(shown, language))
        views = found.tables["metrics"].query("metric == 'views'")
        assert views["date"].dt.date.tolist() == shown
        assert (found.first_date, found.last_date) == (days[0], last)


def test_a_day_that_its_year_lacks_is_put_aside() -> None:
    text = overview([date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)], "en")
    found = read("2026-03-02/Overview.csv", text)
    assert codes(found) == ["IN-DATE-02"]
    assert found.faults[0]["text"] == "February 29"


def test_days_with_a_year_need_no_name() -> None:
    found = read("Overview.csv", '"Date","Video Views","Profile Views"\n"2026-07-16","12","4"\n')
    assert found.tables["metrics"]["date"].astype("str").tolist() == ["2026-07-16", "2026-07-16"]


def test_without_a_year_anywhere_the_file_is_refused_with_what_to_do() -> None:
    found = read("tiktok/Overview.csv", overview([date(2026, 7, 16)], "it"))
    assert found.error is not None
    assert found.error["code"] == "IN-DATE-04"
    assert "such as 2026-10-01" in found.error["next"]


def test_undefined_is_not_zero() -> None:
    text = '"Date","Video Views","Profile Views"\n"July 15","undefined","undefined"\n"July 16","0","4"\n'
    found = read("2026-07-17/Overview.csv", text)
    assert (found.rows_kept, found.rows_other) == (1, 2)
    assert found.tables["metrics"]["value"].tolist() == [0.0, 4.0]


def test_what_was_taken_back_on_a_day_is_negative() -> None:
    text = (
        '"Date","Video Views","Profile Views","Likes","Comments","Shares"\n"July 16","0","4","-4","-1","0"\n'
    )
    metrics = read("2026-07-17/Overview.csv", text).tables["metrics"]
    values = dict(zip(metrics["metric"], metrics["value"], strict=True))
    assert (values["reactions"], values["comments"], values["views"]) == (-4.0, -1.0, 0.0)
    bad = read("2026-07-17/Overview.csv", text.replace('"0","4"', '"-3","4"'))
    assert codes(bad) == ["IN-NUM-03"]


def test_german_headings_with_soft_hyphens_give_the_rate() -> None:
    header = "Video,Vi\u00addeo\u00adti\u00adtel,Ver\u00adöf\u00adfent\u00adli\u00adchung,Auf\u00adru\u00adfe"
    last = "Klick\u00adra\u00adte der Im\u00adpres\u00adsio\u00adnen (%)"
    text = f'{header},{last}\nAbCdEfGhIj1,Wein,"Sep 14, 2026",15,4.5\n'
    found = read("Content 2026-07-01_2026-10-01 A/Tabellendaten.csv", text)
    rate = found.tables["metrics"].query("metric == 'click_rate'")["value"].tolist()
    assert rate == [0.045]


# ---- what an archive or a workbook holds besides


def test_a_file_of_the_archive_that_is_no_table_is_named() -> None:
    members = {"Table data.csv": BREAKDOWNS["Viewer age"], "Totals.csv": "Date,Views\n2026-07-01,10\n"}
    found = read(
        "Viewer age 2026-07-01_2026-07-02 La Quercia.zip", zipped({**members, "leggimi.txt": "ciao\n"})
    )
    assert (codes(found), found.rows_kept) == (["IN-FILE-13"], 1)
    assert "Leggimi.txt is no table of YouTube Studio" in found.faults[0]["message"]


def test_who_follows_is_no_data_in_a_workbook_either() -> None:
    book = openpyxl.Workbook()
    for row in [["Gender", "Distribution"], ["Female", "61%"], ["Male", "39%"]]:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    found = read("FollowerGender.xlsx", data.getvalue())
    assert (found.reader, codes(found)) == ("tiktok_studio", ["IN-FILE-13"])
    assert (found.rows_read, found.rows_other) == (3, 3)
