"""What the readers of social channels' posts have in common: ids, first words, days and periods."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pandas as pd

from sharedsocial_utils.reading import cells
from sharedsocial_utils.reading.cells import Record, heading
from sharedsocial_utils.reading.source import Source, Table
from sharedsocial_utils.reading.totals import says_total

Fields = Mapping[str, Sequence[str]]

TITLE_LETTERS = 100
WORKBOOK = (b"PK", b"\xd0\xcf\x11\xe0")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d*))?[eE]\+?(\d{1,2})")
_DAYS_IN_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})_(\d{4}-\d{2}-\d{2})(?!\d)")


def first_words(texts: pd.Series) -> pd.Series:
    """A text on one line, cut after the last whole word within 100 letters."""
    return texts.map(_first_words, na_action="ignore").astype("str")


def _first_words(text: str) -> str:
    words = " ".join(text.split())
    if len(words) <= TITLE_LETTERS:
        return words
    start = words[: TITLE_LETTERS + 1]
    return (start[: start.rfind(" ")] if " " in start else start[:TITLE_LETTERS]) + "…"


def midnight(days: pd.Series, zone: str) -> pd.Series:
    """The instant in UTC at which each day begins in a zone, for exports that give no time of day."""
    local = days.dt.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    instants: pd.Series = local.dt.tz_convert("UTC")
    return instants


def days_in_name(name: str) -> tuple[date, date] | None:
    """`account_analytics_content_2026-04-27_2026-07-25.csv` => 27 April and 25 July."""
    found = _DAYS_IN_NAME.search(name)
    try:
        return (date.fromisoformat(found[1]), date.fromisoformat(found[2])) if found else None
    except ValueError:
        return None


def ids(table: Table, field: str, address: str) -> pd.Series:
    """A column of ids as text. One that a spreadsheet ruined is taken from the item's address where it
    stands there, which is noted; else its row is put aside, as is a row without an id.

    A row with the id of a row above and other content is put aside too.
    """
    _mend(table, field, address)
    found = table.ids(field)
    table.put_aside(table.twins(found), "IN-ID-03", "the id of a row above, with other content", field)
    return found


def _mend(table: Table, field: str, address: str) -> None:
    pairs = zip(table[field].fillna(""), table[address].fillna(""), strict=True)
    mended = pd.Series([_whole_id(text, link) for text, link in pairs], index=table.text.index, dtype="str")
    changed = mended.notna()
    if changed.any():
        table.text[field] = table.text[field].mask(changed, mended)
        found = f"{changed.sum()} ids were ruined by a spreadsheet and taken from the addresses"
        next_step = "export again, do not re-save: other cells may have suffered too"
        table.source.note("IN-ID-01", found, line=changed.index[changed][0], next_step=next_step)


def _whole_id(text: str, link: str) -> str | None:
    """The id in an address, if it is the one whose digits a spreadsheet rounded away.

    `("6.49E+17", ".../status/649311204913852416")` => "649311204913852416"
    """
    runs = re.findall(r"\d{10,}", link)
    if not runs:
        return None
    if match := _SCIENTIFIC.fullmatch(text):
        digits, exponent = match[1] + (match[2] or ""), int(match[3])
        rounded_alike = (
            f"{int(runs[-1]):.{len(digits) - 1}E}" == f"{match[1]}{_fraction(digits)}E+{exponent:02}"
        )
        return runs[-1] if rounded_alike else None
    # spreadsheets keep 15 digits and fill up with zeros
    rounded = text.isdigit() and len(text) > 15 and text.endswith("0" * (len(text) - 15))
    fits = rounded and text != runs[-1] and len(text) == len(runs[-1]) and text[:14] == runs[-1][:14]
    return runs[-1] if fits else None


def _fraction(digits: str) -> str:
    return f".{digits[1:]}" if len(digits) > 1 else ""


def figures(table: Table, names: Iterable[str], minimum: float | None = 0) -> dict[str, pd.Series]:
    """The columns of counts that the table has, by name of the metrics' codebook."""
    return {name: table.counts(name, minimum=minimum) for name in names if name in table}


def decimal_mark(table: Table) -> str:
    """The mark of a doubtful number: a spreadsheet writes semicolons where its decimal mark is the comma; the
    cells of a workbook have points."""
    if table.source.data.startswith(WORKBOOK):
        return "."
    header = table.source.lines[table.header_line - 1]
    return "," if header.count(";") > header.count(",") else "."


def speak_of(source: Source, days: tuple[date, date] | None) -> None:
    """Sets the days that the file's name says it covers, and its last as the day of the export."""
    if days:
        source.covers, source.as_of = days, days[1]


def found_by_content(
    source: Source, fields: Fields, sure: str, shapes: Mapping[str, re.Pattern[str]], ignores: Iterable[str]
) -> Fields:
    """The fields, where those without a heading in the file get that of a column whose every cell has their
    shape. `sure` is a field by whose heading the header is known."""
    found = cells.find_header(source.lines, [headings(fields[sure])])
    if not found:
        return fields
    at, delimiter, header = found
    records = cells.records(source.lines[: at + 200], at + 1, delimiter, len(header))
    whole = [row.cells for row in records if isinstance(row, Record) and len(row.cells) == len(header)]
    rows = [cells for cells in whole if not says_total(cells)]
    known = headings(name for names in (*fields.values(), ignores) for name in names)
    free = [n for n, cell in enumerate(header) if heading(cell) not in known]
    more: dict[str, Sequence[str]] = {}
    for field, shape in shapes.items():
        if not headings(fields[field]) & headings(header):
            fits = [n for n in free if _all_are(shape, [row[n] for row in rows])]
            # an account's own id is the same in every row; where that tells nothing, nothing is guessed
            kinds = {n: len({row[n] for row in rows}) for n in fits}
            best = [n for n in fits if kinds[n] == max(kinds.values())]
            more |= {field: (*fields[field], header[best[0]])} if len(best) == 1 else {}
    return {**fields, **more}


def headings(names: Iterable[str]) -> set[str]:
    """Header cells as they are compared."""
    return {heading(name) for name in names}


def _all_are(shape: re.Pattern[str], column: list[str]) -> bool:
    filled = [cell.strip() for cell in column if cell.strip()]
    return bool(filled) and all(shape.fullmatch(cell) for cell in filled)
