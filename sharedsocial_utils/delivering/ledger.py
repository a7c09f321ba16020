"""The book of what is done: which outputs were made from which fingerprints, and the hashes of files.

SQLite, flushed at every entry: after a crash it holds what was entered, and no more. A file is hashed again
only when its size, times or inode differ from those it had, or when it was so young then that a later change
need not show in them.
"""

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from sharedsocial_utils.delivering.fingerprints import digest
from sharedsocial_utils.errors import Fault

TABLES = """
create table if not exists files (path text primary key, state text not null, sha256 text not null);
create table if not exists done (client text, quarter text, code text not null, keys text not null,
    outputs text not null, tables text not null, stamp text not null, primary key (client, quarter));
"""
SETTLED_NS = 50_000_000
"""A file this old when it was looked at shows every later change in its times; where times are whole seconds,
two seconds do it."""
COARSE_NS = 2_000_000_000


@dataclass(frozen=True)
class Done:
    """What the last run of a client's quarter left.

    The fingerprints of the code of each step; those of the inputs and of each step; sha256 by path in the
    workspace; the tables that stood in data/processed after each notebook; for `stamp` see `Ledger.stamp`.
    """

    code: list[str]
    keys: list[str]
    outputs: dict[str, str]
    tables: list[list[str]]
    stamp: str


class Ledger:
    """One workspace's book. Not to be used by two threads."""

    def __init__(self, path: Path) -> None:
        try:
            self.book = sqlite3.connect(path, isolation_level=None)
            self.book.execute("pragma synchronous = full")
            self.book.executescript(TABLES)
        except sqlite3.Error as error:
            raise Fault(
                "WS-02", f"the run's book cannot be opened: {error}", file=str(path),
                next_step="delete it: the next run makes everything again",
            ) from error  # fmt: skip
        self.fresh: dict[str, tuple[str, str]] = {}

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Enters the hashes found since, and closes the book."""
        self.keep_hashes()
        self.book.close()

    def done(self, client: str, quarter: str) -> Done | None:
        """What the last run left, if one is known."""
        query = "select code, keys, outputs, tables, stamp from done where client = ? and quarter = ?"
        row = self.book.execute(query, (client, quarter)).fetchone()
        if row is None:
            return None
        code, keys, outputs, tables = (json.loads(part) for part in row[:4])
        return Done(code, keys, outputs, tables, row[4])

    def enter(self, client: str, quarter: str, done: Done) -> None:
        """A run has ended well."""
        parts = (json.dumps(part) for part in (done.code, done.keys, done.outputs, done.tables))
        row = (client, quarter, *parts, done.stamp)
        self._write("insert or replace into done values (?, ?, ?, ?, ?, ?, ?)", [row])

    def forget(self, client: str, quarter: str) -> None:
        """A run has failed: the next one tries again."""
        self._write("delete from done where client = ? and quarter = ?", [(client, quarter)])

    def hash_of(self, path: Path) -> str:
        """sha256 of a file's content."""
        state, settled = state_of(path)
        name = str(path)
        query = "select sha256 from files where path = ? and state = ?"
        if known := self.book.execute(query, (name, state)).fetchone():
            return str(known[0])
        if name in self.fresh and self.fresh[name][0] == state:
            return self.fresh[name][1]
        with path.open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
        if settled:
            self.fresh[name] = (state, found)
        return found

    def keep_hashes(self) -> None:
        """Enters the hashes found since the last time."""
        rows: list[tuple[str, ...]] = [(path, *found) for path, found in self.fresh.items()]
        self._write("insert or replace into files values (?, ?, ?)", rows)
        self.fresh = {}

    def stamp(self, paths: Iterable[str]) -> str:
        """One word for the states of many files, equal only if nothing about them has changed; empty if one
        is missing or so young that this cannot be known."""
        states = []
        for path in paths:
            try:
                state, settled = state_of(path)
            except OSError:
                return ""
            if not settled:
                return ""
            states.append(f"{path} {state}")
        return digest(*states)

    def unchanged(self, outputs: Mapping[str, str], root: Path) -> str:
        """The first output that is no longer as it was made, or nothing."""
        for name, sha in outputs.items():
            try:
                if self.hash_of(root / name) != sha:
                    return name
            except OSError:
                return name
        return ""

    def _write(self, statement: str, rows: list[tuple[str, ...]]) -> None:
        try:
            self.book.execute("begin")
            self.book.executemany(statement, rows)
            self.book.execute("commit")
        except sqlite3.Error as error:
            raise Fault("WS-02", f"the run's book cannot be written: {error}") from error


def state_of(path: Path | str) -> tuple[str, bool]:
    """Size, times and inode of a file (of a link its own); and whether a later change would show in them."""
    found = os.lstat(path)
    youngest = max(found.st_mtime_ns, found.st_ctime_ns)
    grain = SETTLED_NS if found.st_ctime_ns % 1_000_000 else COARSE_NS
    state = f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino} {found.st_mode}"
    return state, youngest < time.time_ns() - grain
