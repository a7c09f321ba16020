"""A small invented client: three of the company and two of the agency, five activities."""

from pathlib import Path

import pytest

from sharedsocial_utils.client import Client, load_client
from sharedsocial_utils.workspace import Workspace

CLIENT = """
name = "Il Pioppo"
language = "it"
currency = "EUR"
timezone = "Europe/Rome"
[agency]
name = "Agenzia"
hourly_rate = 50.0
[company]
name = "Il Pioppo"
hourly_cost = 20.0
[value]
margin = 0.5
contact = 40.0
[[people]]
id = "anna"
side = "company"
protected_hours_per_week = 4
skills = { blog = 3, facebook = 1 }
[[people]]
id = "carlo"
side = "company"
protected_hours_per_week = 2
skills = { facebook = 3, x = 2 }
[[people]]
id = "bruno"
side = "agency"
skills = { blog = 3, facebook = 3, x = 3, youtube = 3 }
[[activities]]
id = "blog-posts"
channel = "blog"
kind = "post"
importance = 5
voice = "company"
planned = { company = 3.0, agency = 2.0 }
[[activities]]
id = "facebook-posts"
channel = "facebook"
kind = "post"
planned = { company = 2.0, agency = 1.0 }
[[activities]]
id = "x-posts"
channel = "x"
kind = "post"
importance = 1
planned = { company = 0.0, agency = 2.0 }
[[activities]]
id = "youtube-videos"
channel = "youtube"
kind = "video"
phase = "launch"
planned = { company = 0.0, agency = 3.0 }
[[activities]]
id = "old-videos"
channel = "youtube"
kind = "video"
phase = "closing"
planned = { company = 0.0, agency = 1.0 }
"""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    folder = tmp_path / "data" / "raw" / "pioppo"
    folder.mkdir(parents=True)
    (folder / "client.toml").write_text(CLIENT, "utf-8")
    return Workspace.at(tmp_path)


@pytest.fixture
def client(place: Workspace) -> Client:
    return load_client(place.raw("pioppo"))
