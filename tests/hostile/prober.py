"""Reads files as the sandbox does, one worker each, and says what each took: a path in, an answer out."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sharedsocial_utils.reading import sandbox
from sharedsocial_utils.reading.source import Context

CONTEXT = Context("Europe/Rome", "EUR", "https://laquercia.example", salt="hostile")
OURS = {"IN-FILE-06", "IN-FILE-10", "IN-FILE-11"}  # a file of others must never be a fault of ours
Probe = Callable[[Path], dict[str, Any]]


@contextmanager
def probing() -> Iterator[Probe]:
    """A function that has a file read in a fresh process, and gives what became of it and what it took."""
    command = [sys.executable, __file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as prober:
        assert prober.stdin
        assert prober.stdout
        given, answers = prober.stdin, prober.stdout

        def ask(path: Path) -> dict[str, Any]:
            given.write(f"{path}\n")
            given.flush()
            answer: dict[str, Any] = json.loads(answers.readline())
            return answer

        yield ask
        given.close()


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _probe(path: Path) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        job = {"files": [[path.name, str(path)]], "context": asdict(CONTEXT), "out": folder}
        _, _, usage = os.wait4(sandbox._fork(job, CONTEXT), 0)
        before = _resident_bytes()
        found = sandbox._result(Path(folder), 0, path.name)
        grown = _resident_bytes() - before
    classes = ("kept", "merged", "quarantined", "other")
    return {
        "reader": found.reader,
        "codes": [fault["code"] for fault in found.faults],
        "error": found.error and found.error["code"],
        "read": found.rows_read,
        "classed": sum(getattr(found, f"rows_{name}") for name in classes),
        "is_refused": found.error is not None or found.rows_kept == 0,
        "seconds": usage.ru_utime + usage.ru_stime,
        "mib": usage.ru_maxrss / 1024,
        "parent_mib": grown / 2**20,
    }


if __name__ == "__main__":
    sandbox._warm_up()
    for line in sys.stdin:
        print(json.dumps(_probe(Path(line.strip()))), flush=True)
