"""One task on one untrusted file, in a child with the limits of the sandbox: the parent parses nothing."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from sharedsocial_utils.errors import Fault

TASKS = {"propose": "mapping", "sanitise": "sanitising"}
"""Name of a function => the module of this room that has it: (name, bytes) -> what JSON holds, new bytes."""


def apart(task: str, path: Path) -> tuple[Any, bytes]:
    """What a task makes of a file: its answer and, where it makes a file, the bytes of that.

    Raises the task's `Fault`, and those of a file that cannot be opened or that stops its reader.
    """
    from sharedsocial_utils.reading.sandbox import WALL_SECONDS

    with tempfile.TemporaryDirectory(prefix="apart-") as folder:
        job = {"task": task, "path": str(path), "name": path.name, "out": folder}
        command = [sys.executable, "-c", "from sharedsocial_utils.reading.apart import main; main()"]
        with suppress(subprocess.TimeoutExpired):  # it has left no answer
            subprocess.run(  # noqa: S603 - our own interpreter and module
                command,
                input=json.dumps(job).encode(),
                capture_output=True,
                timeout=WALL_SECONDS,
                check=False,
            )
        answer = Path(folder) / "answer.json"
        if not answer.is_file():
            raise Fault("IN-FILE-10", "the reader stopped: memory, time or a crash", file=path.name)
        told = json.loads(answer.read_text("utf-8"))
        if "fault" in told:
            raise Fault(**told["fault"])
        return told["answer"], (Path(folder) / "made").read_bytes()


def main() -> None:
    """Does one task in the child."""
    from sharedsocial_utils.reading import sandbox

    job = json.load(sys.stdin)
    out, name = Path(job["out"]), job["name"]
    function = getattr(import_module(f"sharedsocial_utils.reading.{TASKS[job['task']]}"), job["task"])
    if hasattr(os, "fork"):
        sandbox._limit_memory()
        sandbox._limit_time()
    try:
        answer, made = function(name, sandbox._bytes(Path(job["path"])))
        (out / "made").write_bytes(made)
        told = {"answer": answer}
    except Fault as fault:
        told = {"fault": _parts(fault, name)}
    except MemoryError:
        told = {"fault": _parts(Fault("IN-FILE-10", "the memory limit was reached"), name)}
    except Exception as error:
        told = {"fault": _parts(Fault("IN-FILE-11", f"{type(error).__name__}: {error}"), name)}
    temporary = out / "answer.part"
    temporary.write_text(json.dumps(told), "utf-8")
    temporary.replace(out / "answer.json")


def _parts(fault: Fault, name: str) -> dict[str, Any]:
    kept = ("code", "found", "sheet", "line", "column", "text", "expected", "next_step")
    return {**{part: getattr(fault, part) for part in kept}, "file": name}
