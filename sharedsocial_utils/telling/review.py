"""One client's quarter, opened for telling: its tables (read when first asked for), its file, its words."""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sharedsocial_utils.client import Client, Side, load_client
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.tables import read_table
from sharedsocial_utils.telling.names import Names
from sharedsocial_utils.telling.wording import Words, words_of
from sharedsocial_utils.workspace import Quarter, Workspace


@dataclass(frozen=True, eq=False)
class Review:
    """What the pages are told from. Tables are shared between pages: nobody changes a frame in place."""

    client_id: str
    client: Client
    quarter: Quarter
    folder: Path
    reports: Path
    words: Words
    names: Names
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """A table of the quarter; raises `Fault` WS-03 if the room before has not written it."""
        if name not in self._tables:
            self._tables[name] = read_table(self.folder, name)
        return self._tables[name]

    @cached_property
    def thresholds(self) -> dict[str, dict[str, Any]]:
        """What `deciding` used: name -> value, unit, why; raises `Fault` WS-03 if it is not written."""
        path = self.folder / "thresholds.json"
        if not path.is_file():
            raise Fault("WS-03", "the thresholds of the verdicts are missing", file=path.name)
        return dict(json.loads(path.read_text("utf-8")))

    @property
    def language(self) -> str:
        """The language of the report."""
        return self.words.language

    @property
    def as_of(self) -> date:
        """The last day that the sources cover, never the clock. A plan or a calendar that reaches into the
        future counts to the day of its export; without any source it is the quarter's last day."""
        sources = self.table("sources")
        days = sources["last_date"].where(
            sources["as_of"].isna() | (sources["last_date"] <= sources["as_of"]), sources["as_of"]
        )
        return self.quarter.last_day if days.isna().all() else days.max().date()

    @property
    def period(self) -> str:
        """The quarter in words: "3º trimestre 2026"."""
        return self.words.say("period", number=self.quarter.number, year=self.quarter.year)

    def side_name(self, side: Side) -> str:
        """The name of the company or of the agency."""
        return self.client.company.name if side == "company" else self.client.agency.name

    def say(self, key: str, /, **values: object) -> str:
        """A sentence in the report's language."""
        return self.words.say(key, **values)


def open_review(client: str, quarter: str, workspace: str | Path, language: str | None = None) -> Review:
    """Opens the tables of a client's quarter, lazily; the language is the client's own unless given.

    Raises `Fault`: CL-01, CL-05 for an unknown or bad client, CL-07 for a bad quarter, WS-01 for a folder
    that is no workspace, CL-02 to CL-06 for the client's file.
    """
    place, period = Workspace.at(workspace), Quarter.parse(quarter)
    about = load_client(place.raw(client))
    words = words_of(language or about.language, about.currency)
    return Review(
        client,
        about,
        period,
        place.processed(client, period),
        place.reports(client, period),
        words,
        Names(about, words),
    )
