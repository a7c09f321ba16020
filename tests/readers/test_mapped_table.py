"""Tables of the client's own: what a section says is done, and nothing beyond it."""

import io
from typing import Any

import openpyxl

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.source import Context

TOGGL = (
    "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration\n"
    "Ada Neri,,,Blog,,,No,2026-07-01,09:00:00,2026-07-01,10:30:00,01:30:00\n"
)
PEOPLE = {"ada": ("ada", "agency"), "rita": ("rita", "company")}


def section(table: str, columns: dict[str, str], **rest: Any) -> dict[str, Any]:
    return {"name": "own", "files": ["*own*"], "table": table, "columns": columns, **rest}


def read(text: str, *sections: dict[str, Any], name: str = "own.csv") -> FileReading:
    context = Context("Europe/Rome", "EUR", people=PEOPLE, salt="s", tables=sections)
    return read_bytes(name, text.encode(), context)


def told(found: FileReading) -> list[tuple[str, str, int | None]]:
    return [(fault["code"], fault["row"], fault["column"]) for fault in found.faults]


# ---- which file it is


def test_without_a_section_nothing_is_claimed() -> None:
    assert read("Giorno,Ore\n2026-07-01,3\n").error["code"] == "IN-FILE-05"  # type: ignore[index]


def test_a_section_that_names_the_file_wins_over_its_reader() -> None:
    own = section("effort", {"date": "Start date", "hours": "Duration", "person": "User"})
    assert read(TOGGL, own, name="own.csv").reader == "mapped_table"
    assert read(TOGGL, own, name="toggl.csv").reader == "toggl"


def test_a_section_known_by_its_header_must_be_the_only_one() -> None:
    own = section("effort", {"date": "Start date", "hours": "Duration", "person": "User"}, files=[])
    found = read(TOGGL, {**own, "header": ["Start date", "User"]})
    assert found.error is not None
    assert (found.error["code"], "mapped_table and toggl" in found.error["message"]) == ("IN-FILE-06", True)


def test_two_sections_that_name_one_file_are_a_fault() -> None:
    own = section("visits", {"date": "a", "source": "b", "sessions": "c"})
    found = read("a,b,c\n", own, {**own, "name": "other"})
    assert found.error is not None
    assert "own and other" in found.error["message"]


def test_names_fit_in_any_case_and_folder() -> None:
    own = section("visits", {"date": "a", "source": "b", "sessions": "c"}, files=["SITO/*.CSV"])
    assert read("a,b,c\n2026-07-01,x,3\n", own, name="sito/2026.csv").rows_kept == 1
    assert read("a,b,c\n2026-07-01,x,3\n", own, name="altro/2026.csv").reader is None


def test_a_column_that_is_gone_is_named_and_nothing_is_guessed() -> None:
    own = section("visits", {"date": "Giorno", "source": "Sorgente", "sessions": "Sessioni"})
    found = read("Giorno,Sorgente,Visite\n2026-07-01,x,3\n", own)
    assert found.error is not None
    assert (found.error["code"], found.error["expected"]) == ("IN-CSV-04", "Giorno, Sorgente, Sessioni")


# ---- conventions


def test_days_are_read_by_the_column_and_only_else_by_the_section() -> None:
    columns = {"date": "G", "source": "S", "sessions": "V"}
    proven = "G,S,V\n07/13/2026,x,3\n07/04/2026,x,3\n"
    doubtful = "G,S,V\n07/04/2026,x,3\n"
    assert str(read(proven, section("visits", columns, dates="dmy")).first_date) == "2026-07-04"
    assert str(read(doubtful, section("visits", columns, dates="dmy")).first_date) == "2026-04-07"
    assert str(read(doubtful, section("visits", columns, dates="mdy")).first_date) == "2026-07-04"
    assert read(doubtful, section("visits", columns)).error["code"] == "IN-DATE-01"  # type: ignore[index]


def test_figures_are_read_by_the_column_and_only_else_by_the_section() -> None:
    columns = {"date": "G", "amount": "E"}
    own = section("spend", columns, constants={"channel": "other"})
    doubtful = "G;E\n2026-07-01;1.250\n"
    proven = "G;E\n2026-07-01;1.250\n2026-07-02;3,5\n"
    assert read(doubtful, own).error["code"] == "IN-NUM-01"  # type: ignore[index]
    assert read(doubtful, {**own, "numbers": "it"}).tables["spend"]["amount"].tolist() == [1250.0]
    assert read(doubtful, {**own, "numbers": "en"}).tables["spend"]["amount"].tolist() == [1.25]
    assert read(proven, {**own, "numbers": "en"}).tables["spend"]["amount"].tolist() == [1250.0, 3.5]


def test_another_currency_is_refused() -> None:
    own = section("spend", {"date": "G", "amount": "E"}, constants={"channel": "x"}, currency="USD")
    assert read("G,E\n2026-07-01,3\n", own).error["code"] == "IN-CUR-01"  # type: ignore[index]


def test_a_bad_cell_puts_its_row_aside_with_line_and_column() -> None:
    own = section("visits", {"date": "G", "source": "S", "sessions": "V"})
    found = read("G,S,V\n2026-07-01,x,3\n2026-02-30,x,3\n2026-07-03,x,molte\n2026-07-04,x,-1\n,x,4\n", own)
    assert told(found) == [
        ("IN-DATE-02", "3", 1),
        ("IN-DATE-03", "6", 1),
        ("IN-NUM-02", "4", 3),
        ("IN-NUM-03", "5", 3),
    ]
    assert (found.rows_kept, found.rows_quarantined, found.rows_other) == (1, 4, 1)


def test_totals_blanks_and_preamble_are_no_data() -> None:
    own = section("visits", {"date": "G", "source": "S", "sessions": "V"})
    found = read("Rapporto\nG;S;V\n2026-07-01;x;3\n;;\nTotale;;3\n;Totale visite;3\n", own)
    assert (found.rows_kept, found.rows_quarantined, found.rows_other) == (1, 0, 5)


def test_a_word_that_is_none_of_ours_is_put_aside_and_can_be_told() -> None:
    own = section("contacts", {"date": "G", "stage": "E"})
    text = "G,E\n2026-07-01,Vinto\n2026-07-02,boh\n2026-07-03,\n"
    found = read(text, own)
    assert told(found) == [("IN-WORD-01", "3", 2), ("IN-WORD-01", "4", 2)]
    assert found.tables["contacts"]["stage"].tolist() == ["won"]
    again = read(text, {**own, "values": {"stage": {"BOH": "lost"}}})
    assert again.tables["contacts"]["stage"].tolist() == ["won", "lost"]


# ---- tables


def test_posts_and_their_figures_come_from_one_row() -> None:
    columns = {
        "done_at": "Quando", "channel": "Rete", "url": "Link", "title": "Testo", "author": "Chi",
        "reactions": "Mi piace", "engagement_rate": "Tasso",
    }  # fmt: skip
    text = (
        "Quando,Rete,Link,Testo,Chi,Mi piace,Tasso\n"
        "2026-07-01 10:00,Instagram,https://a.example/1,Ciao,Ada,3,12%\n"
        "2026-07-02 10:00,x,https://a.example/2,Ciao,Zoe,n/d,\n"
        "2026-07-02 10:00,x,https://a.example/2,Altro,Zoe,4,\n"
    )
    found = read(text, section("items", columns))
    items, metrics = found.tables["items"], found.tables["metrics"]
    assert items["channel"].tolist() == ["instagram", "x"]
    assert items["done_at"].astype("str").tolist()[0].startswith("2026-07-01 08:00")
    assert items["side"].tolist() == ["agency", "public"]
    assert items["author"].isna().tolist() == [False, True]
    assert list(zip(metrics["metric"], metrics["value"], metrics["kind"], strict=True)) == [
        ("reactions", 3.0, "lifetime"),
        ("engagement_rate", 0.12, "lifetime"),
    ]
    assert told(found) == [("IN-ID-03", "4", None)]


def test_work_in_clocks_and_decimals() -> None:
    own = section("effort", {"date": "G", "person": "P", "hours": "O", "project": "C"}, numbers="it")
    found = read("G;P;O;C\n2026-07-01;Rita;1:30;Blog\n2026-07-02;Ida;1,5;Blog\n2026-07-03;Ida;25;Blog\n", own)
    effort = found.tables["effort"]
    assert effort["hours"].tolist() == [1.5, 1.5]
    assert effort["person"].tolist() == ["rita", "Ida"]
    assert told(found) == [("IN-NUM-03", "4", 3)]


def test_an_entry_keeps_the_id_it_has() -> None:
    own = section("effort", {"entry_id": "Id", "date": "G", "person": "P", "hours": "O"})
    found = read("Id,G,P,O\n007,2026-07-01,Rita,1\n", own)
    assert found.tables["effort"]["entry_id"].tolist() == ["007"]


def test_a_contact_is_a_pseudonym_and_no_fault_shows_its_row() -> None:
    own = section("contacts", {"date": "G", "contact_id": "Mail"}, constants={"stage": "contact"})
    found = read('G,Mail\n2026-07-01,ada@posta.example\n2026-07-02,"ida@posta.example\n', own)
    assert "posta" not in str(found.tables) + str(found.faults)
    assert found.tables["contacts"]["contact_id"].str.fullmatch("[0-9a-f]{16}").all()


def test_figures_by_day_of_an_item_are_of_that_day() -> None:
    own = section(
        "metrics",
        {"date": "G", "item_id": "Id", "views": "V", "net_follows": "F"},
        constants={"channel": "flickr"},
    )
    found = read("G,Id,V,F\n2026-07-01,p1,3,-2\n", own)
    assert found.tables["metrics"]["kind"].tolist() == ["flow", "flow"]
    assert found.tables["metrics"]["value"].tolist() == [3.0, -2.0]
    assert found.channel == "flickr"


def test_figures_of_items_without_a_day_are_of_their_lifetime() -> None:
    own = section("metrics", {"item_id": "Id", "views": "V"}, constants={"channel": "flickr"})
    assert read("Id,V\np1,3\n", own).tables["metrics"]["kind"].tolist() == ["lifetime"]


def test_users_are_never_added_where_rows_fall_on_one_key() -> None:
    own = section("visits", {"date": "G", "source": "S", "sessions": "V", "users": "U"})
    visits = read("G,S,V,U\n2026-07-01,x,3,2\n2026-07-01,x,4,4\n2026-07-01,y,1,1\n", own).tables["visits"]
    assert visits["users"].isna().tolist() == [True, True, False]


def test_a_plan_knows_only_the_client_s_people() -> None:
    own = section("plan_items", {"title": "T", "due_date": "Q", "person": "P", "status": "S"})
    plan = read("T,Q,P,S\nOlio,2026-07-01,Rita,fatto\nPane,,Zoe,da fare\n", own).tables["plan_items"]
    assert plan["person"].fillna("").tolist() == ["rita", ""]
    assert plan["due_date"].isna().tolist() == [False, True]


def test_every_visible_sheet_with_the_headings_is_read() -> None:
    book = openpyxl.Workbook()
    for title, day in (("Luglio", "2026-07-01"), ("Agosto", "2026-08-01")):
        sheet = book.create_sheet(title)
        sheet.append(["Visite"])
        sheet.append(["G", "S", "V"])
        sheet.append([day, "x", 3])
    made = io.BytesIO()
    book.save(made)
    own = section("visits", {"date": "G", "source": "S", "sessions": "V"})
    found = read_bytes("own.xlsx", made.getvalue(), Context(tables=[own]))
    assert found.tables["visits"]["source_row"].tolist() == ["Luglio!3", "Agosto!3"]


def test_columns_that_the_section_does_not_name_are_told() -> None:
    own = section("visits", {"date": "G", "source": "S", "sessions": "V"})
    assert read("G,S,V,Nuova\n2026-07-01,x,3,1\n", own).unknown == ["Nuova"]


# ---- what a row is


VISITS = section("visits", {"date": "G", "source": "S", "campaign": "C", "sessions": "V", "users": "U"})


def test_a_campaign_may_be_called_a_total() -> None:
    found = read("G;S;C;V;U\n2026-07-01;x;Totale relax;3;2\n", VISITS)
    assert (found.rows_kept, told(found)) == (1, [])


def test_a_total_that_says_more_is_put_aside_and_a_bare_one_is_no_data() -> None:
    rows = "2026-07-01;x;;3;2\n2026-07-02;x;;4;2\n"
    for total, expected in (("Totale;;;8;5", []), ("Totale;x;;8;5", [("IN-CSV-06", "4", None)])):
        found = read(f"G;S;C;V;U\n{rows}{total}\n", VISITS)
        assert (found.tables["visits"]["sessions"].sum(), told(found)) == (7, expected)


def test_the_figures_of_a_bare_total_say_no_more() -> None:
    days = section("metrics", {"date": "G", "views": "V"}, constants={"channel": "flickr"})
    found = read("G;V\n2026-07-01;3\n2026-07-02;4\nTotale;8\n", days)
    assert (found.tables["metrics"]["value"].sum(), told(found)) == (7, [])
    work = section("effort", {"date": "G", "person": "P", "project": "J", "hours": "H"})
    found = read("G;P;J;H\n2026-07-01;Ada;Blog;3\n2026-07-02;Ada;Blog;4\nTotale;;;8\n", work)
    assert (found.tables["effort"]["hours"].sum(), told(found)) == (7, [])


def test_a_kind_may_be_missing_and_must_be_one_of_ours() -> None:
    own = section("items", {"item_id": "I", "done_at": "G", "kind": "K"}, constants={"channel": "flickr"})
    found = read("I;G;K\na;2026-07-01;\nb;2026-07-01;video\nc;2026-07-01;volantino\n", own)
    assert found.tables["items"]["kind"].tolist() == ["post", "video"]
    assert told(found) == [("IN-WORD-01", "4", 3)]


def test_people_are_counts_and_a_share_is_a_share_however_it_is_written() -> None:
    found = read("G;S;C;V;U\n2026-07-01;x;;1.500;1.234\n", VISITS)
    assert found.tables["visits"][["sessions", "users"]].values.tolist() == [[1500, 1234]]
    rates = section("metrics", {"date": "G", "click_rate": "R"}, constants={"channel": "flickr"})
    for cell in ("2,5%", "0,025"):
        assert read(f"G;R\n2026-07-01;{cell}\n", rates).tables["metrics"]["value"].tolist() == [0.025]


def test_the_section_says_what_the_hours_leave_open() -> None:
    own = section("effort", {"date": "G", "person": "P", "project": "J", "hours": "H"})
    text = "G;P;J;H\n2026-07-01;Ada;Blog;1,250\n"
    assert read(text, own).error["code"] == "IN-NUM-01"  # type: ignore[index]
    assert read(text, {**own, "numbers": "it"}).tables["effort"]["hours"].tolist() == [1.25]


def test_visits_are_divided_by_what_the_file_has_and_nothing_else() -> None:
    own = section("visits", {"date": "G", "source": "S", "sessions": "V"})
    assert read("G;S;V\n2026-07-01;x;3\n", own).grain["visits"] == "date,source"
    assert read("G;S;C;V;U\n2026-07-01;x;;3;2\n", VISITS).grain["visits"] == "date,source,campaign"


def test_a_row_of_money_without_an_amount_is_no_data() -> None:
    own = section("spend", {"date": "G", "amount": "E"}, constants={"channel": "flickr"})
    found = read("G;E\n2026-07-01;3,5\n2026-07-02;\n", own)
    assert found.tables["spend"]["amount"].tolist() == [3.5]
    assert (told(found), found.rows_other) == ([], 2)
