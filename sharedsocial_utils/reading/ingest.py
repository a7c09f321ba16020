"""A client's folder to the tidy tables: every file read apart, the same rows of several exports merged."""

from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import Popen

import pandas as pd

from sharedsocial_utils.client import Client, load_client
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import identity
from sharedsocial_utils.reading.file import FileReading
from sharedsocial_utils.reading.frames import Frames
from sharedsocial_utils.reading.merging import merge
from sharedsocial_utils.reading.sandbox import read_apart
from sharedsocial_utils.reading.source import Context
from sharedsocial_utils.tables import TABLES, conform, write_table
from sharedsocial_utils.workspace import Quarter, Workspace

DATA_TABLES = ("items", "metrics", "visits", "contacts", "effort", "spend", "plan_items")
NOT_EXPORTS = ("client.toml", "decisions.csv", "README.md", "agency.toml")


@dataclass
class Ingest:
    """All tables of room 1, and what became of each file."""

    tables: dict[str, pd.DataFrame]
    files: list[FileReading]

    @property
    def sources(self) -> pd.DataFrame:
        """The table `sources`."""
        return self.tables["sources"]

    @property
    def quarantine(self) -> pd.DataFrame:
        """The table `quarantine`."""
        return self.tables["quarantine"]

    @property
    def restatements(self) -> pd.DataFrame:
        """The table `restatements`."""
        return self.tables["restatements"]


def read_client(client: str, quarter: str, workspace: str | Path) -> Ingest:
    """Reads all files of a client and writes the tables of room 1 for the quarter's audit.

    Raises `Fault` of the workspace and of client.toml, and IN-ACC-01 for a file of another account; any other
    fault of a file stands in `quarantine`.
    """
    place = Workspace.at(workspace)
    folder = place.processed(client, Quarter.parse(quarter))
    ingest = look_through(client, place)
    identity.require_own(ingest.files)
    for name, frame in ingest.tables.items():
        write_table(folder, name, frame)
    return ingest


def look_through(client: str, place: Workspace, child: Popen[bytes] | None = None) -> Ingest:
    """Reads all files of a client, in `child` if one is started, and writes nothing."""
    root = place.raw(client)
    about = load_client(root)
    names = [name for name in input_files(root) if name not in about.brand.files]
    every = read_apart({name: root / name for name in names}, context(client, about), child)
    files, doubles = _without_doubles(every)
    tables = merge(files, DATA_TABLES)
    return Ingest(
        {**tables, "sources": _sources(files), "quarantine": _quarantine(files + doubles)}, files + doubles
    )


def read_files(paths: list[Path]) -> list[FileReading]:
    """Reads files that belong to no client; one answer for each path as given, in order."""
    return read_apart({str(path): path for path in paths}, Context())


def input_files(root: Path) -> list[str]:
    """All files below the client's folder that can be exports, by relative path, sorted."""
    found = (path for path in root.rglob("*") if path.is_symlink() or not path.is_dir())
    names = (path.relative_to(root) for path in found)
    return sorted(n.as_posix() for n in names if n.as_posix() not in NOT_EXPORTS and not _hidden(n))


def _hidden(name: Path) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.parts)


def context(client_id: str, client: Client) -> Context:
    """What readers may know of the client."""
    people = {name.casefold().strip(): (p.id, p.side) for p in client.people for name in (p.id, *p.names)}
    return Context(
        client.timezone,
        client.currency,
        client.site,
        people,
        f"sharedsocial:{client_id}",
        client.identity,
        [section.model_dump(mode="json", exclude_defaults=True) for section in client.tables],
    )


def _without_doubles(files: list[FileReading]) -> tuple[list[FileReading], list[FileReading]]:
    """The files, and those whose bytes lie there under an earlier name too."""
    first: dict[str, str] = {}
    kept, doubles = [], []
    for file in files:
        if file.sha256 and file.sha256 in first:
            doubles.append(_as_double(file, first[file.sha256]))
        else:
            first[file.sha256] = file.path
            kept.append(file)
    return kept, doubles


def _as_double(file: FileReading, first: str) -> FileReading:
    """The same file, all its rows merged into those of the first."""
    fault = Fault("IN-FILE-09", f"the same bytes as {first}", file=file.path)
    faults = [{**fault.as_dict(), "row": ""}]
    return replace(file, tables=Frames(), faults=faults, rows_merged=file.rows_kept, rows_kept=0, spans={})


def _sources(files: list[FileReading]) -> pd.DataFrame:
    names = list(TABLES["sources"].names)
    return conform("sources", pd.DataFrame([{n: getattr(f, n) for n in names} for f in files], columns=names))


def _quarantine(files: list[FileReading]) -> pd.DataFrame:
    rows = [
        {"path": f["file"], "line": f["row"] or None, "column": f["column"], "code": f["code"],
         "reason": f["message"], "text": f["text"]}
        for file in files
        for f in file.faults
    ]  # fmt: skip
    return conform("quarantine", pd.DataFrame(rows, columns=TABLES["quarantine"].names))
