"""A missing system tool is a reason to skip a test here, and a failure where all tools are promised."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEST = "import pytest\n\n\n@pytest.mark." + 'tool("python-fax")\ndef test_fax():\n    assert False\n'


@pytest.mark.parametrize(("promised", "code", "outcome"), [("0", 0, "SKIPPED"), ("1", 1, "FAILED")])
def test_a_missing_tool(tmp_path: Path, promised: str, code: int, outcome: str) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_fax.py").write_text(TEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    tool(name): needs a system tool\n")
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", tmp_path],
        env={**os.environ, "SHAREDSOCIAL_ALL_TOOLS": promised}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == code, told.stdout
    assert outcome in told.stdout
    assert "needs the system tool python-fax" in told.stdout
