"""One row for each client of the agency, gathered from the quarter's processed tables.

A client without tables, or with one that is wrong, keeps its row: the reason stands in it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sharedsocial_utils.client import Client, load_client
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.tables import FLAGS, TABLES, Column, Table
from sharedsocial_utils.telling.look import Look, look_of_house
from sharedsocial_utils.telling.wording import Words, words_of
from sharedsocial_utils.workspace import Quarter, Workspace

CHANGES = ("START", "GROW", "REDUCE", "STOP")
ROW = Table(
    "portfolio",
    "one client of the agency",
    (
        Column("client", "text", "", "id of the client"),
        Column("name", "text", "", "its name"),
        Column("currency", "text", "", "currency of its amounts"),
        Column("reason", "text", "", "why it has no figures: not-audited, or the code of a fault"),
        *(Column(flag.lower(), "count", "count", f"activities with the verdict {flag}") for flag in FLAGS),
        Column("cost", "number", "currency", "hours of both sides at their rates, plus spend"),
        Column("at_stake", "number", "currency per quarter", "cost of the activities that are to change"),
        Column("expected_loss", "number", "currency per quarter", "of all activities that lose, as they are"),
        Column("hours_company", "number", "h", "hours of the company"),
        Column("hours_agency", "number", "h", "hours of the agency"),
        Column("agreed_hours_agency", "number", "h", "hours of the agency agreed for the activities"),
        Column("contract_min_hours", "number", "h", "the least that the contract asks"),
        Column("contract_max_hours", "number", "h", "the most that it allows; missing without a limit"),
        Column("fees", "number", "currency", "hours of the agency at its rate"),
        Column("internal_cost", "number", "currency", "hours of the agency at their cost to it", "agency"),
        Column("margin", "number", "currency", "fees less internal cost", "agency"),
        Column("contacts", "number", "count", "contacts of the channels that are worked"),
        Column("cost_per_contact", "number", "currency per contact", "cost / contacts, of the same days"),
        Column("files", "count", "files", "input files"),
        Column("files_unused", "count", "files", "of these, without a usable row"),
        Column("rows_read", "count", "rows", "rows of all files"),
        Column("rows_quarantined", "count", "rows", "of these, not used for a fault"),
        Column("covered_days", "number", "days", "days that files cover, of all worked channels"),
        Column("expected_days", "number", "days", "days of the quarter times worked channels"),
    ),
    ("client",),
)
NEEDED = {
    "flags": ("flag", "quarter_cost", "expected_net"),
    "channel_quarter": (
        "hours_company", "hours_agency", "cost", "contacts", "covered_days", "expected_days",
        "cost_per_contact",
    ),
    "activity_quarter": ("planned_hours_agency",),
    "sources": ("rows_read", "rows_kept", "rows_merged", "rows_quarantined"),
}  # fmt: skip
"""The columns read of each table: with a thousand clients every other one would count."""
NOT_AUDITED = "not-audited"
Values = NDArray[Any]
"""One column of a table, as floats or texts."""


@dataclass(frozen=True, eq=False)
class Clients:
    """All clients of a workspace in one quarter: `frame` has a row for each, as `ROW` says."""

    quarter: Quarter
    place: Workspace
    language: str
    look: Look
    frame: pd.DataFrame

    @property
    def audited(self) -> pd.DataFrame:
        """The clients with figures."""
        return self.frame[self.frame["reason"].isna()]

    @cached_property
    def currency(self) -> str | None:
        """The currency of all clients; None where they differ: then amounts are never added."""
        found = self.audited["currency"].unique()
        return str(found[0]) if len(found) == 1 else None

    @property
    def words(self) -> Words:
        """The words of the document; amounts of a single client have `words_for`."""
        return words_of(self.language, self.currency or "EUR")

    def words_for(self, currency: str) -> Words:
        """The words with that client's currency."""
        return words_of(self.language, currency)

    def say(self, key: str, /, **values: object) -> str:
        """A sentence in the document's language."""
        return self.words.say(key, **values)

    @property
    def period(self) -> str:
        """The quarter in words."""
        return self.say("period", number=self.quarter.number, year=self.quarter.year)

    @property
    def folder(self) -> Path:
        """Where the portfolio's document lies."""
        return self.place.root / "reports" / "portfolio" / str(self.quarter)

    @cached_property
    def bands(self) -> dict[str, dict[str, float]]:
        """The anonymous bands that clients' reports may show, by kind of activity."""
        path = self.place.root / "data" / "processed" / "portfolio" / "portfolio.json"
        return dict(json.loads(path.read_bytes())["bands"]) if path.is_file() else {}


def open_clients(quarter: str, workspace: str | Path, language: str = "it") -> Clients:
    """Gathers the rows of all clients. Raises `Fault`: WS-01, CL-07, and CL-02 to CL-04 for agency.toml."""
    place, period = Workspace.at(workspace), Quarter.parse(quarter)
    rows = [_row(place, client, period) for client in place.clients()]
    frame = pd.DataFrame(rows, columns=ROW.names) if rows else pd.DataFrame(columns=ROW.names)
    kinds = {"text": "str", "count": "Int64", "number": "float64"}
    frame = frame.astype({column.name: kinds[column.kind] for column in ROW.columns})
    return Clients(period, place, language, look_of_house(place.root, language), frame)


def _row(place: Workspace, client: str, quarter: Quarter) -> dict[str, Any]:
    row: dict[str, Any] = {"client": client, "name": client}
    try:
        about = load_client(place.raw(client))
        row |= {"name": about.name, "currency": about.currency}
        folder = place.processed(client, quarter)
        if not (folder / "flags.parquet").is_file():
            return row | {"reason": NOT_AUDITED}
        tables = {name: _read(folder, name, columns) for name, columns in NEEDED.items()}
    except Fault as fault:
        return row | {"reason": fault.code}
    return row | dict(_measures(about, quarter, tables))


def _read(folder: Path, name: str, columns: tuple[str, ...]) -> dict[str, Values]:
    """A few columns of a table; raises `Fault` WS-03 as reading the whole would."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(folder / f"{name}.parquet") as file:
            read = file.read(columns=list(columns), use_threads=False)
        texts = {column.name for column in TABLES[name].columns if column.kind == "text"}
        return {
            column: np.asarray(read.column(column).to_pylist(), dtype=object if column in texts else float)
            for column in columns
        }
    except (OSError, KeyError, ValueError, TypeError, pa.ArrowException) as error:
        raise Fault("WS-03", f"table {name} is missing or damaged", file=f"{name}.parquet") from error


def _measures(
    about: Client, quarter: Quarter, tables: dict[str, dict[str, Values]]
) -> Iterator[tuple[str, Any]]:
    """The figures of one client, by column of `ROW`."""
    flags, channels, sources = tables["flags"], tables["channel_quarter"], tables["sources"]
    yield from ((flag.lower(), int((flags["flag"] == flag).sum())) for flag in FLAGS)
    yield "at_stake", np.nansum(flags["quarter_cost"][np.isin(flags["flag"].astype(str), CHANGES)])
    yield "expected_loss", -np.nansum(np.minimum(flags["expected_net"], 0))
    effort = [np.nan_to_num(channels[name]) for name in ("hours_company", "hours_agency", "cost")]
    worked = np.sum(effort, axis=0) > 0
    sums = {name: _sum(values[worked]) for name, values in channels.items() if name != "cost_per_contact"}
    yield from sums.items()
    undivided = np.isnan(channels["cost_per_contact"]) & (channels["cost"] > 0) & (channels["contacts"] > 0)
    divided = sums["contacts"] > 0 and not undivided.any()
    yield "cost_per_contact", sums["cost"] / sums["contacts"] if divided else np.nan
    weeks, agency = quarter.days / 7, about.agency
    yield "agreed_hours_agency", _sum(tables["activity_quarter"]["planned_hours_agency"])
    yield "contract_min_hours", agency.min_hours_per_week * weeks
    most = agency.max_hours_per_week
    yield "contract_max_hours", np.nan if most is None else most * weeks
    own = np.nan if agency.internal_cost is None else agency.internal_cost
    yield "fees", sums["hours_agency"] * agency.hourly_rate
    yield "internal_cost", sums["hours_agency"] * own
    yield "margin", sums["hours_agency"] * (agency.hourly_rate - own)
    used = np.nan_to_num(sources["rows_kept"]) + np.nan_to_num(sources["rows_merged"])
    yield "files", len(used)
    yield "files_unused", int((used == 0).sum())
    yield from ((name, int(np.nansum(sources[name]))) for name in ("rows_read", "rows_quarantined"))


def _sum(values: Values) -> float:
    """The sum of what is known; missing where nothing is."""
    return float("nan") if np.isnan(values).all() else float(np.nansum(values))
