"""Texts that would be markup, formula, path or mischief: each is printed as it is, and its neighbours too.

SHAREDSOCIAL_NAUGHTY=715 brings every text into every slot once; unset, twelve reports share some out.

The slots: name of the client, of both parties and of people, title of a planned piece, note of a meeting,
project that took protected time, name of a file, comment of the analyst. Channels and campaigns have no free
text in the report: the first are names of ours, the second are not printed.
"""
# ruff: noqa: E501  many short texts stand on a line

import json
import os
import re
import subprocess
import unicodedata
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader
from tables_for_tests import QUARTER, change, workspace

from sharedsocial_utils.delivering.outputs import pdf_of
from sharedsocial_utils.tables import read_table
from sharedsocial_utils.telling import Review, attachments, blocks, document, open_review, show
from sharedsocial_utils.telling.letters import unprintable
from sharedsocial_utils.typst_export.gate import shown

BLNS = Path(__file__).parents[3] / "shared" / "corpora" / "blns" / "blns.json"
PAGES = ("bottom_line", "promises", "time", "next_quarter", "unknown", "appendix")
# fmt: off
OWN = (
    # bidirectional
    "\u202eevil\u202c", "\u2066isola\u2069", "\u2067ciao", "\u202dx\u202e", "a\u200fb\u200ec", "שלום עולם", "مرحبا",
    "abc שלום 123", "\u061c12",
    # joined emoji, marks
    "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "❤️‍🔥", "🇮🇹🇪🇺", "1️⃣", "🧑🏿‍🚀 ok", "e\u0301\u0302\u0303", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L",
    # mathematics of matplotlib and LaTeX
    "$x^2$", "$$\\frac{1}{2}$$", "costa 5$ o 6$", "\\(a\\)", "$\\undefined$", "\\begin{document}", "\\input{/etc/passwd}",
    "\\write18{id}", "%commento", "a_b^c~d",
    # Typst
    "#panic(\"x\")", "#let x = 1", "#import \"@preview/x:1.0.0\"", "*forte* _piano_", "<etichetta> @rimando", "= Titolo",
    "- voce", "`codice`", "#read(\"/etc/passwd\")", "\") #x \"", "\\u{202e}", "//commento", "/* x */", "#[a]",
    # HTML, SVG, Markdown
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!--", "]]>", "&amp;&lt;", "<svg onload=alert(1)>",
    "</text><text>x</text>", "<b>grasso</b>", "[qui](javascript:alert(1))", "![x](http://a.example/x.png)", "# titolo",
    "> citazione", "| a | b |", "~~via~~", "***", "---", "1. uno", "[^1]",
    # formulas, paths, templates, programs
    "=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1", "＝1", "../../etc/passwd", "C:\\aux\\con", "\\\\server\\x",
    "file:///etc/passwd", "{{ 7*7 }}", "{name}", "{0}", "%s %n", "${HOME}", "`id`", "$(id)", "'; DROP TABLE x;--",
    "\x00nullo", "a\x1b[31mb", "a\x85b\x7f", "riga\nnuova", "riga\r\ndue", "a\u2028b", "\ufefftesta", "\ufffe", "\U000e0041",
    "漢字かな", "ไทย", "ก็", "İIıi", "ß ẞ ŉ", "ﬁ ﬂ", "½ ⅓", "¥ € £ ₿", "№ ™ ©", "…—–", "«»“”‘’", "\u00ad soffice",
    # very long words
    "W" * 300, "a-" * 200, "https://esempio.example/" + "percorso/" * 40, "è" * 250,
)
# fmt: on
NOTES, OTHERS = 36, 15  # as many as a report prints of notes, and of titles, projects and files
HOSTILE = 5  # reports for the validator, which takes a second for each
TURNS = int(os.environ.get("SHAREDSOCIAL_NAUGHTY", "12"))
RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def strings() -> list[str]:
    """The 515 of the corpus, where it is, and two hundred of our own; none twice."""
    corpus = json.loads(BLNS.read_text("utf-8")) if BLNS.exists() else []
    own = [*OWN, *(f"prima {text} dopo" for text in OWN)]
    kept = [text for text in [*corpus, *own] if text.strip() and not re.search("[\ud800-\udfff]", text)]
    return list(dict.fromkeys(kept))


def squeezed(text: str) -> str:
    """Without what breaking lines adds or drops: white space, hyphens, isolates."""
    return re.sub("[\\s\u00a0\u2066-\u2069\u00ad\u2010-]+", "", text)


def toml(text: str) -> str:
    """A TOML string of any characters."""
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\U{ord(c):08x}" for c in text) + '"'


def in_turns(texts: list[str], count: int, start: int) -> list[str]:
    """That many of the texts, from a place on, round and round."""
    return [texts[(start + place) % len(texts)] for place in range(count)]


def named(root: Path, texts: list[str], turn: int) -> list[str]:
    """A client whose names are five of the texts, others in every turn; and which the report must print."""
    workspace(root, 3)
    company, agency, name, person, owner = (
        texts[(turn + n * len(texts) // 5) % len(texts)] for n in range(5)
    )
    path = root / "data/raw/la-quercia/client.toml"
    content = path.read_text("utf-8")
    for old, new in (
        ('name = "Agriturismo La Quercia"', f"name = {toml(name)}"),
        ('name = "Studio Girasole"', f"name = {toml(agency)}"),
        ('name = "La Quercia"', f"name = {toml(company)}"),
        ('names = ["desk@laquercia.example", "Front Desk"]', f"names = [{toml(person)}]"),
        ('names = ["La padrona di casa"]', f"names = [{toml(owner)}]"),
    ):
        assert old in content
        content = content.replace(old, new)
    path.write_text(content, "utf-8")
    return [company, agency, name, *(text for text in (person, owner) if "@" not in text)]


def prepared(root: Path, texts: list[str], turn: int) -> tuple[Review, list[str]]:
    """A client whose every slot holds one of the texts; and which texts the report must print."""
    names = named(root, texts, turn)
    notes = in_turns(texts, NOTES, turn * NOTES)
    titles, projects, files = (in_turns(texts, OTHERS, turn * OTHERS + place) for place in (0, 5, 10))
    folder = root / "data/processed/la-quercia" / QUARTER
    rows = [
        {"quarter": "2026Q2", "activity": f"vicino-{n}", "decision": "KEEP", "status": "open", "note": note}
        for n, note in enumerate(notes)
    ]
    change(root, "followup", pd.DataFrame(rows))
    due = pd.Timestamp("2026-08-03")
    pieces = [{"item_id": f"p{n}", "due_date": due, "title": title} for n, title in enumerate(titles)]
    change(root, "plan_items", pd.DataFrame(pieces))
    people = pd.concat([read_table(folder, "people_quarter").head(1)] * OTHERS, ignore_index=True)
    people["person"] = [f"persona-{n}" for n in range(OTHERS)]
    people["lost_to"] = projects
    people["protected_lost_hours"] = 2.0
    change(root, "people_quarter", people)
    sources = [{"path": path, "sha256": f"{n:064}", "rows_read": 1} for n, path in enumerate(files)]
    change(root, "sources", pd.DataFrame(sources))
    review = open_review("la-quercia", QUARTER, root)
    return review, [*names, *notes, *titles, *projects, *files]


def report(review: Review, comments: Iterable[str] = (), pages: Iterable[str] = PAGES) -> bytes:
    notebook = new_notebook()
    attachments(review, review.reports)
    for page in pages:
        bundle = getattr(show, page)(review)._repr_mimebundle_()
        notebook.cells.append(new_code_cell("", outputs=[new_output("display_data", data=bundle)]))
    tags = {"tags": ["comment"]}
    notebook.cells += [new_markdown_cell(comment, metadata=dict(tags)) for comment in comments]
    notebook.metadata["typst_export"] = document(review)
    return pdf_of(notebook, review.reports)


def text_of(pdf: bytes) -> str:
    return "".join(plain(squeezed(page.extract_text())) for page in PdfReader(BytesIO(pdf)).pages)


def readings(pdf: bytes) -> list[str]:
    """The text of a PDF as pypdf and pdftotext read it.

    pypdf does not know of text that a PDF gives beside its glyphs, as for a letter that elsewhere has marks.
    """
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return [text_of(pdf), plain(squeezed(done.stdout.decode("utf-8")))]


def unread(texts: list[str], read: list[str]) -> list[str]:
    """The texts that no reading finds as they are shown."""
    for extracted in read:
        texts = lost(texts, extracted)
    return texts


def not_once(words: Iterable[str], read: list[str]) -> list[str]:
    """The words that no reading finds exactly once."""
    return [word for word in words if all(text.count(word) != 1 for text in read)]


def lost(texts: list[str], extracted: str) -> list[str]:
    """The texts that are not found as they are shown.

    A cell that goes on over the page's end is found in two parts. Of right-to-left texts, of letters with marks
    and of very long ones, which are read in another order, every character is looked for.
    """
    missing = [text for text in texts if plain(squeezed(shown(text)[0])) not in extracted]
    broken = [text for text in missing if RTL.search(text) or _is_special(text) or len(text) > 110]
    halves = [text for text in missing if text not in broken and _in_two(text, extracted)]
    there = set(extracted)
    gone = [text for text in broken if set(plain(squeezed(shown(text)[0]))) - there]
    return gone + [text for text in missing if text not in broken and text not in halves[:3]]


def _is_special(text: str) -> bool:
    return any(unicodedata.category(letter) == "Mn" or letter == "\u200d" for letter in nfd(text))


def _in_two(text: str, extracted: str) -> bool:
    expected = plain(squeezed(shown(text)[0]))
    return any(expected[:n] in extracted and expected[n:] in extracted for n in range(1, len(expected)))


def plain(text: str) -> str:
    """As a PDF's reader gives ligatures and marks: taken apart."""
    return unicodedata.normalize("NFKD", text)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def batches() -> list[int]:
    """So many that every text is a note at least once; with all turns, a title, a project and a file too."""
    texts = len(strings())
    return list(range(-(-texts // (OTHERS if texts <= TURNS else NOTES))))


@pytest.mark.slow
@pytest.mark.tool("pdftotext")
@pytest.mark.parametrize("turn", batches())
def test_every_slot_prints_its_text_and_leaves_its_neighbours(tmp_path: Path, turn: int) -> None:
    review, texts = prepared(tmp_path, strings(), turn)
    read = readings(report(review))
    assert unread(texts, read) == []
    assert not_once((f"vicino{n}(2026Q2)" for n in range(NOTES)), read) == []
    assert any("CHIUDEREFlickr·foto" in text for text in read)


@pytest.mark.slow
@pytest.mark.tool("pdftotext")
def test_every_name_is_printed_and_its_neighbours_too(tmp_path: Path) -> None:
    texts = strings()
    count = min(TURNS, len(texts))
    for turn in (number * len(texts) // count for number in range(count)):
        names = named(tmp_path, texts, turn)
        review = open_review("la-quercia", QUARTER, tmp_path)
        read = readings(report(review, pages=("bottom_line", "next_quarter")))
        assert unread(names, read) == [], turn
        for neighbour in ("CHIUDEREFlickr·foto", "AVVIAREPinterest", "Ultimogiornocopertodaidati"):
            assert any(neighbour in text for text in read), turn


@pytest.mark.slow
@pytest.mark.tool("verapdf")
def test_verapdf_finds_no_fault_in_hostile_reports(tmp_path: Path) -> None:
    texts, paths = strings(), []
    for number in range(HOSTILE):
        review, _ = prepared(tmp_path / f"{number}", texts, number * len(batches()) // HOSTILE)
        paths.append(tmp_path / f"{number}.pdf")
        paths[-1].write_bytes(report(review, OWN[:20]))
    for standard in ("ua1", "3a"):
        command = ["verapdf", "--flavour", standard, "--format", "text", *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        verdicts = [line.split()[0] for line in done.stdout.splitlines() if line.startswith(("PASS", "FAIL"))]
        assert verdicts == ["PASS"] * HOSTILE, done.stdout + done.stderr


@pytest.mark.slow
def test_a_comment_is_printed_or_refused_by_name(tmp_path: Path) -> None:
    """Markdown is the analyst's own; what of it a report does not hold is refused, with its cell."""
    review = open_review("la-quercia", QUARTER, workspace(tmp_path, 0))
    page = blocks.page("Titolo", "x")
    printed = []
    for text in strings():
        notebook = new_notebook(metadata={"typst_export": document(review) | {"attachments": []}})
        bundle = {blocks.MIME: {"version": 1, "blocks": [page]}}
        notebook.cells = [
            new_code_cell("", outputs=[new_output("display_data", data=bundle)]),
            new_markdown_cell(text),
        ]
        refused = _refused(notebook)
        assert refused is None or "cell 2" in refused
        printed += [] if refused else [text]
    assert len(printed) > 0.7 * len(strings())
    extracted = text_of(report(review, printed))
    words = {word for text in printed for word in re.findall("[A-Za-z]{4,20}", _without_addresses(text))}
    assert len(words) > 150
    assert sorted(word for word in words if word not in extracted) == []


def _refused(notebook: Any) -> str | None:
    """Why the exporter does not take a notebook, found without compiling; None if it does."""
    from nbconvert.utils.exceptions import ConversionException

    from sharedsocial_utils.typst_export import TypstExporter

    try:
        TypstExporter().from_notebook_node(nbformat.from_dict(notebook))
    except ConversionException as error:
        return str(error)
    return None


def _without_addresses(text: str) -> str:
    """Addresses of links and images, entities and code points are no words of the text."""
    return re.sub(r"\]\([^)]*\)|<[^>]*>|&\w+;|\\\w+|https?://\S+|!\[[^\]]*\]", " ", text)


def test_what_page_nine_counts_is_what_the_exporter_replaces() -> None:
    for text in [*OWN, *strings()]:
        assert unprintable(text) == shown(text)[1], text


def test_page_nine_counts_the_characters_that_cannot_be_printed(tmp_path: Path) -> None:
    review, texts = prepared(tmp_path, ["ᠠ\u202e", "b", "c", "d", "e", "f"], 0)
    count = sum(map(unprintable, texts))
    assert count > 0
    told = show.unknown(review).plain()
    said = re.search(r"Nei nomi e nei testi (\d+) caratteri non si possono stampare", told)
    assert said
