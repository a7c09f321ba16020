"""pyproject.toml, the two locks and environment.yml say the same."""

import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import conda

ROOT = Path(__file__).parents[2]
LOCKS = (ROOT / "requirements.lock", ROOT / "tests" / "requirements.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def pinned(lock: Path) -> dict[str, list[str]]:
    """Versions by package; one package may have several, under different markers."""
    versions: dict[str, list[str]] = {}
    for pin in conda.pins(lock):
        requirement = Requirement(pin)
        (specifier,) = requirement.specifier
        assert specifier.operator == "==", f"{pin} is not pinned"
        versions.setdefault(requirement.name, []).append(specifier.version)
    return versions


@pytest.mark.parametrize(
    ("wanted", "lock"),
    [(text, LOCKS[0]) for text in PROJECT["dependencies"]]
    + [(text, LOCKS[1]) for text in PROJECT["optional-dependencies"]["test"]],
)
def test_what_the_project_needs_is_locked_at_a_version_it_accepts(wanted: str, lock: Path) -> None:
    requirement = Requirement(wanted)
    versions = pinned(lock).get(requirement.name, [])
    assert versions, f"{requirement.name} is not in {lock.name}: run `make lock`"
    for version in versions:
        assert requirement.specifier.contains(version), f"{requirement.name} {version}: run `make lock`"


def test_tests_run_with_the_versions_of_the_product() -> None:
    product, tests = set(conda.pins(LOCKS[0])), set(conda.pins(LOCKS[1]))
    on_more_systems = {pin for pin in product if pin.split(" ;")[0] in tests}
    assert product <= tests | on_more_systems


@pytest.mark.parametrize("lock", LOCKS, ids=("product", "tests"))
def test_every_package_has_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    packages = [part for part in text.replace("\\\n", "").splitlines() if part.strip()]
    for package in packages:
        assert "--hash=sha256:" in package, package


def test_the_lock_is_for_all_systems() -> None:
    text = LOCKS[0].read_text("utf-8")
    for system in ("win32", "darwin"):
        assert f"sys_platform == '{system}'" in text


def test_environment_yml_is_made_from_the_lock() -> None:
    text = (ROOT / "environment.yml").read_text("utf-8")
    assert text == conda.environment(), "run `make lock`"
    python, pip, installed = yaml.safe_load(text)["dependencies"]
    assert (pip, python.split("=")[0]) == ("pip", "python")
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(python.split("=")[1])
    assert installed["pip"] == [*conda.pins(LOCKS[0]), "-e ."]
