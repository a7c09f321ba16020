"""The commands that deliver: audit, batch."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
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
from sharedsocial_utils.errors import Fault, visible

if TYPE_CHECKING:
    from rich.console import Console

    from sharedsocial_utils.delivering import Outcome

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
        for message in result.messages:
            print(message)
        print(result.report)
    return QUARANTINED if strict and (result.rows_quarantined or result.files_unused) else 0


@command
def batch(
    run: Run,
    quarter: Annotated[str, typer.Option(help="The quarter to audit, such as 2026Q3.")],
    clients: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CLIENT...]", help="Names of folders in data/raw; none: all."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processors to use; all of them if not given.")
    ] = None,
    cluster: Annotated[
        str, typer.Option(metavar="ADDRESS", help="A Dask scheduler, such as tcp://host:8786.")
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all/--only-changed", help="Run what has not changed, too.")
    ] = False,
    strict: Strict = False,
) -> int:
    """Audit many clients, as far as they have changed.

    One line for each client: why it ran or not, its report, or what is wrong with it.
    """
    from sharedsocial_utils.delivering import batch as run_batch

    with _watched(run) as watcher:
        outcomes = run_batch(
            clients or [], quarter, run.workspace, jobs, everything, watcher, cluster=cluster
        )
    if not run.json:
        _print_batch(console(), quarter, outcomes, run.verbose)
    return _code(outcomes, strict)


def _code(outcomes: "Sequence[Outcome]", strict: bool) -> int:
    failed = [outcome for outcome in outcomes if outcome.fault]
    if len(failed) == len(outcomes):
        return NOTHING_DONE
    if failed:
        return FAILED
    return QUARANTINED if strict and any(o.rows_quarantined or o.files_unused for o in outcomes) else 0


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


@contextmanager
def _watched(run: Run) -> Iterator[Any]:
    """A batch on the screen: live on a terminal, lines elsewhere; with --json one line for each client."""
    from rich.console import Console
    from rich.live import Live

    from sharedsocial_utils.delivering import Watcher

    out = Console(stderr=True, markup=False, highlight=False, emoji=False, soft_wrap=True)

    class OnScreen(Watcher):
        def __init__(self) -> None:
            self.lock, self.begun = threading.Lock(), time.monotonic()
            self.clients = self.to_run = self.through = self.failures = 0
            self.steps: dict[str, str] = {}

        def begins(self, clients: int, to_run: int) -> None:
            self.clients, self.to_run, self.begun = clients, to_run, time.monotonic()
            if not live:
                out.print(f"{_clients(clients)}, {to_run} to run")

        def note(self, words: str) -> None:
            out.print(f"Note: {words}.")

        def step(self, client: str, step: str) -> None:
            with self.lock:
                self.steps[client] = step

        def ends(self, outcome: "Outcome") -> None:
            with self.lock:
                ran = self.steps.pop(outcome.client, "") or outcome.status == "done"
                self.through += bool(ran)
                self.failures += outcome.fault is not None
            if run.json:
                print(json.dumps(outcome.as_dict(), default=str), flush=True)
            elif not live or outcome.fault:
                out.print(_line(outcome))

        def __rich__(self) -> Any:
            with self.lock:
                working = [(client, STEP_WORDS[step]) for client, step in sorted(self.steps.items())]
                done, left = self.through, self.to_run - self.through
            taken = time.monotonic() - self.begun
            if not self.clients:
                return table(f"looking for what has changed, {_duration(taken)}", None, [])
            rest = f", about {_duration(taken / done * left)} left" if done and left else ""
            title = f"{done} of {_clients(self.to_run)}, {self.failures} failed, {_duration(taken)}{rest}"
            return table(title, None, working)

    watcher, live = OnScreen(), out.is_terminal and not run.json
    shown = Live(watcher, console=out, transient=True, refresh_per_second=4) if live else nullcontext()
    try:
        with shown:
            yield watcher
    except (KeyboardInterrupt, SystemExit):
        done = watcher.through - watcher.failures
        out.print(f"Ended: {done} of {_clients(watcher.to_run)} done. The same command goes on from here.")
        raise


def _line(outcome: "Outcome") -> str:
    if outcome.fault:
        return f"{visible(outcome.client)}: failed. {visible(_wrong(outcome.fault))}"
    took = f" in {outcome.seconds:.1f} s" if outcome.status == "done" else ""
    aside = _put_aside(outcome.rows_quarantined, outcome.files_unused)
    return f"{outcome.client}: {outcome.status}{took} ({outcome.why}){aside}"


def _wrong(fault: Fault) -> str:
    """The client stands before it already."""
    return fault.at(client="").one_line()


def _put_aside(rows: int, files: int) -> str:
    """What the reports' last pages list."""
    told = [f"{rows:,} {'row' if rows == 1 else 'rows'} put aside"] if rows else []
    told += [f"{files:,} {'file' if files == 1 else 'files'} without a usable row"] if files else []
    return "".join(f", {part}" for part in told)


def _clients(count: int) -> str:
    return "1 client" if count == 1 else f"{count:,} clients"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _print_batch(out: "Console", quarter: str, outcomes: "Sequence[Outcome]", verbose: bool) -> None:
    """How many of each; the failed ones again, and with -v all."""
    count = Counter(outcome.status for outcome in outcomes)
    told = ", ".join(f"{count[status]} {status}" for status in ("done", "skipped", "failed"))
    rows, files = sum(o.rows_quarantined for o in outcomes), sum(o.files_unused for o in outcomes)
    title = f"{quarter}: {_clients(len(outcomes))}, {told}{_put_aside(rows, files)}"
    shown = [_row(outcome) for outcome in outcomes if verbose or outcome.fault]
    out.print(table(title, None, shown))


def _row(outcome: "Outcome") -> tuple[str, ...]:
    seconds = f"{outcome.seconds:.1f} s" if outcome.seconds else ""
    aside = _put_aside(outcome.rows_quarantined, outcome.files_unused)
    told = _wrong(outcome.fault) if outcome.fault else outcome.why + aside
    return outcome.client, outcome.status, seconds, told
