"""A proposal, pasted into client.toml, reads the file it was made from; what is undecided is said."""

import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sharedsocial_utils.client import MappedTable
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading.apart import apart
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.mapping import propose
from sharedsocial_utils.reading.source import Context
from sharedsocial_utils.reading.unseen import UNSEEN, Unseen

DECIDED = {
    "everhour 2026-07.csv": (
        "effort",
        "Date,Member,Project,Task,Time,Decimal hours\n2026-07-01,Ada Neri,Blog,Post,1:30,1.5\n"
        "2026-07-02,Ada Neri,Blog,Post,2:00,2.0\n",
    ),
    "pinterest-overview.csv": (
        "metrics",
        "Account: La Quercia\n\nDate,Impressions,Engagements,Outbound clicks,Saves\n"
        "2026-07-01,300,20,3,4\n2026-07-02,310,22,5,1\n",
    ),
    "fathom-export.csv": ("metrics", "Timestamp,Page URL,Pageviews\n2026-07-01,/a,3\n2026-07-02,/a,4\n"),
    "buffer_posts.csv": (
        "items",
        "Published,Channel,Text,Link,Likes,Comments,Shares,Clicks\n"
        "2026-07-01 10:00,Instagram,Ciao,https://buffer.example/1,3,1,0,2\n"
        "2026-07-04 10:00,LinkedIn,Ciao ancora,https://buffer.example/2,3,1,0,2\n",
    ),
    "x-ads.csv": (
        "spend",
        "ID,Campaign,Time period,Spend,Impressions,Billed engagements\n"
        "ab1,olio,2026-07-01,12.50,300,4\nab1,olio,2026-07-02,12.75,310,4\n",
    ),
    "contatti luglio.csv": (
        "contacts",
        "Data;Nome;E-mail;Provenienza;Messaggio\n13/07/2026;Ada Rossi;ada@posta.example;Facebook;vorrei\n"
        "14/07/2026;B R;b@posta.example;Blog;ciao\n",
    ),
    "lead ads.csv": (
        "contacts",
        "id,created_time,ad_name,campaign_name,platform,full_name,email\n"
        "l:1,2026-07-01T10:00:00+0200,a,olio,fb,Ada R,ada@posta.example\n"
        "l:2,2026-07-02T10:00:00+0200,a,olio,fb,Ida R,ida@posta.example\n",
    ),
    "piano.csv": (
        "plan_items",
        "Data;Canale;Titolo;Responsabile;Stato\n23/04/2026;Blog;La torre;Ada;pubblicato\n"
        "04/05/2026;Facebook;Olio;Rita;bozza\n",
    ),
    "sessioni.csv": (
        "visits",
        "Giorno;Sorgente;Mezzo;Sessioni;Utenti\n13/07/2026;google;organic;1.234;12\n"
        "14/07/2026;facebook;social;40;3\n",
    ),
    "brevo.csv": (
        "items",
        "Campaign name,Subject,Send date,Sent,Opens,Clicks,Unsubscribed\n"
        "Luglio,Novità,2026-07-01 10:00,300,120,30,2\nAgosto,Altro,2026-08-01 10:00,300,110,20,1\n",
    ),
}

# a plausible file of each service of which no export was seen: its name there, or one of the files above
OF_UNSEEN = {
    "Bitly": (
        "bitly-2026-07.csv", "items",
        "Created at,Title,Bitlink,Long URL,Total engagements,Total clicks\n"
        "2026-07-01,Olio,bit.example/a,https://rossi.example/olio,12,10\n"
        "2026-07-02,Pane,bit.example/b,https://rossi.example/pane,7,6\n",
    ),
    "Bluesky": (
        "bluesky figures.csv", "metrics",
        "Date,Followers,Likes,Reposts,Replies\n2026-07-01,210,4,1,2\n2026-07-02,211,6,0,1\n",
    ),
    "Brevo": "brevo.csv",
    "Buffer": "buffer_posts.csv",
    "Editorial plan in a spreadsheet": "piano.csv",
    "Everhour": "everhour 2026-07.csv",
    "Fathom": "fathom-export.csv",
    "Later": (
        "later-instagram.csv", "items",
        "Posted,Caption,Permalink,Media Type,Likes,Comments,Impressions,Reach,Saves\n"
        "2026-07-01 10:00,Olio,https://www.instagram.com/p/a/,image,30,2,400,300,4\n"
        "2026-07-04 10:00,Pane,https://www.instagram.com/p/b/,image,31,1,410,310,5\n",
    ),
    "Lead forms (Meta, LinkedIn, any site)": "lead ads.csv",
    "Metricool": (
        "metricool posts.csv", "items",
        "Date,Network,Text,URL,Impressions,Reach,Likes,Comments\n"
        "2026-07-01 10:00,INSTAGRAM,Olio,https://www.instagram.com/p/a/,400,300,30,2\n"
        "2026-07-04 10:00,FACEBOOK,Pane,https://www.facebook.com/p/b,410,310,31,1\n",
    ),
    "Microsoft Advertising": (
        "bing campaigns.csv", "spend",
        "Gregorian date,Campaign name,Impressions,Clicks,Spend\n"
        "2026-07-01,olio,300,12,4.50\n2026-07-02,olio,310,13,5.25\n",
    ),
    "Pinterest": "pinterest-overview.csv",
    "Reddit": (
        "posts.csv", "items",
        "id,permalink,date,subreddit,gildings,title,url,body\n"
        "ab1,https://www.reddit.com/r/olio/ab1/,2026-07-01 10:00:00 UTC,olio,0,Olio,https://rossi.example/a,\n"
        "ab2,https://www.reddit.com/r/olio/ab2/,2026-07-02 10:00:00 UTC,olio,0,Pane,https://rossi.example/b,\n",
    ),
    "Spotify Ad Studio": (
        "spotify ads.csv", "spend",
        "Data,ID campagna,Nome della campagna,Valuta del gruppo di annunci,Importo speso,Impressioni\n"
        '2026-07-01,11,olio,EUR,"12,50",300\n2026-07-02,11,olio,EUR,"10,25",310\n',
    ),
    "Threads": (
        "threads.csv", "metrics",
        "Day,Views,Likes,Replies,Followers\n2026-07-01,40,4,1,20\n2026-07-02,41,6,0,21\n",
    ),
    "TikTok Ads": (
        "tiktok ads.csv", "spend",
        "Date,Campaign ID,Campaign name,Campaign status,Currency,Cost,Impressions,Clicks (destination)\n"
        "2026-07-01,17,olio,Active,EUR,12.50,300,4\n2026-07-02,17,olio,Active,EUR,10.25,310,5\n",
    ),
    "Timely": (
        "timely.csv", "effort",
        "Date,Client,Project,User,Note,Tags,Hours,Logged Hours\n"
        "2026-07-01,Rossi,Blog,Ada Neri,Post,blog,1.5,1.5\n2026-07-02,Rossi,Blog,Ada Neri,Post,blog,2.25,2\n",
    ),
    "Twitch": (
        "twitch channel.csv", "metrics",
        "Date,Views,Live views,Follows,Minutes watched\n2026-07-01,40,30,1,200\n2026-07-02,41,31,0,210\n",
    ),
    "X Ads": "x-ads.csv",
}  # fmt: skip


def sections(toml: str) -> list[dict[str, Any]]:
    """The sections as readers get them, checked as client.toml is."""
    given = tomllib.loads(toml)["tables"]
    return [MappedTable.model_validate(each).model_dump(mode="json", exclude_defaults=True) for each in given]


def read_with(toml: str, name: str, data: bytes) -> FileReading:
    return read_bytes(f"sub/{name}", data, Context("Europe/Rome", "EUR", tables=sections(toml)))


@pytest.mark.parametrize("name", DECIDED)
def test_a_proposal_pasted_reads_the_file(name: str) -> None:
    table, text = DECIDED[name]
    told, made = propose(name, text.encode())
    assert (told["table"], made) == (table, b"")
    found = read_with(told["toml"], name, text.encode())
    assert (found.reader, found.error, found.rows_quarantined) == ("mapped_table", None, 0)
    assert len(found.tables[table]) == found.tables[table]["source_row"].count() > 0
    assert set(found.tables[table]["source_row"]) == {str(found.rows_read - 1), str(found.rows_read)}


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda unseen: unseen.service)
def test_a_file_of_a_service_that_nobody_has_seen_is_read_as_proposed(unseen: Unseen) -> None:
    given = OF_UNSEEN[unseen.service]
    name, table, text = (given, *DECIDED[given]) if isinstance(given, str) else given
    told, _ = propose(name, text.encode())
    assert told["table"] == table
    asked = '# channel = ""' in told["toml"]  # what neither the name nor a heading tells, the user does
    assert asked == any("channel is not in the file" in sentence for sentence in told["undecided"])
    found = read_with(told["toml"].replace('# channel = ""', 'channel = "other"'), name, text.encode())
    assert (found.reader, found.error, found.rows_kept, found.rows_quarantined) == (
        "mapped_table",
        None,
        2,
        0,
    )


def test_no_service_that_nobody_has_seen_is_forgotten() -> None:
    assert set(OF_UNSEEN) == {unseen.service for unseen in UNSEEN}


def test_a_table_of_costs_by_campaign_and_status_is_no_plan() -> None:
    name, _, text = OF_UNSEEN["TikTok Ads"]
    spend = read_with(propose(name, text.encode())[0]["toml"], name, text.encode()).tables["spend"]
    assert (spend["amount"].tolist(), set(spend["channel"])) == ([12.5, 10.25], {"tiktok"})


def test_the_round_trip_keeps_every_value() -> None:
    _, text = DECIDED["sessioni.csv"]
    told, _ = propose("sessioni.csv", text.encode())
    visits = read_with(told["toml"], "sessioni.csv", text.encode()).tables["visits"]
    assert visits["sessions"].tolist() == [1234.0, 40.0]
    assert visits["source"].tolist() == ["google", "facebook"]
    assert visits["date"].dt.strftime("%Y-%m-%d").tolist() == ["2026-07-13", "2026-07-14"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_changes_nothing(encoding: str) -> None:
    _, text = DECIDED["brevo.csv"]
    assert propose("b.csv", text.encode(encoding))[0] == propose("b.csv", text.encode())[0]


def test_a_workbook_is_proposed_for_like_a_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Volantini del trimestre"])
    for line in ("Dal;Speso;Campagna", "2026-07-01;12;olio", "2026-07-02;13;olio"):
        book.active.append(line.split(";"))
    book.save(tmp_path / "newsletter spese.xlsx")
    told, _ = apart("propose", tmp_path / "newsletter spese.xlsx")
    found = read_with(
        told["toml"], "newsletter spese.xlsx", (tmp_path / "newsletter spese.xlsx").read_bytes()
    )
    assert found.tables["spend"]["amount"].tolist() == [12.0, 13.0]
    assert (found.rows_read, found.rows_kept, found.rows_other) == (4, 2, 2)


UNDECIDED = "Dal;Al;Descrizione;Speso\n01/07/2026;05/07/2026;volantini;1.250\n"


def test_what_the_file_does_not_decide_is_said_and_left_open() -> None:
    told, _ = propose("spese.csv", UNDECIDED.encode())
    said = " ".join(told["undecided"])
    assert "the channel is not in the file" in said
    assert "may begin with the day or the month (01/07/2026)" in said
    assert "may be thousands or decimals (1.250)" in said
    for line in ('# dates = "dmy"', '# numbers = "it"', '# channel = ""'):
        assert line in told["toml"]
    with pytest.raises(ValueError, match="spend needs channel, in columns or constants"):
        sections(told["toml"])


def test_the_open_lines_once_decided_read_the_file() -> None:
    told, _ = propose("spese.csv", UNDECIDED.encode())
    toml = told["toml"].replace("# dates", "dates").replace("# numbers", "numbers")
    found = read_with(toml.replace('# channel = ""', 'channel = "other"'), "spese.csv", UNDECIDED.encode())
    assert found.tables["spend"]["amount"].tolist() == [1250.0]
    assert str(found.last_date) == "2026-07-05"


def test_words_that_are_none_of_ours_are_listed_to_be_translated() -> None:
    text = "Data;E-mail;Esito\n13/07/2026;ada@posta.example;vinto\n14/07/2026;ida@posta.example;in attesa\n"
    told, _ = propose("esiti.csv", text.encode())
    assert '[tables.values.stage]\n# "in attesa" = ""' in told["toml"]
    toml = told["toml"].replace('# "in attesa" = ""', '"in attesa" = "opportunity"')
    assert read_with(toml, "esiti.csv", text.encode()).tables["contacts"]["stage"].tolist() == [
        "won",
        "opportunity",
    ]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "IN-FILE-01"),
        ("a.csv", b"a,b\n1,2\n", "IN-FILE-05"),
        ("a.csv", b"just a note\nwithout a table\n", "IN-FILE-05"),
        ("a.json", b'{"a": 1}', "IN-FILE-05"),
        ("a.pdf", b"%PDF-1.7 ...", "IN-FILE-05"),
    ],
)
def test_what_holds_no_table_of_ours_is_refused(name: str, data: bytes, code: str) -> None:
    with pytest.raises(Fault) as refused:
        propose(name, data)
    assert refused.value.code == code


def test_a_file_that_a_reader_knows_needs_no_section() -> None:
    sample = Path(__file__).parents[1] / "exports" / "toggl" / "detailed.csv"
    assert propose("detailed.csv", sample.read_bytes())[0]["undecided"][0].startswith(
        "the reader toggl reads"
    )


@pytest.mark.parametrize("name", ['a"b\\c.csv', "a\nb.csv", "[x]?*.csv", "2026.csv", "…é.csv"])
def test_a_name_never_breaks_out_of_its_string(name: str) -> None:
    _, text = DECIDED["brevo.csv"]
    toml = propose(name, text.encode())[0]["toml"]
    section = tomllib.loads(toml)["tables"][0]
    assert set(section) >= {"name", "files", "table", "columns"}
    assert MappedTable.model_validate({**section, "constants": {"channel": "newsletter"}}).files


def test_a_hostile_heading_stays_text() -> None:
    text = 'Data;"E-mail";"x"" = 1 ]]\u202e"\n13/07/2026;ada@posta.example;1\n14/07/2026;b@posta.example;2\n'
    told, _ = propose("a.csv", text.encode())
    assert list(tomllib.loads(told["toml"])) == ["tables"]


def test_the_child_tells_its_fault(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(Fault) as refused:
        apart("propose", tmp_path / "a.csv")
    assert (refused.value.code, refused.value.file) == ("IN-FILE-05", "a.csv")
    with pytest.raises(Fault) as missing:
        apart("propose", tmp_path / "none.csv")
    assert missing.value.code in ("IN-FILE-08", "IN-FILE-12")


def test_a_heading_that_stands_twice_is_said() -> None:
    told, _ = propose("ore.csv", b"Data,Persona,Ore,Ore\n2026-07-01,Ada,1.5,2\n2026-07-02,Ada,2,3\n")
    assert "the heading 'Ore' stands twice: rename one of the two columns" in told["undecided"]
