"""Feeds: every entry is told, whatever stands around it; many are parsed like few."""

import time

import pytest

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import feeds

ITEM = "<item><title>Post {}</title><link>https://a.example/{}</link><guid>{}</guid></item>\n"


def feed(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>a</title>\n{"".join(items)}</channel></rss>'.encode()


def items(number: int) -> list[str]:
    return [ITEM.format(n, n, n) for n in range(number)]


def told(*inside: str) -> list[tuple[str, str]]:
    """The title and the fault of each entry."""
    return [(entry.fields.get("title", ""), entry.fault) for entry in feeds.parsed(feed(*inside)).entries]


def test_entries_are_the_same_parsed_together_or_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = "<item><title>Pane & olio</title><guid>x</guid></item>"
    data = feed(*items(120), broken, *items(130), "<item><title>open", *items(20))
    together = feeds.parsed(data)
    monkeypatch.setattr(feeds, "TOGETHER", 1)
    alone = feeds.parsed(data)
    assert together == alone
    assert len(together.entries) == 272


def test_the_time_grows_with_the_number_of_entries() -> None:
    def seconds(data: bytes) -> float:
        start = time.process_time()
        feeds.parsed(data)
        return time.process_time() - start

    few, many = feed(*items(300)), feed(*items(3_000))
    feeds.parsed(few)
    assert seconds(many) < 25 * min(seconds(few) for _ in range(3))


def test_a_comment_that_is_never_closed_costs_one_entry() -> None:
    found = told(*items(1), "<item><!-- <title>x</title></item>", *items(2))
    assert [fault for _, fault in found if not fault] == ["", "", ""] or len(found) == 4
    assert [title for title, _ in found][-2:] == ["Post 0", "Post 1"]


def test_a_comment_that_is_closed_hides_its_entries_and_says_how_many() -> None:
    found = feeds.parsed(feed(*items(1), "<!--", *items(3), "-->", *items(2)))
    assert (len(found.entries), found.commented) == (3, 3)


@pytest.mark.parametrize("stray", ["<?", "<![CDATA[", "<item", "</item>", "<item/>", "<a"])
def test_stray_markup_costs_no_entry_beside_it(stray: str) -> None:
    found = told(*items(3), stray, *items(2))
    assert [title for title, fault in found if not fault][:3] == ["Post 0", "Post 1", "Post 2"]
    assert [title for title, _ in found][-1] == "Post 1"


def test_an_end_without_its_start_is_an_entry_that_lost_it() -> None:
    assert told(*items(1), "<title>x</title></item>\n", *items(1)) == [
        ("Post 0", ""), ("", "IN-XML-01"), ("Post 0", ""),
    ]  # fmt: skip


def test_an_entry_in_an_entry_is_told_once() -> None:
    assert [fault for _, fault in told("<item><x>", *items(1), "</x></item>", *items(1))] == [
        "IN-XML-01",
        "",
        "",
    ]


def test_any_prefix_of_atom_will_do() -> None:
    entry = "<z:entry><z:title>x</z:title><z:id>1</z:id></z:entry>"
    data = f'<z:feed xmlns:z="http://www.w3.org/2005/Atom"><z:title>a</z:title>{entry}</z:feed>'.encode()
    assert [entry.fields["title"] for entry in feeds.parsed(data).entries] == ["x"]


def test_markup_without_end_takes_no_time() -> None:
    start = time.process_time()
    feeds.plain({"value": "<a" * 500_000, "type": "text/html"})
    feeds.person("x" * 500_000)
    feeds.parsed(feed("<item " * 20_000, "<!--" * 20_000))
    assert time.process_time() - start < 2


def test_utf16_needs_no_mark_and_a_dtd_no_ascii() -> None:
    data = feed(*items(2)).decode()
    assert len(feeds.parsed(data.encode("utf-16-be")).entries) == 2
    with pytest.raises(Fault) as fault:
        feeds.parsed(('<!DOCTYPE rss [<!ENTITY a "b">]>' + data).encode("utf-16-le"))
    assert fault.value.code == "IN-XML-02"


def test_what_is_no_feed_is_none() -> None:
    with pytest.raises(Fault) as fault:
        feeds.parsed(b"<html><body>Log in</body></html>")
    assert fault.value.code == "IN-FEED-01"


HEAD = '<?xml version="1.0" encoding="{}"?>\n<rss version="2.0"><channel>\n'


def test_bytes_that_are_none_of_the_encoding_declared_are_told_with_their_line() -> None:
    data = HEAD.format("windows-1252").encode() + b"<item><title>caff\xe8 \x81</title></item></channel></rss>"
    with pytest.raises(Fault) as fault:
        feeds.parsed(data)
    assert (fault.value.code, fault.value.line) == ("IN-ENC-01", 3)
    assert "windows-1252" in fault.value.found


@pytest.mark.parametrize("name", ["iso-8859-12", "iso-8859-99", "windows-1259"])
def test_an_encoding_that_does_not_exist_is_none_declared(name: str) -> None:
    data = HEAD.format(name).encode() + b"<item><title>caff\xe8</title></item></channel></rss>"
    found = feeds.parsed(data)
    assert (found.entries[0].fields["title"], found.strange) == ("caffè", (1, 3))


def test_an_entry_of_more_tags_than_any_post_has_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MAX_TAGS", 60)
    heavy = "<item><title>heavy</title>" + "<category>x</category>" * 40 + "</item>"
    assert told(*items(1), heavy, *items(1)) == [("Post 0", ""), ("", "IN-XML-01"), ("Post 0", "")]
