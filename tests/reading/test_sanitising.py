"""A sanitised copy is read as the original is, and says nothing of what the original says."""

import io
import json
import re
import sys
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import containers
from sharedsocial_utils.reading.apart import apart
from sharedsocial_utils.reading.door import Head
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.mapping import grid_of
from sharedsocial_utils.reading.sanitising import sanitise, vocabulary
from sharedsocial_utils.reading.source import Context

READERS = Path(__file__).parents[1] / "readers"
sys.path.insert(0, str(READERS))
from golden import CONTEXT, EXPORTS, samples  # noqa: E402 - lies beside the readers' tests

# names and texts of the fixtures, written down here so that no list of ours can excuse them
SECRETS = (
    "quercia", "laquercia", "girasole", "neri", "bosco", "conti", "bruno", "colline", "toscane", "segreta",
    "agriturismo", "torre", "ulivo", "vendemmia", "rossi", "posta", "ciao",
)  # fmt: skip
SAMPLES = samples()
FIRST = {path.relative_to(EXPORTS).parts[0]: path for path in reversed(SAMPLES)}
# read by their name in client.toml, which the copy has no more; the first also by a word that stands there
BY_NAME = ("contatti 2026.csv", "volantini.csv")


@cache
def copied(sample: Path) -> tuple[str, bytes]:
    name = sample.relative_to(EXPORTS / sample.relative_to(EXPORTS).parts[0]).as_posix()
    told, made = sanitise(name, sample.read_bytes())
    return (name if sample.name in BY_NAME else told["name"]), made


def accounting(reading: FileReading) -> tuple[object, ...]:
    counts = (
        reading.rows_read,
        reading.rows_kept,
        reading.rows_merged,
        reading.rows_quarantined,
        reading.rows_other,
    )
    return (reading.reader, reading.layout, reading.error and reading.error["code"], *counts)


def texts(data: bytes) -> str:
    """All text in a file, of archives and workbooks that of their members."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            inside = {name: zipped.read(name) for name in zipped.namelist()}
        return "\n".join(text for name, content in inside.items() for text in (name, texts(content)))
    if b"\x00" in data[:100]:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("utf-8", "ignore") if data.startswith(b"<") else data.decode("cp1252", "replace")


def marks(paths: list[Path]) -> list[object]:
    return [
        pytest.param(
            path, marks=() if path in FIRST.values() else pytest.mark.slow, id=str(path.relative_to(EXPORTS))
        )
        for path in paths
    ]


@pytest.mark.parametrize("sample", marks([path for path in SAMPLES if path.name != BY_NAME[0]]))
def test_the_copy_is_read_as_the_original(sample: Path) -> None:
    name = sample.relative_to(EXPORTS / sample.relative_to(EXPORTS).parts[0]).as_posix()
    made_name, made = copied(sample)
    copy, original = read_bytes(made_name, made, CONTEXT), read_bytes(name, sample.read_bytes(), CONTEXT)
    # what file managers put into an archive is left out
    clutter = len(containers.clutter(sample.read_bytes())) if sample.suffix == ".zip" else 0
    found = replace(
        original, rows_read=original.rows_read - clutter, rows_other=original.rows_other - clutter
    )
    assert accounting(copy) == accounting(found)


@pytest.mark.parametrize("sample", marks(SAMPLES))
def test_no_name_and_no_text_survives(sample: Path) -> None:
    made_name, made = copied(sample)
    kept = words_in(sample.name) if sample.name in BY_NAME else set()
    assert words_in(f"{made_name} {texts(made)}") & set(SECRETS) <= kept
    survivors = words_in(content(sample.read_bytes())) & words_in(content(made))
    assert survivors <= vocabulary() | header_words(sample.name, sample.read_bytes())
    assert not ids_in(content(sample.read_bytes())) & ids_in(content(made))


def ids_in(text: str) -> set[str]:
    """Numbers of ten digits and more that are neither a moment nor a day."""
    numbers = re.findall(r"(?<![\d.])\d{10,}(?!\d)", text)
    return {number for number in numbers if not re.fullmatch(r"1\d{9}(?:\d{3})?|20\d{6,12}", number)}


def words_in(text: str) -> set[str]:
    text = re.sub(r"\u00ad|\\[nrt]|&\w+;", lambda sign: "" if sign[0] == "\u00ad" else " ", text)
    return {word.casefold() for word in re.findall(r"[^\W\d_]{4,}", text)}


def content(data: bytes) -> str:
    """What a file says, without its tags, keys and the names of its properties."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            if "xl/workbook.xml" in zipped.namelist():
                sheets = openpyxl.load_workbook(io.BytesIO(data)).worksheets
                return " ".join(str(cell) for sheet in sheets for row in sheet.values for cell in row if cell)
            return " ".join(content(zipped.read(name)) for name in zipped.namelist())
    text = texts(data)
    if text.lstrip("\ufeff \r\n").startswith("BEGIN:"):
        named = "SUMMARY|DESCRIPTION|LOCATION|COMMENT|ATTENDEE|ORGANIZER|UID|X-[A-Z-]+"
        return " ".join(re.findall(rf"^(?:{named})[^:]*:(.*(?:\r?\n[ \t].*)*)", text, re.MULTILINE))
    outside = re.sub(r"""xmlns[:\w]*=["'][^"']*["']|<\?[^>]*>|"[\w:@$.-]+"\s*:""", " ", text)
    return re.sub(r"</?[\w:.-]+|\b[\w:.-]+\s*=", " ", outside)


def header_words(name: str, data: bytes) -> set[str]:
    """The words of the table's header, of an archive those of all its tables."""
    if data.startswith(b"PK") and b"xl/workbook.xml" not in data:
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            return set().union(*(header_words(name, zipped.read(name)) for name in zipped.namelist()))
    try:
        return words_in(" ".join(grid_of(Head(name, data)).header))
    except Fault:
        return set()


def test_no_list_of_ours_holds_a_name_of_the_fixtures() -> None:
    assert not vocabulary() & {*SECRETS, "ada", "rita"} - {"conti"}


# ---- the same for the same


TIMES = "2026-07-01,09:00:00,2026-07-01,10:30:00,01:30:00"
CSV = "\r\n".join(
    [
        "User,Email,Client,Project,Task,Description,Billable,"
        "Start date,Start time,End date,End time,Duration",
        f'Ada Neri,ada.neri@rossi.example,Rossi,Blog,,"L\'olio, ""più nuovo""",No,{TIMES}',
        f"ADA NERI,ada.neri@rossi.example,Rossi,Blog,,olio,No,{TIMES}",
    ]
)


def test_the_shape_stays_sign_by_sign() -> None:
    made = sanitise("toggl.csv", CSV.encode("cp1252"))[1].decode("cp1252")
    assert [len(line) for line in made.split("\r\n")] == [len(line) for line in CSV.split("\r\n")]
    assert re.sub(r"[A-Za-z]", "a", made) == re.sub(r"[A-Za-z]", "a", CSV)
    assert made.split("\r\n")[0] == CSV.split("\r\n")[0]


def test_the_same_name_is_the_same_everywhere_and_another_is_another() -> None:
    made = sanitise("toggl.csv", CSV.encode())[1].decode()
    first, second = (line.split(",") for line in made.split("\r\n")[1:])
    assert first[0].casefold() == second[0].casefold() != "ada neri"
    assert second[0].isupper()
    assert first[1] == second[1] == ".".join(first[0].lower().split()) + f"@{first[2].lower()}.example"
    assert len({first[0].lower(), first[2].lower(), second[5].lower()}) == 3


def test_the_same_file_gives_the_same_copy_and_another_key_other_words() -> None:
    assert sanitise("toggl.csv", CSV.encode()) == sanitise("toggl.csv", CSV.encode())
    one = sanitise("toggl.csv", CSV.encode())[1].decode()
    other = sanitise("toggl.csv", (CSV + "\r\n").encode())[1].decode()
    assert one.split(",")[11:14] != other.split(",")[11:14]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_the_encoding_stays(encoding: str) -> None:
    data = ("\ufeff" if encoding == "utf-16-be" else "").encode(encoding) + CSV.encode(encoding)
    made = sanitise("toggl.csv", data)[1]
    assert made[:4] == data[:4]
    assert made.decode(encoding).lstrip("\ufeff").split(",")[:3] == ["User", "Email", "Client"]


def test_figures_change_a_little_days_and_short_numbers_do_not() -> None:
    text = (
        'Day,Views,Clicks,Cost\n2026-07-01,123456,12,"1.234,56"\n20260701,987654321,0,007\n1700000000,5,8,9\n'
    )
    rows = [line.split(",") for line in sanitise("a.csv", text.encode())[1].decode().splitlines()[1:]]
    assert [row[0] for row in rows] == ["2026-07-01", "20260701", "1700000000"]
    assert rows[0][1][:2] == "12"
    assert rows[0][1] != "123456"
    assert abs(int(rows[1][1]) / 987654321 - 1) < 0.1
    assert (rows[0][2], rows[1][2:], rows[2][1:]) == ("12", ["0", "007"], ["5", "8", "9"])
    assert re.fullmatch(r'"1\.23\d', rows[0][3])


def test_ids_that_a_spreadsheet_rounded_still_fit_those_of_the_addresses() -> None:
    sample = EXPORTS / "x_content" / "account_analytics_content_2026-07-01_2026-09-30.csv"
    made = sanitise(sample.name, sample.read_bytes())[1].decode("utf-8-sig")
    ids = re.findall(r"^(\d{15,})", made, re.MULTILINE)
    assert ids
    assert all(f"/status/{number}" in made for number in ids)
    assert not set(ids) & set(re.findall(r"\d{15,}", sample.read_text("utf-8-sig")))


def test_workbooks_keep_their_sheets_and_lose_their_authors() -> None:
    book = openpyxl.Workbook()
    book.properties.creator = "Ada Neri"
    book.active.title = "Neri 2026"
    for row in (
        ["Date", "Person", "Project", "Hours"],
        ["2026-07-01", "Ada Neri", "Blog", 1.5],
        [None, "Neri", "", 3],
    ):
        book.active.append(row)
    book.active["F9"] = "Ada"
    book.active["F9"].hyperlink = "https://neri.example/ada"
    data = io.BytesIO()
    book.save(data)
    told, made = sanitise("ore.xlsx", data.getvalue())
    again = openpyxl.load_workbook(io.BytesIO(made))
    assert "neri" not in texts(made).casefold()
    assert again.sheetnames[0].endswith(" 2026")
    assert [cell.value for cell in again.worksheets[0][1]][:4] == ["Date", "Person", "Project", "Hours"]
    assert again.worksheets[0]["D2"].value == 1.5
    assert again.worksheets[0].dimensions == book.active.dimensions
    assert told["name"] == "ore.xlsx"


def test_an_old_workbook_is_written_as_a_new_one_and_that_is_said() -> None:
    sample = next(path for path in SAMPLES if path.suffix == ".xls")
    told, made = sanitise(sample.name, sample.read_bytes())
    assert told["name"].endswith(".xlsx")
    assert "written as .xlsx" in told["said"]
    assert made.startswith(b"PK")


def test_json_keeps_keys_truths_and_escapes() -> None:
    card = {
        "id": "5f1e9a7bc0d1e2f3a4b5c6d7",
        "name": 'Ada\u202eNeri "x"\n',
        "closed": False,
        "pos": 16384,
        "n": None,
    }
    data = json.dumps({"cards": [card, {**card, "id": "5f1e9a7bc0d1e2f3a4b5c6d8"}], "Neri": 1})
    made = json.loads(sanitise("a.json", data.encode())[1])
    assert next(iter(made)) == "cards"
    assert "Neri" not in made
    copy = made["cards"][0]
    assert list(copy) == list(card)
    assert (copy["closed"], copy["n"]) == (False, None)
    assert re.fullmatch(r"[0-9a-f]{24}", copy["id"])
    assert len({card["id"], copy["id"], made["cards"][1]["id"]}) == 3
    assert "\u202e" in copy["name"]
    assert "Neri" not in copy["name"]


def test_an_ill_formed_feed_stays_ill_formed() -> None:
    data = b'<rss version="2.0"><channel><title>Ada &amp; Neri</title><item><title>Ol\xe0io</title><b>\n'
    made = sanitise("feed.xml", data)[1]
    assert len(made) == len(data)
    assert re.sub(rb"[A-Za-z]", b"a", made) == re.sub(rb"[A-Za-z]", b"a", data)
    assert b"Neri" not in made
    assert b"&amp;" in made
    assert b"\xe0" in made


def test_members_of_an_archive_keep_their_order_and_lose_pictures() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as zipped:
        zipped.writestr("Neri/b.csv", CSV)
        zipped.writestr("a.png", b"\x89PNG of Ada")
        zipped.writestr("report.txt", b"")
    with zipfile.ZipFile(io.BytesIO(sanitise("a.zip", data.getvalue())[1])) as made:
        assert [name.rpartition("/")[2] for name in made.namelist()] == ["b.csv", "a.png", "report.txt"]
        assert not made.namelist()[0].startswith("Neri")
        assert b"Ada" not in made.read("a.png")
        assert made.read("report.txt") == b""


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "IN-FILE-01"), (b"%PDF-1.7", "IN-FILE-05"), (b"<html>", "IN-FILE-05")]
)
def test_what_cannot_be_made_anew_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Fault) as refused:
        sanitise("a.csv", data)
    assert refused.value.code == code


def test_a_bomb_is_refused_before_it_expands(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("a.csv", b"0" * 50_000_000)
    with pytest.raises(Fault) as refused:
        apart("sanitise", tmp_path / "a.zip")
    assert refused.value.code == "IN-ZIP-01"


def test_a_header_that_nobody_knows_is_not_taken_for_one() -> None:
    text = "Ada,Neri,Rossi\nIda,Bosco,Conti\n"
    assert not set(SECRETS) & set(re.findall(r"\w+", sanitise("a.csv", text.encode())[1].decode().casefold()))


def test_unknown_headings_stay_beside_known_ones() -> None:
    text = "Data,Nome fidanzata,Sessioni\n13/07/2026,Neri,12\n"
    assert (
        sanitise("a.csv", text.encode())[1].decode().startswith("Data,Nome fidanzata,Sessioni\n13/07/2026,")
    )
    assert Context().tables == ()
