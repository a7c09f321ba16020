"""Kill -9 of any process at any moment, and run again: the bytes of a run that nothing disturbed.

SHAREDSOCIAL_KILLS says how many are killed: 50 if not given, 500 for a release.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

import project
from sharedsocial_utils.delivering import locking
from sharedsocial_utils.workspace import Workspace

QUARTER = "2026Q3"
CLIENTS = 20
KILLS = int(os.environ.get("SHAREDSOCIAL_KILLS", "50"))
OWN_SERVER, PARENT = 0.3, 0.25
"""How often a run has a warm process of its own, which may be hit too; how often the run itself is hit."""
READ = """
from pathlib import Path
word = (Path(workspace) / "data" / "raw" / client / "secret.txt").read_text()
"""
PROGRAM = """
import sys
from pathlib import Path
import sharedsocial_utils.delivering
module = sys.modules["sharedsocial_utils.delivering.batch"]
module.find_notebooks = lambda: Path(sys.argv[1])
module.batch([], "2026Q3", sys.argv[2], 2)
"""


@dataclass
class Night:
    """A workspace of small clients whose outputs show a word of their inputs, and runs over it."""

    place: Workspace
    notebooks: Path
    temporary: Path

    def write(self, word: str) -> None:
        for client in self.place.clients():
            (self.place.raw(client) / "secret.txt").write_text(f"{word} of {client}")

    def start(self, own_server: bool = False) -> "subprocess.Popen[bytes]":
        env = {k: v for k, v in os.environ.items() if not (own_server and k == "WARM_KERNELS")}
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(self.notebooks), str(self.place.root)],
            env={**env, "TMPDIR": str(self.temporary)}, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def run(self, own_server: bool = False) -> dict[str, bytes]:
        assert self.start(own_server).wait() == 0
        return project.tree(self.place.root)


@pytest.fixture
def night(tmp_path: Path) -> Night:
    root = project.workspace(tmp_path / "work")
    for number in range(1, CLIENTS):
        project.add_client(root, f"client-{number:02}")
    report = project.DOCUMENT.replace("{quarter}", "{word}")
    changed = {
        "1_ingest": [f"{READ}\nprint(word)", *project.CELLS["1_ingest"]],
        "4_report": [READ, report, project.LAST],
    }
    (tmp_path / "t").mkdir()
    return Night(Workspace(root), project.notebooks(tmp_path / "notebooks", changed), tmp_path / "t")


@pytest.mark.slow
def test_kill_any_process_at_any_moment_and_run_again(night: Night) -> None:
    chance = random.Random(2010)
    whole = {}
    for word in ("first", "second"):
        night.write(word)
        whole[word] = night.run()
    assert whole["first"].keys() == whole["second"].keys()
    killed, turn = 0, 0
    while killed < KILLS:
        word = ("first", "second")[turn % 2]
        night.write(word)
        if turn % 3 == 2:
            for part in ("reports", "data/processed"):
                locking.remove(night.place.root / part)
        killed += sum(killed_until_through(night, chance, whole, KILLS - killed))
        assert night.run() == whole[word], (turn, killed)
        assert project.left(night.place.root) == {"lock", "ledger.sqlite"}
        if list(night.temporary.iterdir()):  # a warm process and its guard were killed: the next one clears
            assert night.run(own_server=True) == whole[word]
        assert list(night.temporary.iterdir()) == []
        turn += 1


def killed_until_through(
    night: Night, chance: random.Random, whole: Mapping[str, dict[str, bytes]], most: int
) -> Iterator[int]:
    """One run after the other, each hit until it is dead, until one is through or enough were killed."""
    while most > 0:
        run = night.start(own_server=chance.random() < OWN_SERVER)
        family = {psutil.Process(run.pid)}
        time.sleep(chance.uniform(0.3, 1.5))
        while run.poll() is None and most > 0:
            family |= set(descendants(run.pid))
            victim = run.pid if chance.random() < PARENT else chance.choice(sorted(p.pid for p in family))
            with suppress(psutil.NoSuchProcess):
                psutil.Process(victim).kill()
                most -= 1
                yield 1
            watch(night.place, whole, run, chance.uniform(0.1, 0.6))
        through = run.poll() == 0
        run.kill()
        run.wait()
        for left in (family, list(descendants(run.pid))):  # some were born while the others died
            assert psutil.wait_procs(left, timeout=20)[1] == []
        if through:
            return


def descendants(run: int) -> Iterator[psutil.Process]:
    """The run's own, and those that were forked for it by the warm process of the tests."""
    with suppress(psutil.NoSuchProcess):
        yield from psutil.Process(run).children(recursive=True)
    folder = os.environ.get("WARM_KERNELS", "@").partition("@")[2]
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if folder and folder in process.cmdline() and process.parent().pid != os.getpid():
                yield from process.children(recursive=True)


def watch(
    place: Workspace, whole: Mapping[str, dict[str, bytes]], run: "subprocess.Popen[bytes]", seconds: float
) -> None:
    """For a while, every file at a final name is whole, of this input or of the one before."""
    until = time.monotonic() + seconds
    while run.poll() is None and time.monotonic() < until:
        for name, data in project.tree(place.root).items():
            if "/notebooks/" in name:
                json.loads(data)  # that of a client whose process was killed may have stopped anywhere
            elif not Path(name).name.startswith("."):
                assert data in [known.get(name) for known in whole.values()], name
        time.sleep(0.05)
