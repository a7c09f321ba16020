"""The interpreter that reads is forked ahead where that is safe, and reads as a fresh one does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks ahead need Linux's /proc")
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false",
}  # fmt: skip
"""As in a warm process: numerical libraries and Arrow's allocator start threads when they are imported."""
TWICE = """
import json, sys
from pathlib import Path
from sharedsocial_utils.reading import child, fork_ahead, sandbox
from sharedsocial_utils.reading.source import Context
files = {path: Path(path) for path in sys.argv[1:]}
begun, started = [], sandbox.started
def counted():
    begun.append(1)
    return started()
sandbox.started = counted
fork_ahead()
told = []
for _ in range(2):
    told.append([[f.path, f.reader, f.rows_kept, f.error and f.error["code"]] for f in
                 sandbox.read_apart(files, Context())])
    told.append(len(begun))
print(json.dumps(told))
"""
THREADED = """
import threading
from sharedsocial_utils.reading import child, fork_ahead
wait = threading.Event()
threading.Thread(target=wait.wait).start()
fork_ahead()
print(len(child._ahead))
wait.set()
"""


def ran(script: str, *arguments: object) -> str:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=60, env={**os.environ, **ONE_THREAD}
    )
    return done.stdout


def test_a_fork_reads_once_as_a_fresh_interpreter_does(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(
        "<rss version='2.0'><channel><title>x</title><link>https://x.example</link><item><title>a</title>"
        "<guid>1</guid><pubDate>Mon, 06 Jul 2026 10:00:00 GMT</pubDate></item></channel></rss>"
    )
    (tmp_path / "nothing.csv").write_text("")
    forked, before, fresh, after = json.loads(ran(TWICE, tmp_path / "feed.xml", tmp_path / "nothing.csv"))
    assert forked == fresh
    assert [(reader, kept, code) for _, reader, kept, code in forked] == [
        ("blog_feed", 1, None),
        (None, 0, "IN-FILE-01"),
    ]
    assert (before, after) == (0, 1)


def test_a_process_with_threads_is_not_forked() -> None:
    assert ran(THREADED) == "0\n"
