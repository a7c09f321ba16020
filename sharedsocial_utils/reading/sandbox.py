"""Hostile files are parsed in children with limits of memory and time; the parent only opens what they wrote.

One fresh interpreter imports the readers once and forks workers, which claim one file after another. A file
that kills its worker costs that file alone: another worker goes on with the rest. Where fork is missing
(Windows) the interpreter reads the files itself, without limits, and is started again behind a file that
killed it.
"""

import gc
import importlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from subprocess import Popen
from typing import Any, BinaryIO

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import door, frames
from sharedsocial_utils.reading.child import forked_ahead, started
from sharedsocial_utils.reading.containers import MAX_FILE_BYTES
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.frames import Frames
from sharedsocial_utils.reading.source import Context

MEMORY_BYTES = 2 * 2**30  # above what the libraries take; a 1,000,000-row export needs about 600 MB
CPU_SECONDS = 120
WALL_SECONDS = 180
WORKERS = 4
PIECE_BYTES = 128 * 2**20
_DAYS = ("as_of", "first_date", "last_date")


def read_apart(
    files: Mapping[str, Path], context: Context, child: Popen[bytes] | None = None
) -> list[FileReading]:
    """Reads files, given by the name to call them and their place; one answer each, in their order.

    `child` is an interpreter started earlier (see `child.started`), else one is taken that was forked ahead,
    or started here.
    """
    if not files:
        return []
    with tempfile.TemporaryDirectory(prefix="reading-") as folder:
        places = {name: str(path) for name, path in files.items()}
        job = {"files": list(places.items()), "context": asdict(context), "out": folder}
        _run_child(job, child)
        return [_result(Path(folder), number, name) for number, name in enumerate(files)]


def _run_child(job: dict[str, Any], first: Popen[bytes] | None) -> None:
    """Runs the child until every file has an answer or was given its chance."""
    told = json.dumps(job).encode()
    if ready := first or forked_ahead():
        ready.communicate(told)
    claimed = -1
    while claimed < len(list(Path(job["out"]).glob("*.claimed"))) < len(job["files"]):
        claimed = len(list(Path(job["out"]).glob("*.claimed")))
        with started() as child:
            child.communicate(told)


def _result(folder: Path, number: int, name: str) -> FileReading:
    path = folder / f"{number}.json"
    if not path.is_file():
        stopped = Fault("IN-FILE-10", "the reader stopped: memory, time or a crash", file=name)
        return FileReading(name, error=stopped.as_dict(), faults=[{**stopped.as_dict(), "row": ""}])
    stored = json.loads(path.read_bytes())
    names = stored.pop("table_names")
    tables = Frames({table: frames.read(folder / f"{number}.{table}.arrow") for table in names})
    days = {day: date.fromisoformat(stored[day]) if stored[day] else None for day in _DAYS}
    return FileReading(**{**stored, **days, "tables": tables})


# ---- the child


def main() -> None:
    """Reads the job from standard input and leaves one answer per file."""
    _warm_up()
    job = json.load(sys.stdin)
    context = Context(**job["context"])
    if hasattr(os, "fork"):
        _run_workers(job, context)
    else:
        _work(job, context)


def _warm_up() -> None:
    """Does once, before the forks, what each worker would do at its first file: imports, tables of words."""
    for name in ("pyarrow", "feedparser", "openpyxl", "defusedxml.ElementTree"):
        importlib.import_module(name)
    for name, text in _FIRST.items():
        read_bytes(name, text.encode(), Context())
    gc.freeze()  # what is imported stays: no collection of a worker need look at it
    gc.set_threshold(50_000)  # rows and frames make no cycles, and are gone when nobody holds them


_FIRST = {
    "first.csv": """Date,Person,Project,Hours
2026-07-13,Ada,Blog,1.5
2026-07-14,Ada,Blog,0:45
""",
    "second.csv": """# ---
# a
# b
# 20260713-20260714
# ---

Date,Session source,Session medium,Sessions
,,,3,Grand total
20260713,a,b,1
20260714,a,b,2
""",
    "third.xml": """<rss version="2.0"><channel><title>a</title><item><title>b</title><guid>c</guid>
<pubDate>Mon, 13 Jul 2026 07:30:00 +0000</pubDate></item></channel></rss>
""",
}
"""Files of each kind that most files are."""


def _run_workers(job: dict[str, Any], context: Context) -> None:
    """Keeps some workers going until no file is left; one that died is replaced."""
    workers = {_fork(job, context) for _ in range(min(WORKERS, os.cpu_count() or 1))}
    while workers:
        worker, status = os.wait()
        workers.discard(worker)
        if status != 0 and len(list(Path(job["out"]).glob("*.claimed"))) < len(job["files"]):
            workers.add(_fork(job, context))


def _fork(job: dict[str, Any], context: Context) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _limit_memory()
            _work(job, context)
            code = 0
        finally:
            os._exit(code)
    return child


def _work(job: dict[str, Any], context: Context) -> None:
    """Answers for one file after another, as long as there is one that nobody has claimed."""
    for number in range(len(job["files"])):
        if _claim(Path(job["out"]) / f"{number}.claimed"):
            _limit_time()
            _answer(job, number, context)


def _claim(marker: Path) -> bool:
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _limit_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if Path("/proc/self/statm").is_file():  # macOS does not keep to a limit of address space
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES, used + MEMORY_BYTES))


def _limit_time() -> None:
    """Gives the next file its time; whoever takes longer is killed by the system."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)


def _answer(job: dict[str, Any], number: int, context: Context) -> None:
    name, path = job["files"][number]
    try:
        reading = read_bytes(name, _bytes(Path(path)), context)
    except Fault as fault:
        placed = fault.at(file=name).as_dict()
        reading = FileReading(name, error=placed, faults=[{**placed, "row": ""}])
    _store(Path(job["out"]), number, reading)


def _bytes(path: Path) -> bytes:
    """The content of a regular file; links, devices and what is too large are refused unopened."""
    try:
        if path.is_symlink() or not path.is_file():
            raise Fault("IN-FILE-08", "not a regular file")
        # what was put in its place since is neither followed nor waited for
        with os.fdopen(os.open(path, _PLAIN), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_FILE_BYTES:
                raise Fault("IN-FILE-07", f"{size} bytes", expected=f"at most {MAX_FILE_BYTES}")
            return _content(file)
    except OSError as error:
        raise Fault("IN-FILE-12", f"cannot be opened: {error.strerror}") from error


_PLAIN = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


def _content(file: BinaryIO) -> bytes:
    """All of a file, if what its beginning says of it lets it be an export: else it is not held in memory."""
    piece = file.read(PIECE_BYTES)
    if len(piece) < PIECE_BYTES:
        return piece
    kind = door.Head("", piece).type
    if kind in ("empty", "binary", "image", "pdf", "gzip"):
        raise Fault("IN-FILE-07", "larger than any export, and none by its beginning")
    lines = 1
    while kind == "text" and len(piece) == PIECE_BYTES:
        ends = piece.count(b"\n")
        if not ends and b"\r" not in piece:
            raise Fault("IN-FILE-07", f"a line of {PIECE_BYTES} bytes and more", line=lines)
        lines, piece = lines + ends, file.read(PIECE_BYTES)
    file.seek(0)
    return file.read(MAX_FILE_BYTES)


def _store(folder: Path, number: int, reading: FileReading) -> None:
    for name, table in reading.tables.arrow.items():
        frames.write(folder / f"{number}.{name}.arrow", table)
    stored = {f.name: getattr(reading, f.name) for f in fields(reading) if f.name != "tables"}
    stored |= {day: stored[day].isoformat() if stored[day] else None for day in _DAYS}
    stored["table_names"] = sorted(reading.tables)
    temporary = folder / f"{number}.part"
    temporary.write_text(json.dumps(stored), "utf-8")
    temporary.replace(folder / f"{number}.json")
