"""What the goldens of the blog's exports cannot show: privacy, the same post in two exports, damage."""

import re
from pathlib import Path

import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.readers import wordpress_wxr
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.merging import merge

WXR = EXPORTS / "wordpress_wxr" / "blog.xml"


def codes(reading: FileReading) -> list[str]:
    return [fault["code"] for fault in reading.faults]


def everything(reading: FileReading) -> str:
    return str(reading.faults) + "".join(frame.to_csv() for frame in reading.tables.values())


@pytest.mark.parametrize("sample", sorted((EXPORTS / "wordpress_wxr").glob("*.xml")), ids=lambda p: p.name)
def test_nothing_of_the_public_leaves_the_export(sample: Path) -> None:
    found = everything(read_sample(sample))
    for secret in ("Publicus", "Segret", "posta.example", "192.0.2", "Pillole", "Aspetta", "aneri", "@"):
        assert secret not in found, secret


def test_every_item_and_comment_is_a_unit() -> None:
    text = re.sub(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->", "", WXR.read_text("utf-8"), flags=re.DOTALL)
    found = read_sample(WXR)
    assert found.rows_read == len(re.findall(r"<item>|<wp:comment>", text))


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8, 0.99])
def test_what_stands_before_a_break_is_used(share: float) -> None:
    data = WXR.read_bytes()
    cut = data[: int(len(data) * share)]
    found = read_bytes("blog.xml", cut, CONTEXT)
    whole = len(re.findall(rb"</item>", cut))
    posts = found.tables["items"]["url"].str.contains("#").eq(False).sum() if "items" in found.tables else 0
    assert posts == min(whole, 2)
    assert codes(found), "a file that breaks off says so"


@pytest.mark.parametrize("what", ["<!DOCTYPE rss [<!ENTITY a 'b'>]>", "<!DOCTYPE rss SYSTEM 'file:///x'>"])
def test_entities_are_refused(what: str) -> None:
    text = WXR.read_text("utf-8")
    data = text.replace("<rss ", f"{what}\n<rss ", 1).encode()
    found = read_bytes("blog.xml", data, CONTEXT)
    assert (codes(found), found.tables) == (["IN-XML-02"], {})


def test_the_feed_and_the_whole_export_tell_of_one_post_once() -> None:
    feed = b"""<rss version="2.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><item>
    <title>Come si pota un ulivo</title><link>https://laquercia.example/2026/09/come-si-pota-un-ulivo/</link>
    <pubDate>Mon, 07 Sep 2026 07:30:00 +0000</pubDate>
    <guid isPermaLink="false">https://laquercia.example/?p=1207</guid>
    <slash:comments>2</slash:comments></item></channel></rss>"""
    files = [read_bytes("feed.xml", feed, CONTEXT), read_sample(WXR)]
    tables = merge(files, ("items", "metrics"))
    ids = tables["items"]["item_id"]
    assert ids.is_unique
    comments = tables["metrics"].query("item_id == 'https://laquercia.example/?p=1207'")["value"]
    assert comments.tolist() == [3]  # the newer of the two
    assert [file.rows_merged for file in files] == [1, 0]


def test_posts_that_share_a_guid_are_two() -> None:
    data = WXR.read_bytes().replace(b"?p=1190", b"?p=1207")
    found = read_bytes("blog.xml", data, CONTEXT)
    posts = found.tables["items"].query("kind == 'post'")["item_id"].tolist()
    assert posts == ["https://laquercia.example/?p=1207", "https://laquercia.example/2026/08/il-frantoio/"]


def test_a_json_feed_of_another_version_is_nobodys() -> None:
    assert read_bytes("a.json", b'{"version": "2", "items": []}', CONTEXT).reader is None


@pytest.mark.parametrize("items", ["7", '{"a": 1}', "null"])
def test_a_json_feed_without_a_list_is_refused(items: str) -> None:
    data = f'{{"version": "https://jsonfeed.org/version/1", "items": {items}}}'
    assert codes(read_bytes("a.json", data.encode(), CONTEXT)) == ["IN-JSON-01"]


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("s-posts-month-01_09_2026-30_09_2026.csv", "2026-09-30"),
        ("s-posts-month-09_01_2026-09_30_2026.csv", "2026-09-30"),
        ("s-posts-month-2026-09-01-2026-09-30.csv", "2026-09-30"),
        ("s-posts-quarter-01-07-2026-30-09-2026 (1).csv", "2026-09-30"),
        ("s-posts-week-29_06_2026-05_07_2026.csv", "2026-07-05"),
        ("s-posts-day-13_09_2026-13_09_2026.csv", "2026-09-13"),
        ("s-posts-day-03_04_2026-03_04_2026.csv", None),  # 3 April or 4 March
        ("s-posts-month-02_09_2026-30_09_2026.csv", None),  # no month
        ("posts.csv", None),
    ],
)
def test_the_period_of_the_statistics_stands_in_the_name(name: str, last: str | None) -> None:
    found = read_bytes(name, b'"The olive",12,https://laquercia.example/olive/\n', CONTEXT)
    assert (str(found.as_of) if found.as_of else None) == last
    assert codes(found) == ([] if last else ["IN-DATE-04"])


def test_a_title_with_two_quotes_is_one_row() -> None:
    data = b'"Say ""cheese" and "smile", please",12,https://laquercia.example/cheese/\n'
    found = read_bytes("posts.csv", data, CONTEXT)
    assert found.tables["metrics"]["value"].tolist() == [12]


def test_an_export_of_more_items_than_any_blog_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = (EXPORTS / "wordpress_wxr" / "blog.xml").read_bytes()
    items = 5  # two more stand in a comment and in a text
    monkeypatch.setattr(wordpress_wxr, "MAX_ITEMS", items)
    assert read_bytes("blog.xml", data, CONTEXT).error is None
    monkeypatch.setattr(wordpress_wxr, "MAX_ITEMS", items - 1)
    found = read_bytes("blog.xml", data, CONTEXT)
    assert (codes(found), found.rows_kept) == (["IN-XML-02"], 0)
    assert f"{items} items; expected at most {items - 1}" in found.faults[0]["message"]


def rss(*items: str, title: str = "La Quercia") -> FileReading:
    inside = "".join(f"<item>{item}</item>" for item in items)
    text = f'<rss version="2.0"><channel><title>{title}</title>{inside}</channel></rss>'
    return read_bytes("feed.xml", text.encode(), CONTEXT)


WHEN = "<pubDate>Mon, 07 Sep 2026 07:30:00 +0000</pubDate>"


def test_a_comment_without_an_address_answers_the_post_in_its_id() -> None:
    guid = '<guid isPermaLink="false">https://laquercia.example/?p=1207#comment-7</guid>'
    items = rss(f"<title>Di: Anna</title>{guid}{WHEN}").tables["items"]
    assert items[["kind", "reply_to"]].values.tolist() == [["comment", "https://laquercia.example/?p=1207"]]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Comments on: Come si pota un ulivo", "comment"),
        ("Commenti per La Quercia", "comment"),
        ("La Quercia", "post"),
        ("Commentari sull'olio", "post"),
    ],
)
def test_what_stands_in_a_feed_of_comments_is_one(title: str, kind: str) -> None:
    link = "<link>https://laquercia.example/2026/09/ulivo/7</link>"
    assert rss(f"<title>Anna</title>{link}{WHEN}", title=title).tables["items"]["kind"].tolist() == [kind]


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ("<created>2026-09-07T08:00:00Z</created><modified>2026-09-30T08:00:00Z</modified>", 7),
        ("<issued>2026-09-08T08:00:00Z</issued><modified>2026-09-30T08:00:00Z</modified>", 8),
        ("<modified>2026-09-30T08:00:00Z</modified>", 30),
    ],
)
def test_a_post_is_of_the_day_it_appeared_and_not_of_its_last_change(dates: str, day: int) -> None:
    entry = f"<entry><title>A</title><id>tag:a,1</id>{dates}</entry>"
    text = f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>La Quercia</title>{entry}</feed>'
    found = read_bytes("feed.xml", text.encode(), CONTEXT)
    assert found.tables["items"]["done_at"].dt.day.tolist() == [day]


@pytest.mark.parametrize(
    ("says", "answers"),
    [
        ('ref="tag:blog,1" href="https://laquercia.example/ulivo/"', "tag:blog,1"),
        ('ref="tag:blog,1"', "tag:blog,1"),
        ('href="https://laquercia.example/ulivo/"', "https://laquercia.example/ulivo/"),
        ('type="text/html"', "https://laquercia.example/leccio/"),
    ],
)
def test_what_an_entry_says_it_answers(says: str, answers: str) -> None:
    link = '<link href="https://laquercia.example/leccio/#c7"/>'
    when = "<updated>2026-09-07T08:00:00Z</updated>"
    entry = f"<entry><id>tag:blog,2</id>{link}{when}<thr:in-reply-to {says}/></entry>"
    head = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">'
    found = read_bytes("feed.xml", f"{head}<title>La Quercia</title>{entry}</feed>".encode(), CONTEXT)
    assert found.tables["items"]["reply_to"].tolist() == [answers]


@pytest.mark.parametrize("name", ["lastBuildDate", "pubDate"])
def test_a_feed_speaks_of_the_days_to_that_on_which_it_was_built(name: str) -> None:
    built = f"<{name}>Fri, 02 Oct 2026 07:10:00 +0000</{name}>"
    item = f"<item><title>A</title><link>https://laquercia.example/a/</link>{WHEN}</item>"
    text = f'<rss version="2.0"><channel><title>La Quercia</title>{built}{item}</channel></rss>'
    found = read_bytes("feed.xml", text.encode(), CONTEXT)
    assert (str(found.as_of), str(found.first_date), str(found.last_date)) == (
        "2026-10-02", "2026-09-07", "2026-10-02",
    )  # fmt: skip
