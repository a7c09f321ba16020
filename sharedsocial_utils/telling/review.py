"""One client's quarter, opened for telling: its tables (read when first asked for), its file, its words."""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from sharedsocial_utils.client import Client, Side, house_file, load_client, load_house
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.tables import TABLES, read_table
from sharedsocial_utils.telling.look import Look, look_of
from sharedsocial_utils.telling.names import Names
from sharedsocial_utils.telling.wording import Words, words_of
from sharedsocial_utils.workspace import Quarter, Workspace

Audience = Literal["client", "agency"]
LEAST_CLIENTS = 5
"""In a band that another client sees."""


@dataclass(frozen=True, eq=False)
class Review:
    """What the pages are told from. Tables are shared between pages: nobody changes a frame in place.

    For the client, what stays in the agency is not there: not its columns, not its keys of client.toml.
    """

    client_id: str
    client: Client
    quarter: Quarter
    folder: Path
    reports: Path
    words: Words
    names: Names
    audience: Audience
    look: Look
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """A table of the quarter; raises `Fault` WS-03 if the room before has not written it."""
        if name not in self._tables:
            hidden = TABLES[name].internal if self.audience == "client" else []
            self._tables[name] = read_table(self.folder, name).drop(columns=hidden)
        return self._tables[name]

    @cached_property
    def thresholds(self) -> dict[str, dict[str, Any]]:
        """What `deciding` used: name -> value, unit, why; raises `Fault` WS-03 if it is not written."""
        path = self.folder / "thresholds.json"
        if not path.is_file():
            raise Fault("WS-03", "the thresholds of the verdicts are missing", file=path.name)
        return dict(json.loads(path.read_text("utf-8")))

    @cached_property
    def bands(self) -> dict[str, dict[str, float]]:
        """Anonymous bands of the return by kind of activity: clients, activities, p10, p50, p90; of five
        clients or more, and only from the very file that the verdicts were made with."""
        used, path = self.folder / "portfolio.json", self.folder.parents[1] / "portfolio" / "portfolio.json"
        if not used.is_file() or not path.is_file():
            return {}
        content = path.read_bytes()
        if json.loads(used.read_bytes()).get("sha256") != sha256(content).hexdigest():
            return {}
        bands: dict[str, dict[str, float]] = json.loads(content)["bands"]
        return {kind: band for kind, band in bands.items() if band["clients"] >= LEAST_CLIENTS}

    @property
    def fingerprint(self) -> str:
        """Twelve digits that change with any byte of any input file."""
        hashes = sorted(self.table("sources")["sha256"])
        return sha256("\n".join([self.client_id, str(self.quarter), *hashes]).encode()).hexdigest()[:12]

    def has(self, name: str) -> bool:
        """Whether a table is written: some are not by every run, others not yet."""
        return name in TABLES and (self.folder / f"{name}.parquet").is_file()

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


def open_review(
    client: str,
    quarter: str,
    workspace: str | Path,
    language: str | None = None,
    audience: Audience = "client",
) -> Review:
    """Opens the tables of a client's quarter, lazily; the language is the client's own unless given.

    Raises `Fault`: CL-01, CL-05 for an unknown or bad client, CL-07 for a bad quarter, WS-01 for a folder
    that is no workspace, CL-02 to CL-06 for the client's file and agency.toml, RP-03 for a logo or a font.
    """
    place, period = Workspace.at(workspace), Quarter.parse(quarter)
    about = load_client(place.raw(client))
    words = words_of(language or about.language, about.currency)
    house = (house_file(place.root) or place.root / "agency.toml").parent
    look = look_of(load_house(place.root), house, about, place.raw(client), words.language)
    about = about.for_client() if audience == "client" else about
    return Review(
        client,
        about,
        period,
        place.processed(client, period),
        place.reports(client, period),
        words,
        Names(about, words),
        audience,
        look,
    )
