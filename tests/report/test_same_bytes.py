"""The report's bytes do not depend on where, when and by whom it is made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MAKE = """
import hashlib, os, sys, time
shift = float(sys.argv[2])
clock, local, utc = time.time, time.localtime, time.gmtime
time.time = lambda: clock() + shift
time.localtime = lambda at=None: local(time.time() if at is None else at)
time.gmtime = lambda at=None: utc(time.time() if at is None else at)
os.umask(int(sys.argv[3], 8))
sys.path.insert(0, sys.argv[4])
from pathlib import Path
from executed import audited
from tables_for_tests import workspace

folder = audited(workspace(Path(sys.argv[1]), 3))
for path in sorted(path for path in folder.rglob("*") if path.is_file()):
    print(hashlib.sha256(path.read_bytes()).hexdigest(), path.relative_to(folder).as_posix())
"""
HELPERS = Path(__file__).parents[1] / "telling"
A_YEAR_AND_MORE = 400 * 86_400


def made(folder: Path, shift: float = 0, umask: str = "022", **environment: str) -> str:
    """The hashes of all files of a report, made by a process of its own in that environment."""
    root, home = folder / "work space", folder / "home"
    for path in (root, home):
        path.mkdir(parents=True)
    arguments = [sys.executable, "-W", "error", "-c", MAKE, str(root), str(shift), umask, str(HELPERS)]
    kept = {
        name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "VIRTUAL_ENV")
    }
    done = subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
        env={**kept, "HOME": str(home), **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_other_zone_language_seed_home_folder_umask_and_a_year_later_give_the_same_bytes(
    tmp_path: Path,
) -> None:
    first = made(tmp_path / "first", TZ="UTC", LANG="C.UTF-8", PYTHONHASHSEED="0")
    assert "report.pdf" in first
    assert "tables/flags.csv" in first
    others = (
        {"TZ": "Pacific/Kiritimati", "LANG": "it_IT.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "America/St_Johns", "LC_ALL": "C", "PYTHONHASHSEED": "4242"},
        {"TZ": "Europe/Rome", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "random"},
    )
    for number, environment in enumerate(others):
        again = made(tmp_path / f"{number} è", A_YEAR_AND_MORE * number, "077", **environment)
        assert again == first, environment
