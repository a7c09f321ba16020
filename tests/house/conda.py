"""environment.yml, made from requirements.lock: `python tests/house/conda.py > environment.yml`."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAD = """\
# For those who have conda, Windows too: conda env create -f environment.yml
# Made by `make lock` from requirements.lock: the same versions. The hashes stay there, because pip refuses to
# install a folder (the last line) while it checks hashes.
name: sharedsocial
channels:
  - conda-forge
dependencies:
  - python=3.13
  - pip
  - pip:
"""


def environment() -> str:
    """The file's text."""
    lines = [f'      - "{pin}"\n' for pin in pins(ROOT / "requirements.lock")]
    return HEAD + "".join(lines) + "      - -e .\n"


def pins(lock: Path) -> list[str]:
    """Name, version and marker of each package of a lock."""
    lines = lock.read_text("utf-8").splitlines()
    return [line.removesuffix("\\").strip() for line in lines if line and not line.startswith((" ", "#"))]


if __name__ == "__main__":
    print(environment(), end="")
