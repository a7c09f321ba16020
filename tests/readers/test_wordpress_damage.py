"""The blog's whole export with elements missing, repeated or broken: nothing is lost or dated in silence."""

import re

import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.ingest import DATA_TABLES
from sharedsocial_utils.reading.merging import merge

WXR = EXPORTS / "wordpress_wxr" / "blog.xml"
TEXT = WXR.read_text("utf-8")
FIRST = re.search(r"<item>\s*<title>.*?</item>", TEXT, re.DOTALL)[0]  # type: ignore[index]


def codes(found: FileReading) -> list[str]:
    return [fault["code"] for fault in found.faults]


def read(text: str) -> FileReading:
    return read_bytes("blog.xml", text.encode(), CONTEXT)


def without(text: str, *names: str) -> str:
    for name in names:
        text = re.sub(rf"<{name}(?: [^>]*)?>.*?</{name}>", "", text, count=1, flags=re.DOTALL)
    return text


def posts(found: FileReading) -> int:
    return int((found.tables["items"]["kind"] == "post").sum())


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("guid", "link"), "IN-ID-02"),
        (("wp:post_date", "wp:post_date_gmt"), "IN-FEED-02"),
        (("wp:comment_id",), "IN-ID-02"),
        (("wp:comment_date", "wp:comment_date_gmt"), "IN-FEED-02"),
    ],
)
def test_what_lacks_its_id_or_its_date_is_put_aside(names: tuple[str, ...], code: str) -> None:
    found, whole = read(TEXT.replace(FIRST, without(FIRST, *names))), read_sample(WXR)
    assert code in codes(found)
    assert found.rows_quarantined == whole.rows_quarantined + 1
    assert found.error is None


def test_an_item_that_stands_twice_is_one_post() -> None:
    found = read(TEXT.replace(FIRST, FIRST + FIRST))
    assert codes(found) == codes(read_sample(WXR))
    assert len(merge([found], DATA_TABLES)["items"]) == len(read_sample(WXR).tables["items"])


def test_a_post_with_the_id_of_another_and_other_content_is_put_aside() -> None:
    found = read(TEXT.replace(FIRST, FIRST + FIRST.replace("ulivo]]", "leccio]]", 1)))
    assert (codes(found), posts(found)) == ([*codes(read_sample(WXR)), "IN-ID-03"], posts(read_sample(WXR)))


@pytest.mark.parametrize("cut", ["<wp:base_site_url>", "<generator>", "<title>La Quercia"])
def test_a_file_that_breaks_off_above_its_items_is_refused(cut: str) -> None:
    head = TEXT[: TEXT.index(cut)].replace("<channel>", "<channel><wp:wxr_version>1.2</wp:wxr_version>")
    found = read(head)
    assert found.error is not None
    assert (found.error["code"], found.tables) == ("IN-XML-01", {})


def test_an_export_that_does_not_say_its_day_is_of_its_last_comment_and_not_of_its_first_post() -> None:
    whole = read_sample(WXR)
    assert str(whole.as_of) == "2026-10-02"
    for text in (without(TEXT, "pubDate"), TEXT.replace("Fri, 02 Oct 2026 07:10:00 +0000", "")):
        found = read(text)
        assert found.as_of == found.last_date == whole.last_date


def test_empty_elements_are_read_as_empty() -> None:
    found = read(TEXT.replace("<wp:base_site_url>https://laquercia.example<", "<wp:base_site_url><"))
    assert (found.error, found.accounts) == (None, [])


# ---- whose a comment is, and what it answers

COMMENT = (
    "<wp:comment><wp:comment_id>99</wp:comment_id><wp:comment_author>{name}</wp:comment_author>"
    "<wp:comment_author_email>{mail}</wp:comment_author_email><wp:comment_date>2026-09-20 09:00:00"
    "</wp:comment_date><wp:comment_approved>1</wp:comment_approved><wp:comment_type></wp:comment_type>"
    "<wp:comment_parent>0</wp:comment_parent><wp:comment_user_id>{user}</wp:comment_user_id></wp:comment>"
)


def commented(
    item: str = FIRST, text: str = TEXT, name: str = "Anna", mail: str = "", user: str = "0"
) -> FileReading:
    comment = COMMENT.format(name=name, mail=mail, user=user)
    return read(text.replace(FIRST, item.replace("</item>", f"{comment}</item>")))


def the_comment(found: FileReading) -> tuple[str, str | None, str]:
    rows = found.tables["items"]
    row = (
        rows[rows["item_id"].str.endswith("#comment-99")]
        .astype(object)
        .where(lambda frame: frame.notna(), None)
    )
    return row["kind"].iloc[0], row["author"].iloc[0], row["side"].iloc[0]


@pytest.mark.parametrize(
    ("name", "mail", "user", "true"),
    [
        ("Anna", "", "0", ("comment", None, "public")),
        ("Anna", "anna@posta.example", "77", ("comment", None, "public")),
        ("A. N.", "", "1", ("reply", "ada", "agency")),
        ("A. N.", "ADA@girasole.example", "0", ("reply", "ada", "agency")),
        ("Rita Bosco", "", "0", ("reply", "rita", "company")),
    ],
)
def test_whose_a_comment_is(name: str, mail: str, user: str, true: tuple[str, str | None, str]) -> None:
    assert the_comment(commented(name=name, mail=mail, user=user)) == true


def test_a_user_without_a_number_is_nobody() -> None:
    text = TEXT.replace("<wp:author_id>1<", "<wp:author_id>0<")
    assert the_comment(commented(text=text)) == ("comment", None, "public")


def test_a_person_is_known_by_any_of_the_names_of_the_blog() -> None:
    text = TEXT.replace("<![CDATA[Ada Neri]]></wp:author_display_name>", "Redazione</wp:author_display_name>")
    assert the_comment(commented(text=text, user="1")) == ("reply", "ada", "agency")


@pytest.mark.parametrize(
    ("old", "new", "used"),
    [
        ("[post]", "[page]", True),
        ("[post]", "[attachment]", False),
        ("[publish]", "[private]", False),
        ("[publish]", "[draft]", False),
    ],
)
def test_only_what_answers_something_published_is_a_comment(old: str, new: str, used: bool) -> None:
    assert old in FIRST
    items = commented(FIRST.replace(old, new)).tables["items"]
    assert items["item_id"].str.endswith("#comment-99").any() == used
    assert "https://laquercia.example/?p=1207" not in items["item_id"].tolist()


def test_a_post_without_a_guid_goes_by_its_address_and_one_without_gmt_by_the_blogs_clock() -> None:
    items = read(TEXT.replace(FIRST, without(FIRST, "guid", "wp:post_date_gmt"))).tables["items"]
    row = items[items["item_id"] == "https://laquercia.example/2026/09/come-si-pota-un-ulivo/"].iloc[0]
    assert row["done_at"].isoformat() == "2026-09-07T07:30:00+00:00"
