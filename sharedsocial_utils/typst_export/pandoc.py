"""What pandoc reads for a notebook: Markdown as Jupyter shows it, HTML and LaTeX outputs, mathematics.

pandoc comes as a wheel and is called at most four times for a notebook, for all of its pieces together: once
for the Markdown, once for LaTeX outputs, once for HTML, once for the formulas. It gives a tree (its JSON);
`rich` turns the tree into Typst code; text never passes through pandoc's own writer. Formulas do: pandoc
knows LaTeX's mathematics, and writes Typst's. Where a piece makes pandoc fail, the pieces are halved until it
is alone; it is then shown as the text that it is.

pandoc runs with `--sandbox`: it reads nothing but the pieces, and has no network.
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from .errors import ExportError

Node = dict[str, Any]  # a block or inline of pandoc's tree: "t" is its type, "c" its content

READERS = {
    "markdown": "gfm+tex_math_dollars+footnotes-yaml_metadata_block",
    "html": "html+tex_math_dollars-smart",
    "latex": "latex-smart",
}
SECONDS_AT_MOST = 30
DEPTH_AT_MOST = 150
"""Of the JSON: some forty lists in one another."""
SEPARATOR = "typst-export-separator"
SCOPE = re.compile(r'"(#?)typst-export-\d+\.?txt__')  # put before each identifier, since pieces are files


class _Refused(Exception):
    """pandoc does not read it, or not in time."""


def trees(pieces: Sequence[str], kind: str) -> list[list[Node] | None]:
    """The blocks of each piece; `kind` is markdown, html or latex. Pieces do not see each other.

    None for a piece that pandoc does not read, or that is nested too deep. Raises ExportError where pandoc
    cannot be run.
    """
    if not pieces:
        return []
    try:
        return [tree if _depth(tree) <= DEPTH_AT_MOST else None for tree in _read(pieces, kind)]
    except (_Refused, RecursionError):
        if len(pieces) == 1:
            return [None]
        half = len(pieces) // 2
        return trees(pieces[:half], kind) + trees(pieces[half:], kind)


def _read(pieces: Sequence[str], kind: str) -> list[list[Node]]:
    separator = f"\n\n{SEPARATOR}\n\n"
    with tempfile.TemporaryDirectory(prefix="typst-export-") as folder:
        names = []
        for place, piece in enumerate(pieces):
            names += [_written(folder, place, piece), _written(folder, f"{place}-", separator)]
        answer = _run(["--file-scope", "-f", READERS[kind], "-t", "json", *names], folder=folder)
    return _split(json.loads(SCOPE.sub(r'"\1', answer))["blocks"], len(pieces))


def formulas(sources: Sequence[str], display: Sequence[bool]) -> list[str | None]:
    """Typst code of each formula in LaTeX, without its dollar signs; None where pandoc does not know it."""
    if not sources:
        return []
    blocks: list[Node] = []
    for source, alone in zip(sources, display, strict=True):
        kind = {"t": "DisplayMath" if alone else "InlineMath"}
        blocks += [{"t": "Para", "c": [{"t": "Math", "c": [kind, source]}]}, _mark()]
    tree = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}
    try:
        written = _run(["-f", "json", "-t", "typst", "--wrap=none"], json.dumps(tree))
    except _Refused:
        return [None] * len(sources)
    pieces = written.split(f"\n{SEPARATOR}\n")
    return [_formula(piece.strip()) for piece in pieces[: len(sources)]]


def _formula(written: str) -> str | None:
    """`$ x^2 $` => `x^2`; what pandoc could not read it writes as text, with an escaped dollar sign."""
    match = re.fullmatch(r"\$\s*(.*?)\s*\$", written, re.DOTALL)
    return match[1] if match and not written.startswith("\\$") else None


def _depth(tree: Any) -> int:
    """How deep lists and objects lie in one another."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
    return depth


def _mark() -> Node:
    return {"t": "Para", "c": [{"t": "Str", "c": SEPARATOR}]}


def _split(blocks: list[Node], number: int) -> list[list[Node]]:
    """The blocks between the separators."""
    found: list[list[Node]] = [[]]
    for block in blocks:
        if _is_mark(block):
            found.append([])
        else:
            found[-1].append(block)
    return found[:number]


def _is_mark(block: Node) -> bool:
    return block["t"] in ("Para", "Plain") and block["c"] == _mark()["c"]


def _written(folder: str, place: int | str, text: str) -> str:
    path = Path(folder) / f"typst-export-{place}.txt"
    path.write_text(text, encoding="utf-8", errors="replace")
    return path.name


@cache
def _program() -> str:
    import pypandoc

    return str(pypandoc.get_pandoc_path())


def _run(arguments: list[str], given: str = "", folder: str | None = None) -> str:
    command = [_program(), "--sandbox", "--quiet", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - the program of the wheel, no shell
            command,
            input=given,
            capture_output=True,
            encoding="utf-8",
            cwd=folder,
            timeout=SECONDS_AT_MOST,
            check=False,
        )
    except OSError as error:
        raise ExportError(f"pandoc cannot be run: {error}. Install pypandoc-binary again.") from None
    except subprocess.TimeoutExpired:
        raise _Refused from None
    if done.returncode:
        raise _Refused
    return done.stdout
