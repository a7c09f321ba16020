"""What an audit leaves in `reports/<client>/<quarter>/`: made in memory, put in place together."""

import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterable, Mapping
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
        raise Fault("PDF-01", f"4_report: {error}") from error
    return bytes(pdf)


def manifest_of(
    parameters: Mapping[str, str],
    inputs: Mapping[str, str],
    notebooks: Mapping[str, str],
    thresholds: Mapping[str, Any],
    outputs: Mapping[str, bytes],
) -> bytes:
    """What went in and what came out, without a clock: `inputs` and `notebooks` are sha256 by name."""
    content = {
        "parameters": parameters,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "thresholds": thresholds,
        "inputs": inputs,
        "notebooks": notebooks,
        "outputs": {name: hashlib.sha256(data).hexdigest() for name, data in outputs.items()},
    }
    return f"{json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)}\n".encode()


def put_in_place(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes all files beside their places first, then renames each; raises `Fault` WS-02."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
        try:
            _rename(building, folder, [_build(building, *item) for item in files.items()])
        finally:
            shutil.rmtree(building, ignore_errors=True)
    except OSError as error:
        raise Fault("WS-02", f"cannot write: {error.strerror}", file=str(error.filename or folder)) from error


def _build(building: Path, name: str, data: bytes) -> str:
    path = building / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return name


def _rename(building: Path, folder: Path, names: Iterable[str]) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (building / name).replace(folder / name)
