"""What the goldens of advertising cannot show: LinkedIn's days and months, and costs that overlap."""

import csv
import io

import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.ingest import DATA_TABLES
from sharedsocial_utils.reading.merging import merge

LINKEDIN = EXPORTS / "linkedin_ads"
PREAMBLE = (
    "Campaign Performance Report (in UTC)\n"
    '"Report Start: {first}, 12:00 AM"\n"Report End: {last}, 11:59 PM"\n"Date Generated: October 2, 2026"\n\n'
)
HEADER = ["Start Date (in UTC)", "Account Name", "Currency", "Campaign Name", "Total Spent", "Impressions"]


def codes(found: FileReading) -> list[str]:
    return [fault["code"] for fault in found.faults]


def spend(found: FileReading) -> list[tuple[str, str, float]]:
    rows = found.tables["spend"]
    first, last = (rows[name].dt.strftime("%m-%d") for name in ("date", "end_date"))
    return list(zip(first, last, rows["amount"], strict=True))


def linkedin(
    rows: list[tuple[str, str]],
    first: str = "July 1, 2026",
    last: str = "September 30, 2026",
    delimiter: str = ",",
    encoding: str = "utf-8",
    footer: str = "",
) -> FileReading:
    text = io.StringIO()
    text.write(PREAMBLE.format(first=first, last=last))
    table = [[day, "La Quercia", "EUR", f"c{n}", amount, "10"] for n, (day, amount) in enumerate(rows)]
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([HEADER, *table])
    name = "account_campaign_performance_report.csv"
    return read_bytes(name, (text.getvalue() + footer).encode(encoding), CONTEXT)


@pytest.mark.parametrize(("delimiter", "encoding"), [("\t", "utf-16"), (",", "utf-8"), (";", "utf-8-sig")])
def test_linkedins_months_come_first_whatever_the_file_shows(delimiter: str, encoding: str) -> None:
    rows = [("9/1/2026", "1,234.50"), ("9/2/2026", "-"), ("9/3/2026", "0"), ("09/04/2026", "€2.50")]
    found = linkedin(rows, delimiter=delimiter, encoding=encoding)
    assert spend(found) == [("09-01", "09-01", 1234.5), ("09-03", "09-03", 0.0), ("09-04", "09-04", 2.5)]
    assert str(found.as_of) == "2026-10-02"


@pytest.mark.parametrize(
    ("days", "ends"),
    [
        (["7/1/2026"], ["09-30"]),  # no breakdown
        (["7/1/2026", "8/1/2026", "9/1/2026"], ["07-31", "08-31", "09-30"]),  # by month
        (["7/1/2026", "7/2/2026"], ["07-01", "07-02"]),
        (["8/9/2026"], ["08-09"]),
        (["7/1/2026", "8/15/2026"], ["07-01", "08-15"]),
    ],
)
def test_what_a_row_of_linkedin_covers(days: list[str], ends: list[str]) -> None:
    assert [last for _, last, _ in spend(linkedin([(day, "1.00") for day in days]))] == ends


def test_a_month_that_the_period_cuts_ends_with_it() -> None:
    found = linkedin(
        [("7/15/2026", "1.00"), ("8/1/2026", "2.00")], first="July 15, 2026", last="August 20, 2026"
    )
    assert spend(found) == [("07-15", "07-31", 1.0), ("08-01", "08-20", 2.0)]


@pytest.mark.parametrize(
    ("footer", "said"),
    [
        ("Total,,,,3.00,20\n", []),
        ("Total,,,,4.00,20\n", ["IN-CSV-06"]),
        ("Total,\n", []),
        ("\n\nTotal,3.00\n", []),
    ],
)
def test_a_total_of_linkedin_is_checked_and_never_added(footer: str, said: list[str]) -> None:
    found = linkedin([("7/2/2026", "1.00"), ("7/3/2026", "2.00")], footer=footer)
    assert sum(amount for *_, amount in spend(found)) == 3.0
    assert codes(found) == said
    assert found.rows_quarantined == 0


def test_a_row_cut_short_is_put_aside_and_not_taken_for_a_total() -> None:
    found = linkedin([("7/2/2026", "1.00")], footer="7/3/2026,La Quercia,EUR\n")
    assert codes(found) == ["IN-CSV-01"]


def test_ads_of_one_campaign_and_day_are_added_up() -> None:
    sample = LINKEDIN / "ads_by_day.csv"
    merged = merge([read_sample(sample)], DATA_TABLES)["spend"]
    amounts = dict(zip(merged["date"].dt.day, merged["amount"].round(2), strict=True))
    assert amounts == {3: 3.10, 4: 2.05}


def test_days_are_used_before_the_amount_of_the_same_period() -> None:
    day_by_day = linkedin([("7/1/2026", "1.00"), ("7/2/2026", "2.00")], last="July 2, 2026")
    whole = linkedin([("7/1/2026", "3.00")], last="July 2, 2026")
    merged = merge([whole, day_by_day], DATA_TABLES)["spend"]
    assert merged["amount"].sum() == 3.0
    assert (merged["date"] == merged["end_date"]).all()


@pytest.mark.parametrize("kind", ["conversion", "creative_conversion", "conversation_ads_creative"])
def test_a_report_that_repeats_costs_is_not_used(kind: str) -> None:
    data = (LINKEDIN / "whole_period.csv").read_bytes()
    found = read_bytes(f"account_{kind}_performance_report.csv", data, CONTEXT)
    assert (found.layout, codes(found)) == ("part", ["IN-FILE-13"])


def test_the_audience_networks_share_is_not_taken_for_another_report() -> None:
    data = (LINKEDIN / "whole_period.csv").read_bytes()
    assert read_bytes("lan_campaign_performance_report.csv", data, CONTEXT).layout == "performance"


# ---- Google Ads and Meta Ads in the languages and shapes of the format notes

GOOGLE = {
    "Italian weeks": (
        'Rapporto Campagne\n"1 luglio 2026 - 30 settembre 2026"\nSettimana,Campagna,Costo,Impressioni\n'
        '2026-07-06,olio,"1.250,50","12.000"\n2026-06-29,olio,"17,05","1.193"\n'
        'Totale: account, --,"1.267,55","13.193"\n',
        [("07-06", "07-12", 1250.5), ("07-01", "07-05", 17.05)],
    ),
    "Italian whole period": (
        "Report sulle campagne\n1 luglio 2026 - 30 settembre 2026\n"
        "Campagna\tStato della campagna\tCosto\tCTR\n"
        "olio\tAttiva\t1250,50\t10,34%\nTotale: Account\t --\t1250,50\t10,34%\n",
        [("07-01", "09-30", 1250.5)],
    ),
    "Spanish weeks": (
        "Informe de campaña\n1 de julio de 2026 - 20 de septiembre de 2026\nSemana,Campaña,Coste,Impr.,CTR\n"
        '2026-07-06,olio,"8651,95",1.247,"10,34%"\nTotal: Cuenta, --,"8651,95",1.247,"10,34%"\n',
        [("07-06", "07-12", 8651.95)],
    ),
    "overlapping totals": (
        "Campaign report\n27 January 2026 - 23 February 2026\n"
        "Campaign status,Campaign,Impr.,Cost,Search impr. share\n"
        'Enabled,olio,"31,193",1164.09,< 10%\nPaused,camere,0,0.00, --\n'
        'Total: Campaigns, --,"31,193",1164.09,< 10%\n'
        'Total: Account, --,"31,193","1,164.09", --\nTotal: Search, --,"31,193",1000.00, --\n',
        [("01-27", "02-23", 1164.09), ("01-27", "02-23", 0.0)],
    ),
}  # fmt: skip
META = {
    "Italian with points": (
        '"Inizio dei report","Fine dei report","Nome della campagna",Risultati,"Importo speso (EUR)"\n'
        "2026-07-01,2026-09-30,,,249.01\n2026-07-01,2026-09-30,olio,3,249.01\n",
        [("07-01", "09-30", 249.01)],
    ),
    "Italian with commas": (
        "Inizio dei report;Fine dei report;Giorno;Nome della campagna;Importo speso (EUR)\n"
        "2026-07-01;2026-07-01;2026-07-01;olio;249,01\n2026-07-02;2026-07-02;2026-07-02;olio;1.234\n",
        [("07-01", "07-01", 249.01), ("07-02", "07-02", 1234.0)],
    ),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("shape", [*GOOGLE, *META])
def test_costs_in_every_language_and_shape(shape: str, encoding: str) -> None:
    text, true = (GOOGLE | META)[shape]
    found = read_bytes("report.csv", text.encode(encoding), CONTEXT)
    assert found.reader == ("google_ads" if shape in GOOGLE else "meta_ads")
    assert (spend(found), codes(found)) == (true, [])


def test_amounts_of_meta_in_two_currencies_are_not_used() -> None:
    header = "Reporting starts,Reporting ends,Campaign name,Amount spent (EUR),Amount spent (USD)"
    text = f"{header}\n2026-07-01,2026-07-31,fb-autumn,24.50,28.10\n"
    found = read_bytes("meta.csv", text.encode(), CONTEXT)
    assert found.reader == "meta_ads"
    assert [(fault["code"], fault["line"]) for fault in found.faults] == [("IN-CUR-01", 1)]
    assert "Amounts in several currencies" in found.faults[0]["message"]
    assert not found.tables


META_DAYS = "Reporting starts,Reporting ends,Campaign name,Ad set name,Day,Amount spent (EUR)"


@pytest.mark.parametrize("with_sets", [True, False])
def test_a_campaign_s_sum_of_its_days_is_no_fault_and_never_added(with_sets: bool) -> None:
    rows = [
        "2026-07-01,2026-07-02,,,,34.50", "2026-07-01,2026-07-02,olio,a,,30.01",
        "2026-07-01,2026-07-01,olio,a,2026-07-01,10.00", "2026-07-02,2026-07-02,olio,a,2026-07-02,20.01",
        "2026-07-01,2026-07-02,olio,b,,4.50", "2026-07-02,2026-07-02,olio,b,2026-07-02,4.49",
    ]  # fmt: skip
    cells = [line.split(",") for line in (META_DAYS, *rows)]
    kept = (
        cells if with_sets else [[*line[:2], line[2] and f"{line[2]}{line[3]}", *line[4:]] for line in cells]
    )
    text = "\n".join(",".join(line) for line in kept).replace("Campaign nameAd set name", "Campaign name")
    found = read_bytes("meta.csv", text.encode(), CONTEXT)
    assert [amount for *_, amount in spend(found)] == [10.0, 20.01, 4.49]
    assert codes(found) == []
    assert (found.rows_kept, found.rows_quarantined) == (3, 0)


def test_a_row_of_meta_without_its_day_that_is_no_sum_is_put_aside() -> None:
    rows = ["2026-07-01,2026-07-01,olio,a,2026-07-01,10.00", "2026-07-02,2026-07-02,olio,a,,20.01"]
    rows += ["2026-07-02,2026-07-02,olio,c,,0.01"]
    found = read_bytes("meta.csv", "\n".join([META_DAYS, *rows]).encode(), CONTEXT)
    assert [amount for *_, amount in spend(found)] == [10.0]
    assert [(fault["code"], fault["line"]) for fault in found.faults] == [
        ("IN-DATE-03", 3),
        ("IN-DATE-03", 4),
    ]


GOOGLE_DAYS = "Campaign report\n1 July 2026 - 3 July 2026\nDay,Status,Campaign,Budget,Cost\n"


def test_a_cost_of_google_with_the_sign_of_another_currency_is_refused() -> None:
    found = read_bytes("a.csv", f"{GOOGLE_DAYS}2026-07-01,Enabled,olio,1,US$8.00\n".encode(), CONTEXT)
    assert (found.error or {}).get("code") == "IN-CUR-01"
    assert "USD" in (found.error or {})["message"]
    assert "spend" not in found.tables


def test_a_cost_of_google_of_no_campaign_is_put_aside_with_its_line() -> None:
    rows = "2026-07-01,Enabled,olio,1,8.00\n2026-07-02,Enabled,,1,5.00\n2026-07-03,Enabled,olio,1,2.50\n"
    found = read_bytes("a.csv", f"{GOOGLE_DAYS}{rows}".encode(), CONTEXT)
    assert [amount for *_, amount in spend(found)] == [8.0, 2.5]
    assert [(fault["code"], fault["line"]) for fault in found.faults] == [("IN-ID-02", 5)]


def test_a_total_of_linkedin_may_be_rounded() -> None:
    found = linkedin([(f"7/{day}/2026", "1.333") for day in (1, 2, 3)], footer="Total,,,,4.00,30\n")
    assert (codes(found), len(spend(found))) == ([], 3)


@pytest.mark.parametrize(("first", "last"), [("Jxne 1", "September 30, 2026"), ("July 1, 2026", "later")])
def test_a_report_of_linkedin_without_a_readable_edge_is_read_by_its_days(first: str, last: str) -> None:
    found = linkedin([("7/1/2026", "1.50"), ("8/1/2026", "2.50")], first=first, last=last)
    assert (found.error, spend(found)) == (None, [("07-01", "07-01", 1.5), ("08-01", "08-01", 2.5)])


@pytest.mark.parametrize("days", [["7/15/2026"], ["7/15/2026", "7/15/2026"]])
def test_a_report_of_linkedin_of_one_day_is_of_that_day(days: list[str]) -> None:
    found = linkedin([(day, "1.50") for day in days], first="July 15, 2026", last="July 15, 2026")
    assert spend(found) == [("07-15", "07-15", 1.5)] * len(days)
