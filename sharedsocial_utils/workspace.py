"""The places: a workspace and its folders, client ids, quarters, and writing whole or not at all."""

import os
import re
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sharedsocial_utils.errors import Fault, did_you_mean

CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
PORTFOLIO = "portfolio"  # in data/processed and reports: of all clients


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, written `2026Q3`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """`2026Q3` => Quarter(2026, 3); raises `Fault` CL-07 for anything else."""
        match = re.fullmatch(r"((?:19|20)\d\d)Q([1-4])", text)
        if not match:
            raise Fault("CL-07", "not a quarter", text=text, expected="such as 2026Q3")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first_day(self) -> date:
        """The quarter's first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """The quarter's last day."""
        return self.next.first_day - timedelta(days=1)

    @property
    def days(self) -> int:
        """Days of the quarter."""
        return (self.next.first_day - self.first_day).days

    @property
    def next(self) -> "Quarter":
        """The quarter after."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def previous(self) -> "Quarter":
        """The quarter before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)


@dataclass(frozen=True)
class Workspace:
    """A folder with data/raw, data/processed and reports. No path in it is made of a client's text."""

    root: Path

    @classmethod
    def at(cls, root: str | Path) -> "Workspace":
        """The workspace in a folder; raises `Fault` WS-01 if it has no data/raw."""
        path = Path(root).resolve()
        if not (path / "data" / "raw").is_dir():
            raise Fault("WS-01", "not a workspace: it has no data/raw", file=str(root))
        return cls(path)

    def clients(self) -> list[str]:
        """Ids of all clients, sorted: the folders of data/raw that have a valid id as their name."""
        folders = (self.root / "data" / "raw").iterdir()
        return sorted(f.name for f in folders if f.is_dir() and CLIENT_ID.fullmatch(f.name))

    def raw(self, client: str) -> Path:
        """The client's folder of raw files; raises `Fault` CL-05 for a bad id, CL-01 for an unknown one."""
        folder = self.root / "data" / "raw" / checked_id(client)
        if not folder.is_dir() or folder.is_symlink():
            raise Fault("CL-01", f"no such client; {did_you_mean(client, self.clients())}", text=client)
        return folder

    def processed(self, client: str, quarter: Quarter) -> Path:
        """Where the client's tidy tables of the quarter lie."""
        return self.root / "data" / "processed" / _checked_name(client) / str(quarter)

    def reports(self, client: str, quarter: Quarter) -> Path:
        """Where the client's report of the quarter lies."""
        return self.root / "reports" / _checked_name(client) / str(quarter)


def checked_id(client: str) -> str:
    """The id itself; raises `Fault` CL-05 if it is not one of a client."""
    if client == PORTFOLIO:
        raise Fault("CL-05", "the id is the name of the folder that all clients share", text=client)
    return _checked_name(client)


def _checked_name(name: str) -> str:
    if not CLIENT_ID.fullmatch(name):
        raise Fault("CL-05", "not a client id", text=name, expected="[a-z0-9][a-z0-9-]{0,62}")
    return name


def write_whole(path: Path, content: bytes | str) -> Path:
    """Writes a file whole or not at all: a temporary in the same folder, flushed to disk, then renamed.

    Raises `Fault` WS-02 where the folder cannot be written.
    """
    content = content.encode() if isinstance(content, str) else content
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise Fault("WS-02", f"cannot write: {error.strerror}", file=str(path)) from error
    _flush_folder(path.parent)
    return path


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
