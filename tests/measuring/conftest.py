"""The invented client of `pioppo` in a workspace."""

from pathlib import Path

import pioppo
import pytest

from sharedsocial_utils.client import Client, load_client
from sharedsocial_utils.workspace import Workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace with that client."""
    folder = tmp_path / "data" / "raw" / "pioppo"
    folder.mkdir(parents=True)
    (folder / "client.toml").write_text(pioppo.CLIENT, "utf-8")
    return Workspace.at(tmp_path)


@pytest.fixture
def client(place: Workspace) -> Client:
    return load_client(place.raw("pioppo"))
