"""The wording: the same keys and values in every language, a sentence for every code, numbers after CLDR."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from sharedsocial_utils import telling
from sharedsocial_utils.deciding.reasons import CAVEATS, EVIDENCE, PLAN_REASONS, REASONS
from sharedsocial_utils.deciding.rules import RULES
from sharedsocial_utils.errors import CATALOGUE
from sharedsocial_utils.tables import ACTIVITY_KINDS, CHANNELS, FLAGS, METRICS
from sharedsocial_utils.telling.wording import languages, rounded, words_of

CAUSAL = {
    "en": r"drove|driven|drives|because of|\bcaus(ed|es|ing)\b|due to|thanks to|\bled to|resulted in"
    r"|generat|boost|impact|effect of|owing to|brought about",
    "it": r"grazie a|a causa|per effetto|ha(nno)? portato|generat|ha(nno)? prodotto|determin|causat|impatt"
    r"|dovut[oaie] a(l|lla|i|gli|lle)?\b|fatto (crescere|salire|aumentare)|merito|provocat|in seguito a",
}
CODES = {
    "flag": FLAGS,
    "channel": CHANNELS,
    "kind": ACTIVITY_KINDS,
    "reason": REASONS,
    "why": REASONS,
    "caveat": CAVEATS,
    "plan": PLAN_REASONS,
    "checked": EVIDENCE,
    "fault": [code for code in CATALOGUE if code.startswith("IN-")],
    "metric": [name for metric in METRICS for name in (metric, f"{metric}.meaning")],
    "rule": [name for rule, *_ in RULES.explained() for name in (rule, f"{rule}.why")],
}


def templates(language: str) -> Iterator[tuple[str, str]]:
    """Each key with each of its forms."""
    for key, template in words_of(language, "EUR").sentences.items():
        forms = template.values() if isinstance(template, Mapping) else [template]
        yield from ((key, form) for form in forms)


def fields(language: str) -> dict[str, set[str]]:
    """The names of the values that each sentence takes."""
    found: dict[str, set[str]] = {}
    for key, template in templates(language):
        found.setdefault(key, set()).update(name for _, name, _, _ in Formatter().parse(template) if name)
    return found


def test_every_language_has_the_same_keys() -> None:
    assert languages() == ["en", "it"]
    english, italian = words_of("en", "EUR"), words_of("it", "EUR")
    assert english.sentences.keys() == italian.sentences.keys()
    assert english.units.keys() == italian.units.keys()


def test_every_language_takes_the_same_values() -> None:
    """Only the count itself may be left to the words ("one file", "un file")."""
    english, italian = fields("en"), fields("it")
    differing = {key: other for key in english if (other := (english[key] ^ italian[key]) - {"n"})}
    assert not differing


@pytest.mark.parametrize("language", languages())
def test_every_form_is_known(language: str) -> None:
    words = words_of(language, "EUR")
    specs = {spec for _, form in templates(language) for *_, spec, _ in Formatter().parse(form) if spec}
    assert specs <= words.units.keys() | words._forms.keys()


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", CODES)
def test_every_code_has_its_words(language: str, kind: str) -> None:
    words = words_of(language, "EUR")
    assert [code for code in CODES[kind] if not words.has(f"{kind}.{code}")] == []


@pytest.mark.parametrize("language", languages())
def test_every_plural_has_its_rest(language: str) -> None:
    words = words_of(language, "EUR")
    plurals = [t for t in (*words.sentences.values(), *words.units.values()) if isinstance(t, Mapping)]
    assert all("other" in forms for forms in plurals)
    assert {category for forms in plurals for category in forms} <= {"none", "one", "many", "other"}


@pytest.mark.parametrize("language", languages())
def test_no_cause_is_claimed(language: str) -> None:
    """Causes of faults of files are true causes; everywhere else "came with" is as far as it goes."""
    told = [text for key, text in templates(language) if not key.startswith("fault.")]
    assert len(told) > 500
    assert [text for text in told if re.search(CAUSAL[language], text, re.IGNORECASE)] == []


@pytest.mark.parametrize(("language", "text"), [("en", "It drove visits"), ("it", "Visite grazie a Flickr")])
def test_the_list_of_causal_words_finds_one(language: str, text: str) -> None:
    assert re.search(CAUSAL[language], text, re.IGNORECASE)


def test_no_sentence_is_left_unused() -> None:
    """A key stands in the code as a whole, or it begins as one that the code completes."""
    folder = Path(telling.__file__).parent
    code = "\n".join(
        path.read_text("utf-8") for path in sorted(folder.rglob("*.py")) if path.stem not in languages()
    )
    whole = set(re.findall(r"[\"']([a-z_]+(?:\.[\w-]+)*)[\"']", code))
    begun = tuple(re.findall(r"f[\"']([a-z_]+\.[\w.]*)\{", code))
    named = re.compile(r"\.named$")  # completed at its end
    unused = [
        key
        for key in words_of("en", "EUR").sentences
        if key not in whole and not key.startswith(begun) and named.sub("", key) not in whole
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("form", "value", "italian", "english"),
    [
        ("number", 1234.5, "1.234,5", "1,234.5"),
        ("number", 31.0, "31", "31"),
        ("count", 12930, "12.930", "12,930"),
        ("money", 1240.4, "1.240 €", "€1,240"),
        ("money", 12.4, "12,40 €", "€12.40"),
        ("money", -630.2, "−630 €", "−€630"),
        ("percent", 0.713, "71%", "71%"),
        ("percent", 0.002, "<1%", "<1%"),
        ("percent", 0.0, "0%", "0%"),
        ("ratio", 0.146, "0,15", "0.15"),
        ("ratio", 0.5, "0,5", "0.5"),
        ("ratio", 20, "20", "20"),
        ("day", date(2026, 9, 30), "30 settembre 2026", "September 30, 2026"),
        ("list", ["a", "b", "c"], "a, b e c", "a, b, and c"),
        ("hours", 31.46, "31,5 ore", "31.5 hours"),
        ("hours", 1.0, "1 ora", "1 hour"),
        ("hours", 1.04, "1 ora", "1 hour"),
        ("hours", 1.5, "1,5 ore", "1.5 hours"),
        ("hours", 0, "0 ore", "0 hours"),
        ("contacts", 0, "nessun contatto", "no contact"),
        ("contacts", 1, "1 contatto", "1 contact"),
        ("contacts", 2, "2 contatti", "2 contacts"),
        ("contacts", 77.8, "78 contatti", "78 contacts"),
        ("contacts", 2.5, "3 contatti", "3 contacts"),
        ("contacts", 0.5, "1 contatto", "1 contact"),
        ("contacts", 0.04, "meno di 1 contatto", "less than 1 contact"),
        ("whole", 192.6, "193", "193"),
        ("whole", 0.4, "meno di 1", "less than 1"),
        ("whole", 0.0, "0", "0"),
        ("visits", 1_000_000, "1.000.000 visite", "1,000,000 visits"),
        ("number", float("nan"), "non noto", "not known"),
    ],
)
def test_values_in_words(form: str, value: object, italian: str, english: str) -> None:
    for language, expected in (("it", italian), ("en", english)):
        assert words_of(language, "EUR").form(value, form).replace("\xa0", " ") == expected


def test_a_unit_never_leaves_its_number_at_the_end_of_a_line() -> None:
    assert words_of("it", "EUR").form(4, "contacts") == "4\xa0contatti"


def test_other_currencies_keep_their_sign() -> None:
    assert words_of("en", "USD").money(1240) == "$1,240"
    assert words_of("it", "CHF").money(1240).replace("\xa0", " ") == "1.240 CHF"


def test_sums_in_another_order_print_the_same() -> None:
    assert rounded(84.15) == rounded(84.14999999999999) == rounded(84.15000000000001)


def test_text_of_a_client_is_never_a_template() -> None:
    said = words_of("en", "EUR").say("commit.STOP.plain", name="{n.__class__} {0}")
    assert said == "Stop {n.__class__} {0}"


def test_an_unknown_form_is_an_error() -> None:
    with pytest.raises(KeyError, match="furlongs"):
        words_of("en", "EUR").form(1, "furlongs")


@pytest.mark.parametrize(
    ("before", "number", "joined"),
    [
        ("preso il ", "71%", "preso il "),
        ("preso il ", "80%", "preso l’"),
        ("Il ", "8%", "L’"),
        ("dal ", "8 agosto", "dall’"),
        ("al ", "11 agosto", "all’"),
        ("del ", "1%", "dell’"),
        ("del ", "1,5%", "del "),
        ("del ", "11.000", "dell’"),
        ("del ", "110", "del "),
        ("del ", "18%", "del "),
        ("su ", "80", "su "),
        ("april ", "8", "april "),
    ],
)
def test_italian_articles_join_a_number_spoken_with_a_vowel(before: str, number: str, joined: str) -> None:
    assert words_of("it", "EUR").before_number(before, number) == joined


def test_no_article_is_joined_to_a_text_of_the_client() -> None:
    words = words_of("it", "EUR")
    told = words.say("promises.missed_piece", title="Vista dal 8 piano", side="Al 8", day=date(2026, 8, 8))
    assert told == "Vista dal 8 piano (Al 8, entro l’8 agosto 2026)"
