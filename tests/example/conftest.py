"""One demo workspace of three clients, written once for all tests of the example room."""

from pathlib import Path

import pytest

from sharedsocial_utils.example import write_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of the default seed with three clients."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, clients=3)
    return folder


@pytest.fixture(scope="session")
def raw(demo: Path) -> Path:
    """The exports of la-quercia."""
    return demo / "data" / "raw" / "la-quercia"
