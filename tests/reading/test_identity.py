"""A file of another account is refused with both names, and no audit runs while it lies in the folder."""

from pathlib import Path

import pytest

from sharedsocial_utils.client import load_client
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.example.casting import cast_client
from sharedsocial_utils.example.demo import raw_files
from sharedsocial_utils.example.world import World, make
from sharedsocial_utils.reading import identity, read_client
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.identity import domain, found_in
from sharedsocial_utils.reading.ingest import context
from sharedsocial_utils.reading.source import Context

EXPORTS = Path(__file__).parents[1] / "exports"
GUARDED = ("blog", "ga4", "linkedin", "meta", "meta-ads", "x/2026Q3/account_ana", "youtube")


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    """The example client, and one that is not it."""
    return [make(cast_client(number, 2010), 2010) for number in (0, 1)]


@pytest.fixture(scope="module")
def known(worlds: list[World], tmp_path_factory: pytest.TempPathFactory) -> Context:
    """What readers may know of the example client."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "client.toml").write_bytes(raw_files(worlds[0])["client.toml"])
    return context("la-quercia", load_client(folder))


def exports(world: World) -> dict[str, bytes]:
    """The last file of every folder and kind."""
    files = raw_files(world)
    kinds = {}
    for name in sorted(files):
        if name not in ("client.toml", "decisions.csv"):
            folder, _, base = name.rpartition("/")
            kinds[folder.split("/2")[0], base[:12] if folder[-2:] in ("Q1", "Q2", "Q3", "Q4") else ""] = name
    return {name: files[name] for name in kinds.values()}


def code(reading: FileReading) -> str | None:
    return reading.error and reading.error["code"]


def test_no_file_of_the_client_is_refused(worlds: list[World], known: Context) -> None:
    found = {name: code(read_bytes(name, data, known)) for name, data in exports(worlds[0]).items()}
    assert set(found.values()) <= {None, "IN-FILE-05"}


def test_every_file_that_says_whose_it_is_is_refused_to_another(worlds: list[World], known: Context) -> None:
    theirs = exports(worlds[1])
    guarded = [name for name in theirs if name.startswith(GUARDED)]
    assert len(guarded) > 5
    for name in guarded:
        found = read_bytes(name, theirs[name], known)
        assert code(found) == "IN-ACC-01", name
        assert found.tables == {}
        assert found.rows_kept == 0
        assert found.rows_quarantined + found.rows_other == found.rows_read


def test_both_names_stand_in_the_message(worlds: list[World], known: Context) -> None:
    name = next(name for name in exports(worlds[1]) if name.startswith("blog/"))
    found = read_bytes(name, exports(worlds[1])[name], known)
    assert found.error is not None
    assert (
        f'the file carries the domain "{worlds[1].cast.host}"'.casefold() in found.error["message"].casefold()
    )
    assert 'the client\'s is "laquercia.example"' in found.error["message"]
    assert "[identity] in client.toml" in found.error["next"]


def test_the_guard_is_what_refuses(
    worlds: list[World], known: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "require", lambda *_: None)
    theirs = exports(worlds[1])
    names = [name for name in theirs if name.startswith(GUARDED)]
    assert {code(read_bytes(name, theirs[name], known)) for name in names} == {None}


def test_without_identity_nothing_is_refused_and_all_is_told(worlds: list[World]) -> None:
    mixed = [file for world in worlds for file in exports(world).items()]
    read = [read_bytes(name, data, Context("Europe/Rome")) for name, data in mixed]
    assert "IN-ACC-01" not in {code(reading) for reading in read}
    told = found_in(read)
    assert told["domains"] == sorted([worlds[0].cast.host, worlds[1].cast.host])
    assert "@la_quercia" in told["x"]


def test_one_name_of_the_account_is_enough() -> None:
    facebook = (EXPORTS / "meta_facebook" / "italian.csv").read_bytes()
    seen = read_bytes("italian.csv", facebook, Context()).accounts
    system, *names = seen[0]
    assert system == "facebook"
    for name in names:
        mine = Context(identity={"facebook": ["somebody else", f" {name.upper()} "]})
        assert code(read_bytes("italian.csv", facebook, mine)) is None
    assert code(read_bytes("italian.csv", facebook, Context(identity={"facebook": ["x"]}))) == "IN-ACC-01"


def test_posts_made_together_do_not_make_the_file_another_s() -> None:
    folder = EXPORTS / "meta_instagram"
    sample = folder / "Sep-01-2026_Sep-30-2026_99.csv"
    mine = Context(identity={"instagram": ["la.quercia"]})
    theirs = Context(identity={"instagram": ["colline.toscane"]})
    assert code(read_bytes(sample.name, sample.read_bytes(), mine)) is None
    assert code(read_bytes(sample.name, sample.read_bytes(), theirs)) == "IN-ACC-01"


_META = "Reporting starts,Reporting ends,Campaign name,{}Amount spent (EUR)\n2026-07-01,2026-07-31,olio,{}8\n"
_GOOGLE = "Campaign report\n1 July 2026 - 3 July 2026\nDay,Campaign,{}Cost\n2026-07-01,olio,{}8\n"
ADVERTISING = {
    "meta-ads, the file's name": ("La Quercia-Campaigns-1-Jul-2026-31-Jul-2026.csv", _META.format("", "")),
    "meta-ads, a column": ("a.csv", _META.format("Account name,", "La Quercia,")),
    "google-ads, a column": ("a.csv", _GOOGLE.format("Account name,", "La Quercia,")),
}


@pytest.mark.parametrize("case", ADVERTISING)
def test_advertising_of_another_account_is_refused(case: str) -> None:
    """What another client paid would be counted as this one's."""
    name, text = ADVERTISING[case]
    system = case.partition(",")[0]
    mine = read_bytes(name, text.encode(), Context(identity={system: ["La Quercia"]}))
    assert (code(mine), len(mine.tables["spend"])) == (None, 1)
    theirs = read_bytes(name, text.encode(), Context(identity={system: ["Le Colline"]}))
    assert (code(theirs), len(theirs.tables)) == ("IN-ACC-01", 0)


# a file of each reader whose files say whose they are
SAYING = (
    "blog_feed/blogger.atom", "clockify/days_first.csv", "ga4_exploration/english.csv",
    "facebook_insights/Facebook Insights Data Export (Post Level) - La Quercia - 2015-04-01.xlsx",
    "flickr/72157720000000001_part1.zip", "ga4_report/traffic_of_a_day.csv",
    "google_business/GMB insights (Business Profile Insights) - 2026-8-1 - 2026-8-31.csv",
    "harvest/harvest_time_report_from2026-07-01to2026-07-31.csv",
    "hootsuite/laquercia_2018-07-01_to_2018-09-19_created_on_20180920T0140Z.zip", "json_feed/feed.json",
    "linkedin_ads/account_512_campaign_performance_report.csv",
    "linkedin_page/la-quercia_content_1790928000000.xlsx", "mastodon/archive.zip", "matomo/visits_log.csv",
    "meta_facebook/Jul-01-2026_Nov-30-2026_1723676025555044.csv",
    "meta_instagram/Sep-01-2026_Sep-30-2026_99.csv",
    "plausible/Plausible export laquercia.example 2026-07-01 to 2026-07-03.zip",
    "search_console/laquercia.example-Performance-on-Search-2026-10-02.zip", "slideshare/by_user.xml",
    "sprout_posts/Post Performance (La Quercia) September 1, 2026 - September 30, 2026.csv",
    "telegram/account.json", "tiktok_studio/Content_2026-10-02.csv", "toggl/detailed.csv",
    "wordpress_stats/laquercia.example-posts-month-01_09_2026-30_09_2026.csv", "wordpress_wxr/blog.xml",
    "x_archive/api.json", "x_content/account_analytics_content_2026-07-01_2026-09-30.csv",
    "x_days/daily_tweet_activity_metrics_laquercia_20200101_20200103_en.csv",
    "x_tweets/tweet_activity_metrics_laquercia_20141001_20141231_en.csv",
    "youtube_studio/Cities 2026-07-01_2026-07-03 La Quercia.zip",
)  # fmt: skip


@pytest.mark.parametrize("sample", SAYING)
def test_a_file_that_says_whose_it_is_is_read_for_its_own_alone(sample: str) -> None:
    reader, _, name = sample.partition("/")
    data = (EXPORTS / sample).read_bytes()
    read = read_bytes(name, data, Context("Europe/Rome", "EUR"))
    assert (read.reader, read.error) == (reader, None)
    accounts: dict[str, list[str]] = {}
    for system, *names in read.accounts:
        accounts.setdefault(system, []).append(names[0])
    own = read_bytes(name, data, Context("Europe/Rome", "EUR", identity=accounts))
    assert (own.error, own.rows_kept) == (None, read.rows_kept)
    strangers = dict.fromkeys(accounts, ("colline.example",))
    other = read_bytes(name, data, Context("Europe/Rome", "EUR", identity=strangers))
    assert (code(other), other.tables, other.rows_kept) == ("IN-ACC-01", {}, 0)
    assert other.error is not None
    assert any(f'"{names[0]}"' in other.error["message"] for names in accounts.values())
    assert '"colline.example"' in other.error["message"]


def test_a_feed_through_feedburner_is_the_blogs() -> None:
    feed = (EXPORTS / "blog_feed" / "blogger.atom").read_bytes()
    assert read_bytes("blogger.atom", feed, Context()).accounts == [["domains", "laquercia.example"]]


@pytest.mark.parametrize(
    ("system", "name", "own", "fits"),
    [
        ("domains", "https://blog.rossi.example/feed/", "www.rossi.example", True),
        ("domains", "rossi.example.evil.example", "rossi.example", False),
        ("domains", "notrossi.example", "rossi.example", False),
        ("domains", "http://[", "rossi.example", False),
        ("x", "@Rossi", "rossi", True),
        ("ga4", "Rossi\u00a0Srl", "rossi srl", True),
        ("ga4", "Rossi", "Rossi Srl", False),
        ("facebook", "Caffe\u0300", "Caffè", True),
    ],
)
def test_names_are_compared_as_people_read_them(system: str, name: str, own: str, fits: bool) -> None:
    if fits:
        identity.require(system, (name,), (own,))
    else:
        with pytest.raises(Fault, match="the client's is"):
            identity.require(system, (name,), (own,))


def test_an_address_gives_its_domain() -> None:
    assert domain("HTTPS://www.Rossi.example:8080/feed/?x=1") == "rossi.example"


def test_a_file_of_very_many_accounts_is_cut_short() -> None:
    accounts: list[tuple[str, ...]] = []
    for number in range(100):
        identity.write_down(accounts, ("x", f"@{number}"))
    assert len(accounts) == identity.MAX_ACCOUNTS


def test_reading_a_client_stops_at_a_file_of_another(tmp_path: Path, worlds: list[World]) -> None:
    folder = tmp_path / "data" / "raw" / "la-quercia"
    folder.mkdir(parents=True)
    ours, theirs = raw_files(worlds[0]), exports(worlds[1])
    (folder / "client.toml").write_bytes(ours["client.toml"])
    feed = next(name for name in theirs if name.startswith("blog/"))
    (folder / "feed.xml").write_bytes(theirs[feed])
    with pytest.raises(Fault, match=worlds[1].cast.host) as stopped:
        read_client("la-quercia", "2026Q3", tmp_path)
    assert (stopped.value.code, stopped.value.file) == ("IN-ACC-01", "feed.xml")
    assert not list((tmp_path / "data").glob("processed/**/*.parquet"))


def test_accounts_pass_from_the_child_to_the_parent(tmp_path: Path, worlds: list[World]) -> None:
    from sharedsocial_utils.reading import read_files

    ours = exports(worlds[0])
    name = next(name for name in ours if name.startswith("blog/"))
    (tmp_path / "feed.xml").write_bytes(ours[name])
    assert read_files([tmp_path / "feed.xml"])[0].accounts == [["domains", "laquercia.example"]]
