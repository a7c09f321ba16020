"""One export: turns the cells of a notebook into Typst code, and collects the files it refers to."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from . import markdown
from .blocks import MIME_TYPE, BlockError, HeadingError, array, blocks, call, lines
from .errors import ExportError
from .gate import NONE, Gate, Typst, isolated, literal
from .measures import PAGE_MM
from .pictures import PictureError, clean_svg, read_png
from .settings import Settings

Cell = Mapping[str, Any]  # as nbformat reads it: its keys depend on its type
Output = Mapping[str, Any]

PICTURES = {"image/svg+xml": "svg", "image/png": "png"}
SHOWN = (MIME_TYPE, *PICTURES, "text/plain")
REMOVED_TAGS = {"parameters", "injected-parameters", "remove-cell"}
PICTURE_HEIGHT_MM = 190.0
FRAME_AT_MOST = 90
ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")  # colours of a terminal
ATTACHMENT_BYTES_AT_MOST = 100_000_000


class Conversion:
    """The state of one export: the gate's counts, the level of the last heading, the files of the bundle."""

    def __init__(self, settings: Settings, folder: str, attachments: Path) -> None:
        self.settings = settings
        self.strict = settings.strict
        self.folder = folder
        self.attachments = attachments
        self.gate = Gate()
        self.files: dict[str, bytes] = {}
        self.warnings: list[str] = []
        self._last_level = 0
        self._figures = 0

    def counts(self) -> dict[str, int]:
        """What callers should print: characters without a shape, and links that were not let through."""
        return {"replaced_characters": self.gate.replaced, "refused_links": self.gate.links_refused}

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
        picture = clean_svg(data, self.gate) if kind == "svg" else read_png(data)
        width = min(
            width_mm or picture.width_mm,
            PAGE_MM,
            PICTURE_HEIGHT_MM * picture.width_mm / picture.height_mm,
        )
        self._figures += 1
        path = self.add_file(f"figure-{self._figures:03}.{kind}", picture.data)
        code = call("image", path, alt=self.gate.unheard(alt), width=Typst(f"{width:.2f}mm"))
        return code, width * picture.height_mm / picture.width_mm

    def add_file(self, name: str, data: bytes) -> Typst:
        """Put a file into the bundle under a name of ours, and return its path as a literal."""
        path = f"{self.folder}/{name}"
        self.files[path] = data
        return literal(path)

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
            "head": self._short(settings.title),
            "byline": self._short(" · ".join(settings.authors)),
            "foot": self._short(settings.footer),
            "page-word": NONE if settings.page_word is None else self.gate.literal(settings.page_word),
            "of-word": NONE if settings.of_word is None else self.gate.literal(settings.of_word),
        }
        return Typst(", ".join(f"{name}: {value}" for name, value in values.items()))

    def _short(self, text: str) -> Typst:
        """As much of a line as the head or foot of a page holds; an ellipsis says that it goes on."""
        shown = self.gate.shown(text)
        return literal(isolated(shown if len(shown) <= FRAME_AT_MOST else f"{shown[: FRAME_AT_MOST - 1]}…"))

    def markdown(self, cell: Cell) -> str:
        tokens = markdown.parse(cell["source"])
        unfit = markdown.refused(tokens) if self.strict else None
        if unfit is not None:
            raise _error(
                cell, f"its Markdown holds {unfit}", "keep to headings, paragraphs, lists, emphasis and links"
            )
        return self._placed(cell, markdown.render(tokens, self))

    def input(self, cell: Cell) -> str:
        """The code of a cell; a strict report shows none."""
        if self.strict or not cell["source"].strip():
            return ""
        return self._placed(cell, [call("code", self.gate.code(cell["source"]))])

    def raw(self, cell: Cell) -> str:
        """A raw cell, shown as the text that it is. Cells of unknown type come here too."""
        if self.strict:
            raise _error(cell, f"it is a {cell['cell_type']} cell", "make it Markdown, or tag it remove-cell")
        return self._placed(cell, self._printed(cell["source"]))

    def output(self, output: Output, cell: Cell) -> str:
        kind = output["output_type"]
        if kind in ("display_data", "execute_result"):
            return self._placed(cell, self._data(output, cell))
        if self.strict:
            raise _refused_output(output, cell)
        if kind == "error":
            text = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
        else:
            text = output["text"]
        return self._placed(cell, self._printed(text))

    def attach(self) -> str:
        """Attach the files that the settings name; none may lie outside the folder of attachments."""
        calls = []
        for place, attachment in enumerate(self.settings.attachments, 1):
            path = self.add_file(f"attachment-{place:03}", _read(self.attachments, attachment.path))
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
        mime = next((mime for mime in SHOWN if mime in data), None)
        try:
            if mime == MIME_TYPE:
                return list(blocks(data[MIME_TYPE], self))
            if mime in PICTURES:
                return [call("chart", self._bare_picture(PICTURES[mime], data[mime], output, cell))]
        except (BlockError, PictureError) as error:
            if self.strict or mime == MIME_TYPE:
                raise _error(cell, str(error), "correct the code that makes this output") from None
            return [self._unshown(f"an image is not shown: {error}")]
        if self.strict:
            raise _refused_output(output, cell)
        if mime == "text/plain":
            return self._printed(data[mime])
        return [self._unshown(f"output of type {', '.join(sorted(data))} is not shown")]

    def _printed(self, text: str) -> list[Typst]:
        return [call("printed", self.gate.code(ANSI.sub("", text)))] if text.strip() else []

    def _unshown(self, what: str) -> Typst:
        return call("unshown", lines(self.gate, f"[{what}]"))

    def _bare_picture(self, kind: str, data: str, output: Output, cell: Cell) -> Typst:
        """A picture without a typed block around it."""
        alt = _alt_text(output, cell)
        if not alt and self.strict:
            raise PictureError('the picture has no alternative text; give it in the metadata as "alt"')
        if not alt:
            alt = f"Figure {self._figures + 1} of cell {number_of(cell)}"
            self.warnings.append(
                f"cell {number_of(cell)}: a picture has no alternative text; {alt!r} stands for it"
            )
        return self.picture(kind, data, alt)[0]

    def _placed(self, cell: Cell, calls: Iterable[Typst]) -> str:
        """Calls under a comment that names their cell, for messages of the compiler."""
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


def _alt_text(output: Output, cell: Cell) -> str:
    alt = output.get("metadata", {}).get("alt") or cell["metadata"].get("alt")
    return alt.strip() if isinstance(alt, str) else ""


def _refused_output(output: Output, cell: Cell) -> ExportError:
    what = {
        "error": lambda: f"it stopped with {output['ename']}: {_one_line(output['evalue'])}",
        "stream": lambda: f"it printed to {output['name']}: {_one_line(output['text'])!r}",
    }.get(output["output_type"], lambda: f"its output is {', '.join(sorted(output['data'])) or 'empty'}")()
    remedy = {
        "error": "correct the cell and run the notebook again",
        "stream": "remove the print or the warning, or tag the cell remove-cell",
    }.get(output["output_type"], f"put out a block of type {MIME_TYPE}, or tag the cell remove-cell")
    return _error(cell, f"{what}; a strict report does not hold that", remedy)


def _one_line(text: str) -> str:
    return " ".join(ANSI.sub("", text).split())[:120]


def _error(cell: Cell, what: str, remedy: str) -> ExportError:
    first_line = next(iter(cell["source"].strip().splitlines()), "")[:50]
    name = f"cell {number_of(cell)} ({first_line})" if first_line else f"cell {number_of(cell)}"
    return ExportError(f"{name}: {what}. What to do: {remedy}.")


def _read(folder: Path, path: str) -> bytes:
    """Read a file of the folder of attachments; a path that leads out of it is refused."""
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise ExportError(
            f"attachment {path!r}: no such file in {folder}. Correct 'attachments' in the metadata."
        )
    if file.stat().st_size > ATTACHMENT_BYTES_AT_MOST:
        raise ExportError(
            f"attachment {path!r}: larger than {ATTACHMENT_BYTES_AT_MOST:,} bytes. Leave it out."
        )
    return file.read_bytes()


def _code(calls: Iterable[Typst]) -> str:
    return "".join(f"#{call}\n" for call in calls)
