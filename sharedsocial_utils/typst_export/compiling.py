"""Compiles the bundle of a report to PDF with the fonts of this package, and nothing else of the machine."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import typst

from .coverage import FAMILIES, FONTS
from .errors import ExportError
from .measures import LINE_MM

STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]
NEEDED = {*FAMILIES, "IBM Plex Sans Medm", "IBM Plex Sans SmBld", "New Computer Modern Math"}
ALONE = f"""#set document(title: "x", date: datetime(year: 1970, month: 1, day: 1))
#show math.equation: set text(font: ("New Computer Modern Math", "IBM Plex Sans", {
    ", ".join(f'"{family}"' for family in FAMILIES)
}), fallback: false)
"""


def fonts_dir() -> Path:
    """The folder of the bundled font files: `IBMPlexSans-Regular.ttf` and the others."""
    return FONTS


@cache
def fonts() -> typst.Fonts:
    """The bundled fonts, opened once per process. Typst alone would replace a missing family in silence."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
    missing = sorted(NEEDED - set(found.families()))
    if missing:
        raise ExportError(f"the bundled font {missing[0]} is missing. Install the package again.")
    return found


def family_of(files: Sequence[bytes]) -> str:
    """The one family that all these font files are faces of. Raises ExportError."""
    with TemporaryDirectory(prefix="typst-export-") as folder:
        for number, data in enumerate(files):
            (Path(folder) / f"{number}.ttf").write_bytes(data)
        found = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(folder)]
        )
    families = found.families()
    if len(found.fonts()) != len(files) or len(families) != 1:
        named = ", ".join(families) or "none"
        raise ExportError(f"the brand's fonts: families found: {named}. Give TTF or OTF files of one family.")
    return families[0]


def _fonts_for(folder: Path) -> typst.Fonts:
    """The bundled fonts, and those that a bundle of its own brings."""
    if not any(folder.glob("*/font-*.ttf")):
        return fonts()
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS, folder])


def compile_pdf(source: Path, timestamp: datetime) -> bytes:
    """Compile a Typst file whose folder holds all it needs. Raises ExportError; a warning is an error too."""
    folder = source.parent
    try:
        pdf, warnings = typst.compile_with_warnings(
            source,
            root=folder,
            font_paths=_fonts_for(folder),
            ignore_system_fonts=True,
            package_path=folder,
            package_cache_path=folder,
            pdf_standards=[*STANDARDS],
            timestamp=timestamp,
        )
    except typst.TypstError as error:
        raise ExportError(_refusal(error, source)) from None
    if warnings:
        raise ExportError(_refusal(warnings[0], source))
    if not isinstance(pdf, bytes):
        raise ExportError("Typst returned no document. The notebook has nothing to print.")
    return pdf


def homeless_comments(source: Path, head_mm: float) -> list[int]:
    """The comments of a compiled file that begin a page or go on to the next, by the numbers of their cells.

    `head_mm` is where the text of a page begins.
    """
    folder = source.parent
    found = typst.query(
        source,
        "<comment>",
        field="value",
        root=folder,
        font_paths=_fonts_for(folder),
        ignore_system_fonts=True,
        package_path=folder,
        package_cache_path=folder,
    )
    ends = json.loads(found)  # number, page and height of the beginning and of the end of each
    return [
        number
        for (number, page, place_mm), (_, last_page, _) in zip(ends[::2], ends[1::2], strict=True)
        if place_mm < head_mm + LINE_MM or last_page > page
    ]


def compiles(code: str) -> bool:
    """Whether a formula is one that Typst can set, with the bundled fonts."""
    try:
        typst.compile(
            f'{ALONE}#let it = ${code}$\n#math.equation(block: true, alt: "x", it.body)'.encode(),
            font_paths=fonts(),
            ignore_system_fonts=True,
            pdf_standards=[*STANDARDS],
            timestamp=datetime(1970, 1, 1, tzinfo=UTC),
        )
    except typst.TypstError:
        return False
    return True


def _refusal(problem: "typst.TypstError | typst.TypstWarning", source: Path) -> str:
    hints = "; ".join(problem.hints) or "correct what that cell puts out"
    where = _cell_of(str(problem.diagnostic), source)
    return f"{where}: Typst refuses it: {problem.message}. What to do: {hints}."


def _cell_of(diagnostic: str, source: Path) -> str:
    """The cell that wrote the line of the first complaint; the template marks where each begins."""
    line = re.search(rf"{re.escape(source.name)}:(\d+)", diagnostic)
    above = source.read_text(encoding="utf-8").splitlines()[: int(line[1])] if line else []
    cells = re.findall(r"^// (cell \d+)$", "\n".join(above), re.MULTILINE)
    return cells[-1] if cells else "the document"
