"""Our own tables with the faults of tables in the wild, one at a time; run, it prints what became of each.

The kinds are those of the benchmark Pollock (Vitagliano et al., 2023): rows with a separator or a quote too
many or too few or another separator, other separators, quotes and line ends, preambles, further tables, no
header, other encodings. A cell of a polluted table must be right, or its row be put aside under its own line.
"""

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading.cells import decode, heading, physical_lines
from sharedsocial_utils.reading.source import Source

EXPORTS = Path(__file__).parents[1] / "exports"
MAX_BYTES = 6_000
TABLES = 40
PLACES = 6  # of each kind in a table
SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Polluted:
    """A file: its records as raw text, which of them are polluted, and what each holds (nothing: no row)."""

    kind: str
    data: bytes
    records: list[str]
    truth: list[list[str] | None]
    polluted: set[int]
    header: list[str]
    above: int = 0  # physical lines before the first record


@dataclass
class Score:
    """What became of the cells: right, put aside under the right line, put aside beside the fault, wrong."""

    right: int = 0
    aside: int = 0
    beside: int = 0
    wrong: int = 0
    files: int = 0
    examples: list[str] = field(default_factory=list)


@cache
def tables() -> list[tuple[str, list[list[str]]]]:
    """Name and rows, header first, of those of our samples that are one table of three columns or more."""
    found = []
    for path in sorted(EXPORTS.glob("*/*.csv")):
        if path.stat().st_size > MAX_BYTES:
            continue
        text = decode(path.read_bytes()).replace("\r\n", "\n")
        separator = max(SEPARATORS, key=text.partition("\n")[0].count)
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if row]
        # a row of totals is no data, in the whole file and not beside a polluted row: it has tests of its own
        rows = rows[:1] + [row for row in rows[1:] if not "".join(row).casefold().startswith("total")]
        names = [heading(name) for name in rows[0]] if rows else []
        is_plain = len(rows) > 2 and len(names) > 2 and all(len(row) == len(names) for row in rows)
        if is_plain and all(names) and len(set(names)) == len(names):
            found.append((path.relative_to(EXPORTS).as_posix(), rows))
    return random.Random("tables").sample(found, min(TABLES, len(found)))


def _quoted(cell: str, separator: str, mark: str = '"', escaped: str = '""', always: bool = False) -> str:
    if always or any(sign in cell for sign in (separator, mark, "\n")):
        return mark + cell.replace(mark, escaped) + mark
    return cell


def _raw(rows: list[list[str]], separator: str = ",", **how: object) -> list[str]:
    return [separator.join(_quoted(cell, separator, **how) for cell in row) for row in rows]  # type: ignore[arg-type]


def _file(kind: str, rows: list[list[str]], raw: list[str], polluted: set[int], **how: str) -> Polluted:
    end, encoding = how.get("end", "\r\n"), how.get("encoding", "utf-8")
    above = how.get("above", "")
    text = above + end.join(raw) + how.get("last", end)
    truth: list[list[str] | None] = [None, *rows[1:], *([None] * (len(raw) - len(rows)))]
    if kind == "header twice":
        truth = [None, None, *rows[1:]]
    return Polluted(kind, text.encode(encoding), raw, truth, polluted, rows[0], len(physical_lines(above)))


# ---- pollutions of the whole file


def of_files(rows: list[list[str]]) -> Iterator[Polluted]:
    """Everything that is wrong with a file as a whole."""
    plain = _raw(rows)
    for separator in SEPARATORS:
        yield _file("separator of the file", rows, _raw(rows, separator), set())
    for end in ("\n", "\r\n", "\r"):
        yield _file("line ends", rows, [line.replace("\n", end) for line in plain], set(), end=end)
    yield _file("no last line end", rows, plain, set(), last="")
    yield _file("blank lines at the end", rows, plain, set(), last="\r\n\r\n\r\n")
    yield _file("every cell quoted", rows, _raw(rows, always=True), set())
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"):
        if encoding != "cp1252" or _fits(plain, encoding):
            yield _file("encoding", rows, plain, set(), encoding=encoding)
    for above in ("Report\r\n", "# Property\r\n# 20260701-20260731\r\n\r\n", 'Title, "a"\r\n' * 6):
        yield _file("preamble", rows, plain, set(), above=above)
    yield _file("header twice", rows, [plain[0], *plain], set())
    below = ["", "Other,Table", "1,2"]
    yield _file("a further table", rows, plain + below, {len(plain) + 1, len(plain) + 2})
    yield _file("no header", rows, plain[1:], set(range(len(plain) - 1)))
    if not _having(rows, "'"):  # quotes that nothing proves to be quotes are letters
        yield _file("other quotes", rows, _raw(rows, mark="'"), _having(rows, ",\n"))
    yield _file("other escapes", rows, _raw(rows, escaped='\\"'), _having(rows, '"'))


def _fits(lines: list[str], encoding: str) -> bool:
    try:
        return "\n".join(lines).encode(encoding).decode(encoding) != ""
    except UnicodeEncodeError:
        return False


def _having(rows: list[list[str]], signs: str) -> set[int]:
    return {n for n, row in enumerate(rows) if any(sign in cell for cell in row for sign in signs)}


# ---- pollutions of one row


def of_rows(rows: list[list[str]], chance: random.Random) -> Iterator[Polluted]:
    """Everything that is wrong with one row."""
    for kind, always in ROW_KINDS:
        places = [(r, c) for r in range(1, len(rows)) for c in range(len(rows[0]))]
        for r, c in chance.sample(places, min(PLACES, len(places))):
            cells = [_quoted(cell, ",", always=always) for cell in rows[r]]
            raw = _raw(rows, always=always)
            line = _row(kind, cells, c)
            if line != raw[r]:
                raw[r] = line
                yield _file(kind + (", all quoted" if always else ""), rows, raw, {r})


_KINDS = (
    "separator too few", "separator too many", "another separator",
    "quote before", "quote within", "quote behind",
)  # fmt: skip
ROW_KINDS = [(kind, always) for kind in _KINDS for always in (False, True)]
ROW_KINDS += [("opening quote lost", True), ("closing quote lost", True)]


def _row(kind: str, cells: list[str], c: int) -> str:
    cell, is_last = cells[c], c == len(cells) - 1
    joints = [","] * (len(cells) - 1) + [""]
    if kind == "separator too few":
        joints[c] = ""
    elif kind == "another separator":
        joints[c] = "" if is_last else ";"
    elif kind == "separator too many":
        joints[c] += ","
    else:
        middle = len(cell) // 2
        cells = cells.copy()
        cells[c] = {
            "quote before": '"' + cell,
            "quote within": cell[:middle] + '"' + cell[middle:],
            "quote behind": cell + '"',
            "opening quote lost": cell.removeprefix('"'),
            "closing quote lost": cell.removesuffix('"'),
        }[kind]
    return "".join(cell + joint for cell, joint in zip(cells, joints, strict=True))


# ---- what becomes of them


def judge(file: Polluted, score: Score) -> None:
    """Reads a polluted table and adds what became of its cells to the score."""
    score.files += 1
    source = Source("a.csv", file.data)
    fields = {f"{n}": (name,) for n, name in enumerate(file.header)}
    try:
        found = source.table(fields, list(fields)).text.drop(columns="_extra")
    except Fault as fault:
        told = fault.code == "IN-CSV-04" and file.kind in ("no header", "other quotes")
        _count(score, "aside" if told else "wrong", len(file.header) * len(file.records), file, 0)
        return
    rows = {int(line): list(row) for line, *row in found.fillna("").itertuples()}
    aside = {int(line) for line, _ in source.ledger.faults if line}
    for number, (first, after) in enumerate(_lines_of(file)):
        is_aside = bool(aside & set(range(first, after)))
        held = [rows[line] for line in range(first, after) if line in rows]
        _count(score, _fate(file, number, held, is_aside), len(file.header), file, first)


def _fate(file: Polluted, number: int, held: list[list[str]], is_aside: bool) -> str:
    truth = file.truth[number] if number < len(file.truth) else None
    cells = [" ".join(cell.split("\r")).strip() for cell in truth] if truth else None
    if held and held != [cells] and held != [[name.strip() for name in file.header]]:
        return "wrong"
    if held or (truth is None and not is_aside):
        return "right"
    if not is_aside and any(cells or ()):
        return "wrong"
    return "aside" if number in file.polluted else "beside"


def _lines_of(file: Polluted) -> Iterator[tuple[int, int]]:
    """The first line of each record and the first after it."""
    spans = (max(len(physical_lines(raw)), 1) for raw in file.records)
    starts = list(accumulate(spans, initial=file.above + 1))
    yield from pairwise(starts)


def _count(score: Score, fate: str, cells: int, file: Polluted, line: int) -> None:
    setattr(score, fate, getattr(score, fate) + cells)
    if fate in ("wrong", "beside") and len(score.examples) < 3:
        score.examples.append(f"{fate}, line {line}: {file.data[:400]!r}")


def scores() -> dict[str, Score]:
    """What became of the cells, by kind of pollution."""
    found: dict[str, Score] = {}
    for name, rows in tables():
        for file in (*of_files(rows), *of_rows(rows, random.Random(name))):
            judge(file, found.setdefault(file.kind, Score()))
    return found


def report(found: dict[str, Score]) -> str:
    """The scores as a table."""
    lines = [f"{'pollution':34}{'files':>7}{'right':>9}{'aside':>8}{'beside':>8}{'wrong':>7}"]
    total: Counter[str] = Counter()
    for kind, score in found.items():
        counts = {name: getattr(score, name) for name in ("files", "right", "aside", "beside", "wrong")}
        total.update(counts)
        lines.append("{:34}{files:7}{right:9}{aside:8}{beside:8}{wrong:7}".format(kind, **counts))
    return "\n".join([*lines, "{:34}{files:7}{right:9}{aside:8}{beside:8}{wrong:7}".format("all", **total)])


if __name__ == "__main__":
    result = scores()
    print(report(result))
    for kind, score in result.items():
        for example in score.examples:
            print(f"{kind}: {example}")
