"""The commands that deliver: audit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sharedsocial_utils.cli.base import (
    FAILED,
    NOTHING_DONE,
    QUARANTINED,
    ClientId,
    Run,
    Strict,
    command,
    console,
    table,
    tell,
)
from sharedsocial_utils.errors import Fault

if TYPE_CHECKING:
    from rich.console import Console

STEP_WORDS = {
    "1_ingest": "reading the exports",
    "2_effort_vs_results": "setting effort against results",
    "3_start_stop": "weighing what to start and stop",
    "4_report": "telling",
    "pdf": "making the PDF",
}


@command
def audit(
    run: Run,
    client: ClientId,
    quarter: Annotated[str, typer.Option(help="The quarter to audit, such as 2026Q3.")],
    strict: Strict = False,
) -> int:
    """Run the notebooks and write the report.

    The last line printed is the report's path.
    """
    from sharedsocial_utils.delivering import audit as run_audit

    begun: list[str] = []
    try:
        with _progress(begun) as on_step:
            result = run_audit(client, quarter, run.workspace, on_step)
    except Fault as fault:
        tell(fault, run.json, client=client, quarter=quarter, status="failed", report=None)
        return FAILED if begun else NOTHING_DONE
    if run.json:
        seconds = round(sum(result.seconds.values()), 2)
        run.answer(
            {**vars(result), "status": "done", "seconds": seconds, "steps": result.seconds, "error": None}
        )
    else:
        _print_audit(console(), result)
        print(result.report)
    return QUARANTINED if strict and (result.rows_quarantined or result.files_unused) else 0


@contextmanager
def _progress(begun: list[str]) -> Iterator[Callable[[str], None]]:
    """Names each step as it begins: one live line on a terminal, a line for each elsewhere."""
    from rich.console import Console

    console = Console(stderr=True, markup=False, highlight=False)
    status = console.status("") if console.is_terminal else None

    def on_step(name: str) -> None:
        begun.append(name)
        words = f"{len(begun)}/{len(STEP_WORDS)} {STEP_WORDS[name]} ({name})"
        status.update(words) if status else console.print(words)

    if status:
        with status:
            yield on_step
    else:
        yield on_step


def _print_audit(out: "Console", result: Any) -> None:
    flags = ", ".join(f"{count} {flag}" for flag, count in result.flags.items()) or "none"
    unused = f", {result.files_unused} without a usable row" if result.files_unused else ""
    rows = [(name, f"{seconds:.1f} s") for name, seconds in result.seconds.items()]
    rows += [
        ("all steps", f"{sum(result.seconds.values()):.1f} s"),
        ("files", f"{result.files}{unused}"),
        ("rows read", f"{result.rows_read:,}"),
        ("rows kept", f"{result.rows_kept:,}"),
        ("rows not used", f"{result.rows_quarantined:,}"),
        ("verdicts", flags),
    ]
    out.print(table(f"{result.client} {result.quarter}", None, rows))
