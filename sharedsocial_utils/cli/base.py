"""What all commands share: their options, how a table and a fault look on the screen.

Everything but typer is imported where it is used, so that help answers at once.
"""

import inspect
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sharedsocial_utils.errors import Fault, sentence, visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

QUARANTINED, FAILED, NOTHING_DONE, OUR_FAULT = 1, 2, 3, 4
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The quarterly review of the social media work that a company and its agency do together.",
)


@dataclass(frozen=True)
class Run:
    """What every command is told."""

    workspace: Path
    json: bool
    verbose: bool
    debug: bool

    def answer(self, content: Any) -> None:
        """Prints the machine's answer."""
        print(json.dumps(content, indent=2, default=str))


_OPTIONS = (
    (
        "workspace",
        Annotated[Path, typer.Option(help="Folder with data/raw, data/processed, reports.")],
        Path(),
    ),
    ("json", Annotated[bool, typer.Option("--json", help="Answer as JSON.")], False),
    ("verbose", Annotated[bool, typer.Option("--verbose", "-v", help="Tell more.")], False),
    ("debug", Annotated[bool, typer.Option("--debug", help="Show tracebacks.")], False),
)
ClientId = Annotated[str, typer.Argument(metavar="CLIENT", help="Name of a folder in data/raw.")]
Strict = Annotated[bool, typer.Option("--strict", help="End with 1 if a row or a file was not used.")]


def command(function: Callable[..., int | None]) -> Callable[..., int | None]:
    """Registers a command: its first argument, `run`, holds the options that all commands take."""

    @wraps(function)
    def with_options(workspace: Path, json: bool, verbose: bool, debug: bool, **own: Any) -> int | None:
        return function(Run(workspace, json, verbose, debug), **own)

    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, kind, default in _OPTIONS
    ]
    own = list(inspect.signature(function).parameters.values())[1:]
    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + options
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {p.name: p.annotation for p in parameters}
    app.command(function.__name__.rstrip("_"))(with_options)  # `map_` is map
    return function


# ---- on the screen


def console() -> "Console":
    """Prints text as it is: nothing in a file is markup."""
    from rich.console import Console

    console = Console(markup=False, highlight=False, emoji=False)
    return console if console.is_terminal else Console(markup=False, highlight=False, emoji=False, width=160)


def table(
    title: str,
    heads: Sequence[str] | None,
    rows: Iterable[Sequence[object]],
    numbers: int = 0,
    lines: bool = False,
) -> "Table":
    """A table whose last `numbers` columns are figures; control characters in its cells are shown."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(visible(title), "bold"), title_justify="left", box=box.SIMPLE_HEAD, show_lines=lines,
        show_header=heads is not None, show_edge=False,
    )  # fmt: skip
    content = [["" if cell is None else str(cell) for cell in row] for row in rows]
    width = len(heads) if heads is not None else max((len(row) for row in content), default=1)
    for place in range(width):
        is_number = place >= width - numbers
        head = Text(heads[place]) if heads is not None else ""
        table.add_column(head, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
    for row in content:
        table.add_row(*(Text(_shown(cell)) for cell in row))
    return table


def _shown(cell: str) -> str:
    return "\n".join(visible(line) for line in cell.split("\n"))


def tell(fault: Fault, as_json: bool, **about: Any) -> None:
    """The fault after the contract: to the person on one line, or as JSON."""
    if as_json:
        print(json.dumps({**about, "error": fault.as_dict()}, indent=2, default=str))
        return
    from rich.console import Console
    from rich.text import Text

    cause, cure = (visible(sentence(words)) for words in (fault.message(), fault.cure()))
    parts = ((fault.code, "bold red"), (visible(fault.place()), "bold"), (cause, ""))
    told = Text("  ").join(Text(*part) for part in parts if part[0])
    Console(stderr=True).print(told + Text(f" {cure}", "green"), soft_wrap=True)
