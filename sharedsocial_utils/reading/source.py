"""What a reader reads from: the file's tables, sheets, entries and members, with the books kept.

A reader asks its `Source` for tables (`table`, `sheet_table`, `entries`), turns columns into values (`days`,
`counts`, ...: a cell that is none puts its row into quarantine) and hands rows out with `keep`. Whatever it
does not keep, put aside or class as no data is found at the end, and is a fault of the reader.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import cells as text_cells
from sharedsocial_utils.reading import containers, conventions, identity, pasted, plain, totals
from sharedsocial_utils.reading.cells import BadRecord, Record, heading
from sharedsocial_utils.reading.conventions import Order, Read
from sharedsocial_utils.reading.ledger import KEPT, OTHER, PENDING, Ledger, Part
from sharedsocial_utils.tables import METRICS

PRIVATE = frozenset(
    {"author", "comment", "contact", "email", "first_name", "last_name", "message", "name", "phone"}
    | {"_strange"}  # an entry of another shape: nobody knows what is in it
)
"""Fields of names and texts of persons: a fault shows the shape of their cells."""
SAYABLE = frozenset({"IN-WORD-01", "IN-CUR-01", "IN-DATE-02"})
"""Faults of words that are to be translated, of currencies and of days: shown beside persons too."""
_LIVE = np.isin(range(5), (PENDING, KEPT))
SHOWN = 80  # characters of a text that a fault keeps: a line may have a hundred million
LARGE_BYTES = 2**20  # of a larger text, the rows are parsed by Arrow where they are plain
HEAD_BYTES = 2**18
NO_SUM = "it says it is a total, and is not the sum of the rows above"


class Rows(NamedTuple):
    """Rows for one of our tables by column; `source_row` names the line of each.

    A column is an array, or the one value of all rows: a frame would cost more than the rest of a small file.
    """

    table: str
    columns: Mapping[str, Any]

    @property
    def height(self) -> int:
        """How many rows they are."""
        return len(self.columns["source_row"])

    @property
    def frame(self) -> pd.DataFrame:
        """The rows as a frame."""
        return pd.DataFrame(dict(self.columns))


@dataclass(frozen=True)
class Context:
    """What a reader may know of the client: never more than it needs to read one file."""

    timezone: str = "UTC"
    currency: str = ""
    site: str = ""
    people: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # name, casefolded -> (id, side)
    salt: str = ""
    identity: Mapping[str, Sequence[str]] = field(default_factory=dict)  # system -> the client's accounts
    tables: Sequence[Mapping[str, Any]] = ()  # the sections `[[tables]]` of client.toml


@dataclass
class Source:
    """One file, or one member of an archive. `name` is relative to the client's folder."""

    name: str
    data: bytes
    layout: str = ""
    context: Context = Context()
    ledger: Ledger = field(default_factory=Ledger)
    prefix: str = ""
    as_of: date | None = None  # a reader sets it where the file says on which day it was exported
    channel: str | None = None
    exported_on: date | None = None  # a reader sets it where the file says the moment: that day was not over
    covers: tuple[date, date] | None = None  # a reader sets it where the file says its first and last day
    is_private: bool = False  # a reader sets it where rows are persons: faults then show shapes, not texts
    is_by_hand: bool = False  # a person keeps it: what stands above its header is a title
    of_period: bool = False  # figures of all the days that it covers stand on the last
    _has_private: bool = False  # whether a column holds names or texts of persons, read or left aside
    _has_lost: bool = False  # whether bytes of the text could not be read

    # ---- text and delimited tables

    @cached_property
    def text(self) -> str:
        """The whole text; what its bytes do not say for certain is written down."""
        text, told = text_cells.decoded(self.data)
        for fault in told:
            self.ledger.note(fault.at(sheet=self.prefix.rstrip(": ")))
        self._has_lost = any(fault.code == "IN-ENC-01" for fault in told) and text_cells.LOST in text
        return text

    @cached_property
    def lines(self) -> list[str]:
        """The physical lines."""
        return text_cells.physical_lines(self.text)

    @cached_property
    def part(self) -> Part:
        """The accounting of the lines."""
        return self.ledger.part(self.prefix, self._line_count)

    @property
    def _utf8(self) -> bytes:
        """The text in UTF-8: mostly the bytes of the file."""
        return self.data if len(self.data) == len(self.text) else self.text.encode()

    @cached_property
    def _plain_count(self) -> int | None:
        return plain.line_count(self._utf8) if len(self.data) >= LARGE_BYTES and not self._has_lost else None

    @property
    def _line_count(self) -> int:
        return len(self.lines) if self._plain_count is None else self._plain_count

    @cached_property
    def start(self) -> list[str]:
        """The first lines, at most 200: all that a preamble needs, also of a file with a million."""
        return text_cells.physical_lines(self.text[:HEAD_BYTES])[:200]

    def table(
        self,
        fields: Mapping[str, Sequence[str]],
        need: Iterable[str],
        ignores: Mapping[str, str] | None = None,
        first: int = 1,
        last: int | None = None,
        extra_cells: bool = False,
        missing_cells: bool = False,
    ) -> "Table":
        """The delimited table whose header has the needed fields.

        `fields` maps our field names to the headings that stand for them in any language; `need` are those
        without which the table cannot be read; `ignores` the headings left aside, with the reason. Lines
        before the header are preamble. `first` and `last` bound the lines of a file with several tables.
        With `extra_cells` a row may be longer than the header (its further cells are in field `_extra`), with
        `missing_cells` shorter. Raises `Fault` IN-CSV-04, IN-CSV-05.
        """
        wanted = [{heading(alias) for alias in fields[name]} for name in need]
        is_large = len(self.data) >= LARGE_BYTES and first == 1 and last is None
        lines = self.start if is_large else self.lines[:last]
        found = text_cells.find_header(lines[first - 1 :], wanted)
        if not found:
            missing = ", ".join(fields[name][0] for name in need)
            raise Fault("IN-CSV-04", "no line is a header with the columns needed", expected=missing)
        at, delimiter, header = found[0] + first - 1, found[1], found[2]
        self._has_private |= _holds_persons(header, fields, ignores or {})
        self._put_rows_aside(text_cells.records(lines[: at - 1], first, delimiter, len(header)), header)
        self.part.mark(range(first, at + 1), OTHER)
        body = self._plain_body(at, delimiter, len(header)) if is_large else None
        if body:
            body = pasted.body_that_counts(self, body, header, first, at, _has_days(fields, header))
            odd = self._good(body.odd, len(header), extra_cells, missing_cells)
            return Table.of_body(self, fields, header, body, odd, ignores or {}, at)
        lines = self.lines[:last]
        rows = list(text_cells.records(lines, at + 1, delimiter, len(header)))
        rows = pasted.in_blocks(self, self.part, rows, header, lines, first, at, _has_days(fields, header))
        return self._assemble(fields, header, rows, ignores or {}, at, extra_cells, missing_cells)

    def _put_rows_aside(self, above: Iterable[Record | BadRecord], header: list[str]) -> None:
        """Quarantines what stands above the header and is one of its rows."""
        for row in above:
            cells = row.cells if isinstance(row, Record) else [row.text]
            if isinstance(row, BadRecord) or text_cells.is_like_row(cells, header):
                self.part.spans[row.line] = row.span if isinstance(row, Record) else 1
                fault = Fault("IN-CSV-07", "a row above its header", line=row.line)
                self.ledger.quarantine(self.part, row.line, fault.at(text=self.shown(",".join(cells))))

    def put_lines_aside(self, lines: Iterable[int], code: str, found: str, next_step: str = "") -> None:
        """Quarantines lines of the text that stand in no table; blank ones are no data."""
        for line in lines:
            text = self.lines[line - 1]
            if text.strip(" ,;\t"):
                fault = Fault(code, found, line=line, text=self.shown(text), next_step=next_step)
                self.ledger.quarantine(self.part, line, fault)
            else:
                self.skip(line, line)

    def headerless(self, names: Sequence[str], delimiter: str = ",") -> "Table":
        """A delimited table without a header line: `names` are the fields by position."""
        rows = list(text_cells.records(self.lines, 1, delimiter, len(names)))
        fields = {name: (name,) for name in names}
        return self._assemble(fields, list(names), rows, {}, 0, extra_cells=True, missing_cells=True)

    def _assemble(
        self,
        fields: Mapping[str, Sequence[str]],
        header: list[str],
        rows: list[Record | BadRecord],
        ignores: Mapping[str, str],
        at: int,
        extra_cells: bool,
        missing_cells: bool,
    ) -> "Table":
        good = self._good(rows, len(header), extra_cells, missing_cells)
        doubtful = frozenset[int]()
        if at:
            good, doubtful = pasted.rows_that_count(self, self.part, good)
        return Table.of(self, self.part, fields, header, good, ignores, at, doubtful)

    def _plain_body(self, at: int, delimiter: str, width: int) -> plain.Body | None:
        if self._plain_count is None:
            return None
        return plain.body(self.text, self._utf8, self._plain_count, at, delimiter, width)

    def _good(
        self, rows: Iterable[Record | BadRecord], width: int, extra_cells: bool, missing_cells: bool
    ) -> list[Record]:
        """The rows that a table can hold; blank ones are no data, the others are put aside."""
        good: list[Record] = []
        for row in rows:
            if isinstance(row, BadRecord):
                code = "IN-FILE-03" if self._is_cut(row.line) else "IN-CSV-02"
                fault = Fault(code, "a quote is not closed", line=row.line, text=self.shown(row.text))
                self.ledger.quarantine(self.part, row.line, fault)
                continue
            if row.span > 1:
                self.part.spans[row.line] = row.span
            if self._has_lost and any(text_cells.LOST in cell for cell in row.cells):
                fault = Fault("IN-ENC-01", "a letter cannot be read", line=row.line)
                self.ledger.quarantine(self.part, row.line, fault)
            elif not "".join(row.cells).strip():
                self.part.mark([row.line], OTHER)
            elif _fits(len(row.cells), width, extra_cells, missing_cells):
                good.append(row)
            else:
                self._ragged(row, width)
        return good

    def _ragged(self, row: Record, width: int) -> None:
        cut = len(row.cells) < width and self._is_cut(row.line + row.span - 1)
        fault = Fault(
            "IN-FILE-03" if cut else "IN-CSV-01",
            f"{len(row.cells)} fields",
            line=row.line,
            expected=f"{width} fields",
            text=self.shown(",".join(row.cells)),
        )
        self.ledger.quarantine(self.part, row.line, fault)

    def shown(self, text: str) -> str:
        """A text of the file as a fault may show it: beside persons its shape."""
        return text_cells.shape(text[:SHOWN]) if self.is_private or self._has_private else text

    def _is_cut(self, line: int) -> bool:
        """Whether this is the file's last line and nothing ends it."""
        return line == self._line_count and not self.text.endswith(("\n", "\r"))

    # ---- workbooks, archives, entries

    def tables(
        self,
        fields: Mapping[str, Sequence[str]],
        need: Iterable[str],
        ignores: Mapping[str, str] | None = None,
    ) -> "Iterator[Table]":
        """The table of a text file, or of each visible sheet that has its header; other sheets are skipped.

        Raises `Fault` as `table` and `sheets`.
        """
        if not self.data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
            yield self.table(fields, need, ignores)
            return
        wanted = [{heading(alias) for alias in fields[name]} for name in need]
        for title, rows in self.sheets().items():
            if any(_has(row, wanted) for row in rows[:80]):
                yield self.sheet_table(title, rows, fields, need, ignores)
            else:
                self.skip_sheet(title, rows)

    def sheets(self) -> dict[str, list[list[str]]]:
        """The visible sheets of a workbook as rows of text cells."""
        found = containers.workbook(self.data)
        for title in found.hidden:
            self.note("IN-XLS-03", "the sheet is hidden", sheet=title)
        for title in found.charts:
            self.note("IN-XLS-04", "the sheet is a chart", sheet=title)
        return found.sheets

    def sheet_table(
        self,
        title: str,
        rows: list[list[str]],
        fields: Mapping[str, Sequence[str]],
        need: Iterable[str],
        ignores: Mapping[str, str] | None = None,
    ) -> "Table":
        """The table of one sheet, found by its header like `table`; lines above the header are preamble."""
        part = self.ledger.part(f"{self.prefix}{title}!", len(rows))
        wanted = [{heading(alias) for alias in fields[name]} for name in need]
        at = next((n for n, row in enumerate(rows[:80], 1) if _has(row, wanted)), None)
        if at is None:
            missing = ", ".join(fields[name][0] for name in need)
            raise Fault(
                "IN-CSV-04", "no row is a header with the columns needed", sheet=title, expected=missing
            )
        header = rows[at - 1]
        good = [
            Record(n, 1, row) for n, row in enumerate(rows[at:], at + 1) if any(cell.strip() for cell in row)
        ]
        kept = {record.line for record in good}
        part.mark((n for n in range(1, len(rows) + 1) if n not in kept), OTHER)
        lines = [",".join(row) for row in rows]
        good = pasted.in_blocks(self, part, good, header, lines, 1, at, _has_days(fields, header))
        good, doubtful = pasted.rows_that_count(self, part, good)
        return Table.of(self, part, fields, header, good, ignores or {}, at, doubtful)

    def skip_sheet(self, title: str, rows: list[list[str]]) -> None:
        """Classes a whole sheet as no data that we use."""
        self.ledger.part(f"{self.prefix}{title}!", len(rows)).mark(range(1, len(rows) + 1), OTHER)

    def members(self) -> dict[str, "Source"]:
        """The files of a zip archive as sources of their own, sharing these books.

        What a file manager put beside them is no data: one unit each.
        """
        for name in containers.clutter(self.data):
            self.ledger.part(f"{self.prefix}{name}:", 1).mark([1], OTHER)
        return {
            name: Source(name, data, self.layout, self.context, self.ledger, f"{self.prefix}{name}:")
            for name, data in sorted(containers.archive(self.data).items())
        }

    def archive_day(self) -> date | None:
        """The day on which a zip archive was made, as its entries say."""
        return containers.archive_day(self.data)

    def skip(self, first: int = 1, last: int | None = None) -> None:
        """Classes the lines of this file (or member), or some of them, as no data that we use."""
        self.part.mark(range(first, (last or len(self.part.state)) + 1), OTHER)

    def json(self) -> Any:
        """The value of a JSON file."""
        return containers.json_value(self.data)

    def xml(self) -> Any:
        """The root element of an XML file."""
        return containers.xml(self.data)

    def entries(self, rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> "Table":
        """Entries of a JSON, XML or calendar file as a table of text: one unit each, numbered from 1."""
        part = self.ledger.part(f"{self.prefix}entry ", len(rows))
        records = [Record(n, 1, [_text(row.get(name)) for name in columns]) for n, row in enumerate(rows, 1)]
        return Table.of(self, part, {name: (name,) for name in columns}, list(columns), records, {}, 0)

    # ---- the client

    def people(self, names: pd.Series) -> pd.DataFrame:
        """Columns `person` (id, missing for anybody not in client.toml) and `side` for a column of names."""
        texts = names.astype("str").fillna("").to_numpy(dtype=object)
        known = [self.context.people.get(name.casefold().strip(), (None, None)) for name in texts]
        columns = {what: _texts([person[n] for person in known]) for n, what in enumerate(("person", "side"))}
        return pd.DataFrame(columns, index=names.index)

    def authors(self, names: pd.Series) -> pd.DataFrame:
        """As `people`, where a name that is not in client.toml is the public; no name stays missing."""
        found = self.people(names)
        texts = names.astype("str").fillna("").to_numpy(dtype=object)
        is_named = np.array([bool(text.strip()) for text in texts], dtype=bool)
        side = found["side"].to_numpy(dtype=object)
        side[found["side"].isna().to_numpy() & is_named] = "public"
        return found.assign(side=_texts(side.tolist()))

    def pseudonym(self, values: pd.Series) -> pd.Series:
        """A keyed hash of each id: the same for the same client, of no use to anybody else."""
        key = self.context.salt.encode()
        made = {
            v: hmac.new(key, v.encode(), hashlib.sha256).hexdigest()[:16] for v in pd.unique(values.dropna())
        }
        return values.map(made).astype("str")

    def require_currency(self, currency: str, line: int | None = None) -> None:
        """Raises `Fault` IN-CUR-01 where the file's currency is not the client's."""
        if self.context.currency and currency.upper() != self.context.currency:
            raise Fault("IN-CUR-01", f"amounts in {currency}", expected=self.context.currency, line=line)

    def belongs_to(self, system: str, *names: object, line: int | None = None) -> None:
        """Says whose file it is: `names` are the names and ids of one account (see `client.SYSTEMS`).

        Raises `Fault` IN-ACC-01 where client.toml lists accounts of that system and this is none of them.
        """
        account = identity.account(names)
        if account:
            identity.write_down(self.ledger.accounts, (system, *account))
            identity.require(system, account, self.context.identity.get(system, ()), line)

    def note(self, code: str, found: str, **place: Any) -> None:
        """Writes down a fault of the file as a whole, which is read all the same."""
        self.ledger.note(Fault(code, found, **place))


@dataclass
class Table:
    """Rows of text cells under our field names. The index of every column is the line (row, entry) number."""

    source: Source
    part: Part
    text: pd.DataFrame
    positions: Mapping[str, int]  # field -> column in the file, from 1
    unknown: tuple[str, ...]  # headings that nobody expects: a sign that the service changed its file
    header_line: int
    doubtful: frozenset[int] = frozenset()  # lines that say they are totals, are no sums, and might have been

    @classmethod
    def of(
        cls,
        source: Source,
        part: Part,
        fields: Mapping[str, Sequence[str]],
        header: list[str],
        rows: list[Record],
        ignores: Mapping[str, str],
        header_line: int,
        doubtful: frozenset[int] = frozenset(),
    ) -> "Table":
        """The table under our names; raises `Fault` IN-CSV-05 where two columns fit one field."""
        positions = _positions(fields, header, header_line)
        columns = _columns([row.cells for row in rows], positions, len(header))
        text = pd.DataFrame(columns, index=_index([row.line for row in rows]))
        return cls._named(source, part, text, positions, header, ignores, header_line, doubtful)

    @classmethod
    def of_body(
        cls,
        source: Source,
        fields: Mapping[str, Sequence[str]],
        header: list[str],
        body: plain.Body,
        odd: list[Record],
        ignores: Mapping[str, str],
        header_line: int,
    ) -> "Table":
        """As `of`, from the columns of a plain table; `odd` are its rows of another width."""
        positions = _positions(fields, header, header_line)
        blank = np.logical_and.reduce(
            [column.is_null().to_numpy(zero_copy_only=False) for column in body.columns]
        )
        source.part.mark(body.lines[blank], OTHER)
        columns = {name: body.columns[at] for name, at in positions.items()}
        columns["_extra"] = pa.nulls(len(body.lines), pa.large_string())
        text = pa.table(columns).to_pandas().set_axis(_index(body.lines))
        text = _rows_where(text, ~blank)
        if odd:
            more = _columns([row.cells for row in odd], positions, len(header))
            rest = pd.DataFrame(more, index=_index([row.line for row in odd]))
            text = pd.concat(
                [rest, text] if not len(text) or rest.index[-1] < text.index[0] else [text, rest]
            )
            text = text if text.index.is_monotonic_increasing else text.sort_index()
            text.index = _index(text.index.to_numpy())
        doubtful = body.doubtful
        return cls._named(source, source.part, text, positions, header, ignores, header_line, doubtful)

    @classmethod
    def _named(
        cls,
        source: Source,
        part: Part,
        text: pd.DataFrame,
        positions: Mapping[str, int],
        header: list[str],
        ignores: Mapping[str, str],
        header_line: int,
        doubtful: frozenset[int],
    ) -> "Table":
        known = {heading(name) for name in ignores}
        unknown = tuple(
            h for n, h in enumerate(header) if n not in positions.values() and heading(h) not in known
        )
        source.ledger.unknown.extend(unknown)
        places = {name: at + 1 for name, at in positions.items()}
        return cls(source, part, text, places, unknown, header_line, doubtful)

    def __contains__(self, name: str) -> bool:
        return name in self.text.columns

    def __getitem__(self, name: str) -> pd.Series:
        """A column of text, stripped; an empty text is missing. A field the file lacks is all missing."""
        if name not in self.text.columns:
            return pd.Series(index=self.text.index, dtype="str")
        return self.text[name]

    def __len__(self) -> int:
        return len(self.text)

    def belongs_to(self, system: str, *fields: str) -> None:
        """As `Source.belongs_to`, for every account in the rows; `fields` are its names and ids."""
        columns = [self.text[name].to_numpy(dtype=object) for name in fields if name in self]
        first: dict[tuple[str | None, ...], int] = {}
        for line, *cells in zip(self.text.index, *columns, strict=True) if columns else ():
            first.setdefault(tuple(cell if isinstance(cell, str) else None for cell in cells), line)
        for names, line in first.items():
            if any(names):
                self.source.belongs_to(system, *names, line=int(line))

    # ---- classing rows

    @property
    def live(self) -> pd.Series:
        """True for the rows that are neither put aside nor classed as no data."""
        return pd.Series(self._is_live(self.text.index), index=self.text.index)

    def _is_live(self, lines: pd.Index) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        if isinstance(lines, pd.RangeIndex) and lines.step == 1:
            state = self.part.state[lines.start - 1 : lines.stop - 1]
        else:
            state = self.part.state[lines.to_numpy(dtype="int64") - 1]
        live: np.ndarray[Any, np.dtype[np.bool_]] = _LIVE[state]
        return live

    def _drop_dead(self) -> None:
        live = self._is_live(self.text.index)
        if not live.all():
            self.text = _rows_where(self.text, live)

    def no_data(self, rows: pd.Series) -> None:
        """Classes the rows where the mask is true as no data (totals, notes, headings of groups)."""
        self.part.mark(_where(rows), OTHER)
        self._drop_dead()

    def twins(self, ids: pd.Series) -> pd.Series:
        """True for the rows with the id of a row above, and other content."""
        seen = ids.notna() & ids.duplicated()
        return seen & ~self.text.duplicated() if seen.any() else seen

    def told_twice(self, *key: pd.Series) -> pd.Series:
        """True for the rows with the key of a row above and other content; a second export further down in
        the file may tell its keys again."""
        columns = [pd.Series(self._blocks(), self.text.index), *map(self.aligned, key)]
        twice: pd.Series = pd.concat(columns, axis=1).duplicated() & ~self.text.duplicated()
        return twice

    def leave_totals(self, says_so: pd.Series, beside: Iterable[str]) -> None:
        """What becomes of rows that say they are totals, in a table whose rows name a day or a person.

        `beside` are the fields that a total may have too. One that says nothing else is no data; any other
        may be a row that happens to be called so: it is put aside.
        """
        if not says_so.any():
            return
        texts = self.text[says_so].drop(columns=[*beside, "_extra"], errors="ignore")
        rows = zip(*(texts[name] for name in texts), strict=True)
        is_total = [all(totals.says_no_more(cell) for cell in row if isinstance(cell, str)) for row in rows]
        is_bare = pd.Series(is_total, index=texts.index, dtype=bool).reindex(says_so.index, fill_value=False)
        self.no_data(is_bare)
        self.put_aside(says_so & ~is_bare, "IN-CSV-06", NO_SUM)

    def put_aside(self, rows: pd.Series, code: str, found: str, field: str = "") -> None:
        """Quarantines the rows where the mask is true, with the reason and the offending cell."""
        lines = _where(rows)
        if len(lines):
            cells = self[field].fillna("")
            for line in lines.intersection(self.text.index):
                self._fault(line, Fault(code, found, text=str(cells.at[line])), field)
        self._drop_dead()

    def _fault(self, line: Any, fault: Fault, field: str) -> None:
        sheet = self.part.prefix.rstrip("!: ")
        place = self._shaped(fault, field).at(line=int(line), column=self.positions.get(field), sheet=sheet)
        is_bound = fault.code == conventions.CENSORED  # the row's other figures are as good as ever
        ledger = self.source.ledger
        (ledger.tell if is_bound else ledger.quarantine)(self.part, int(line), place)

    def _shaped(self, fault: Fault, field: str) -> Fault:
        """The fault with the shape of its text, where that may be of a person."""
        is_private = field in PRIVATE or (self.source.is_private and fault.code not in SAYABLE)
        return fault.at(text=text_cells.shape(fault.text)) if fault.text and is_private else fault

    def _values(self, field: str, read: Read) -> pd.Series:
        for line, fault in read.faults.items():
            self._fault(line, fault, field)
        return read.values

    # ---- values

    def numbers(
        self, field: str, *, whole: bool = False, profile: str | None = None, minimum: float | None = 0
    ) -> pd.Series:
        """A column as float64 (see `conventions.numbers`); a field the file lacks is all missing."""
        if field not in self:
            return pd.Series(index=self.text.index, dtype="float64")
        read = self._column(
            field, lambda c: conventions.numbers(c, whole=whole, profile=profile, minimum=minimum)
        )
        return self._values(field, read)

    def counts(self, field: str, profile: str | None = ".", minimum: float | None = 0) -> pd.Series:
        """A column of whole numbers, as float64 so that a missing one stays missing."""
        return self.numbers(field, whole=True, profile=profile, minimum=minimum)

    def days(self, field: str, order: Order | None = None, needed: bool = True) -> pd.Series:
        """A column of days (see `conventions.days`); where needed, an empty cell puts its row aside."""
        values = self._values(field, self._column(field, lambda c: conventions.days(c, order)))
        return self._needed(field, values) if needed else values

    def instants(self, field: str, zone: str, order: Order | None = None, needed: bool = True) -> pd.Series:
        """A column of instants in UTC; wall clocks are of `zone` (see `conventions.instants`)."""
        values = self._values(field, self._column(field, lambda c: conventions.instants(c, zone, order)))
        return self._needed(field, values) if needed else values

    def entry_ids(self, of: Sequence[pd.Series] = ()) -> pd.Series:
        """An id for rows without one: a hash of the cells and of how often the same row stood above.

        `of` are the columns that make a row itself, such as person and start; by default all its cells.
        """
        cells = pd.concat(list(of), axis=1).reindex(self.text.index) if of else self.text
        rows = zip(*(cells[name].fillna("") for name in cells), strict=True)
        above: Counter[tuple[str, int]] = Counter()
        made = []
        for row, block in zip(rows, self._blocks().tolist(), strict=True):
            text = "\x1f".join(row)
            made.append(hashlib.sha256(f"{text}\x1f{above[text, block]}".encode()).hexdigest()[:16])
            above[text, block] += 1
        return pd.Series(_texts(made), index=self.text.index)

    def _blocks(self) -> "np.ndarray[Any, Any]":
        """For each row the number of headers that stand above it: of several exports in one file."""
        starts = [line for prefix, line in self.source.ledger.blocks if prefix == self.part.prefix]
        return np.searchsorted(np.array(starts, dtype="int64"), self.text.index.to_numpy(dtype="int64"))

    def hours(self, field: str) -> pd.Series:
        """A column of durations `H:MM:SS` as hours."""
        return self._values(field, self._column(field, conventions.hours))

    def read(self, field: str, how: Callable[[pd.Series], Read], among: pd.Series | None = None) -> pd.Series:
        """A column read by a function of `conventions`; with `among`, only the rows where it is true."""
        cells = self[field] if among is None else self[field].where(among)
        return self._values(field, self._column(field, lambda _: how(cells)))

    def groups(self, field: str, pattern: str) -> pd.DataFrame:
        """The groups of a pattern in a column, as `Series.str.extract`, each different text matched once."""
        places, words = pd.factorize(self[field], use_na_sentinel=False)
        found = pd.Series(words, dtype="str").str.extract(pattern)
        return found.take(places).set_axis(self.text.index)

    def ids(self, field: str) -> pd.Series:
        """A column of ids as text; a row without one, or with one that a spreadsheet ruined, is put aside."""
        return self._values(field, self._column(field, conventions.ids))

    def _column(self, field: str, read: Any) -> Read:
        try:
            result: Read = read(self[field])
        except Fault as fault:  # of the whole column: the convention cannot be decided
            sample = self.text.index[self[field].fillna("") == fault.text]
            line = int(sample[0]) if len(sample) else None
            raise fault.at(line=line, column=self.positions.get(field)) from fault
        return result

    def _needed(self, field: str, values: pd.Series) -> pd.Series:
        for line in values.index[values.isna()]:
            self._fault(line, Fault("IN-DATE-03", "no date", expected="a date"), field)
        return values

    # ---- handing rows out

    def keep(self, table: str, columns: Mapping[str, object]) -> Rows:
        """Rows for one of our tables: every row still live, with its source line.

        `columns` maps our columns to Series of this table's index (or of a part of it), or to one value.
        """
        aligned = {n: _array(self.aligned(v)) if isinstance(v, pd.Series) else v for n, v in columns.items()}
        return self._kept(table, aligned, self.text.index.to_numpy(dtype="int64"))

    def aligned(self, values: pd.Series) -> pd.Series:
        """The values of the rows that the table still has; a row without one is missing."""
        rows, has = self.text.index, values.index
        if isinstance(rows, pd.RangeIndex) and isinstance(has, pd.RangeIndex):  # noqa: SIM102 - reads better
            if has.step == rows.step == 1 and has.start <= rows.start and rows.stop <= has.stop:
                return values.iloc[rows.start - has.start : rows.stop - has.start]
        return values if has.equals(rows) else values.reindex(rows)

    def keep_frame(self, table: str, frame: pd.DataFrame) -> Rows:
        """As `keep`, for a frame whose index holds line numbers, once or several times each."""
        if not frame.index.is_(self.text.index):
            frame = _rows_where(frame, frame.index.isin(self.text.index))
        columns = {str(name): _array(column) for name, column in frame.items()}
        return self._kept(table, columns, frame.index.to_numpy(dtype="int64"))

    def _kept(self, table: str, columns: dict[str, Any], lines: "np.ndarray[Any, Any]") -> Rows:
        """The rows of these lines that are still live, marked as kept."""
        self._put_doubtful_aside()
        live = _LIVE[self.part.state[lines - 1]]
        if not live.all():
            lines = lines[live]
            columns = {name: cells[live] if _is_array(cells) else cells for name, cells in columns.items()}
        self.part.mark(lines, KEPT)
        return Rows(table, {**columns, "source_row": self.part.names(lines)})

    def _put_doubtful_aside(self) -> None:
        for line in sorted(self.doubtful):
            if self.part.state[line - 1] == PENDING:
                self._fault(line, Fault("IN-CSV-06", NO_SUM), "")

    def keep_metrics(
        self,
        channel: object,
        figures: Mapping[str, pd.Series],
        *,
        day: pd.Series | None = None,
        item_id: pd.Series | None = None,
        kind: str | None = None,
    ) -> Rows:
        """Rows for `metrics`, one per line and metric that has a figure; a line without any is no data.

        `figures` maps names of the metrics' codebook to columns; `kind` is "lifetime" for the figures of an
        item to the day of the export, else the codebook's. A row that tells otherwise what a row above of its
        export tells is put aside: merging would use one of the two, and not say so.
        """
        again = self._told_above(figures, day, item_id, channel)
        self.put_aside(again, "IN-ID-03", "a row above tells the same, with other figures")
        columns = [self.aligned(self._possible(name, column)) for name, column in figures.items()]
        values = np.empty((len(self.text), len(columns)))
        for at, column in enumerate(columns):
            values[:, at] = column.to_numpy(dtype="float64")
        values[self.aligned(again).to_numpy()] = np.nan  # of a row whose item is kept already
        line, metric = np.nonzero(~np.isnan(values))
        facts = [METRICS[name] for name in figures]
        shape = {"channel": channel, "date": day, "item_id": item_id}
        known = {
            name: _array(self.aligned(value))[line] if isinstance(value, pd.Series) else value
            for name, value in shape.items()
            if value is not None
        }
        told = {
            "metric": np.array(list(figures), dtype=object)[metric],
            "value": values[line, metric],
            "unit": np.array([fact.unit for fact in facts], dtype=object)[metric],
            "kind": np.array([kind or fact.kind for fact in facts], dtype=object)[metric],
        }
        lines = self.text.index.to_numpy(dtype="int64")[line]
        rows = self._kept("metrics", {**known, **told}, lines)
        self.part.mark(self.text.index, OTHER)
        return rows

    def _told_above(self, figures: Mapping[str, pd.Series], *of: object) -> pd.Series:
        """True for the rows with another figure than a row above has of the same day, item and channel."""
        keys = [_array(self.aligned(column)) for column in of if isinstance(column, pd.Series)]
        if not figures or not keys or not _stands_again([self._blocks(), *keys]):
            return pd.Series(False, index=self.text.index)
        values = pd.DataFrame({name: self.aligned(column) for name, column in figures.items()})
        values = values.where(self.live)
        first = values.groupby([self._blocks(), *keys], dropna=False).transform("first")
        return (values.notna() & (values != first)).any(axis=1)

    def _possible(self, metric: str, values: pd.Series) -> pd.Series:
        """A column of figures without those that cannot be: more clicks than impressions."""
        if metric != "click_rate" or not (values > 1).any():
            return values
        for line in _where(values > 1):
            found = f"a rate of {values.at[line]:.0%}"
            self._fault(line, Fault("IN-NUM-03", found, expected="at most 100%"), metric)
        return values.mask(values > 1)


def _index(lines: "Sequence[int] | np.ndarray[Any, Any]") -> pd.Index:
    """Line numbers, in order, as an index; without a gap a range, which finds its rows without a search."""
    if len(lines) and lines[-1] - lines[0] == len(lines) - 1:
        return pd.RangeIndex(lines[0], lines[-1] + 1, name="line")
    index: pd.Index = pd.Index(np.asarray(lines, dtype="int64"), name="line")
    return index


def _stands_again(keys: list[Any]) -> bool:
    """Whether two rows have the same keys; of few rows without pandas, which takes twenty times as long."""
    if len(keys[0]) >= conventions.MANY:
        return bool(pd.DataFrame(dict(enumerate(keys))).duplicated().any())
    rows = list(zip(*(key.tolist() for key in keys), strict=True))
    return len(set(rows)) < len(rows)


def _array(values: pd.Series) -> Any:
    """The values without their index."""
    return values.to_numpy() if isinstance(values.dtype, np.dtype) else values.array


def _is_array(cells: object) -> bool:
    return isinstance(cells, np.ndarray | pd.api.extensions.ExtensionArray)


def _rows_where(frame: pd.DataFrame, mask: "np.ndarray[Any, np.dtype[np.bool_]]") -> pd.DataFrame:
    """The rows where a mask is true; where they lie together, without a copy."""
    true = np.flatnonzero(mask)
    if len(true) and true[-1] - true[0] == len(true) - 1:
        return frame.iloc[true[0] : true[-1] + 1]
    return frame[mask]


def _where(mask: pd.Series) -> pd.Index:
    """The labels where a mask is true; where it is missing it is not."""
    true = mask.to_numpy() if mask.dtype == bool else mask.fillna(False).to_numpy(dtype=bool)
    return mask.index[true]


def _fits(found: int, width: int, extra_cells: bool, missing_cells: bool) -> bool:
    return found == width or (extra_cells if found > width else missing_cells)


def _has(row: list[str], wanted: list[set[str]]) -> bool:
    present = {heading(cell) for cell in row}
    return all(present & names for names in wanted)


def _holds_persons(
    header: list[str], fields: Mapping[str, Sequence[str]], ignores: Mapping[str, str]
) -> bool:
    """Whether a column is of names or texts of persons: by its field, or by why it is left aside."""
    private = {heading(name) for field in PRIVATE & fields.keys() for name in fields[field]}
    private |= {heading(name) for name, why in ignores.items() if why.startswith(("personal", "free text"))}
    return any(heading(cell) in private for cell in header)


def _has_days(fields: Mapping[str, Sequence[str]], header: list[str]) -> bool:
    """Whether the rows have a day of their own."""
    names = {heading(alias) for field in ("date", "day") for alias in fields.get(field, ())}
    return any(heading(cell) in names for cell in header)


def _positions(fields: Mapping[str, Sequence[str]], header: list[str], line: int) -> dict[str, int]:
    places: dict[str, int] = {}
    normal = [heading(cell) for cell in header]
    for name, aliases in fields.items():
        fits = [n for n, cell in enumerate(normal) if cell in {heading(alias) for alias in aliases}]
        if len(fits) > 1:
            both = " and ".join(repr(header[n]) for n in fits[:2])
            raise Fault("IN-CSV-05", f"columns {both} both fit {name}", line=line, column=fits[1] + 1)
        if fits:
            places[name] = fits[0]
    return places


def _columns(rows: list[list[str]], positions: Mapping[str, int], width: int) -> dict[str, Any]:
    """The cells of each field without the spaces around them, empty ones missing, and of each row the cells
    beyond the header."""
    short = any(len(cells) < width for cells in rows)
    full = [cells + [""] * (width - len(cells)) for cells in rows] if short else rows
    columns = {name: _texts([cells[at].strip() or None for cells in full]) for name, at in positions.items()}
    columns["_extra"] = _texts(["".join(cells[width:]).strip() or None for cells in rows])
    return columns


def _texts(cells: Sequence[str | None]) -> Any:
    return pd.array(np.array(cells, dtype=object), dtype=conventions.text_type())


def _text(value: object) -> str:
    """Half a character, which JSON can hold and no file can, shows as `\\ud83d`."""
    text = "" if value is None else str(value)
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def local_day(moment: datetime, zone: str) -> date:
    """The day of an instant in a time zone; a moment without a zone is a day already."""
    return (moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else moment).date()
