"""The exporters that nbconvert finds by their entry points, `typst` and `typstpdf`."""

import copy
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode
from traitlets import Unicode, default
from traitlets.config import Config

from .compiling import compile_pdf
from .conversion import REMOVED_TAGS, Cell, Conversion, Output, is_removed, numbered
from .settings import KEY, settings_of

FILES = "files"
SHARE = Path(__file__).with_name("data") / "share" / "jupyter"
Resources = Mapping[str, Any]  # nbconvert's own: what the steps of an export hand on


class TypstExporter(TemplateExporter):
    """Exports a notebook to Typst source; its pictures become files beside it."""

    export_from_notebook = "Typst"
    output_mimetype = "text/typst"

    attachments_dir = Unicode(
        "",
        help="Folder of the files that the notebook's metadata attach. Default: the notebook's own folder.",
    ).tag(config=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]  # nbconvert's

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".typ"

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".typ.j2"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "typst"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        """A folder that happens to be called typst must not change a report; other names work as usual."""
        return [] if self.template_name == "typst" else [str(Path.cwd())]

    @property
    def default_config(self) -> Config:
        config = Config({"TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": REMOVED_TAGS}})
        inherited = Config(super().default_config)
        inherited.merge(config)
        return inherited

    def get_prefix_root_dirs(self) -> list[str]:
        """The package's own templates first: they are there in an editable install too."""
        return [str(SHARE), *super().get_prefix_root_dirs()]  # type: ignore[no-untyped-call]  # nbconvert's

    def default_filters(self) -> Iterable[tuple[str, Callable[..., str]]]:
        yield from super().default_filters()  # type: ignore[no-untyped-call]  # nbconvert's
        yield from FILTERS.items()

    def from_notebook_node(
        self, nb: NotebookNode, resources: Resources | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert a notebook to Typst source; `resources["outputs"]` holds the files that it refers to.

        `resources["typst_export"]` tells `replaced_characters` and `refused_links`. Raises ExportError.
        """
        resources = dict(resources or {})
        metadata = resources.get("metadata", {})
        settings = settings_of(nb.metadata, metadata.get("name") or "Notebook")
        nb = copy.deepcopy(nb)
        numbered(nb.cells)
        if settings.strict:
            nb.cells = [cell for cell in nb.cells if not is_removed(cell)]
        attachments = Path(self.attachments_dir or metadata.get("path") or ".")
        resources[KEY] = Conversion(settings, resources.get("output_files_dir") or FILES, attachments)
        source, resources = super().from_notebook_node(nb, resources, **kw)
        conversion = resources[KEY]
        for warning in conversion.warnings:
            self.log.warning(warning)
        resources["outputs"] = {**(resources.get("outputs") or {}), **conversion.files}
        resources[KEY] = conversion.counts()
        return source, resources


class TypstPDFExporter(TypstExporter):
    """Exports a notebook to a tagged PDF (PDF/UA-1 and PDF/A-3a), compiled by Typst: no LaTeX, no browser."""

    export_from_notebook = "PDF via Typst"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Resources | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert a notebook to the bytes of a PDF; see `TypstExporter`. Raises ExportError."""
        inside = {**(resources or {}), "output_files_dir": FILES}
        source, resources = super().from_notebook_node(nb, inside, **kw)
        files = resources.pop("outputs")
        day = settings_of(nb.metadata, "").timestamp
        with tempfile.TemporaryDirectory(prefix="typst-export-") as folder:
            return compile_pdf(_bundle(Path(folder), source, files), day), resources


def _bundle(folder: Path, source: str, files: Mapping[str, bytes]) -> Path:
    """Write the source and its files, by the names that the conversion gave them; return the source."""
    (folder / FILES).mkdir()
    for name, data in files.items():
        if Path(name).parent == Path(FILES):
            (folder / name).write_bytes(data)
    main = folder / "report.typ"
    main.write_text(source, encoding="utf-8")
    return main


def _conversion(context: Context) -> Conversion:
    conversion: Conversion = context["resources"][KEY]
    return conversion


@pass_context
def _head(context: Context, _: Resources) -> str:
    return _conversion(context).head()


@pass_context
def _attachments(context: Context, _: Resources) -> str:
    return _conversion(context).attach()


@pass_context
def _input(context: Context, cell: Cell) -> str:
    return _conversion(context).input(cell)


@pass_context
def _markdown(context: Context, cell: Cell) -> str:
    return _conversion(context).markdown(cell)


@pass_context
def _raw(context: Context, cell: Cell) -> str:
    return _conversion(context).raw(cell)


@pass_context
def _output(context: Context, output: Output, cell: Cell) -> str:
    return _conversion(context).output(output, cell)


FILTERS: dict[str, Callable[..., str]] = {
    "typst_head": _head,
    "typst_attachments": _attachments,
    "typst_input": _input,
    "typst_markdown": _markdown,
    "typst_raw": _raw,
    "typst_output": _output,
}
