"""One export: turns the cells of a notebook into Typst code, and collects the files it refers to."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from . import highlighting, markdown, rich
from .blocks import (
    MIME_TYPE,
    BlockError,
    HeadingError,
    array,
    blocks,
    boolean,
    call,
    dictionary,
    lines,
    number,
)
from .compiling import family_of
from .errors import ExportError
from .gate import CODE_COLUMNS, NONE, Gate, Typst, isolated, literal
from .measures import Page
from .notebooks import language_of
from .pictures import Picture, PictureError, carried, clean_svg, read_pixels
from .pieces import KINDS, NOTE, Pieces, plain, slug
from .printing import one_line, printed
from .settings import PAPERS_MM, Cover, Settings

Cell = Mapping[str, Any]  # as nbformat reads it: its keys depend on its type
Output = Mapping[str, Any]

PICTURES = {
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
}
STRICTLY_SHOWN = (MIME_TYPE, "image/svg+xml", "image/png", "image/jpeg")
SHOWN = (MIME_TYPE, *PICTURES, "text/markdown", "text/html", "text/latex", "text/plain", "application/json")
# Their HTML imitates a terminal; the plain text is made for it.
TWINS_OF_TEXT = ("xr-text-repr-fallback", "sk-text-repr-fallback")
BARE_OBJECT = re.compile(r"<[^>\n]*>|Figure\([^\n]*\)")
COMMENT = "comment"
REMOVED_TAGS = {"parameters", "injected-parameters", "remove-cell"}
FRAME_AT_MOST = 90
ATTACHMENT_BYTES_AT_MOST = 100_000_000
MM_PER_PIXEL = 25.4 / 144
PRIMARY = "#0f6b6b"


class Conversion:
    """The state of one export: the gate's counts, the level of the last heading, the files of the bundle."""

    def __init__(
        self,
        settings: Settings,
        folder: str,
        attachments: Path,
        pieces: Pieces | None = None,
        notebook: NotebookNode | None = None,
        raised: Iterable[int] = (),
    ) -> None:
        self.settings = settings
        self.pieces = pieces or Pieces()
        self.notebook = notebook or NotebookNode(metadata={})
        self.strict = settings.strict
        self.folder = folder
        self.attachments = attachments
        self.page: Page = settings.sheet.page
        self.gate = Gate(columns=min(CODE_COLUMNS, int((self.page.width_mm - 5.2) / 1.694)))
        self.files: dict[str, bytes] = {}
        self.warnings: list[str] = []
        self._last_level = 0
        self._figures = 0
        codes = dict.fromkeys(code for code in self.pieces.formulas.values() if code)
        self._formulas = {code: f"formula-{place}" for place, code in enumerate(codes, 1)}
        targets = sorted(self.pieces.targets - {""})
        self._labels = {target: f"anchor-{place}" for place, target in enumerate(targets, 1)}
        self._placed_anchors: set[str] = set()
        self._cell: Cell = {"metadata": {NUMBER: 0}, "source": ""}
        self._raised = _by_page(self.notebook.get("cells", ()), {*raised}) if raised else {}
        self.is_crowded = False  # whether the page in hand holds a comment that it had no room for

    def counts(self) -> dict[str, int]:
        """What callers should print: characters without a shape, and links that were not let through."""
        return {
            "replaced_characters": self.gate.replaced,
            "refused_links": self.gate.links_refused,
        }

    def has_formulas(self) -> bool:
        """Whether there is any that Typst may refuse."""
        return bool(self._formulas)

    def with_formulas(self, is_fit: Callable[[str], bool]) -> "Conversion":
        """The same export from the beginning, with these formulas only."""
        pieces = self.pieces.with_formulas(is_fit)
        return Conversion(self.settings, self.folder, self.attachments, pieces, self.notebook)

    def has_comments(self) -> bool:
        """Whether an analyst's comment may stand alone on a page."""
        return self.strict and any(map(_is_comment, self.notebook.cells))

    def with_raised(self, numbers: Iterable[int]) -> "Conversion":
        """The same export from the beginning; the pages of these comments have theirs under the title."""
        return Conversion(
            self.settings, self.folder, self.attachments, self.pieces, self.notebook, {*numbers}
        )

    # What blocks and Markdown ask for

    def heading(self, level: int) -> int:
        """Headings go down one level at a time: PDF/UA refuses a skipped one."""
        allowed = self._last_level + 1
        if level > allowed and self.strict:
            before = (
                f"a heading of level {self._last_level}" if self._last_level else "no page title before it"
            )
            raise HeadingError(f"a heading of level {level} follows {before}; levels go down one by one")
        self._last_level = min(level, allowed)
        return self._last_level

    def picture(self, kind: str, data: str, alt: str, width_mm: float | None = None) -> tuple[Typst, float]:
        """Put a picture into the bundle: the code that shows it, and its height on the page."""
        picture = clean_svg(data, self.gate) if kind == "svg" else read_pixels(data)
        width = min(
            width_mm or picture.width_mm,
            self.page.width_mm,
            self.page.picture_mm * picture.width_mm / picture.height_mm,
        )
        self._figures += 1
        path = self.add_file(f"figure-{self._figures:03}.{picture.kind}", picture.data)
        code = call("image", path, alt=self.gate.unheard(alt), width=Typst(f"{width:.2f}mm"))
        return code, width * picture.height_mm / picture.width_mm

    def add_file(self, name: str, data: bytes) -> Typst:
        """Put a file into the bundle under a name of ours, and return its path as a literal."""
        path = f"{self.folder}/{name}"
        self.files[path] = data
        return literal(path)

    # What pandoc's trees ask for

    @property
    def styles(self) -> Mapping[str, str]:
        """The CSS of a Styler's cells, by their ids."""
        return self.pieces.styles

    def anchor(self, names: Iterable[str]) -> Typst | None:
        """The labels of a place that links of the notebook lead to; None if none does, or all have one."""
        mine = [name for name in dict.fromkeys(map(slug, names)) if name in self._labels]
        mine = [name for name in mine if name not in self._placed_anchors]
        self._placed_anchors |= {*mine}
        return array(literal(self._labels[name]) for name in mine) if mine else None

    def jump(self, address: str) -> Typst | None:
        """The label that a link such as `#title` leads to; only Typst knows whether the place comes."""
        label = self._labels.get(slug(address))
        return literal(label) if label else None

    def formula(self, source: str, alone: bool) -> Typst:
        """A formula as pandoc wrote it, with its LaTeX as alternative text; else that LaTeX as code."""
        code = self.pieces.formulas.get((source, alone))
        if code is None:
            return call("raw", self.gate.literal(source))
        if not code:
            return literal("")
        body = Typst(f"formulas.{self._formulas[code]}")
        return call("formula", body, alt=self.gate.unheard(source), alone=boolean(alone))

    def image(self, address: str, alt: str, width_mm: float | None) -> Typst:
        """An image that the notebook carries; nothing that an address names is ever loaded."""
        found = carried(address, self._cell)
        if found is None:
            return call("mute", lines(self.gate, f"[image, not loaded: {alt or address[:200]}]"))
        try:
            picture, _ = self.picture(*found, alt or self._stand_in("an image"), width_mm)
        except PictureError as error:
            return call("mute", lines(self.gate, f"[image, not shown: {alt or error}]"))
        return call("figure-inline", picture)

    # What the template asks for

    def head(self) -> Typst:
        """The arguments of the document's show rule."""
        settings = self.settings
        day = settings.date
        values = {
            "title": self.gate.unheard(settings.title),
            "authors": array(map(self.gate.unheard, settings.authors)),
            "keywords": array(map(self.gate.unheard, settings.keywords)),
            "subject": NONE if settings.subject is None else self.gate.unheard(settings.subject),
            "date": Typst(f"datetime(year: {day.year}, month: {day.month}, day: {day.day})"),
            "language": literal(settings.language),
            "region": NONE if settings.region is None else literal(settings.region),
            "head": self._short(settings.header or settings.title),
            "byline": self._short(" · ".join(settings.authors)),
            "foot": self._short(settings.footer),
            "page-word": NONE if settings.page_word is None else self.gate.literal(settings.page_word),
            "of-word": NONE if settings.of_word is None else self.gate.literal(settings.of_word),
        }
        values |= self._sheet() | self._front()
        return Typst(", ".join(f"{name}: {value}" for name, value in values.items()))

    def brand(self) -> Typst:
        """The colours of the document, and the family of its own fonts."""
        brand = self.settings.brand
        primary = brand.primary or PRIMARY
        colours = {"primary": primary, "accent": brand.accent or primary}
        drawn = {name: call("rgb", literal(colour)) for name, colour in colours.items()}
        return dictionary(**drawn, fonts=array(map(literal, self._families())))

    def _families(self) -> list[str]:
        """The family of the brand's fonts, whose files come into the bundle; none where it names none."""
        files = [_read(self.attachments, path, "the font") for path in self.settings.brand.fonts]
        for place, data in enumerate(files, 1):
            self.add_file(f"font-{place}.ttf", data)
        return [family_of(files)] if files else []

    def _sheet(self) -> dict[str, Typst]:
        """Paper and margins, where they are not the ordinary ones."""
        sheet = self.settings.sheet
        if sheet == type(sheet)():
            return {}
        names = ("top", "right", "bottom", "left")
        margins = {name: Typst(f"{side}mm") for name, side in zip(names, sheet.margins_mm, strict=True)}
        return {
            "size": array(Typst(f"{side}mm") for side in PAPERS_MM[sheet.paper]),
            "margin": dictionary(**margins),
            "columns": number(sheet.columns),
        }

    def _front(self) -> dict[str, Typst]:
        """Cover, contents and logo, where there are any."""
        settings = self.settings
        logo = self._logo()
        front = {"contents": boolean(True)} if settings.contents else {}
        front |= {"cover": self._cover(settings.cover)} if settings.cover else {}
        return front | ({"logo": logo} if logo else {})

    def _cover(self, cover: Cover) -> Typst:
        return dictionary(
            title=lines(self.gate, cover.title),
            subtitle=lines(self.gate, cover.subtitle) if cover.subtitle else NONE,
            lines=array(lines(self.gate, line) for line in cover.lines),
        )

    def _logo(self) -> Typst | None:
        """Path, height and alternative text of the logo, for a height that suits its shape."""
        brand = self.settings.brand
        if brand.logo is None:
            return None
        data = _read(self.attachments, brand.logo, "the logo")
        try:
            picture = _logo_picture(data, self.gate)
        except PictureError as error:
            raise ExportError(f"the logo {brand.logo!r}: {error}. Give an SVG, PNG or JPEG.") from None
        path = self.add_file(f"logo.{picture.kind}", picture.data)
        shape = picture.width_mm / picture.height_mm
        alt = self.gate.unheard(brand.logo_alt or f"Logo: {self.settings.title}")
        return dictionary(path=path, alt=alt, shape=number(round(shape, 4)))

    def _short(self, text: str) -> Typst:
        """As much of a line as the head or foot of a page holds; an ellipsis says that it goes on."""
        shown = self.gate.shown(text)
        return literal(isolated(shown if len(shown) <= FRAME_AT_MOST else f"{shown[: FRAME_AT_MOST - 1]}…"))

    def markdown(self, cell: Cell) -> str:
        tree = self.pieces.tree(cell["metadata"])
        if tree is not None:
            return self._placed(cell, rich.render(tree, self))
        if self.strict and _is_comment(cell):
            is_raised = any(cell in comments for comments in self._raised.values())
            return "" if is_raised else self._placed(cell, map(self._comment, [cell]))
        return self._placed(cell, self._prose(cell))

    def _prose(self, cell: Cell) -> Iterable[Typst]:
        tokens = markdown.parse(cell["source"])
        unfit = markdown.refused(tokens) if self.strict else None
        if unfit is not None:
            raise _error(
                cell, f"its Markdown holds {unfit}", "keep to headings, paragraphs, lists, emphasis and links"
            )
        return markdown.render(tokens, self)

    def _comment(self, cell: Cell) -> Typst:
        """The analyst's own words; the number tells afterwards where they came to stand."""
        return call("comment", number(number_of(cell)), *self._prose(cell))

    def input(self, cell: Cell) -> str:
        """The code of a cell; a strict report shows none."""
        if self.strict or not self.settings.code or not cell["source"].strip():
            return ""
        language = language_of(cell["source"], self.notebook.metadata)
        return self._placed(cell, [highlighting.code(cell["source"], language, self.gate)])

    def raw(self, cell: Cell) -> str:
        """A raw cell, shown as the text that it is. Cells of unknown type come here too."""
        if self.strict:
            raise _error(cell, f"it is a {cell['cell_type']} cell", "make it Markdown, or tag it remove-cell")
        return self._placed(cell, self._as_it_is(cell["source"]))

    def output(self, output: Output, cell: Cell) -> str:
        self._cell = cell
        kind = output["output_type"]
        if kind in ("display_data", "execute_result"):
            return self._placed(cell, self._data(output, cell))
        if self.strict:
            raise _refused_output(output, cell)
        if kind == "error":
            said = f"{output['ename']}: {output['evalue']}"
            text = "\n".join(output["traceback"]).strip("\n") or said
            return self._placed(cell, [call("stopped", *printed(text, self.gate))])
        return self._placed(cell, printed(output["text"], self.gate))

    def formulas(self) -> str:
        """The file of the formulas: apart, since names of style.typ mean something else in mathematics."""
        if not self._formulas:
            return ""
        code = "".join(f"#let {name} = ${code}$\n" for code, name in self._formulas.items())
        return f"#import {self.add_file('formulas.typ', code.encode())} as formulas\n"

    def attach(self) -> str:
        """Attach the files that the settings name; none may lie outside the folder of attachments."""
        calls = []
        for place, attachment in enumerate(self.settings.attachments, 1):
            data = _read(self.attachments, attachment.path, "attachment")
            path = self.add_file(f"attachment-{place:03}", data)
            content = call("read", path, encoding=NONE)
            calls.append(
                call(
                    "pdf.attach",
                    literal(attachment.name),
                    content,
                    relationship=literal(attachment.relationship),
                    mime_type=literal(attachment.mime),
                    description=self.gate.unheard(attachment.description),
                )
            )
        return _code(calls)

    def _data(self, output: Output, cell: Cell) -> list[Typst]:
        data = output["data"]
        mime = next((m for m in self._order(data) if self._has(m, output)), None)
        try:
            if mime == MIME_TYPE:
                return list(self._page(data[MIME_TYPE], cell))
            if mime in PICTURES:
                return [call("chart", self._bare_picture(mime, output, cell))]
        except (BlockError, PictureError) as error:
            if self.strict or mime == MIME_TYPE:
                raise _error(cell, str(error), "correct the code that makes this output") from None
            return [*self._text(data), self._unshown(f"an image is not shown: {error}")]
        if self.strict:
            raise _refused_output(output, cell)
        return self._words(mime, output)

    def _page(self, data: Any, cell: Cell) -> Iterable[Typst]:
        """The blocks of a typed output; a comment that the page has no room for comes under its title."""
        raised = self._raised.get(number_of(cell), ())
        self.is_crowded = bool(raised)
        for place, block in enumerate(blocks(data, self)):
            yield block
            if place == 0:
                yield from map(self._comment, raised)

    def _order(self, data: Mapping[str, Any]) -> tuple[str, ...]:
        """What is shown first. A formula goes before its picture: it can be read aloud, and found."""
        if self.strict:
            return STRICTLY_SHOWN
        if "text/latex" in data and not {"text/html", "text/markdown"} & data.keys():
            return (MIME_TYPE, "text/latex", *SHOWN)
        if any(twin in str(data.get("text/html", "")) for twin in TWINS_OF_TEXT) and "text/plain" in data:
            return (MIME_TYPE, "text/plain")
        return SHOWN

    def _words(self, mime: str | None, output: Output) -> list[Typst]:
        """An output that is no picture; what cannot be shown of it is named below."""
        data, tree = output["data"], self.pieces.tree(output["metadata"])
        if mime in KINDS and tree is not None:
            shown = list(rich.render(tree, self))
            return shown if _says_something(tree) else [*self._text(data), *shown]
        if mime == "application/json":
            said = json.dumps(data[mime], indent=2, ensure_ascii=False, sort_keys=False)
            return [call("printed", self.gate.code(said))]
        unshown = sorted(data.keys() - {"text/plain", *KINDS, *PICTURES})
        notes = [self._unshown(f"output of type {', '.join(unshown)} is not shown")] if unshown else []
        read = self._text(data) or self._unread(data)
        return [*read, *notes]

    def _text(self, data: Mapping[str, Any]) -> list[Typst]:
        return printed(data["text/plain"], self.gate) if isinstance(data.get("text/plain"), str) else []

    def _unread(self, data: Mapping[str, Any]) -> list[Typst]:
        """HTML, Markdown or LaTeX that pandoc does not read, as the text that it is."""
        source = next((data[mime] for mime in KINDS if isinstance(data.get(mime), str)), "")
        return self._as_it_is(source)

    def _has(self, mime: str, output: Output) -> bool:
        """Whether an output has something to show in that type: HTML that is all script has not."""
        data = output["data"].get(mime)
        if mime not in KINDS:
            return data is not None and (mime != "text/plain" or bool(data.strip()))
        tree = self.pieces.tree(output["metadata"])
        return (
            data is not None
            and bool(tree)
            and (_says_something(tree) or "text/plain" not in output["data"] or NOTE in str(tree))
        )

    def _as_it_is(self, text: str) -> list[Typst]:
        return [call("printed", self.gate.code(text))] if text.strip() else []

    def _unshown(self, what: str) -> Typst:
        return call("unshown", lines(self.gate, f"[{what}]"))

    def _bare_picture(self, mime: str, output: Output, cell: Cell) -> Typst:
        """A picture without a typed block around it."""
        alt = _alt_text(output, cell)
        if not alt and not self.strict:
            alt = _caption(output)
        if not alt and self.strict:
            raise PictureError('the picture has no alternative text; give it in the metadata as "alt"')
        data, width_mm = output["data"][mime], None if self.strict else _asked_mm(output, mime)
        return self.picture(PICTURES[mime], data, alt or self._stand_in("a picture"), width_mm)[0]

    def _stand_in(self, what: str) -> str:
        """What stands for an alternative text that is missing."""
        alt = f"Figure {self._figures + 1} of cell {number_of(self._cell)}"
        self.warnings.append(
            f"cell {number_of(self._cell)}: {what} has no alternative text; {alt!r} stands for it"
        )
        return alt

    def _placed(self, cell: Cell, calls: Iterable[Typst]) -> str:
        """Calls under a comment that names their cell, for messages of the compiler."""
        self._cell = cell
        try:
            return f"\n// cell {number_of(cell)}\n{_code(calls)}"
        except HeadingError as error:
            raise _error(cell, str(error), "correct its headings") from None


def number_of(cell: Cell) -> int:
    """The cell's place in the notebook file, from 1; the exporter wrote it into the cell's metadata."""
    return int(cell["metadata"][NUMBER])


NUMBER = "typst_export_cell"


def numbered(cells: Iterable[Cell]) -> None:
    """Write its place into each cell, before any is removed."""
    for place, cell in enumerate(cells, 1):
        cell["metadata"][NUMBER] = place


def is_removed(cell: Cell) -> bool:
    """Whether a tag keeps the cell out of a strict report."""
    return bool(REMOVED_TAGS & set(cell["metadata"].get("tags", ())))


def _is_comment(cell: Cell) -> bool:
    """Whether an analyst wrote it under a page of a strict report."""
    tags: Iterable[str] = cell["metadata"].get("tags", ())
    is_prose = cell["cell_type"] == "markdown" and bool(cell["source"].strip())
    return is_prose and COMMENT in tags and not _is_written_page(cell)


def _is_written_page(cell: Cell) -> bool:
    return cell["cell_type"] == "markdown" and any(
        map(markdown.is_page_title, markdown.parse(cell["source"]))
    )


def _by_page(cells: Iterable[Cell], raised: set[int]) -> dict[int, list[Cell]]:
    """All comments of a page of which one has such a number, by the number of the cell whose output it is.

    Those under a page that is written in Markdown stay where they are.
    """
    found: dict[int, list[Cell]] = {}
    page: list[Cell] = []
    for cell in cells:
        if any(MIME_TYPE in output.get("data", ()) for output in cell.get("outputs", ())):
            page = found.setdefault(number_of(cell), [])
        elif _is_written_page(cell):
            page = []
        elif _is_comment(cell):
            page.append(cell)
    return {
        page: comments for page, comments in found.items() if raised.intersection(map(number_of, comments))
    }


def _alt_text(output: Output, cell: Cell) -> str:
    alt = output.get("metadata", {}).get("alt") or cell["metadata"].get("alt")
    return alt.strip() if isinstance(alt, str) else ""


def _caption(output: Output) -> str:
    """The output's own text, unless it only names an object."""
    text = output["data"].get("text/plain", "")
    return "" if not isinstance(text, str) or BARE_OBJECT.fullmatch(text.strip()) else one_line(text, 300)


def _asked_mm(output: Output, mime: str) -> float | None:
    """The width on the screen that an output asks for, in pixels."""
    said = output["metadata"].get(mime)
    width = said.get("width") if isinstance(said, Mapping) else None
    return float(width) * MM_PER_PIXEL if isinstance(width, int | float) and 8 <= width <= 10_000 else None


def _says_something(tree: object) -> bool:
    """Whether there is more than notes on what is not shown."""
    if isinstance(tree, list):
        return any(map(_says_something, tree))
    if not isinstance(tree, Mapping):
        return False
    if tree["t"] == "Image":
        return True
    if tree["t"] == "Span" and NOTE in tree["c"][0][1]:
        return False
    below = tree.get("c")
    return (
        _says_something(below)
        if isinstance(below, list) and tree["t"] not in WORDS
        else bool(plain(tree).strip())
    )


WORDS = {"Str", "Space", "Code", "CodeBlock", "Math", "RawInline", "RawBlock", "Header"}


def _logo_picture(data: bytes, gate: Gate) -> Picture:
    if data.lstrip()[:5] in (b"<?xml", b"<svg ") or b"<svg" in data[:1000]:
        return clean_svg(data.decode("utf-8", errors="replace"), gate)
    return read_pixels(base64.b64encode(data).decode())


def _refused_output(output: Output, cell: Cell) -> ExportError:
    what = {
        "error": lambda: f"it stopped with {output['ename']}: {one_line(output['evalue'])}",
        "stream": lambda: f"it printed to {output['name']}: {one_line(output['text'])!r}",
    }.get(output["output_type"], lambda: f"its output is {', '.join(sorted(output['data'])) or 'empty'}")()
    remedy = {
        "error": "correct the cell and run the notebook again",
        "stream": "remove the print or the warning, or tag the cell remove-cell",
    }.get(output["output_type"], f"put out a block of type {MIME_TYPE}, or tag the cell remove-cell")
    return _error(cell, f"{what}; a strict report does not hold that", remedy)


def _error(cell: Cell, what: str, remedy: str) -> ExportError:
    first_line = next(iter(cell["source"].strip().splitlines()), "")[:50]
    name = f"cell {number_of(cell)} ({first_line})" if first_line else f"cell {number_of(cell)}"
    return ExportError(f"{name}: {what}. What to do: {remedy}.")


def _read(folder: Path, path: str, what: str) -> bytes:
    """Read a file of the folder of attachments; a path that leads out of it is refused."""
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise ExportError(f"{what} {path!r}: no such file in {folder}. Correct its path in the metadata.")
    if file.stat().st_size > ATTACHMENT_BYTES_AT_MOST:
        raise ExportError(f"{what} {path!r}: larger than {ATTACHMENT_BYTES_AT_MOST:,} bytes. Leave it out.")
    return file.read_bytes()


def _code(calls: Iterable[Typst]) -> str:
    return "".join(f"#{call}\n" for call in calls)
