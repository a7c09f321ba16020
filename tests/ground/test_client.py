"""client.toml: what is wrong is named with its line, its key and what was meant."""

from pathlib import Path

import pytest

from sharedsocial_utils.client import LANGUAGES, load_client, matches
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.telling.wording import languages

GOOD = """name = "Rossi"
language = "it"
currency = "EUR"
timezone = "Europe/Rome"
[agency]
name = "Studio"
hourly_rate = 55.0
[company]
name = "Rossi"
hourly_cost = 24.0
[value]
margin = 0.4
contact = 40.0
[[people]]
id = "ada"
side = "company"
names = ["Ada Neri", "ada@rossi.example"]
skills = { blog = 3 }
[[activities]]
id = "blog-posts"
channel = "blog"
kind = "post"
"""


def fault_of(folder: Path, text: str) -> Fault:
    (folder / "client.toml").write_text(text, "utf-8")
    with pytest.raises(Fault) as caught:
        load_client(folder)
    return caught.value


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "client.toml").write_text(GOOD, "utf-8")
    client = load_client(tmp_path)
    assert client.activities[0].channel == "blog"
    found = client.person_named(" ADA neri ")
    assert found is not None
    assert found.id == "ada"
    assert client.person_named("somebody else") is None


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "says"),
    [
        ('kind = "post"', 'kindd = "post"', "CL-03", 22, 'did you mean "kind"?'),
        ('timezone = "Europe/Rome"', 'timezone = "Europe/Rom"', "CL-04", 4, 'did you mean "Europe/Rome"?'),
        ('channel = "blog"', 'channel = "blogg"', "CL-04", 21, 'did you mean "blog"?'),
        ('kind = "post"', 'kind = "pots"', "CL-04", 22, "unknown kind 'pots'; did you mean \"post\"?"),
        ("hourly_rate = 55.0", 'hourly_rate = "x"', "CL-04", 7, "valid number"),
        ("hourly_rate = 55.0", "hourly_rate = inf", "CL-04", 7, "finite number"),
        ("margin = 0.4", "margin = 40", "CL-04", 12, "less than or equal to 1"),
        ('side = "company"', 'side = "compny"', "CL-04", 16, "company"),
        ("[value]", "[value", "CL-02", 11, "line 11"),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, old: str, new: str, code: str, line: int, says: str) -> None:
    fault = fault_of(tmp_path, GOOD.replace(old, new))
    assert (fault.code, fault.line) == (code, line)
    assert says in fault.message()


def test_a_language_is_one_that_reports_are_written_in() -> None:
    """The files of sentences say which: a further one is a further language."""
    assert list(LANGUAGES) == languages()


def test_an_id_stands_once(tmp_path: Path) -> None:
    twice = GOOD + '[[activities]]\nid = "blog-posts"\nchannel = "blog"\nkind = "reply"\n'
    assert "stands twice" in fault_of(tmp_path, twice).message()


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="no client") as caught:
        load_client(tmp_path)
    assert "sharedsocial new" in caught.value.cure()


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [("blog-*", "Blog-Vendemmia", True), ("blog-*", "yt-blog", False), ("Blog", " blog ", True)],
)
def test_patterns_mind_no_case(pattern: str, text: str, fits: bool) -> None:
    assert matches((pattern,), text) is fits


# ---- accounts and tables of the client's own

TABLE = """[identity]
ga4 = ["rossi.example"]
[[tables]]
name = "leads"
files = ["contatti/*.csv"]
table = "contacts"
dates = "dmy"
[tables.columns]
date = "Data"
contact_id = "E-mail"
[tables.constants]
stage = "contact"
"""


def test_accounts_and_tables_are_read(tmp_path: Path) -> None:
    (tmp_path / "client.toml").write_text(GOOD + TABLE, "utf-8")
    client = load_client(tmp_path)
    assert client.identity == {"ga4": ("rossi.example",)}
    assert client.tables[0].columns == {"date": "Data", "contact_id": "E-mail"}


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "says"),
    [
        ("ga4 =", "ga5 =", "CL-04", 24, 'did you mean "ga4"?'),
        (
            'date = "Data"',
            'dat = "Data"',
            "CL-04",
            31,
            "contacts has no column 'dat' here; did you mean \"date\"?",
        ),
        ('table = "contacts"', 'table = "contact"', "CL-04", 28, "'contacts'"),
        ('dates = "dmy"', 'dates = "d/m"', "CL-04", 29, "'dmy'"),
        ('stage = "contact"', 'stage = "contatto"', "CL-04", 34, 'did you mean "contact"?'),
        ('stage = "contact"', 'value = "3"', "CL-04", 34, "contacts has no column 'value' here"),
        ('stage = "contact"', "", "CL-04", 25, "contacts needs stage, in columns or constants"),
        ('files = ["contatti/*.csv"]', "", "CL-04", 25, "say which file it is"),
        ('contact_id = "E-mail"', 'stage = "E"', "CL-04", 25, "'stage' stands in columns and in constants"),
        ('dates = "dmy"', 'date = "dmy"', "CL-03", 29, 'did you mean "dates"?'),
        ('name = "leads"', 'name = "Leads!"', "CL-04", 26, "pattern"),
    ],
)
def test_a_fault_of_a_table_names_its_line(
    tmp_path: Path, old: str, new: str, code: str, line: int, says: str
) -> None:
    assert TABLE.count(old) == 1
    fault = fault_of(tmp_path, GOOD + TABLE.replace(old, new))
    assert (fault.code, fault.line) == (code, line), fault.message()
    assert says in fault.message()


def test_a_table_s_name_stands_once(tmp_path: Path) -> None:
    text = GOOD + TABLE + TABLE.partition("[[tables]]")[2].join(["[[tables]]", ""])
    assert "tables: the id 'leads' stands twice" in fault_of(tmp_path, text).message()


def test_a_target_is_of_a_measure_that_there_is(tmp_path: Path) -> None:
    target = '[[targets]]\nchannel = "blog"\nmetric = "visit"\nvalue = 10\n'
    fault = fault_of(tmp_path, GOOD + target)
    assert (fault.code, fault.line) == ("CL-04", 25)
    assert "unknown metric 'visit'; did you mean \"visits\"?" in fault.message()


@pytest.mark.parametrize("columns", ['date = "Data"', 'views = "Letture"'])
def test_a_table_of_figures_names_a_figure_and_what_it_is_of(tmp_path: Path, columns: str) -> None:
    table = f"""[[tables]]
name = "letture"
files = ["letture/*.csv"]
table = "metrics"
[tables.columns]
{columns}
[tables.constants]
channel = "blog"
"""
    fault = fault_of(tmp_path, GOOD + table)
    assert (fault.code, fault.line) == ("CL-04", 23)
    assert "metrics needs a figure such as views, and a date or an item_id" in fault.message()
