"""What `check` and `read` show of files: accounting, faults, accounts, days, what else to download."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sharedsocial_utils.cli.base import table
from sharedsocial_utils.errors import visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sharedsocial_utils.client import Client
    from sharedsocial_utils.reading import FileReading
    from sharedsocial_utils.reading.vanishing import Vanished
    from sharedsocial_utils.workspace import Quarter

MANY_LINES = 30  # above, the files of one reader share a line; -v lists them all
SHORT, LONG = 24, 10_000  # signs of a line: with less room for a path its facts stand below it
SHOWN_MENUS = 4
OTHER_ACCOUNT = "IN-ACC-01"


def files_told(number: int) -> str:
    """`1 file`, `12 files`."""
    return "1 file" if number == 1 else f"{number} files"


# ---- the files


@dataclass(frozen=True)
class _Line:
    """A file, or the files of one reader: facts end in the first and the last day, figures in `_COUNTED`."""

    name: str
    facts: tuple[str, ...]
    figures: tuple[str, ...]


def print_files(out: "Console", title: str, files: "Sequence[FileReading]", verbose: bool) -> None:
    """One line for each file; of many files, one for each reader.

    Files of one reader of which nothing could be used share a line: their reason is told once below.
    """
    lines = [_file_line(f) for f in files] if verbose else _lines(files)
    heads = ["file", "reader", "from", "to", "read", *_COUNTED]
    if len(lines) > MANY_LINES and not verbose:
        lines = [_reader_line(name, group) for name, group in sorted(_by_reader(files).items())]
        heads = ["reader", "from", "to", "files", *_COUNTED]
    out.print(_lines_table(out, title, heads, lines, verbose))
    out.print()


def _lines(files: "Sequence[FileReading]") -> list[_Line]:
    groups = _by_reader(f for f in files if f.reader and not f.error and not f.rows_kept + f.rows_merged)
    unused = {name: group for name, group in groups.items() if len(group) > 1}
    shared = {f.path for group in unused.values() for f in group}
    alone = [_file_line(f) for f in files if f.path not in shared]
    return alone + [_unused_line(name, group) for name, group in unused.items()]


def _by_reader(files: "Iterable[FileReading]") -> "dict[str, list[FileReading]]":
    groups: dict[str, list[FileReading]] = {}
    for file in files:
        groups.setdefault(_reader(file), []).append(file)
    return groups


def _file_line(f: "FileReading") -> _Line:
    days = (f"{f.first_date or ''}", f"{f.last_date or ''}")
    return _Line(f.path, (_reader(f), *days), (f"{f.rows_read:,}", *_counts([f])))


def _unused_line(reader: str, files: "Sequence[FileReading]") -> _Line:
    read = f"{sum(f.rows_read for f in files):,}"
    return _Line(f"{len(files)} files, nothing to use", (reader, "", ""), (read, *_counts(files)))


def _reader_line(name: str, files: "Sequence[FileReading]") -> _Line:
    first = min((f.first_date for f in files if f.first_date), default="")
    last = max((f.last_date for f in files if f.last_date), default="")
    return _Line(name, (f"{first}", f"{last}"), (f"{len(files)}", *_counts(files)))


def _lines_table(
    out: "Console", title: str, heads: Sequence[str], lines: Sequence[_Line], verbose: bool
) -> "Table":
    """The lines as a table; where the screen has no room for their facts, these stand below the names."""
    room = _room(out, heads[1:], [(*line.facts, *line.figures) for line in lines])
    if not out.is_terminal or room >= min(SHORT, max((len(line.name) for line in lines), default=0)):
        names = [
            line.name if verbose else _cut(line.name, room if out.is_terminal else LONG) for line in lines
        ]
        rows = [(name, *line.facts, *line.figures) for name, line in zip(names, lines, strict=True)]
        return table(title, heads, rows, numbers=5)
    room = LONG if verbose else _room(out, _COUNTED, [line.figures[1:] for line in lines])
    rows = [(f"{_cut(line.name, room)}\n {_told(line.facts)}", *line.figures[1:]) for line in lines]
    return table(title, (heads[0], *_COUNTED), rows, numbers=4)


def _room(out: "Console", heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """What the other columns leave of a line, each with the three signs between two of them."""
    widths = (max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True))
    return out.width - sum(width + 3 for width in widths) - 2


def _told(facts: Sequence[str]) -> str:
    """`toggl, 2026-07-01 to 09-30`."""
    *before, first, last = facts
    days = f"{first} to {last.removeprefix(first[:5])}"
    return ", ".join([*before, *([days] if first else [])])


_COUNTED = ("kept", "merged", "not used", "no data")


def _counts(files: "Iterable[FileReading]") -> tuple[str, ...]:
    kept = [(f.rows_kept, f.rows_merged, f.rows_quarantined, f.rows_other) for f in files]
    return tuple(f"{sum(column):,}" for column in zip(*kept, strict=True))


def _reader(file: "FileReading") -> str:
    return f"{file.reader} (refused)" if file.reader and file.error else file.reader or "refused"


def _cut(path: str, room: int) -> str:
    """A path with its middle left out where it is too long: what differs stands at its end."""
    path = visible(path)
    if len(path) <= room:
        return path
    end = (room - 1) * 2 // 3
    return f"{path[: room - 1 - end]}…{path[-end:]}"


# ---- faults


def print_faults(out: "Console", files: "Sequence[FileReading]", verbose: bool) -> None:
    """Each refused file with its reason; of the other faults the first of each kind (all with -v)."""
    lines = [*_refused(files), *_put_aside(files, verbose)]
    for code, text in lines:
        say(out, code, text)
    if lines:
        out.print()


def _refused(files: "Sequence[FileReading]") -> Iterator[tuple[str, str]]:
    for file in files:
        for fault in file.faults:
            if file.error and not fault["row"]:
                yield fault["code"], _fault_text(file.path, fault)


def _put_aside(files: "Sequence[FileReading]", verbose: bool) -> Iterator[tuple[str, str]]:
    others: dict[str, list[str]] = {}
    for file in files:
        for fault in file.faults:
            if not file.error or fault["row"]:
                others.setdefault(fault["code"], []).append(_fault_text(file.path, fault))
    for code, texts in others.items():
        more = f" And {len(texts) - 1} more like it; -v lists them." if len(texts) > 1 else ""
        yield from ((code, text) for text in texts) if verbose else ((code, texts[0] + more),)


def _fault_text(path: str, fault: Mapping[str, Any]) -> str:
    row = f" {fault['row']}" if fault["row"] else ""
    column = f" column {fault['column']}" if fault["row"] and fault["column"] else ""
    return f"{path}{row}{column}: {fault['message']}"


def say(out: "Console", head: str, text: str, style: str = "bold") -> None:
    """One line; on a terminal its further lines stand under the text, elsewhere nothing is broken."""
    from rich.table import Table
    from rich.text import Text

    if not out.is_terminal:
        out.print(visible(f"{head}  {text}"), soft_wrap=True)
        return
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(visible(head), style), Text(visible(text)))
    out.print(grid)


# ---- what services changed


def print_changes(
    out: "Console", files: "Sequence[FileReading]", restated: Any = None, gone: "Sequence[Vanished]" = ()
) -> None:
    """Columns that nobody expects, figures that a newer export tells otherwise, posts that it has no more."""
    columns: dict[str, list[str]] = {}
    for file in files:
        columns.setdefault(str(file.reader), []).extend(file.unknown)
    for reader, names in columns.items():
        if names:
            told = list(dict.fromkeys(names))
            more = f" and {len(told) - 8} more" if len(told) > 8 else ""
            say(out, "new columns", f"{reader}: {', '.join(repr(n) for n in told[:8])}{more} (not read)")
    if restated is not None and len(restated):
        say(out, "restated", f"{len(restated)} figures, by a newer export; first: {_first(restated)}")
    if gone:
        posts = "; ".join(f"{post.channel} {post.item_id} of {post.day}" for post in gone[:2])
        missing = f"{len(gone)} items that a newer export of their days has no more; first: {posts}"
        say(out, "vanished", f"{missing} ({gone[0].file}, not in {gone[0].missing_in})")
    if any(columns.values()) or (restated is not None and len(restated)) or gone:
        out.print()


def _first(restated: Any) -> str:
    rows = restated.head(2).to_dict("records") if hasattr(restated, "head") else list(restated)[:2]
    return "; ".join(", ".join(f"{name} {value}" for name, value in row.items()) for row in rows)


# ---- whose files


def print_accounts(out: "Console", about: "Client", files: "Sequence[FileReading]") -> None:
    """The files of other accounts, which stop an audit; else what `[identity]` does not guard yet."""
    from sharedsocial_utils.reading.identity import found_in

    others = [file for file in files if file.error and file.error["code"] == OTHER_ACCOUNT]
    if others:
        lie = "lies" if len(others) == 1 else "lie"
        text = f"no audit runs while {files_told(len(others))} of another account {lie} here"
        say(out, "STOP", text, "bold red")
        out.print()
    missing = {s: names for s, names in found_in(files).items() if s not in about.identity}
    if missing and not others:
        say(out, "accounts", "found in the files; paste into client.toml, and files of others are refused:")
        for line in ([] if about.identity else ["[identity]"]) + identity_lines(missing):
            out.print(f"  {visible(line)}", soft_wrap=True)
        out.print()


def identity_lines(accounts: Mapping[str, Sequence[str]]) -> list[str]:
    """Lines of TOML: `ga4 = ["rossi.example"]`."""
    import json

    return [
        f"{system} = [{', '.join(json.dumps(name, ensure_ascii=False) for name in names)}]"
        + (f"   # {len(names)} were found: keep the client's own" if len(names) > 1 else "")
        for system, names in accounts.items()
    ]


# ---- days


@dataclass(frozen=True)
class _Days:
    """What the files cover of a quarter, for one channel or one kind of table."""

    subject: str
    readers: tuple[str, ...]
    files: int
    covered: int
    weeks: str
    gaps: list[tuple[date, date]]


def print_days(
    out: "Console",
    quarter: "Quarter",
    about: "Client",
    files: "Sequence[FileReading]",
    exports: Mapping[str, Any],
) -> None:
    """Days of the quarter covered by channel and kind of table, and what to download for those missing."""
    subjects = list(dict.fromkeys(activity.channel for activity in about.activities))
    tables = ("visits", "contacts", *_effort(about))
    days = [_days(quarter, subject, files) for subject in (*subjects, *tables)]
    rows = [
        (d.subject, d.files, f"{d.covered} of {quarter.days}", d.weeks, _gaps(d.gaps) if d.covered else "all")
        for d in days
    ]
    heads = ("channel or table", "files", "covered", "by week", "missing")
    out.print(table(f"days of {quarter}", heads, rows))
    if any(d.covered < quarter.days for d in days):
        say(out, "", "by week: # all seven days, + some, . none")
    out.print()
    wanted = [(d.subject, menu) for d in days for menu in _to_download(d, exports)]
    if wanted:
        out.print(table("to download", ("for", "where"), _once(wanted)))
        out.print()


def _effort(about: "Client") -> list[str]:
    """The time sheets of each side: those of one say nothing of what the other did."""
    sides = sorted({person.side for person in about.people}, reverse=True)
    return [f"effort, {side}" for side in sides] if len(sides) > 1 else ["effort"]


def print_strangers(out: "Console", quarter: "Quarter", files: "Sequence[FileReading]") -> None:
    """Who worked in the quarter and stands in client.toml under no name that the time sheets use."""
    frames = [file.tables["effort"] for file in files if "effort" in file.tables]
    days = slice(str(quarter.first_day), str(quarter.last_day))
    rows = [frame[frame["side"].isna()].set_index("date").sort_index()[days] for frame in frames]
    names = sorted({str(name) for frame in rows for name in frame["person"].dropna()})
    if names:
        told = ", ".join(repr(name) for name in names[:8])
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        found = f"{told}{more}: not in client.toml, so that these hours have no side and no cost"
        say(out, "people", found)
        out.print()


def _once(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The rows, with a subject only where it is not that of the row above."""
    above = ["", *(subject for subject, _ in rows)]
    return [
        ("" if subject == last else subject, menu)
        for (subject, menu), last in zip(rows, above[:-1], strict=True)
    ]


def _to_download(days: _Days, exports: Mapping[str, Any]) -> Iterator[str]:
    """For a gap the export that was read already; where nothing was, those that would do."""
    if not days.gaps:
        return
    known = [name for name in days.readers if name in exports]
    fits = known or [
        name
        for name, e in sorted(exports.items(), key=lambda pair: pair[1].evidence == "MEMORY")
        if days.subject == e.channel or days.subject.partition(", ")[0] in e.tables
    ]
    menus = list(dict.fromkeys(downloads({name: exports[name] for name in fits if name != "mapped_table"})))
    if not menus:
        yield "no export of it is read; for a table of your own, `sharedsocial map FILE`"
    for menu in menus[:SHOWN_MENUS]:
        yield menu + (f" ({_gaps(days.gaps)})" if known else "")
    if len(menus) > SHOWN_MENUS:
        yield f"or {len(menus) - SHOWN_MENUS} more: `sharedsocial readers`"


def downloads(exports: Mapping[str, Any]) -> list[str]:
    """One line for each export: `Toggl Track: Reports > Detailed > ...`."""
    return [f"{export.service}: {export.menu}" for export in exports.values()]


def _days(quarter: "Quarter", subject: str, files: "Sequence[FileReading]") -> _Days:
    having = [f for f in files if f.first_date and may_touch(f, quarter) and _about(f, subject)]
    spans = [(f.first_date, f.last_date) for f in having]
    every = [quarter.first_day + timedelta(days=n) for n in range(quarter.days)]
    is_there = [any(first <= day <= last for first, last in spans if first and last) for day in every]
    missing = [day for day, there in zip(every, is_there, strict=True) if not there]
    readers = tuple(dict.fromkeys(str(f.reader) for f in having))
    return _Days(subject, readers, len(having), sum(is_there), _weeks(is_there), list(_runs(missing)))


def may_touch(file: "FileReading", quarter: "Quarter") -> bool:
    """Whether the file has days of the quarter, or says nothing of its days."""
    if not file.first_date or not file.last_date:
        return True
    return file.first_date <= quarter.last_day and file.last_date >= quarter.first_day


def _weeks(days: Sequence[bool]) -> str:
    """A mark for every seven days: `#` all there, `+` some, `.` none."""
    weeks = [days[start : start + 7] for start in range(0, len(days), 7)]
    return "".join("#" if all(week) else "+" if any(week) else "." for week in weeks)


def _about(file: "FileReading", subject: str) -> bool:
    """Whether the file has rows of the table (of a side) or, in whatever table, of the channel."""
    table, _, side = subject.partition(", ")
    if side:
        return table in file.tables and bool((file.tables[table]["side"] == side).any())
    frames = (frame for frame in file.tables.values() if "channel" in frame)
    return subject in file.tables or any((frame["channel"] == subject).any() for frame in frames)


def _runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Days in order => first and last of each unbroken run."""
    run: list[date] = []
    for day in days:
        if run and day - run[-1] > timedelta(days=1):
            yield run[0], run[-1]
            run = []
        run.append(day)
    if run:
        yield run[0], run[-1]


def _gaps(gaps: Sequence[tuple[date, date]]) -> str:
    shown = [f"{first}" if first == last else f"{first} to {last}" for first, last in gaps[:4]]
    return ", ".join(shown) + (f" and {len(gaps) - 4} more gaps" if len(gaps) > 4 else "")
