"""The text gate: what a reader sees is what was there, or a mark that says what was there."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedsocial_utils.typst_export import coverage
from sharedsocial_utils.typst_export.compiling import fonts
from sharedsocial_utils.typst_export.gate import Gate, clean_url, isolated, literal, shown

KNOWN = frozenset("\n\u200c\u200d").union(*coverage.families().values())
ANY_TEXT = st.text(st.characters(), max_size=40)
MIXED_TEXT = st.lists(
    st.sampled_from(
        [
            "é",
            "a\u0301",
            "x\u0489",
            "😀",
            "👩\u200d💻",
            "\ufe0f",
            "\u200d",
            "\u202e",
            "ש",
            "م",
            "\n",
            "\t",
            "ᠠ",
            "1",
        ]
    ),
    max_size=12,
).map("".join)


def test_table_of_coverage_is_what_the_font_files_hold() -> None:
    assert json.loads(coverage.TABLE.read_text()) == coverage.measure()


@pytest.mark.parametrize(
    ("text", "expected", "replaced"),
    [
        ("caffè, città, più — «ő ű» €", "caffè, città, più — «ő ű» €", 0),
        ("e\u0300", "è", 0),
        ("Ελλάδα Привет Tiếng Việt", "Ελλάδα Привет Tiếng Việt", 0),
        ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne", 0),
        ("a\tb", "a b", 0),
        ("\x00\x07\x1b\x7f\x85", "⟨U+0000⟩⟨U+0007⟩⟨U+001B⟩⟨U+007F⟩⟨U+0085⟩", 5),
        ("a\u202eb\u2066c", "a⟨U+202E⟩b⟨U+2066⟩c", 2),
        ("a\u200bb\ufeffc\u00add\u2060", "a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+00AD⟩d⟨U+2060⟩", 4),
        ("\ud800", "⟨U+D800⟩", 1),
        ("\ue000\uffff\U000e0041", "⟨U+E000⟩⟨U+FFFF⟩⟨U+E0041⟩", 3),
        ("ᠠ", "⟨U+1820⟩", 1),
        ("漢字 かな 한국어 ไทย हिन्दी ██▉▁", "漢字 かな 한국어 ไทย हिन्दी ██▉▁", 0),
        ("😀 👍🏽 🇮🇹", "😀 👍🏽 🇮🇹", 0),
        ("❤\ufe0f ©\ufe0f 1\ufe0f\u20e3", "❤ © 1\u20e3", 0),
        ("👩\u200d💻", "👩\u200d💻", 0),
        ("a\u200db 1\u200d2", "a⟨U+200D⟩b 1⟨U+200D⟩2", 2),
        ("😀\u0303", "😀⟨U+0303⟩", 1),
        ("می\u200cخواهم", "می\u200cخواهم", 0),
        ("שלום", "שלום", 0),
        ("⟨U+0041⟩", "⟨U+0041⟩", 0),
    ],
)
def test_shown_form(text: str, expected: str, replaced: int) -> None:
    assert shown(text) == (expected, replaced)


@given(st.one_of(ANY_TEXT, MIXED_TEXT))
@settings(max_examples=300, deadline=None)
def test_shown_form_holds_only_what_the_fonts_have_and_stays_as_it_is(text: str) -> None:
    once, _ = shown(text)
    assert set(once) <= KNOWN
    assert shown(once) == (once, 0)


@given(ANY_TEXT)
@settings(max_examples=100, deadline=None)
def test_every_character_is_shown_or_marked(text: str) -> None:
    plain = unicodedata.normalize("NFC", re.sub("\r\n|[\r\u2028\u2029]", "\n", text).replace("\t", " "))
    once, replaced = shown(text)
    dropped = {c for c in plain if c not in once and f"⟨U+{ord(c):04X}⟩" not in once}
    assert dropped <= {"\ufe0e", "\ufe0f"}
    assert replaced <= once.count("⟨U+")


@given(st.lists(ANY_TEXT.map(lambda text: shown(text)[0]), min_size=1, max_size=8))
@settings(max_examples=30, deadline=None)
def test_typst_reads_a_literal_as_the_same_text(texts: list[str]) -> None:
    source = "\n".join(f"#metadata({literal(text)}) <t>" for text in texts)
    found = typst.query(source.encode(), "<t>", field="value", font_paths=fonts(), ignore_system_fonts=True)
    assert json.loads(found) == texts


def test_literal_escapes_what_would_end_it() -> None:
    assert literal('a"b\\c\nd') == '"a\\"b\\\\c\\nd"'
    assert literal('") #eval("1+1') == '"\\") #eval(\\"1+1"'


def test_right_to_left_runs_are_isolated() -> None:
    assert isolated("da שלום עולם 12 visite") == "da \u2067שלום עולם\u2069 12 visite"
    assert isolated("caffè 12") == "caffè 12"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://esempio.example/caffè?a=1&b=%20", "https://esempio.example/caff%C3%A8?a=1&b=%20"),
        ("mailto:a@esempio.example", "mailto:a@esempio.example"),
        ("http://münchen.example/", "http://xn--mnchen-3ya.example/"),
        ("javascript:alert(1)", None),
        ("JAVASCRIPT:alert(1)", None),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("//esempio.example", None),
        ("https://", None),
        ("http://[::1", None),
        ("https://a\u202eb.example", None),
        (" https://a.example", None),
        ("https://a.example/\nx", None),
    ],
)
def test_links(url: str, expected: str | None) -> None:
    assert clean_url(url) == expected
    gate = Gate()
    assert gate.link(url) == (None if expected is None else literal(expected))
    assert gate.links_refused == (expected is None)


def test_preformatted_lines_are_folded_and_tabs_expanded() -> None:
    assert Gate().code("a\tb\n") == '"a       b"'
    rows = Gate().code("x" * 200).strip('"').split("\\n")
    assert [len(row) for row in rows] == [96, 96, 8]


def test_fonts_carry_their_licences() -> None:
    folder = Path(coverage.FONTS)
    texts = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.txt"))
    assert texts.count("SIL OPEN FONT LICENSE Version 1.1") >= 2
    assert sum(path.stat().st_size for path in folder.glob("*.ttf")) < 8_000_000
