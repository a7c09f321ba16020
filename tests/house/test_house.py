"""The top level is as drawn, no file names a machine or an index, and the documents name what there is."""

import re
import subprocess
from pathlib import Path

import pytest

from sharedsocial_utils.cli import app
from sharedsocial_utils.reading import readers

ROOT = Path(__file__).parents[2]
TOP = {
    ".ci", ".gitattributes", ".gitignore", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "data",
    "environment.yml", "notebooks", "pyproject.toml", "reports", "requirements.lock", "sharedsocial_utils",
    "tests",
}  # fmt: skip
ELSEWHERE = "|".join(
    (
        "/ho" + r"me/(?!ada)\w",
        "/ro" + "ot/",
        "/wo" + "rk/",
        "/tm" + "p/",
        "pypi" + r"\.org",
        "python" + "hosted",
    )
)


def committed() -> list[Path]:
    """The files of the repository."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a clone")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_the_top_level_is_as_drawn() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in committed()} <= TOP
    for name in TOP - {".gitattributes"}:
        assert (ROOT / name).exists(), name


def test_no_file_names_a_machine_or_an_index() -> None:
    for path in committed():
        if path.suffix in {".ttf", ".xlsx", ".xls", ".zip", ".parquet", ".png"}:
            continue
        found = re.search(ELSEWHERE, path.read_text("utf-8", errors="replace"))
        assert not found, f"{path.relative_to(ROOT)}: {found and found[0]}"


def test_the_readme_names_every_command_and_format() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = {f"sharedsocial {c.name}" for c in app.registered_commands}
    services = {reader.EXPORT.service for reader in readers().values()}
    assert {words for words in commands | services if words not in readme} == set()


def test_ci_installs_every_tool_that_a_test_needs() -> None:
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    needed = set(re.findall(r"""mark\.tool\(\s*["']([\w-]+)""", tests))
    installed = set(re.findall(r"^  \[([\w-]+)\]=", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE))
    assert needed <= installed, "a tool without a package in .ci/run"
    assert "shutil." + "which" not in tests, "say it with @pytest.mark.tool: else .ci/run does not notice"


def test_ci_and_make_are_programs() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)
    told = subprocess.run(
        ["make", "-n", "-C", ROOT, "test"], capture_output=True, text=True, check=True
    ).stdout
    for part in ("ruff check", "ruff format --check", "mypy", "pytest"):
        assert part in told
