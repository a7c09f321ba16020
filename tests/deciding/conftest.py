"""The small invented client in a workspace."""

from pathlib import Path

import pytest
from invented import CLIENT

from sharedsocial_utils.client import Client, load_client
from sharedsocial_utils.workspace import Workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    folder = tmp_path / "data" / "raw" / "pioppo"
    folder.mkdir(parents=True)
    (folder / "client.toml").write_text(CLIENT, "utf-8")
    return Workspace.at(tmp_path)


@pytest.fixture
def client(place: Workspace) -> Client:
    return load_client(place.raw("pioppo"))
