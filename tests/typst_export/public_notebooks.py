"""How much of other people's notebooks arrives in the PDF: run by hand over a folder of notebooks.

    python tests/typst_export/public_notebooks.py FOLDER [--count 120] [--seed 1] [--pdfs FOLDER]

Takes notebooks of the folder by rule: shuffled by the seed, in turn from each maker (what stands before `__`
in the file's name, else its folder). Each is exported in this process under PDF/UA-1 and PDF/A-3a; its words
are then looked for in the text that `pdftotext` reads out of the PDF.

The words expected are found without the exporter: Markdown by mistune, HTML by Python's own parser, code and
printed text as they are. Formulas are not words. A word is a run of letters, digits and underscores after
NFKC; words that hyphenation or folding divided are looked for in the text without white space if they have
four characters or more.
"""

import argparse
import html.parser
import io
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from statistics import median
from typing import Any

import mistune
import nbformat
import pypdf
from nbformat import NotebookNode

from sharedsocial_utils.typst_export import ExportError, TypstPDFExporter

WORD = re.compile(r"\w+")
ESCAPE = re.compile("⟨U\\+([0-9A-F]{4,6})⟩")
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")  # pdftotext writes them around words
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2065\ufe00-\ufe0f\ufeff]")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
MATHS = re.compile(
    r"\$\$.*?\$\$|(?<!\\)\$(?!\s)(?:[^$\\\n]|\\.|\n(?!\n))+?(?<!\s)\$(?!\d)"
    r"|(?<!\\)\$\s(?:[^$\\\n]|\\.|\n(?!\n))+?\s\$(?!\d)"
    r"|(?<!\\)\$(?=[^$]*[\\^_{}=])(?:[^$\\\n]|\\.|\n(?!\n))+?\$(?!\d)"
    r"|\\begin\{(\w+\*?)\}.*?\\end\{\1\}",
    re.DOTALL,
)
CODE = re.compile(r"(^(```+|~~~+).*?^\2.*?$|(?<!`)(`+)(?!`).*?(?<!`)\3(?!`))", re.DOTALL | re.MULTILINE)
REMOVED_TAGS = {"parameters", "injected-parameters", "remove-cell"}
UNSEEN = {"script", "style", "title", "head", "noscript", "template"}
PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")


# The words of a notebook


def normal(text: str) -> str:
    return INVISIBLE.sub("", DIRECTION.sub(" ", unicodedata.normalize("NFKC", text)))


def words(text: str) -> Iterator[str]:
    return iter(WORD.findall(normal(text)))


def expected_words(nb: NotebookNode) -> Counter[str]:
    """Every word that the PDF must hold, and how often; not of cells that a tag keeps out."""
    cells = [cell for cell in nb.cells if not REMOVED_TAGS & set(cell["metadata"].get("tags", ()))]
    return Counter(word for cell in cells for text in texts_of(cell) for word in words(text))


def texts_of(cell: Mapping[str, Any]) -> Iterator[str]:
    source = "".join(cell.get("source", ""))
    if cell["cell_type"] != "markdown":
        yield source
    else:
        yield markdown_text(source)
    for output in cell.get("outputs", ()):
        yield output_text(output)


def markdown_text(source: str) -> str:
    """As a reader sees it, without formulas."""
    read = mistune.create_markdown(
        escape=False, plugins=["table", "strikethrough", "footnotes", "task_lists"]
    )
    return html_text(str(read(without_maths(source))))


def without_maths(source: str) -> str:
    pieces, place = [], 0
    for code in CODE.finditer(source):
        pieces += [MATHS.sub(" ", source[place : code.start()]), code[0]]
        place = code.end()
    return "".join(pieces) + MATHS.sub(" ", source[place:])


class _Words(html.parser.HTMLParser):
    """Collects the text of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in UNSEEN:
            self._unseen.append(tag)
        elif tag in BLOCKS:
            self.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and tag == self._unseen[-1]:
            self._unseen.pop()
        elif tag in BLOCKS:
            self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts.append(data)


BLOCKS = {
    "p", "div", "td", "th", "tr", "table", "li", "ul", "ol", "br", "pre", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr",
    "blockquote", "dt", "dd", "summary", "details", "caption", "center", "figcaption", "section", "option",
}  # fmt: skip


def html_text(source: str) -> str:
    parser = _Words()
    parser.feed(source)
    parser.close()
    return "".join(parser.texts)


def output_text(output: Mapping[str, Any]) -> str:
    """The text of the form of an output that a page on paper shows."""
    kind = output["output_type"]
    if kind == "stream":
        return printed_text(output["text"])
    if kind == "error":
        return printed_text("\n".join(output["traceback"]) or f"{output['ename']} {output['evalue']}")
    data = output.get("data", {})
    if any(mime in data for mime in PICTURES) and "text/latex" not in data:
        return ""
    if "text/markdown" in data:
        return markdown_text(data["text/markdown"])
    if "text/html" in data:
        shown = data["text/html"]
        if "text-repr-fallback" not in shown and html_text(shown).strip():
            return html_text(without_maths(shown))
        if "<img" in shown:
            return ""
    elif "text/latex" in data:
        return ""
    return printed_text(data.get("text/plain", ""))


def printed_text(text: str) -> str:
    """Without colours; of a line written over again and again, what was written last."""
    lines = ANSI.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(
        next((part for part in reversed(line.split("\r")) if part.strip()), "") for line in lines
    )


# The words of the PDF


def pdf_text(pdf: bytes) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        done = subprocess.run(["pdftotext", "-enc", "UTF-8", file.name, "-"], check=True, capture_output=True)
    return ESCAPE.sub(lambda match: chr(int(match[1], 16)), done.stdout.decode("utf-8", errors="replace"))


def second_reading(pdf: bytes) -> str:
    """What pypdf reads: of right-to-left text, pdftotext turns round the two letters of a ligature."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def missing_in(pdf: bytes, expected: Counter[str]) -> Counter[str]:
    text = pdf_text(pdf)
    missing = missing_words(expected, text)
    if missing and RIGHT_TO_LEFT.search(text):
        missing &= missing_words(expected, second_reading(pdf))
    return missing


def missing_words(expected: Counter[str], text: str) -> Counter[str]:
    """The words that the text does not hold as often."""
    read = normal(text)
    tokens = Counter(WORD.findall(read))
    whole = re.sub(r"[\s-]+", "", read)
    missing = expected - tokens
    for word in [word for word in missing if len(word) >= 4]:
        missing[word] -= max(whole.count(word) - tokens[word], 0)
    return +missing


# The run


@dataclass
class Result:
    """What became of one notebook."""

    name: str
    seconds: float = 0.0
    error: str = ""
    words: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    replaced: int = 0

    @property
    def found(self) -> float:
        return 1 - sum(self.missing.values()) / self.words if self.words else 1.0


def chosen(folder: Path, count: int, seed: int) -> list[Path]:
    """In turn from each maker."""
    makers: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*.ipynb")):
        maker = path.name.split("__")[0] if "__" in path.name else str(path.parent.relative_to(folder))
        makers.setdefault(maker, []).append(path)
    for paths in makers.values():
        random.Random(seed).shuffle(paths)
    turns = zip_longest(*makers.values())
    return [path for turn in turns for path in turn if path is not None][:count]


def measured(path: Path, pdfs: Path | None) -> Result:
    result = Result(path.name)
    start = time.perf_counter()
    try:
        made: Any = TypstPDFExporter().from_filename(str(path))
    except (ExportError, ValueError, KeyError) as error:
        result.error = f"{type(error).__name__}: {error}"[:300]
        return result
    result.seconds = time.perf_counter() - start
    pdf, told = made
    result.replaced = told["typst_export"]["replaced_characters"]
    if pdfs:
        (pdfs / f"{path.stem}.pdf").write_bytes(pdf)
    expected = expected_words(nbformat.read(path, as_version=4))
    result.words = expected.total()
    result.missing = dict(missing_in(pdf, expected).most_common())
    return result


def summary(results: Iterable[Result]) -> dict[str, Any]:
    results = list(results)
    made = [result for result in results if not result.error]
    times = sorted(result.seconds for result in made[1:]) or [0.0]
    return {
        "notebooks": len(results),
        "makers": len({result.name.split("__")[0] for result in results}),
        "pdfs": len(made),
        "notebooks with 99.5% of their words": sum(result.found >= 0.995 for result in made),
        "words": sum(result.words for result in made),
        "share of all words found": 1
        - sum(sum(r.missing.values()) for r in made) / sum(r.words for r in made),
        "replaced characters": sum(result.replaced for result in made),
        "median seconds": round(median(times), 3),
        "largest seconds": round(times[-1], 3),
        "peak memory MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pdfs", type=Path, help="folder for the PDFs, for a validator")
    chosen_by = parser.parse_args()
    if chosen_by.pdfs:
        chosen_by.pdfs.mkdir(parents=True, exist_ok=True)
    results = []
    for path in chosen(chosen_by.folder, chosen_by.count, chosen_by.seed):
        results.append(result := measured(path, chosen_by.pdfs))
        if result.error or result.found < 0.995:
            worst = ", ".join(f"{word} x{count}" for word, count in list(result.missing.items())[:12])
            print(f"{result.found:8.4f} {result.name[:90]}  {result.error or worst}", file=sys.stderr)
    print(json.dumps(summary(results), indent=2))


if __name__ == "__main__":
    main()
