"""The truth beside the exports, counted again by hand from the raw files."""

import csv
import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from sharedsocial_utils.client import load_client, matches
from sharedsocial_utils.example.casting import cast_client
from sharedsocial_utils.example.days import DAYS, ENGLISH_MONTHS, QUARTERS
from sharedsocial_utils.example.world import World, make

Totals = dict[str, dict[str, dict[str, float]]]
HOSTS = {
    "facebook": "facebook", "facebook.com": "facebook", "m.facebook.com": "facebook",
    "instagram": "instagram", "l.instagram.com": "instagram", "youtube": "youtube", "youtube.com": "youtube",
    "linkedin": "linkedin", "linkedin.com": "linkedin", "x": "x", "t.co": "x", "pinterest.com": "pinterest",
    "blog": "blog", "chatgpt.com": "ai-assistant", "(direct)": "direct", "bing": "search", "google": "search",
    "colline-toscane.example": "referral",
}  # fmt: skip


@pytest.fixture(scope="module")
def truth(demo: Path) -> Totals:
    totals: Totals = json.loads((demo / "truth" / "la-quercia" / "totals.json").read_text())["quarters"]
    return totals


def figure(truth: Totals, name: str) -> dict[tuple[str, str], float]:
    """One figure of the truth by quarter and channel, where it is not zero."""
    return {
        (quarter, channel): figures[name]
        for quarter, channels in truth.items()
        for channel, figures in channels.items()
        if figures.get(name)
    }


def quarter_of(iso: str) -> str:
    """`2026-07-14` => `2026Q3`."""
    return f"{iso[:4]}Q{(int(iso[5:7]) + 2) // 3}"


def rows(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def summed(pairs: Iterator[tuple[tuple[str, str], float]]) -> dict[tuple[str, str], float]:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for key, amount in pairs:
        sums[key] += amount
    return {key: amount for key, amount in sums.items() if amount}


def test_sessions(raw: Path, truth: Totals) -> None:
    def counted() -> Iterator[tuple[tuple[str, str], float]]:
        for path in raw.glob("ga4/*/Formato_libero_1.csv"):
            table = rows(path.read_text())[5:]
            assert table[0] == []
            assert len(table[2]) == len(table[1]) + 1
            assert int(table[2][4]) == sum(int(row[4]) for row in table[3:])
            for day, source, medium, _, sessions, *_ in table[3:]:
                channel = {"cpc": "google-ads", "paid_social": "meta-ads"}.get(medium, HOSTS[source])
                yield (quarter_of(f"{day[:4]}-{day[4:6]}"), channel), int(sessions)

    assert summed(counted()) == figure(truth, "sessions")


def test_the_tracking_gap_is_nine_days_without_a_row(raw: Path) -> None:
    days = {row[0] for path in raw.glob("ga4/*/Formato_libero_1.csv") for row in rows(path.read_text())[8:]}
    assert len(DAYS) - len(days) == 9
    assert not days & {f"202511{day}" for day in range(10, 19)}


def channel_of_source(row: dict[str, str]) -> str:
    """The channel that HubSpot's Italian source words mean."""
    source, first, second = (row[name] for name in list(row)[-3:])
    if source == "Social organico":
        return {"Twitter": "x"}.get(first, first.lower())
    words = {
        "Ricerca organica": "search", "Traffico diretto": "direct", "Ricerca a pagamento": "google-ads",
        "Social a pagamento": "meta-ads", "Referral": "referral", "Referral IA": "ai-assistant",
        "Altre campagne": second.split(" / ")[0],
    }  # fmt: skip
    return words[source]


def test_contacts_are_counted_once_over_the_two_exports(raw: Path, truth: Totals) -> None:
    by_id = {
        row["ID record"]: ((quarter_of(row["Data di creazione"]), channel_of_source(row)), 1.0)
        for path in sorted(raw.glob("crm/*contatti*.csv"))
        for row in csv.DictReader(io.StringIO(path.read_text()))
    }
    listed = sum(len(rows(path.read_text())) - 1 for path in raw.glob("crm/*contatti*.csv"))
    assert listed > len(by_id)
    assert summed(iter(by_id.values())) == figure(truth, "contacts")


def test_deals(raw: Path, truth: Totals) -> None:
    (path,) = raw.glob("crm/*trattative*.csv")
    deals = list(csv.DictReader(io.StringIO(path.read_text())))
    created = ((quarter_of(row["Data di creazione"]), channel_of_source(row)) for row in deals)
    assert summed((key, 1.0) for key in created) == figure(truth, "opportunities")
    won = [row for row in deals if row["È con chiusura vinta"] == "true"]
    closed = ((quarter_of(row["Data di chiusura"]), channel_of_source(row)) for row in won)
    amounts = [float(row["Importo"]) for row in won]
    assert summed(zip(closed, amounts, strict=True)) == figure(truth, "won_value")
    is_open = [
        row for row in deals if "true" not in (row["È con chiusura vinta"], row["È con chiusura persa"])
    ]
    assert is_open
    assert all(row["Data di chiusura"] > "2026-09-30" for row in is_open)


def test_hours_of_the_agency(raw: Path, truth: Totals) -> None:
    client = load_client(raw)
    entries = {
        tuple(row[:13]): row
        for path in raw.glob("ore-agenzia/*.csv")
        for row in rows(path.read_text("utf-8-sig"))[1:]
    }
    finished = [row for row in entries.values() if row[9]]
    assert len(entries) - len(finished) == 1

    def counted() -> Iterator[tuple[tuple[str, str], float]]:
        for row in finished:
            hours, minutes, _ = row[11].split(":")
            channels = [a.channel for a in client.activities if matches(a.match.projects, row[3])]
            assert len(channels) <= 1
            yield (quarter_of(row[7]), channels[0] if channels else "none"), int(hours) + int(minutes) / 60

    assert summed(counted()) == pytest.approx(figure(truth, "hours_agency"), abs=1e-3)


def test_hours_of_the_company(raw: Path, truth: Totals) -> None:
    client = load_client(raw)
    known: dict[tuple[str, str], float] = defaultdict(float)
    strangers: dict[tuple[str, str], float] = defaultdict(float)
    wrong_days = 0
    for path in raw.glob("ore-azienda/*.csv"):
        for day, person, project, _, hours, _ in rows(path.read_bytes().decode("cp1252"), ";")[1:]:
            if day == "31/09/2026":
                wrong_days += 1
                continue
            channels = [a.channel for a in client.activities if matches(a.match.projects, project)]
            key = (quarter_of(f"{day[6:]}-{day[3:5]}"), channels[0] if channels else "none")
            sums = known if client.person_named(person) else strangers
            sums[key] += float(hours.replace(",", "."))
    assert wrong_days == 1
    assert dict(known) == pytest.approx(figure(truth, "hours_company"), abs=1e-3)
    assert dict(strangers) == figure(truth, "hours_unknown") == {("2026Q3", "none"): 3.0}


def test_spend(raw: Path, truth: Totals) -> None:
    def google() -> Iterator[tuple[tuple[str, str], float]]:
        for path in raw.glob("google-ads/*/*.csv"):
            table = rows(path.read_bytes().decode("utf-16"), "\t")
            cost = table[2].index("Costo")
            daily = [row for row in table[3:] if not row[0].startswith("Totale:")]
            amounts = [float(row[cost].replace(".", "").replace(",", ".")) for row in daily]
            assert len(table) - 3 - len(daily) == 2
            assert sum(amounts) == pytest.approx(float(table[-1][cost].replace(".", "").replace(",", ".")))
            yield from (
                ((quarter_of(row[0]), "google-ads"), a) for row, a in zip(daily, amounts, strict=True)
            )

    def meta() -> Iterator[tuple[tuple[str, str], float]]:
        for path in raw.glob("meta-ads/*.csv"):
            summary, *daily = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))
            assert summary["Nome della campagna"] == ""
            amounts = [float(row["Importo speso (EUR)"]) for row in daily]
            assert sum(amounts) == pytest.approx(float(summary["Importo speso (EUR)"]))
            yield from (
                ((quarter_of(row["Giorno"]), "meta-ads"), a) for row, a in zip(daily, amounts, strict=True)
            )

    assert {**summed(google()), **summed(meta())} == pytest.approx(figure(truth, "spend"))


def test_facebook_and_instagram(raw: Path, truth: Totals) -> None:
    items: dict[tuple[str, str], float] = defaultdict(float)
    interactions: dict[tuple[str, str], float] = defaultdict(float)
    strange = 0
    for path in raw.glob("meta/*/*.csv"):
        month, _, year = path.name.split("_")[0].split("-")
        key = (f"{year}Q{['Jan', 'Apr', 'Jul', 'Oct'].index(month) + 1}", path.parent.name)
        for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))):
            if row.get("Nome utente dell'account", "la.quercia") != "la.quercia":
                strange += 1
                continue
            items[key] += 1
            names = ("Reazioni", "Mi piace", "Commenti", "Condivisioni", "Salvataggi")
            interactions[key] += sum(int(row[name]) for name in names if name in row)
    assert strange == 1
    meta = ("facebook", "instagram")
    assert dict(items) == {k: v for k, v in figure(truth, "items").items() if k[1] in meta}
    assert dict(interactions) == {k: v for k, v in figure(truth, "interactions").items() if k[1] in meta}
    assert ("2025Q1", "instagram") not in items


def test_x(raw: Path, truth: Totals) -> None:
    posts, likes, overview = {}, {}, {}
    counted = ("Likes", "Replies", "Reposts", "Shares", "Bookmarks")
    for folder in raw.glob("x/*"):
        (content,) = folder.glob("account_analytics_content_*.csv")
        listed = list(csv.DictReader(io.StringIO(content.read_text())))
        days = list(csv.DictReader(io.StringIO((folder / "account_overview_analytics.csv").read_text())))
        posts[folder.name, "x"] = float(len(listed))
        likes[folder.name, "x"] = float(sum(int(row[name]) for row in listed for name in counted))
        overview[folder.name, "x"] = float(sum(int(row[name]) for row in days for name in counted))
    assert posts == {k: v for k, v in figure(truth, "items").items() if k[1] == "x"}
    assert likes == overview == {k: v for k, v in figure(truth, "interactions").items() if k[1] == "x"}


def test_linkedin(raw: Path, truth: Totals) -> None:
    (path,) = raw.glob("linkedin/*.xlsx")
    book = openpyxl.load_workbook(path, read_only=True)
    days = list(book["Metrics"].iter_rows(values_only=True))
    posts = list(book["All posts"].iter_rows(values_only=True))
    assert len(days) == 2 + 365
    wanted = [days[1].index(f"{name} (total)") for name in ("Reactions", "Comments", "Reposts")]

    def quarter(day: object) -> str:
        return quarter_of(f"{str(day)[6:]}-{str(day)[:2]}")

    by_day = summed(((quarter(row[0]), "linkedin"), float(str(row[c]))) for row in days[2:] for c in wanted)
    assert by_day == {k: v for k, v in figure(truth, "interactions").items() if k[1] == "linkedin"}
    created = posts[1].index("Created date")
    by_post = summed(((quarter(row[created]), "linkedin"), 1.0) for row in posts[2:])
    assert by_post == {k: v for k, v in figure(truth, "items").items() if k[1] == "linkedin"}


def test_youtube(raw: Path, truth: Totals) -> None:
    interactions, views, guarded = {}, {}, 0
    for path in raw.glob("youtube/*.zip"):
        key = (quarter_of(path.name.split()[1]), "youtube")
        with zipfile.ZipFile(path) as box:
            assert box.namelist() == ["Table data.csv", "Chart data.csv", "Totals.csv"]
            total, *videos = csv.DictReader(io.StringIO(box.read("Table data.csv").decode()))
            daily = rows(box.read("Totals.csv").decode())[1:]
        guarded += sum(row["Content"].startswith(" -") for row in videos)
        counts = [int(row[name]) for row in videos for name in ("Likes", "Comments added", "Shares")]
        interactions[key] = float(sum(counts))
        views[key] = float(sum(int(row["Views"]) for row in videos))
        assert total["Content"] == "Total"
        assert views[key] == int(total["Views"]) == sum(int(count) for _, count in daily)
    assert guarded > 0
    assert interactions == {k: v for k, v in figure(truth, "interactions").items() if k[1] == "youtube"}
    assert views == figure(truth, "views")


def test_blog(raw: Path, truth: Totals) -> None:
    client = load_client(raw)
    creator = "{http://purl.org/dc/elements/1.1/}creator"
    own: dict[str, str] = {}
    public: dict[str, str] = {}
    for path in raw.glob("blog/*.xml"):
        for item in ElementTree.parse(path).iter("item"):
            guid, name = item.findtext("guid") or "", item.findtext(creator) or ""
            (own if client.person_named(name) else public)[guid] = item.findtext("pubDate") or ""
    months = list(ENGLISH_MONTHS)

    def counted(found: dict[str, str]) -> dict[tuple[str, str], float]:
        dates = (re.findall(r"\w+", text)[2:4] for text in found.values())
        return summed(((f"{year}Q{months.index(month) // 3 + 1}", "blog"), 1.0) for month, year in dates)

    assert counted(own) == {k: v for k, v in figure(truth, "items").items() if k[1] == "blog"}
    assert counted(public) == figure(truth, "public_comments")


def test_the_plan_is_of_the_last_quarter_and_names_activities(raw: Path) -> None:
    (path,) = raw.glob("trello/*.json")
    board = json.loads(path.read_text())
    client = load_client(raw)
    assert [each["name"] for each in board["lists"]] == ["Da fare", "In corso", "Fatto"]
    done = [card for card in board["cards"] if card["dueComplete"]]
    assert 0 < len(done) < len(board["cards"])
    assert {action["data"]["card"]["id"] for action in board["actions"]} == {card["id"] for card in done}
    for card in board["cards"]:
        assert "2026-07-01" <= card["due"][:10] <= "2026-09-30"
        (label,) = card["labels"]
        assert sum(matches(each.match.tags, label["name"]) for each in client.activities) == 1


def test_decisions_speak_of_activities_and_people_of_the_client(raw: Path) -> None:
    client = load_client(raw)
    decisions = list(csv.DictReader(io.StringIO((raw / "decisions.csv").read_text())))
    assert {row["quarter"] for row in decisions} == {"2026Q1", "2026Q2"}
    people = {person.id: person.side for person in client.people}
    for row in decisions:
        assert client.activity(row["activity"])
        assert people[row["decided_by_agency"]] == "agency"
        assert people[row["decided_by_company"]] == "company"


def test_contacts_come_as_the_truth_says(demo: Path) -> None:
    with (demo / "truth" / "la-quercia" / "activities.csv").open() as file:
        activities = {row["activity"]: row for row in csv.DictReader(file)}
    world = make(cast_client(0, 2010), 2010)
    counts: dict[str, int] = defaultdict(int)
    for contact in world.contacts:
        counts[contact.route.activity] += 1
    weeks = len(DAYS) / 7
    for name in ("blog-posts", "google-ads", "youtube-videos"):
        expected = float(activities[name]["attributed_contacts_per_week"]) * weeks
        assert counts[name] == pytest.approx(expected, rel=0.25)
    assert counts["x-posts"] <= 6
    assert activities["x-posts"]["good"] == "false"
    assert activities["instagram-photos"]["good"] == "true"
    assert counts["instagram-photos"] < counts["blog-posts"] / 5
    assert counts["instagram-reels"] < 10
    assert [activities[name]["role"] for name in ("instagram-photos", "monitoring")] == ["assist", "support"]


def test_the_assist_channel_arrives_by_search_and_direct_visits() -> None:
    cast = cast_client(0, 2010)
    without = replace(cast, activities=tuple(replace(each, phi=1.0) for each in cast.activities))

    def by_nobody(world: World) -> int:
        return sum(contact.route.channel in ("search", "direct") for contact in world.contacts)

    extra = by_nobody(make(cast, 2010)) - by_nobody(make(without, 2010))
    expected = 0.35 * 3.0 * 130.5 / cast.value_per_contact * len(DAYS) / 7
    assert extra == pytest.approx(expected, rel=0.4)


def test_the_harvest_eats_the_protected_hours(truth: Totals) -> None:
    world = make(cast_client(0, 2010), 2010)
    front_desk = [entry for entry in world.entries if entry.worker == "front-desk" and entry.activity]
    july = sum(entry.hours for entry in front_desk if entry.day.isoformat().startswith("2026-07"))
    september = sum(entry.hours for entry in front_desk if entry.day.isoformat().startswith("2026-09"))
    assert september < july / 2
    assert truth["2026Q3"]["none"]["hours_company"] > 1.5 * truth["2026Q2"]["none"]["hours_company"]
    assert [str(quarter) for quarter in QUARTERS] == list(truth)
