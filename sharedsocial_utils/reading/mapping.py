"""A section `[[tables]]` of client.toml proposed from a table's own evidence: its headings and its cells.

A heading is compared with the names that services and people give to each of our columns, in English and
Italian; a column is only taken where its cells have the shape (days, figures, addresses) that ours has. What
the file does not decide is said in a sentence, and stands in the section as a comment.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.cells import (
    DELIMITERS,
    BadRecord,
    decode,
    heading,
    physical_lines,
    records,
    split,
)
from sharedsocial_utils.reading.containers import sheets
from sharedsocial_utils.reading.door import Head, identify
from sharedsocial_utils.reading.words import HOSTS, NAMES, WORDS
from sharedsocial_utils.tables import CHANNELS, METRICS

ROWS_LOOKED_AT = 5_000
_SHAPES = {
    "day": ("date", "end_date", "due_date", "done_date", "done_at"),
    "figure": (*METRICS, "sessions", "users", "views", "key_events", "amount", "value"),
    "hours": ("hours",),
    "address": ("url",),
}
_MARKS: dict[
    str, dict[tuple[str, ...], int]
] = {  # what makes a table itself, with its weight; all of one set must be there
    "effort": {("date", "hours"): 6, ("person",): 3, ("project",): 3, ("task",): 1},
    "visits": {("date", "source", "sessions"): 9, ("medium",): 2, ("campaign",): 1},
    "contacts": {("date", "contact_id"): 5, ("date", "stage"): 4, ("source",): 3, ("value", "stage"): 2},
    "spend": {
        ("date", "amount"): 6,
        ("date", "amount", "campaign"): 6,
        ("campaign",): 2,
        ("end_date",): 2,
        ("channel",): 1,
    },
    "plan_items": {("title", "status"): 6, ("title", "due_date"): 5, ("person",): 2, ("tags",): 1},
    "items": {("done_at", "title"): 5, ("done_at", "url"): 4, ("item_id",): 2, ("kind",): 1},
    "metrics": {("date",): 2},
}
_BELOW_SHARE = 0.8  # of the filled cells of a column must have its shape


@dataclass
class Grid:
    """The table found in a file: the row of its header, its headings and some rows of cells."""

    line: int
    header: list[str]
    rows: list[list[str]]

    def column(self, place: int) -> list[str]:
        """The filled cells of a column."""
        cells = (row[place].strip() for row in self.rows if place < len(row))
        return [cell for cell in cells if cell.casefold() not in conventions.MISSING]


@dataclass
class Proposal:
    """A section, and what could not be decided."""

    table: str
    columns: dict[str, str]
    constants: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=dict)
    undecided: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def propose(name: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    """The section for a file: `toml`, ready to paste, and `undecided`, sentences; no file is made.

    Raises `Fault`: IN-FILE-01 empty, IN-FILE-05 no table in it, or none of ours.
    """
    grid = grid_of(Head(name, data))
    kinds = [_shape(grid.column(n)) for n in range(len(grid.header))]
    table, found = _best(grid.header, kinds)
    proposal = Proposal(table, {ours: grid.header[place] for ours, place in found.items()})
    proposal.unused = [h for n, h in enumerate(grid.header) if n not in found.values() and h.strip()]
    _settle_constants(proposal, name, grid, found)
    _settle_conventions(proposal, grid, found)
    _settle_words(proposal, grid, found)
    _say_doubles(proposal, grid)
    reader = _reader_of(name, data)
    if reader:
        proposal.undecided.insert(0, f"the reader {reader} reads this file already: no section is needed")
    told = {"toml": _toml(name, proposal), "undecided": proposal.undecided, "table": table, "line": grid.line}
    return told, b""


def _reader_of(name: str, data: bytes) -> str:
    try:
        return identify(Head(name, data))[0]
    except Fault:
        return ""


# ---- the table in the file


def grid_of(head: Head) -> Grid:
    if head.type == "empty":
        raise Fault("IN-FILE-01", "the file is empty")
    if head.type in ("xlsx", "xls"):
        grids = [_in_rows(rows[: ROWS_LOOKED_AT + 80]) for rows in sheets(head.data).values()]
    elif head.type == "text":
        lines = physical_lines(decode(head.data))[: ROWS_LOOKED_AT + 80]
        grids = [_in_lines(lines, mark) for mark in DELIMITERS]
    else:
        raise Fault("IN-FILE-05", "no table of rows and columns", expected="a CSV or an Excel workbook")
    known = [grid for grid in grids if grid]
    if not known:
        raise Fault("IN-FILE-05", "no row looks like a header with rows of the same width below it")
    return max(known, key=lambda grid: (len(grid.header), len(grid.rows)))


def _in_rows(rows: list[list[str]]) -> Grid | None:
    for number, row in enumerate(rows[:80], start=1):
        below = [each for each in rows[number:] if any(cell.strip() for cell in each)]
        if _is_header(row) and below:
            return Grid(number, row, below[:ROWS_LOOKED_AT])
    return None


def _in_lines(lines: list[str], delimiter: str) -> Grid | None:
    for number, line in enumerate(lines[:80], start=1):
        if delimiter not in line:
            continue
        cells = split(line, delimiter)
        if not _is_header(cells):
            continue
        found = records(lines, number + 1, delimiter, len(cells))
        rows = [row.cells for row in found if not isinstance(row, BadRecord) and len(row.cells) == len(cells)]
        rows = [row for row in rows if any(cell.strip() for cell in row)]
        if rows:
            return Grid(number, cells, rows)
    return None


def _is_header(cells: list[str]) -> bool:
    """Words, not figures or days, in at least two columns and nearly all of them."""
    words = [cell for cell in cells if cell.strip() and _shape([cell.strip()]) == "text"]
    return len(words) >= 2 and len(words) >= 0.7 * len(cells)


def _shape(cells: list[str]) -> str:
    """What most of the cells are: day, figure, clock, mail, address, text; "" where there are none."""
    for shape, pattern in _PATTERNS.items():
        if cells and sum(bool(pattern.match(cell)) for cell in cells) >= _BELOW_SHARE * len(cells):
            return shape
    return "text" if cells else ""


_PATTERNS = {
    "day": re.compile(
        r"\d{4}-\d\d-\d\d|20\d{6}$|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b"
        r"|(?:\w{3,9}\.?,? )?\w{3,10}\.? \d{1,2},? \d{4}"
        r"|(?:\w{3,9}\.?,? )?\d{1,2} \w{3,10}\.? \d{4}"
    ),
    "clock": re.compile(r"\d{1,4}:[0-5]?\d(?::[0-5]?\d)?$"),
    "figure": re.compile(r"(?:[€$£]|EUR|USD|GBP|CHF)?\s?[+-]?\d[\d.,'’\s]*\s?(?:%|€|\$|£|EUR|USD|GBP|CHF)?$"),
    "mail": re.compile(r"\S+@\S+\.\S+$"),
    "address": re.compile(r"https?://\S+$|at://\S+$"),
}


# ---- which of our tables


def _best(header: list[str], kinds: list[str]) -> tuple[str, dict[str, int]]:
    """The table whose marks weigh most, and the place in the file of each of its columns."""
    found = {table: _assigned(names, header, kinds) for table, names in NAMES.items()}
    weights = {table: _weight(table, places) for table, places in found.items()}
    best = max(weights, key=lambda table: weights[table])
    if not weights[best]:
        expected = "a column of days, and one of hours, amounts, visits, contacts, posts or figures"
        raise Fault(
            "IN-FILE-05", "its headings are none that we know", text=", ".join(header), expected=expected
        )
    return best, found[best]


def _weight(table: str, places: Mapping[str, int]) -> int:
    marks = sum(weight for names, weight in _MARKS[table].items() if set(names) <= set(places))
    needed = next(iter(_MARKS[table]))
    figures = sum(name in METRICS for name in places)
    if table == "metrics":
        return marks + 2 * figures if "date" in places and figures else 0
    if table == "items":
        return marks + figures if "done_at" in places and {"title", "url", "item_id"} & set(places) else 0
    if table in ("contacts", "plan_items"):
        return marks if any(set(names) <= set(places) for names in list(_MARKS[table])[:2]) else 0
    return marks if set(needed) <= set(places) else 0


def _assigned(names: Mapping[str, Sequence[str]], header: list[str], kinds: list[str]) -> dict[str, int]:
    """Our column => its place: the best-fitting heading first, each heading once."""
    fits = sorted(
        (-_fit(_words(cell), aliases), place, order, ours)
        for order, (ours, aliases) in enumerate(names.items())
        for place, cell in enumerate(header)
        if _fit(_words(cell), aliases) and _has_shape(ours, kinds[place])
    )
    found: dict[str, int] = {}
    for _, place, _, ours in fits:
        if ours not in found and place not in found.values():
            found[ours] = place
    return {ours: found[ours] for ours in names if ours in found}


def _words(cell: str) -> str:
    return heading(cell).replace("_", " ")


def _fit(cell: str, aliases: Sequence[str]) -> float:
    """1 for a known name, less for one with other words around it, 0 for none; earlier names fit better."""
    best = 0.0
    for rank, alias in enumerate(aliases):
        if cell == alias:
            best = max(best, 2 - rank / 100)
        elif re.search(rf"(?<!\w){re.escape(alias)}(?!\w)", cell):
            best = max(best, 1 - rank / 100)
    return best


def _has_shape(ours: str, shape: str) -> bool:
    if ours in _SHAPES["day"]:
        return shape == "day"
    if ours in _SHAPES["hours"]:
        return shape in ("figure", "clock")
    if ours in _SHAPES["figure"]:
        return shape in ("figure", "")
    if ours in _SHAPES["address"]:
        return shape == "address"
    return shape != "day" and (shape not in ("figure", "clock") or ours.endswith("_id"))


# ---- what the section says besides


def _settle_constants(proposal: Proposal, name: str, grid: Grid, found: Mapping[str, int]) -> None:
    if proposal.table in ("items", "metrics", "spend") and "channel" not in found:
        proposal.constants["channel"] = _channel(name, grid)
        if not proposal.constants["channel"]:
            known = ", ".join((*CHANNELS[: CHANNELS.index("search")], "site"))
            proposal.undecided.append(
                f"the channel is not in the file: take the # from channel, and put one of {known}"
            )
    if proposal.table == "contacts" and "stage" not in found:
        proposal.constants["stage"] = "contact"
        proposal.undecided.append("no column says the stage: every row is taken as one contact")
    if proposal.table == "effort" and "person" not in found:
        proposal.constants["person"] = ""
        proposal.undecided.append(
            "no column says who worked: take the # from person, and put the person's id"
        )


def _channel(name: str, grid: Grid) -> str:
    """The one channel that the file's name, its headings or its addresses tell."""
    text = re.sub(r"[-_.]+", " ", name.casefold())
    places = [text, " ".join(grid.header).casefold()]
    hosts = {
        cell.split("/")[2]
        for row in grid.rows
        for cell in row
        if cell.startswith(("http://", "https://")) and cell.count("/") > 1
    }
    for place in (*places, *sorted(hosts)):
        named = {
            channel for word, channel in HOSTS.items() if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", place)
        }
        if len(named) == 1:
            return named.pop()
    return ""


def _settle_conventions(proposal: Proposal, grid: Grid, found: Mapping[str, int]) -> None:
    days = [ours for ours in found if ours in _SHAPES["day"]]
    for ours in days:
        try:
            conventions.day_order(_cells(grid, found[ours]))
        except Fault as fault:
            proposal.lines.append('# dates = "dmy"')
            proposal.undecided.append(
                f"the days of {proposal.columns[ours]!r} may begin with the day or the month ({fault.text}):"
                ' take the # from dates, and put "dmy" or "mdy"'
            )
            break
    for ours in (name for name in found if name in (*_SHAPES["figure"], "hours")):
        try:
            conventions.number_mark(_cells(grid, found[ours]), _is_whole(ours), None)
        except Fault as fault:
            proposal.lines.append('# numbers = "it"')
            proposal.undecided.append(
                f"the figures of {proposal.columns[ours]!r} may be thousands or decimals ({fault.text}):"
                ' take the # from numbers, and put "it" (1.234,5) or "en" (1,234.5)'
            )
            break


def _is_whole(ours: str) -> bool:
    return ours in ("sessions", "users", "views") or (
        ours in METRICS and METRICS[ours].unit in ("count", "people")
    )


def _cells(grid: Grid, place: int) -> pd.Series:
    return pd.Series(grid.column(place), dtype="str")


def _settle_words(proposal: Proposal, grid: Grid, found: Mapping[str, int]) -> None:
    """Which words of a column of stages, channels or kinds are none of ours."""
    for ours in (name for name in WORDS if name in found):
        cells = dict.fromkeys(grid.column(found[ours]))
        strange = [cell for cell in cells if heading(cell) not in WORDS[ours]]
        if strange:
            proposal.words[ours] = strange[:30]
            proposal.undecided.append(
                f"{len(strange)} words of {proposal.columns[ours]!r} are none of ours: say what each is, of"
                f" {', '.join(dict.fromkeys(WORDS[ours].values()))}"
            )


def _say_doubles(proposal: Proposal, grid: Grid) -> None:
    normal = [heading(cell) for cell in grid.header]
    twice = [told for told in proposal.columns.values() if normal.count(heading(told)) > 1]
    if twice:
        proposal.undecided.append(f"the heading {twice[0]!r} stands twice: rename one of the two columns")


def _toml(name: str, proposal: Proposal) -> str:
    lines = [
        "[[tables]]",
        f"name = {_text(_id(name))}",
        f"files = [{_text(_pattern(name))}]",
        f"table = {_text(proposal.table)}",
        *proposal.lines,
        "[tables.columns]",
        *(f"{ours} = {_text(told)}" for ours, told in proposal.columns.items()),
    ]
    if proposal.unused:
        lines.append(f"# not used: {', '.join(_text(told) for told in proposal.unused)}")
    if proposal.constants:
        told = ((f"{ours} = {_text(text)}", text) for ours, text in proposal.constants.items())
        lines += ["[tables.constants]", *(line if text else f"# {line}" for line, text in told)]
    for ours, words in proposal.words.items():
        lines += [f"[tables.values.{ours}]", *(f'# {_text(word)} = ""' for word in words)]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """A basic string of TOML: JSON's escapes are a part of its own."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _id(name: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"\d+", " ", PurePosixPath(name).stem.casefold())).strip("-")
    return words[:63].strip("-") or "table"


def _pattern(name: str) -> str:
    """The file's name with `*` for its digits, in any folder: `contatti-2026-07.csv` => `*contatti-*.csv`."""
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix
    loose = re.sub(r"\d+(?:[-_. ]*\d+)*", "*", re.sub(r"[\[?]", "?", stem))
    return f"*{loose}{ending}" if loose.strip("*") else f"*{stem}{ending}"
