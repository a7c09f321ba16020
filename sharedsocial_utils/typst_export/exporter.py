"""The exporters that nbconvert finds by their entry points, `typst` and `typstpdf`."""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode
from traitlets import Bool, Enum, Float, List, Unicode, default
from traitlets.config import Config

from .branding import BrandError, brand_beside
from .compiling import compile_pdf, compiles, homeless_comments
from .conversion import REMOVED_TAGS, Cell, Conversion, Output, is_removed, numbered
from .errors import ExportError
from .notebooks import mended
from .pieces import Pieces
from .settings import KEY, PAPERS_MM, Settings, settings_of

FILES = "files"
SHARE = Path(__file__).with_name("data") / "share" / "jupyter"
Resources = Mapping[str, Any]  # nbconvert's own: what the steps of an export hand on


class _Compiled(BytecodeCache):
    """The templates of this process, compiled once; jinja2 looks whether the text is still the same."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = bucket.bytecode_to_string()


COMPILED = _Compiled()


class _Paths(List[str]):
    """Of one path on the command line, traitlets 5.16 would make a literal, and None of what is none."""

    def from_string(self, s: str) -> list[str]:
        return [s]


class TypstExporter(TemplateExporter):
    """Exports a notebook to Typst source; its pictures become files beside it."""

    export_from_notebook = "Typst"
    output_mimetype = "text/typst"

    attachments_dir = Unicode(
        "",
        help="Folder of the files that the notebook's metadata attach. Default: the notebook's own folder.",
    ).tag(config=True)
    paper = Enum([None, *PAPERS_MM], None, allow_none=True, help="Paper. Default: a4.").tag(config=True)
    margins = Float(None, allow_none=True, help="Margins of all sides, in millimetres.").tag(config=True)
    columns = Enum([None, 1, 2], None, allow_none=True, help="Columns of text.").tag(config=True)
    contents = Bool(None, allow_none=True, help="A table of contents with page numbers.").tag(config=True)
    header = Unicode(None, allow_none=True, help="Head of each page. Default: the title.").tag(config=True)
    footer = Unicode(None, allow_none=True, help="Foot of each page, left.").tag(config=True)
    language = Unicode(None, allow_none=True, help="Language of the text, such as en-GB.").tag(config=True)
    primary = Unicode(None, allow_none=True, help="Colour of titles and links, as #rrggbb.").tag(config=True)
    accent = Unicode(None, allow_none=True, help="Colour of lines and marks, as #rrggbb.").tag(config=True)
    logo = Unicode(None, allow_none=True, help="A picture in the folder of attachments.").tag(config=True)
    logo_alt = Unicode(None, allow_none=True, help="What the logo shows, in words.").tag(config=True)
    fonts = _Paths(
        Unicode(), None, allow_none=True, help="Fonts of one family in the folder of attachments."
    ).tag(config=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]  # nbconvert's

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".typ"

    @default("optimistic_validation")
    def _optimistic_validation_default(self) -> bool:
        """The notebook is checked once after all of nbconvert's steps, not after each."""
        return True

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

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]  # nbconvert's
        environment.bytecode_cache = COMPILED
        return environment

    def default_filters(self) -> Iterable[tuple[str, Callable[..., str]]]:
        yield from super().default_filters()  # type: ignore[no-untyped-call]  # nbconvert's
        yield from FILTERS.items()

    def from_notebook_node(
        self, nb: NotebookNode, resources: Resources | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert a notebook to Typst source; `resources["outputs"]` holds the files that it refers to.

        `resources["typst_export"]` tells `replaced_characters` and `refused_links`. Raises ExportError.
        """
        source, told, conversion = self._converted(nb, resources, **kw)
        return source, self._told(conversion, told)

    def _converted(
        self, nb: NotebookNode, resources: Resources | None, **kw: Any
    ) -> tuple[str, dict[str, Any], Conversion]:
        nb = mended(nb)
        numbered(nb.cells)
        source, told = super().from_notebook_node(nb, dict(resources or {}), **kw)
        return source, told, told.pop(KEY)

    def _preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, dict[str, Any]]:
        """Read all texts once nbconvert's steps are through: one of them may run the notebook."""
        metadata = resources.get("metadata", {})
        attachments = Path(self.attachments_dir or metadata.get("path") or ".")
        name = metadata.get("name") or "Notebook"
        settings = self._settings(nb, name, attachments)
        if settings.strict:
            nb.cells = [cell for cell in nb.cells if not is_removed(cell)]
        nb, told = super()._preprocess(nb, resources)  # type: ignore[no-untyped-call]  # nbconvert's
        pieces = None if settings.strict else Pieces.of(nb.cells)
        if pieces and settings.title == name:
            settings = replace(settings, title=pieces.first_title(nb.cells) or name)
        folder = told.get("output_files_dir") or FILES
        told[KEY] = Conversion(settings, folder, attachments, pieces, nb)
        return nb, told

    def _told(self, conversion: Conversion, resources: dict[str, Any]) -> dict[str, Any]:
        """What callers of an exporter are told."""
        for warning in conversion.warnings:
            self.log.warning(warning)
        resources["outputs"] = {**(resources.get("outputs") or {}), **conversion.files}
        resources[KEY] = conversion.counts()
        return resources

    def _settings(self, nb: NotebookNode, name: str, folder: Path) -> Settings:
        """What the notebook says, overruled by this exporter's options; a `_brand.yml` comes last."""
        said = nb.metadata.get(KEY)
        said = said if isinstance(said, Mapping) else {}
        options = {key: getattr(self, key) for key in OPTIONS if getattr(self, key) is not None}
        brand = {key: getattr(self, key) for key in BRAND if getattr(self, key) is not None}
        inside = said.get("brand") or {}
        if isinstance(inside, Mapping):
            beside = {} if said.get("strict") else self._brand_beside(folder)
            options |= {"brand": merged} if (merged := {**beside, **inside, **brand}) else {}
        return settings_of(nb.metadata, name, options)

    def _brand_beside(self, folder: Path) -> dict[str, str]:
        try:
            found, warnings = brand_beside(folder)
        except BrandError as error:
            raise ExportError(str(error)) from None
        for warning in warnings:
            self.log.warning(warning)
        return found


OPTIONS = ("paper", "margins", "columns", "contents", "header", "footer", "language")
BRAND = ("primary", "accent", "logo", "logo_alt", "fonts")


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
        source, told, conversion = self._converted(nb, inside, **kw)
        try:
            pdf, homeless = _compiled(source, conversion)
        except ExportError:
            if not conversion.has_formulas():
                raise
            # Each formula is looked at alone, and one that Typst refuses is shown as LaTeX.
            conversion = conversion.with_formulas(compiles)
            pdf, homeless = _compiled(self._rendered(conversion, told), conversion)
        if homeless:
            conversion = conversion.with_raised(homeless)
            pdf, _ = _compiled(self._rendered(conversion, told), conversion)
        told = self._told(conversion, told)
        del told["outputs"]
        return pdf, told

    def _rendered(self, conversion: Conversion, told: Resources) -> str:
        rendered: str = self.template.render(nb=conversion.notebook, resources={**told, KEY: conversion})
        return rendered


def _compiled(source: str, conversion: Conversion) -> tuple[bytes, list[int]]:
    """The PDF, and the numbers of the comments for which their page has no room."""
    with tempfile.TemporaryDirectory(prefix="typst-export-") as folder:
        main = _bundle(Path(folder), source, conversion.files)
        pdf = compile_pdf(main, conversion.settings.timestamp)
        if not conversion.has_comments():
            return pdf, []
        return pdf, homeless_comments(main, conversion.settings.sheet.margins_mm[0])


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
def _brand(context: Context, _: Resources) -> str:
    return _conversion(context).brand()


@pass_context
def _formulas(context: Context, _: Resources) -> str:
    return _conversion(context).formulas()


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
    "typst_brand": _brand,
    "typst_formulas": _formulas,
    "typst_attachments": _attachments,
    "typst_input": _input,
    "typst_markdown": _markdown,
    "typst_raw": _raw,
    "typst_output": _output,
}
