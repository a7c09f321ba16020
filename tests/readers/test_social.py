"""What the goldens of blog and social readers cannot show: damage, other shapes of the same rows, privacy."""

import csv
import io
import random
import re
import socket
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from golden import CONTEXT, EXPORTS, read_sample, samples

from sharedsocial_utils.example.casting import cast_client
from sharedsocial_utils.example.days import QUARTERS
from sharedsocial_utils.example.demo import DEFAULT_SEED, raw_files
from sharedsocial_utils.example.world import make
from sharedsocial_utils.readers import _posts
from sharedsocial_utils.reading import feeds
from sharedsocial_utils.reading.file import FileReading, read_bytes

REAL = Path(__file__).parents[3] / "shared" / "samples"
OURS = (
    "blog_feed", "linkedin_page", "meta_facebook", "meta_instagram", "x_content", "x_overview",
    "youtube_studio",
)  # fmt: skip
SAMPLES = [path for path in samples() if path.relative_to(EXPORTS).parts[0] in OURS]
FACEBOOK = EXPORTS / "meta_facebook" / "Jul-01-2026_Nov-30-2026_1723676025555044.csv"
INSTAGRAM = EXPORTS / "meta_instagram" / "Sep-01-2026_Sep-30-2026_99.csv"
X = EXPORTS / "x_content" / "account_analytics_content_2026-07-01_2026-09-30.csv"
VIDEOS = EXPORTS / "youtube_studio" / "Content 2026-07-01_2026-10-01 La Quercia.zip"


def read(name: str, data: bytes | str) -> FileReading:
    return read_bytes(name, data if isinstance(data, bytes) else data.encode(), CONTEXT)


def codes(reading: FileReading) -> list[str]:
    return [fault["code"] for fault in reading.faults]


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def as_text(rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def figures(reading: FileReading) -> dict[tuple[str, str], float]:
    metrics = reading.tables["metrics"]
    keys = zip(metrics["item_id"].fillna(metrics["date"].astype("str")), metrics["metric"], strict=True)
    return dict(zip(keys, metrics["value"], strict=True))


def feed(*items: str, head: str = "") -> str:
    inside = f"<title>B</title>{head}{''.join(items)}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{inside}</channel></rss>'


def item(number: int, date: str = "Mon, 21 Sep 2026 10:00:00 +0200", more: str = "") -> str:
    address = f"https://laquercia.example/{number}"
    return f"<item><title>T{number}</title><link>{address}</link><pubDate>{date}</pubDate>{more}</item>\n"


# ---- any damage


def damaged(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(found) + 1)
        how = chance.randrange(4)
        if how == 0:
            del found[at:]
        elif how == 1:
            found[at : at + chance.randrange(6)] = chance.choice(
                [
                    b'"',
                    b",",
                    b";",
                    b"\n",
                    b"<item>",
                    b"</item>",
                    b"]]>",
                    b"<!--",
                    b"&",
                    b"\xff",
                    b"\x00",
                    b"E+17",
                ]
            )
        elif how == 2:
            found[at : at + 1] = bytes([chance.randrange(256)])
        else:
            found[at:at] = found[at - 60 : at]
    return bytes(found)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.relative_to(EXPORTS).as_posix())
def test_damage_is_told_and_never_fails_the_reader(sample: Path) -> None:
    chance = random.Random(sample.name)
    whole = read_sample(sample)
    for _ in range(6):
        found = read(sample.relative_to(EXPORTS).as_posix(), damaged(sample.read_bytes(), chance))
        assert "IN-FILE-11" not in codes(found), found.faults
        assert found.rows_read == found.rows_kept + found.rows_quarantined + found.rows_other
        if found.reader is None or found.error:
            assert found.faults
    assert whole.rows_read == whole.rows_kept + whole.rows_quarantined + whole.rows_other


@pytest.mark.parametrize("sample", [FACEBOOK, INSTAGRAM, X], ids=lambda path: path.parent.name)
def test_a_file_cut_anywhere_gives_rows_of_the_whole_file_only(sample: Path) -> None:
    # a cut inside the last cell leaves a shorter number, which nothing in the file can show
    data = sample.read_bytes()
    whole = set(read_sample(sample).tables["items"]["item_id"])
    for cut in range(1, len(data), 67):
        found = read(sample.name, data[:cut])
        assert "IN-FILE-11" not in codes(found)
        assert set(found.tables.get("items", pd.DataFrame({"item_id": []}))["item_id"]) <= whole


def test_no_reader_opens_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    for sample in SAMPLES:
        read_sample(sample)
    assert read("address.xml", "https://laquercia.example/feed/").reader is None


# ---- feeds

NINE = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("Mon, 21 Sep 2026 11:00:00 CEST", NINE),
        ("Mon, 21 Sep 2026 10:00:00 CET", NINE),
        ("Mon, 21 Sep 2026 09:00:00 GMT", NINE),
        ("21 Sep 26 09:00 UT", NINE),
        ("Mon, 21 Sep 2026 05:00:00 EDT", NINE),
        ("Mon, 21 Sep 2026 02:00:00 PDT", NINE),
        ("lun, 21 set 2026 11:00:00 +0200", NINE),
        ("lunedì 21 settembre 2026 11:00:00 +0200", NINE),
        ("Mon, 21 Sep 2026 11:00:00 +0200 (CEST)", NINE),
        ("2026-09-21T09:00Z", NINE),
        ("2026-09-21T02:00:00.000-07:00", NINE),
        ("2026-09-21 11:00:00", NINE),  # no zone: the client's, Europe/Rome
        ("5 aprile 2010", datetime(2010, 4, 4, 22, 0, tzinfo=UTC)),
        ("Tue, 05 Jan 99 10:00:00 +0000", datetime(1999, 1, 5, 10, tzinfo=UTC)),
        ("21/09/2026 11:00", NINE),
    ],
)
def test_reads_every_date_a_feed_was_seen_with(text: str, true: datetime) -> None:
    found = read("feed.xml", feed(item(1, text)))
    assert found.tables["items"]["done_at"].tolist() == [pd.Timestamp(true)]


@pytest.mark.parametrize(
    "text", ["", "soon", "Tue, 31 Feb 2026 10:00:00 +0100", "03/04/2026 10:00", "Mon, 30 Nov -0001 00:00:00",
             "Mon, 21 Sep 2026 10:00:00 XYZ", "Mon, 21 Sep 2026 25:00:00 +0000"],
)  # fmt: skip
def test_an_entry_without_a_readable_date_is_put_aside_alone(text: str) -> None:
    found = read("feed.xml", feed(item(1, text), item(2)))
    assert (found.rows_kept, found.rows_quarantined) == (1, 1)
    fault = found.faults[0]
    assert (fault["code"], fault["row"], fault["text"]) == ("IN-FEED-02", "entry 1", text or None)


def test_a_feed_cut_anywhere_loses_only_what_was_cut() -> None:
    text = feed(*(item(n, more="<description><![CDATA[a <item> & b]]></description>") for n in range(1, 5)))
    starts = [match.start() for match in re.finditer(r"<item><title>", text)]
    ends = [match.end() for match in re.finditer(r"</item>", text)]
    for cut in range(0, len(text), 11):
        found = read("feed.xml", text[:cut])
        if found.reader is None:
            assert cut < text.index("<channel>")
            continue
        assert found.rows_kept == sum(end <= cut for end in ends)
        assert found.rows_read == sum(start + len("<item>") <= cut for start in starts)
        assert "IN-FILE-03" in codes(found)


def test_one_bad_entry_costs_no_other() -> None:
    good = [item(n) for n in range(1, 6)]
    unclosed = "<item><title><![CDATA[never closed</title><link>https://laquercia.example/9</link></item>"
    open_entry = "<item><title>never ends"
    nested = "<item><item>"
    for bad in (unclosed, open_entry, nested, "<item></item>", "<item/>", "</item>", "<item><a></b></item>"):
        for place in (0, 3, 5):
            found = read("feed.xml", feed(*good[:place], bad, *good[place:]))
            kept = set(found.tables["items"]["title"])
            assert kept == {f"T{n}" for n in range(1, 6)}, (bad, place)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss SYSTEM "https://laquercia.example/rss.dtd">',
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    ],
)
def test_a_dtd_is_refused(doctype: str) -> None:
    found = read("feed.xml", feed(item(1)).replace("<rss", doctype + "<rss"))
    assert found.error is not None
    assert found.error["code"] == "IN-XML-02"
    assert not found.tables
    named = read("feed.xml", feed(item(1, more=f"<description><![CDATA[{doctype}]]></description>")))
    assert named.rows_kept == 1


def test_a_bomb_is_refused_at_once() -> None:
    deep = "<item><title>" + "<b>" * 60_000 + "</b>" * 60_000 + "</title></item>"
    found = read("feed.xml", feed(deep, item(1)))
    assert (found.rows_kept, found.rows_quarantined) == (1, 1)


def test_encodings_are_decided_by_us() -> None:
    text = feed(item(1)).replace("T1", "Perché la città è così")
    declared = text.replace('version="1.0"?>', 'version="1.0" encoding="iso-8859-1"?>', 1)
    as_declared = [text.encode(), text.encode("utf-8-sig"), text.encode("utf-16"), declared.encode("latin-1")]
    for data in (*as_declared, declared.encode()):
        found = read("feed.xml", data)
        assert found.tables["items"]["title"].tolist() == ["Perché la città è così"]
        assert not found.faults
    mixed = text.encode().replace("città".encode(), "città".encode("cp1252"))
    found = read("feed.xml", mixed)
    assert found.tables["items"]["title"].tolist() == ["Perché la città è così"]
    assert codes(found) == ["IN-ENC-01"]


def test_titles_are_plain_text() -> None:
    titles = {
        "Pane &amp; olio &lt; 10": "Pane & olio < 10",
        "<![CDATA[L&#8217;olio <b>nuovo</b>]]>": "L’olio nuovo",
        "&lt;em&gt;bello&lt;/em&gt;": "bello",
        "due\n  righe": "due righe",
    }
    items = [item(n).replace(f"T{n}", written) for n, written in enumerate(titles, 1)]
    assert read("feed.xml", feed(*items)).tables["items"]["title"].tolist() == list(titles.values())


def test_the_public_leaves_no_name() -> None:
    for sample in ("comments.xml", "comments-of-a-post.xml", "blogger-comments.atom"):
        found = read_sample(EXPORTS / "blog_feed" / sample)
        everything = found.tables["items"].to_csv() + str(found.faults)
        for name in ("Mario", "Ospite", "Guest", "lettore", "pane di"):
            assert name not in everything
        comments = found.tables["items"]["kind"] == "comment"
        assert comments.sum() == 1
        assert found.tables["items"].loc[comments, "side"].tolist() == ["public"]


def test_an_answer_of_anybody_else_is_a_comment_and_one_of_ours_a_reply() -> None:
    def comment(number: int, name: str) -> str:
        entry = item(number, more=f"<dc:creator>{name}</dc:creator>")
        return entry.replace(f"/{number}</link>", f"/1/#comment-{number}</link>")

    text = feed(comment(1, "Rita Bosco"), comment(2, "ADA NERI "), comment(3, "Rita"), comment(4, "Rosa"))
    found = read("comments.xml", text.replace("<rss", '<rss xmlns:dc="http://purl.org/dc/elements/1.1/"'))
    items = found.tables["items"]
    assert items["kind"].tolist() == ["reply", "reply", "reply", "comment"]
    assert items["author"].fillna("").tolist() == ["rita", "ada", "rita", ""]
    assert items["side"].tolist() == ["company", "agency", "company", "public"]


def test_feeds_of_other_services_and_the_wordpress_export_are_not_the_blog() -> None:
    for space in ("https://wordpress.org/export/1.2/", "http://www.youtube.com/xml/schemas/2015"):
        found = read("feed.xml", feed(item(1)).replace("<rss", f'<rss xmlns:wp="{space}"'))
        assert found.reader is None
    assert read("page.xml", '<?xml version="1.0"?><html><body>404</body></html>').reader is None
    assert read("other.xml", '<feed xmlns="https://laquercia.example/ns"><entry/></feed>').reader is None


def test_the_feed_speaks_of_the_days_from_its_oldest_entry_to_its_making() -> None:
    built = "<lastBuildDate>Wed, 30 Sep 2026 22:30:00 +0000</lastBuildDate>"
    found = read("feed.xml", feed(item(1), item(2, "Mon, 31 Aug 2026 22:10:00 +0000"), head=built))
    days = [str(day) for day in (found.first_date, found.last_date, found.as_of)]
    assert days == ["2026-09-01", "2026-10-01", "2026-10-01"]  # in Rome


@pytest.mark.parametrize(
    ("written", "name"),
    [("a@b.example (Ada Neri)", "Ada Neri"), ("Ada Neri <a@b.example>", "Ada Neri"), ("Ada Neri", "Ada Neri"),
     ("a@b.example", ""), ("noreply@blogger.example (Ada)", "Ada"), ("", "")],
)  # fmt: skip
def test_person(written: str, name: str) -> None:
    assert feeds.person(written) == name


# ---- Meta


def test_sums_of_a_facebook_export_are_those_of_its_cells() -> None:
    cells = list(csv.DictReader(io.StringIO(FACEBOOK.read_text("utf-8-sig"))))
    found = read_sample(FACEBOOK).tables["metrics"].groupby("metric")["value"].sum()
    for metric, heading in (("reactions", "Reactions"), ("views", "Views"), ("clicks", "Total clicks"),
                            ("engagements", "Reactions, Comments and Shares")):  # fmt: skip
        assert found[metric] == sum(float(row[heading] or 0) for row in cells)


def test_meta_publishes_in_pacific_time_on_both_sides_of_the_clock_change() -> None:
    header = ["Post ID", "Page ID", "Publish time", "Permalink", "Views"]
    pacific = ZoneInfo("America/Los_Angeles")
    wall = [datetime(2026, 1, 1, 0, 30, tzinfo=None) + timedelta(hours=7 * n) for n in range(1250)]  # noqa: DTZ001 - wall clocks
    wall = [moment for moment in wall if _exists_once(moment, pacific)]
    rows = [[str(10**15 + n), "1", f"{moment:%m/%d/%Y %H:%M}", "", "1"] for n, moment in enumerate(wall)]
    items = read("posts.csv", as_text([header, *rows])).tables["items"]
    true = [pd.Timestamp(moment.replace(tzinfo=pacific).astimezone(UTC)) for moment in wall]
    assert items["done_at"].tolist() == true
    assert true[0].hour == 8


def _exists_once(wall: datetime, zone: ZoneInfo) -> bool:
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return first.utcoffset() == second.utcoffset()


@pytest.mark.parametrize("sample", [FACEBOOK, INSTAGRAM, X], ids=lambda path: path.parent.name)
def test_the_order_of_columns_and_unknown_ones_change_nothing(sample: Path) -> None:
    true = read_sample(sample)
    header, *rows = rows_of(sample)
    chance = random.Random(3)
    for _ in range(10):
        order = chance.sample(range(len(header) + 1), len(header) + 1)
        shuffled = [[[*row, "new"][n] for n in order] for row in [[*header, "Some new column"], *rows]]
        shuffled[1:] = [["" if cell == "new" else cell for cell in row] for row in shuffled[1:]]
        found = read(sample.name, as_text(shuffled))
        assert figures(found) == figures(true)
        assert found.tables["items"]["title"].tolist() == true.tables["items"]["title"].tolist()


@pytest.mark.parametrize("sample", [FACEBOOK, INSTAGRAM, X], ids=lambda path: path.parent.name)
def test_a_missing_column_of_figures_only_leaves_its_figure_out(sample: Path) -> None:
    header, *rows = rows_of(sample)
    true = figures(read_sample(sample))
    for name, metric in (("Comments", "comments"), ("Replies", "comments"), ("Reach", "reach")):
        if name in header:
            at = header.index(name)
            found = read(sample.name, as_text([[*row[:at], *row[at + 1 :]] for row in [header, *rows]]))
            assert figures(found) == {key: value for key, value in true.items() if key[1] != metric}


@pytest.mark.parametrize("sample", [FACEBOOK, INSTAGRAM, X], ids=lambda path: path.parent.name)
def test_no_rows_and_one_row(sample: Path) -> None:
    header, first, *_ = rows_of(sample)
    assert codes(read(sample.name, as_text([header]))) == ["IN-FILE-02"]
    assert len(read(sample.name, as_text([header, first])).tables["items"]) == 1


@pytest.mark.parametrize(
    ("text", "address", "whole"),
    [
        ("6.49E+17", "https://x.com/a/status/649311204913852416", "649311204913852416"),
        ("6,49311E+17", "https://x.com/a/status/649311204913852416", "649311204913852416"),
        ("6.5E+17", "https://x.com/a/status/649311204913852416", "649311204913852416"),  # rounded up
        ("6E+17", "https://x.com/a/status/649311204913852416", "649311204913852416"),
        ("6.4E+17", "https://x.com/a/status/649311204913852416", None),
        ("6.49E+17", "https://x.com/a/status/64931120491385241", None),
        ("6.49E+17", "https://x.com/a/status/750311204913852416", None),
        ("6.49E+17", "", None),
        ("649311204913852000", "https://x.com/a/status/649311204913852416", "649311204913852416"),
        ("649311204913852416", "https://x.com/a/status/649311204913852416", None),
        ("750311204913852000", "https://x.com/a/status/649311204913852416", None),
    ],
)
def test_ids_that_a_spreadsheet_ruined(text: str, address: str, whole: str | None) -> None:
    assert _posts._whole_id(text, address) == whole


def test_a_file_of_two_accounts_alike_is_refused() -> None:
    header, ours, _, theirs, *_ = rows_of(INSTAGRAM)
    found = read("posts.csv", as_text([header, ours, theirs]))
    assert found.error is not None
    assert found.error["code"] == "IN-ACC-02"
    assert "colline" not in str(found.faults)


def test_a_daily_breakdown_without_its_day_is_refused() -> None:
    daily = rows_of(EXPORTS / "meta_facebook" / "daily.csv")
    at = daily[0].index("Date")
    found = read("posts.csv", as_text([[*row[:at], *row[at + 1 :]] for row in daily]))
    assert found.error is not None
    assert found.error["code"] == "IN-CSV-04"
    assert not found.tables


def test_the_daily_breakdown_puts_figures_on_their_days() -> None:
    metrics = read_sample(EXPORTS / "meta_facebook" / "daily.csv").tables["metrics"]
    reactions = metrics[metrics["metric"] == "reactions"]
    assert reactions.groupby(reactions["date"].astype("str"))["value"].sum().to_dict() == {
        "2026-09-02": 10.0, "2026-09-03": 2.0,
    }  # fmt: skip
    assert set(metrics["kind"]) == {"flow"}


# ---- YouTube


def members(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as box:
        return {name: box.read(name).decode() for name in box.namelist()}


def zipped(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as box:
        for name, text in files.items():
            box.writestr(name, text)
    return content.getvalue()


def test_videos_and_days_add_up_to_the_total_that_youtube_prints() -> None:
    total = next(csv.DictReader(io.StringIO(members(VIDEOS)["Table data.csv"])))
    metrics = read_sample(VIDEOS).tables["metrics"]
    views = metrics[metrics["metric"] == "views"]
    assert views.loc[views["item_id"].notna(), "value"].sum() == float(total["Views"])
    assert views.loc[views["item_id"].isna(), "value"].sum() == float(total["Views"])
    net = metrics[metrics["metric"] == "net_follows"]["value"].sum()
    assert net == float(total["Subscribers"])


def test_exports_of_following_periods_do_not_replace_each_other() -> None:
    files = members(VIDEOS)
    first = read("Content 2026-04-01_2026-07-01 A.zip", zipped({"Table data.csv": files["Table data.csv"]}))
    second = read("Content 2026-07-01_2026-10-01 A.zip", zipped({"Table data.csv": files["Table data.csv"]}))
    keys = [
        set(r.tables["metrics"][["date", "item_id", "metric"]].itertuples(index=False))
        for r in (first, second)
    ]
    assert not keys[0] & keys[1]
    assert [str(r.last_date) for r in (first, second)] == ["2026-06-30", "2026-09-30"]


def test_names_of_members_do_not_matter_as_long_as_one_is_known() -> None:
    files = members(VIDEOS)
    names = {"Table data.csv": "Dati 1.csv", "Chart data.csv": "Dati 2.csv", "Totals.csv": "Totali.csv"}
    found = read("Content 2026-07-01_2026-10-01 A.zip", zipped({names[n]: t for n, t in files.items()}))
    assert figures(found) == figures(read_sample(VIDEOS))


def test_a_table_saved_again_by_an_italian_spreadsheet_is_the_same() -> None:
    rows = list(csv.reader(io.StringIO(members(VIDEOS)["Table data.csv"])))
    decimals = [[re.sub(r"^(-?\d+)\.(\d+)$", r"\1,\2", cell) for cell in row] for row in rows]
    name = "Content 2026-07-01_2026-10-01/Table data.csv"
    assert figures(read(name, as_text(decimals, ";"))) == figures(read(name, as_text(rows)))
    doubtful = [["Content", "Views", "Watch time (hours)"], ["AbCdEfGhIj1", "1.234", "1,234"]]
    assert list(figures(read(name, as_text(doubtful, ";"))).values()) == [1234.0, 1.234]


def test_a_bad_figure_costs_its_cell_not_its_video() -> None:
    rows = list(csv.reader(io.StringIO(members(VIDEOS)["Table data.csv"])))
    rows[2][rows[0].index("Views")] = "many"
    found = read("Content 2026-07-01_2026-10-01/Table data.csv", as_text(rows))
    assert codes(found) == ["IN-CSV-06", "IN-NUM-02"]
    assert len(found.tables["items"]) == 2


# ---- X and LinkedIn


def test_who_a_reply_is_addressed_to_is_dropped() -> None:
    items = read_sample(X).tables["items"]
    reply = items[items["kind"] == "reply"].iloc[0]
    assert reply["title"] == "grazie, a presto"
    assert "ospite" not in items["title"].str.cat()


@pytest.mark.parametrize(
    "name", ["la-quercia_content_1790928000000.xlsx", "la-quercia_content_1790999000000.xls"]
)
def test_both_kinds_of_linkedin_workbook_say_the_same(name: str) -> None:
    found = read_sample(EXPORTS / "linkedin_page" / name)
    moment = int(re.findall(r"\d{13}", name)[0]) / 1000
    assert found.as_of == datetime.fromtimestamp(moment, UTC).date()
    daily = found.tables["metrics"][found.tables["metrics"]["item_id"].isna()]
    assert daily.groupby("metric")["value"].sum()[["impressions", "reactions"]].tolist() == [11118.0, 2.0]
    assert [str(found.first_date), str(found.last_date)] == ["2026-09-01", "2026-09-30"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("  due\nrighe  ", "due righe"),
        ("a" * 130, "a" * 100 + "…"),
        ("parola " * 20, "parola " * 13 + "parola…"),
    ],
)
def test_first_words(text: str, first: str) -> None:
    assert _posts.first_words(pd.Series([text])).tolist() == [first]


# ---- the real samples, where they are


needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real samples is not here")


@needs_real
@pytest.mark.parametrize(
    ("name", "kept", "aside"),
    [
        ("feedburner_blogger.atom", 25, 0), ("atom_thr_total.xml", 1, 0), ("atom_thr_count.xml", 1, 0),
        ("atom_thr_invalid_total.xml", 1, 0), ("atom_thr.xml", 0, 0), ("rss_slash_all.xml", 0, 1),
        ("rss_slash_zero_comments.xml", 0, 1), ("rss_wfw_commentRSS_deprecated.xml", 0, 1),
    ],
)  # fmt: skip
def test_real_feeds(name: str, kept: int, aside: int) -> None:
    data = (REAL / "feeds" / name).read_bytes()
    found = read(name, data)
    assert found.reader == "blog_feed"
    assert (found.rows_kept, found.rows_quarantined) == (kept, aside)
    assert found.rows_read == len(re.findall(rb"<(?:item|entry)[ >]", data))


@needs_real
def test_real_days_of_youtube() -> None:
    for folder, days in (("geography", 365), ("traffic_source", 28)):
        path = REAL / "youtube_studio" / folder / "Totals.csv"
        cells = list(csv.DictReader(io.StringIO(path.read_text())))
        found = read(f"{folder}/Totals.csv", path.read_bytes())
        assert found.rows_kept == days == len(cells)
        assert found.tables["metrics"]["value"].sum() == sum(int(row["Views"]) for row in cells)
        other = read(f"{folder}/Table data.csv", (path.parent / "Table data.csv").read_bytes())
        assert (other.layout, other.rows_kept, codes(other)) == ("breakdown", 0, ["IN-FILE-13"])


# ---- an invented client, whose truth is known


def test_an_invented_client_is_read_as_it_happened() -> None:
    world = make(cast_client(0, DEFAULT_SEED), DEFAULT_SEED)
    folders = ("blog/", "linkedin/", "meta/", "x/", "youtube/")
    ours = [(name, data) for name, data in raw_files(world).items() if name.startswith(folders)]
    found = [read(name, data) for name, data in ours]
    assert {code for reading in found for code in codes(reading)} <= {"IN-ACC-01"}
    assert sum(reading.rows_quarantined for reading in found) == 0
    items, metrics = (
        pd.concat([reading.tables[table] for reading in found if table in reading.tables])
        for table in ("items", "metrics")
    )
    posts = items[~items["kind"].isin(["comment", "reply"]) | (items["channel"] == "x")]
    for channel in ("blog", "facebook", "instagram", "x", "linkedin", "youtube"):
        true = {
            item.id: item
            for quarter in QUARTERS
            if world.cast.is_exported(channel, quarter)
            for item in world.items_in(quarter, channel)
        }
        seen = posts[posts["channel"] == channel]
        assert set(seen["item_id"].str.rpartition("=")[2]) == set(true)
        of_items = metrics[(metrics["channel"] == channel) & metrics["item_id"].notna()]
        if channel not in ("blog", "youtube"):
            for metric in ("reactions", "comments", "shares"):
                summed = of_items.loc[of_items["metric"] == metric, "value"].sum()
                assert summed == sum(item.figures[metric] for item in true.values()), (channel, metric)
    views = metrics[(metrics["channel"] == "youtube") & (metrics["metric"] == "views")]
    by_day = views["item_id"].isna()
    assert views.loc[by_day, "value"].sum() == views.loc[~by_day, "value"].sum() > 0
