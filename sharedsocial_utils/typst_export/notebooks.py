"""Notebooks as they are found, of format 3 or with fields missing or of another kind: filled in, not
refused."""

import copy
import json
from collections.abc import Mapping, MutableMapping
from typing import Any

import nbformat
from nbformat import NotebookNode

Fields = MutableMapping[str, Any]
OUTPUTS = {"display_data", "execute_result", "stream", "error"}
MAGICS = {"bash": "bash", "sh": "bash", "html": "html", "HTML": "html", "javascript": "js", "latex": "tex",
          "markdown": "md", "perl": "pl", "R": "r", "ruby": "rb", "sql": "sql", "SVG": "xml", "svg": "xml",
          "cython": "python", "writefile": ""}  # fmt: skip
LANGUAGES = {"ipython": "python", "ipython3": "python", "python3": "python", "ir": "r", "c++": "cpp"}


def mended(nb: NotebookNode) -> NotebookNode:
    """A copy in format 4 in which every cell and output has the fields that the format asks for."""
    if int(nb.get("nbformat", 4)) < 4:
        nb = nbformat.convert(nb, 4)
    nb = copy.deepcopy(nb)
    nb.setdefault("nbformat", 4)
    nb.setdefault("nbformat_minor", 5)
    _fill(nb, "metadata", {})
    _fill(nb, "cells", [])
    for place, cell in enumerate(nb.cells, 1):
        _mend_cell(cell)
        if (nb.nbformat, nb.nbformat_minor) >= (4, 5):
            cell.setdefault("id", f"cell-{place}")
    return nb


def _fill(fields: Fields, key: str, value: Any) -> None:
    """Give a field that is missing, null or of another kind its empty value."""
    if not isinstance(fields.get(key), type(value)):
        fields[key] = nbformat.from_dict(value)


def _mend_cell(cell: Fields) -> None:
    _fill(cell, "cell_type", "raw")
    _fill(cell, "metadata", {})
    cell["source"] = _text(cell.get("source", ""))
    if cell["cell_type"] == "code":
        cell.setdefault("execution_count", None)
        _fill(cell, "outputs", [])
        for output in cell["outputs"]:
            _mend_output(output)


def _mend_output(output: Fields) -> None:
    _fill(output, "output_type", "display_data")
    _fill(output, "metadata", {})
    kind = output["output_type"]
    if kind == "stream":
        output["text"] = _text(output.get("text", ""))
        _fill(output, "name", "stdout")
    elif kind == "error":
        output["traceback"] = list(map(_text, output.get("traceback") or []))
        output["ename"], output["evalue"] = _text(output.get("ename")), _text(output.get("evalue"))
    else:
        output["output_type"] = kind if kind in OUTPUTS else "display_data"
        _fill(output, "data", {})
        for mime, data in output["data"].items():
            output["data"][mime] = data if mime.endswith("json") else _text(data)


def _text(value: object) -> str:
    """A text, or the lines that older formats keep it in."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def language_of(source: str, metadata: Mapping[str, Any]) -> str:
    """The language of a cell's code, by its first line's magic, else by the notebook; "" if nobody says."""
    magic = source.lstrip().split(maxsplit=1)[0] if source.strip() else ""
    if magic.startswith("%%") and magic[2:] in MAGICS:
        return MAGICS[magic[2:]]
    said = [
        place.get(key)
        for place, key in (
            (metadata.get("language_info"), "name"),
            (metadata.get("kernelspec"), "language"),
            (metadata.get("kernelspec"), "name"),
        )
        if isinstance(place, Mapping)
    ]
    name = next((name.lower() for name in said if isinstance(name, str) and name), "")
    return LANGUAGES.get(name, name)
