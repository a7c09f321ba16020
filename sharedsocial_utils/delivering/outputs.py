"""The report as PDF, and the manifest that says what went in and what came out."""

import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharedsocial_utils.errors import Fault

if TYPE_CHECKING:
    from nbformat import NotebookNode

PACKAGES = (
    "sharedsocial-utils",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "matplotlib",
    "nbconvert",
    "papermill",
    "typst",
)
"""The packages whose version can change a figure or a page."""


def pdf_of(notebook: "NotebookNode", folder: Path) -> bytes:
    """The report as PDF; the files that it attaches lie in `folder`. Raises `Fault` PDF-01."""
    from nbconvert.exporters import get_exporter
    from nbconvert.utils.exceptions import ConversionException

    exporter = get_exporter("typstpdf")(attachments_dir=str(folder))
    try:
        pdf, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": "report"}})
    except ConversionException as error:
        what, _, cure = str(error).rstrip(".").partition(". What to do: ")
        raise Fault("PDF-01", f"4_report: {what}", next_step=cure) from error
    return bytes(pdf)


def manifest_of(
    parameters: Mapping[str, str],
    inputs: Mapping[str, str],
    notebooks: Mapping[str, str],
    thresholds: Mapping[str, Any],
    outputs: Mapping[str, str],
    hand_written: Sequence[Mapping[str, str]] = (),
) -> bytes:
    """What went in and what came out, without a clock: inputs, notebooks and outputs are sha256 by name,
    `hand_written` the cells of the report that a person wrote."""
    content = {
        "parameters": parameters,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "thresholds": thresholds,
        "inputs": inputs,
        "notebooks": notebooks,
        "outputs": outputs,
        "hand_written": list(hand_written),
    }
    return f"{json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)}\n".encode()
