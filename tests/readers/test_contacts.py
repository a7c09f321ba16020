"""What the goldens of contacts cannot show: persons stay out, ids stay the same, days are never guessed."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from golden import CONTEXT, EXPORTS, read_sample, samples

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.ingest import DATA_TABLES
from sharedsocial_utils.reading.merging import merge

FAMILY = ("contact_list", "flamingo", "pipedrive", "salesforce")
SAMPLES = [path for path in samples() if path.relative_to(EXPORTS).parts[0] in FAMILY]
PERSONAL = (
    "Anna", "Elsa", "Bea ", "Verdi", "Gialli", "Rita", "posta.example", "0577", "Wedding", "Matrimonio",
    "Stay", "vista", "0065e0000", "ha chiamato", "Negozi", "C-03",
)  # fmt: skip
FOOTER = (
    '\n"Grand Totals ({n} records)"\n\n"Confidential Information - Do Not Distribute"\n'
    '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
)


def codes(found: FileReading) -> list[str]:
    return [fault["code"] for fault in found.faults]


def stages(found: FileReading) -> Counter[tuple[str, str]]:
    rows = found.tables["contacts"]
    return Counter(zip(rows["stage"], rows["date"].dt.strftime("%Y-%m-%d"), strict=True))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.relative_to(EXPORTS).as_posix())
def test_nothing_of_a_person_is_kept_or_shown(sample: Path) -> None:
    found = read_sample(sample)
    everything = str(found.faults) + str(found.error) + "".join(f.to_csv() for f in found.tables.values())
    everything = everything.replace(sample.name, "")
    assert not [word for word in PERSONAL if word in everything]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.relative_to(EXPORTS).as_posix())
def test_the_keys_are_of_no_use_without_the_client(sample: Path) -> None:
    ours = read_sample(sample)
    theirs = read_bytes(sample.name, sample.read_bytes(), CONTEXT.__class__(currency="EUR", salt="other"))
    if "contacts" in ours.tables:
        ids = [set(found.tables["contacts"]["contact_id"]) for found in (ours, theirs)]
        assert ids[0]
        assert not ids[0] & ids[1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "Date,Contact,Stage,Source,Value\nAnna,C1,contact,x,\n2026-07-01,C2,contact,x,Anna\n"),
        ("a.csv", "Record ID,Create Date,Lifecycle Stage\n1,Anna,Lead\n"),
        ("a.csv", "Deal - ID,Deal - Status,Deal - Value,Deal - Deal created\n1,Open,Anna,2026-07-01\n"),
        ("a-flamingo-inbound-2026-10-02.csv", '"your-name","Date"\n"x","Anna"\n'),
        ("a.csv", '"Stage","Created Date"\n"Open","Anna"\n' + FOOTER.format(n=1)),
    ],
)
def test_a_name_in_the_wrong_column_is_put_aside_and_not_shown(name: str, text: str) -> None:
    found = read_bytes(name, text.encode(), CONTEXT)
    assert found.rows_quarantined == text.count("Anna")
    assert set(codes(found)) <= {"IN-DATE-03", "IN-NUM-02"}
    assert "Anna" not in str(found.faults)


# ---- Salesforce


def salesforce(
    rows: list[list[str]], count: int, delimiter: str = ",", encoding: str = "utf-8"
) -> FileReading:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return read_bytes("a.csv", (text.getvalue() + FOOTER.format(n=count)).encode(encoding), CONTEXT)


HEADER = ["Opportunity ID", "Stage", "Amount", "Created Date", "Close Date", "Lead Source"]
DEAL = ["0065e00000AbCdE", "Closed Won", "1850.00", "2026-07-20", "2026-09-02", "Web"]


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8"), (";", "cp1252"), (",", "utf-16")])
def test_salesforce_in_any_separator_and_encoding(delimiter: str, encoding: str) -> None:
    found = salesforce([HEADER, DEAL], 1, delimiter, encoding)
    assert stages(found) == {("opportunity", "2026-07-20"): 1, ("won", "2026-09-02"): 1}
    assert found.tables["contacts"]["value"].tolist() == [1850.0, 1850.0]
    assert codes(found) == []


@pytest.mark.parametrize(
    ("created", "closed", "true"),
    [
        ("03/07/2026", "20/09/2026", "2026-07-03"),  # the other column decides
        ("7/3/2026", "9/20/2026", "2026-07-03"),
        ("2026-07-03", "2026-09-20", "2026-07-03"),
        ("03/07/2026", "02/09/2026", None),
    ],
)
def test_the_columns_of_days_decide_together(created: str, closed: str, true: str | None) -> None:
    found = salesforce([HEADER, [*DEAL[:3], created, closed, "Web"]], 1)
    if true:
        assert stages(found) == {("opportunity", true): 1, ("won", "2026-09-20"): 1}
    else:
        assert codes(found) == ["IN-DATE-01"]
        assert not found.tables


def test_rows_that_the_footer_counts_and_the_file_lacks_are_said() -> None:
    assert codes(salesforce([HEADER, DEAL], 2)) == ["IN-CSV-06"]
    assert codes(salesforce([HEADER, DEAL], 1)) == []


def test_a_note_of_several_lines_in_the_last_row_is_not_taken_for_the_footer() -> None:
    found = salesforce([[*HEADER, "Description"], [*DEAL, "first\nsecond\n\nlast"]], 1)
    assert codes(found) == []
    assert found.rows_kept == 4


def test_a_row_that_ends_early_is_put_aside_and_not_taken_for_the_footer() -> None:
    text = '"Opportunity ID","Stage","Created Date"\n"1","Negotiation","2026-07-20"\n"2","Negotiation"\n'
    found = read_bytes("a.csv", (text + FOOTER.format(n=2)).encode(), CONTEXT)
    assert codes(found) == ["IN-CSV-01", "IN-CSV-06"]
    assert found.rows_quarantined == 1


def test_a_report_without_ids_knows_its_rows_again() -> None:
    rows = [
        ["Opportunity Name", "Stage", "Created Date"],
        ["A", "Open", "2026-07-20"],
        ["B", "Open", "2026-07-20"],
    ]
    first, second = salesforce(rows, 2), salesforce([rows[0], *rows[:0:-1]], 2)
    ids = [sorted(found.tables["contacts"]["contact_id"]) for found in (first, second)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2


# ---- Pipedrive


def test_pipedrives_workbook_and_text_know_the_same_deal() -> None:
    book = read_sample(EXPORTS / "pipedrive" / "deals.xlsx").tables["contacts"]
    text = read_sample(EXPORTS / "pipedrive" / "deals-1790928.csv").tables["contacts"]
    won = [frame.loc[frame["stage"] == "won", ["contact_id", "date", "value"]] for frame in (book, text)]
    assert won[0].reset_index(drop=True).equals(won[1].reset_index(drop=True))


def test_an_expected_close_date_is_no_outcome() -> None:
    header = "Deal - ID,Deal - Status,Deal - Deal created,Deal - Expected close date"
    text = f"{header}\n1,Open,2026-07-20,2026-08-01\n"
    assert stages(read_bytes("a.csv", text.encode(), CONTEXT)) == {("opportunity", "2026-07-20"): 1}


@pytest.mark.parametrize(
    "header",
    ["Record ID - Contact,Record ID - Company,Create Date,Email", "a - b,c - d,e - f", "2026 - A,Q3 - B,x"],
)
def test_headings_with_a_dash_are_not_all_pipedrives(header: str) -> None:
    assert read_bytes("a.csv", f"{header}\n1,2,3\n".encode(), CONTEXT).reader != "pipedrive"


# ---- Flamingo


def test_requests_are_counted_on_the_days_of_the_clients_zone() -> None:
    sample = next((EXPORTS / "flamingo").glob("*inbound*.csv"))
    written = [row[-1] for row in csv.reader(io.StringIO(sample.read_text("utf-8")))][1:]
    rome = ZoneInfo("Europe/Rome")
    true = Counter(datetime.fromisoformat(at).astimezone(rome).date().isoformat() for at in written if at)
    assert {day: n for (_, day), n in stages(read_sample(sample)).items()} == true


def test_two_requests_of_one_second_are_two() -> None:
    at = datetime(2026, 7, 14, 8, 0, tzinfo=UTC).isoformat()
    row = f'"a@posta.example","{at}"\n'
    text = f'"your-email","Date"\n{row}{row}'
    found = read_bytes("x-flamingo-inbound-2026-10-02.csv", text.encode(), CONTEXT)
    assert found.tables["contacts"]["contact_id"].nunique() == 2
    again = read_bytes("x-flamingo-inbound-2026-10-03.csv", (text + row).encode(), CONTEXT)
    merged = merge([found, again], DATA_TABLES)["contacts"]
    assert len(merged) == 3


@pytest.mark.parametrize(
    "line", ["olio, vino", "olio, vino, pane", "olio, vino, pane, sale", "a,b,c,d,e", 'dice ""sì"", poi, no']
)
def test_a_line_of_a_message_is_no_row_however_many_commas_it_has(line: str) -> None:
    text = (
        '"your-name","your-email","your-message","Date"\r\n'
        f'"Anna","a@posta.example","Buongiorno,\r\n{line}\r\n\r\nciao","2026-07-14T10:22:31+02:00"\r\n'
        '"Bea","b@posta.example","Ciao","2026-07-15T10:22:31+02:00"'
    )
    found = read_bytes("x-flamingo-inbound-2026-10-02.csv", text.encode(), CONTEXT)
    assert stages(found) == {("contact", "2026-07-14"): 1, ("contact", "2026-07-15"): 1}
    assert (found.rows_kept, found.rows_other, codes(found)) == (5, 1, [])


def test_a_message_with_a_stray_quote_costs_its_own_row() -> None:
    text = (
        '"your-name","your-email","Date"\n"Anna"x,"a@posta.example","2026-07-14T10:22:31+02:00"\n'
        '"Bea","b@posta.example","2026-07-15T10:22:31+02:00"\n'
    )
    found = read_bytes("x-flamingo-inbound-2026-10-02.csv", text.encode(), CONTEXT)
    assert stages(found) == {("contact", "2026-07-15"): 1}
    assert found.rows_quarantined == 1


# ---- the plain list


def test_stages_of_one_contact_have_one_key_whatever_its_case() -> None:
    text = "Date,Contact,Stage,Source\n2026-07-14,Anna@posta.example,contact,facebook\n"
    text += "2026-09-02,anna@posta.example,won,\n"
    assert read_bytes("a.csv", text.encode(), CONTEXT).tables["contacts"]["contact_id"].nunique() == 1


@pytest.mark.parametrize(
    "header",
    [
        "Date,Contact,Source",
        "Date,Stage,Source",
        "Contact,Stage,Source",
        "Date,Contact,Stage",
        "Record ID,Create Date,Date,Contact,Stage,Source",
    ],
)
def test_a_list_without_its_sign_is_nobodys(header: str) -> None:
    assert read_bytes("a.csv", f"{header}\n".encode(), CONTEXT).reader != "contact_list"
