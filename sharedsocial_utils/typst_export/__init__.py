"""nbconvert exporters from notebooks to Typst source (`--to typst`) and to tagged PDF (`--to typstpdf`).

A notebook becomes a report in one of two ways:

- *strict*, if its metadata say `{"typst_export": {"strict": true, "title": ..., "date": ...}}`: typed outputs
  only (`MIME_TYPE`, described in `blocks`), no code, no stream, nothing unknown; whatever does not fit is
  refused with the number of its cell;
- *general*, for any other notebook: what it holds is converted, or named in its place.

All keys of the metadata are in `settings`. The PDF conforms to PDF/UA-1 and PDF/A-3a together; the same
notebook gives the same bytes. This package imports nothing of its siblings.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .blocks import MIME_TYPE
    from .compiling import fonts_dir
    from .errors import ExportError
    from .exporter import TypstExporter, TypstPDFExporter

__all__ = ["MIME_TYPE", "ExportError", "TypstExporter", "TypstPDFExporter", "fonts_dir"]
PLACES = {
    "MIME_TYPE": "blocks",
    "fonts_dir": "compiling",
    "ExportError": "errors",
    "TypstExporter": "exporter",
    "TypstPDFExporter": "exporter",
}


def __getattr__(name: str) -> Any:
    """Imported when first asked for: the command in `__main__` says first how nbconvert is to be imported."""
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{PLACES[name]}", __name__), name)
