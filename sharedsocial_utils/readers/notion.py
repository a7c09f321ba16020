"""Notion, a database kept as a plan: one page is one planned piece of work.

Database > ... > Export > Markdown & CSV: a zip with `Plan 0123456789abcdef0123456789abcdef.csv` (the view),
`..._all.csv` (all rows, and used where it is there) and folders of pages; newer ones hold a zip within the
zip (from memory). A lone CSV is read while it keeps that name. UTF-8 with a byte-order mark:

    Name,Data,Stato,Responsabile,Canale
    Post sulla vendemmia,"14 luglio 2026",Fatto,Ada Neri,"Blog, Facebook"
    The harvest,"July 14, 2026 2:00 PM (GMT+2) → July 15, 2026",Done,"Ada Neri, Rita Bosco",Blog

The first column is the page's title, all others are the user's own. They are known by English and Italian
words for date, status, person, tags and channel, or a tick-box `Done`/`Fatto`. A database that has no date,
or neither status nor person nor tick-box, is no plan and is not used: map it in client.toml if it is one.
Of a period the last day is when it is due. A relation's address is cut off. A page has no id: it is known by
its database and title, so that one that was renamed between two exports counts twice. Done pages have no day
on which they were done: the status alone tells it.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _entries
from sharedsocial_utils.readers._plan import keep_plan, year_first
from sharedsocial_utils.reading import cells
from sharedsocial_utils.reading.cells import heading
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

WORDS = {
    "due": (
        "Date", "Due", "Due date", "Deadline", "Publish date", "Publication date", "Data", "Scadenza",
        "Quando", "Data di pubblicazione", "Data pubblicazione", "Data di scadenza",
    ),
    "status": ("Status", "State", "Stage", "Stato", "Fase"),
    "person": (
        "Assign", "Assignee", "Assigned to", "Person", "Owner", "Responsible", "Persona", "Responsabile",
        "Assegnato a", "Assegnatario", "Chi",
    ),
    "ticked": ("Done", "Completed", "Published", "Fatto", "Completato", "Pubblicato"),
    "tags": ("Tags", "Tag", "Labels", "Label", "Etichette", "Etichetta", "Categoria", "Category"),
    "channel": ("Channel", "Channels", "Platform", "Canale", "Canali", "Piattaforma"),
}  # fmt: skip
EXPORT = Export(
    service="Notion",
    menu="Database > ... > Export > Markdown & CSV",
    page="https://www.notion.com/help/export-your-content",
    tables=("plan_items",),
    layouts={
        "archive": "the zip of the export (parsers, 2024)",
        "database": "one CSV of it, under its own name (parsers, 2024)",
    },
    languages=("en", "it"),
    counted_by="person",
    evidence="PARSER",
    ignores={"other columns": "the user's own"},
)
_NAME = re.compile(r".* (?P<id>[0-9a-f]{32})(?P<all>_all)?\.csv")
_BLOCK = re.compile(r"(?:.*/)?ExportBlock-[0-9a-f-]{36}(?:-Part-\d+)?\.zip")
_PLAN = "a column for the date, and one for status, person or a tick-box"


def recognise(head: Head) -> Claim:
    """By the names: a title and 32 hexadecimal digits."""
    if head.type == "zip":
        is_ours = any(_NAME.fullmatch(name) or _BLOCK.fullmatch(name) for name in head.members)
        return Claim("archive") if is_ours else no("no file in it is named as Notion names databases")
    named = _NAME.fullmatch(PurePosixPath(head.name).name)
    return (
        Claim("database")
        if head.type == "text" and named
        else no("the name does not end in 32 hexadecimal digits")
    )


def read(source: Source) -> Iterator[Rows]:
    """Planned pieces, one row per page of a database."""
    if source.layout == "archive":
        yield from _archive(source, depth=1)
    elif _is_plan(source):
        yield _database(source, source.name)
    else:
        next_step = "map its columns in client.toml: `sharedsocial map FILE` proposes how"
        raise Fault("IN-CSV-04", "the database is no plan", expected=_PLAN, next_step=next_step)


def _archive(source: Source, depth: int) -> Iterator[Rows]:
    members = source.members()
    for name, member in members.items():
        if depth and _BLOCK.fullmatch(name):
            yield from _archive(member, depth - 1)
        elif not _NAME.fullmatch(name) or name.removesuffix(".csv") + "_all.csv" in members:
            _entries.leave(member)
        elif _is_plan(member):
            yield _database(member, name)
        else:
            source.note("IN-FILE-13", "a database that is no plan", expected=_PLAN, text=name)
            member.skip()


def _header(source: Source) -> list[str]:
    return cells.split(source.lines[0], ",") if source.lines else []


def _is_plan(source: Source) -> bool:
    known = {heading(cell) for cell in _header(source)[1:]}
    has = {field: bool(known & {heading(word) for word in words}) for field, words in WORDS.items()}
    return has["due"] and (has["status"] or has["person"] or has["ticked"])


def _database(source: Source, name: str) -> Rows:
    header = _header(source)
    fields = {"title": (header[0],), **{field: _first(words, header[1:]) for field, words in WORDS.items()}}
    table = source.table(fields, need=("title",))
    table.put_aside(table["title"].isna(), "IN-ID-02", "a page without its title", "title")
    table.text["due"] = table["due"].map(_last_day, na_action="ignore").astype("str")
    due = table.days("due", needed=False)
    for field in ("status", "person", "tags", "channel"):
        table.text[field] = table[field].map(_without_address, na_action="ignore").astype("str")
    ticked = table["ticked"].str.casefold().isin(("yes", "sì", "true"))
    table.text["status"] = table["status"].mask(table["status"].isna() & ticked, "Done")
    match = _NAME.fullmatch(name)
    database = pd.Series(match["id"] if match else "", index=table.text.index, dtype="str")
    done = pd.Series(index=table.text.index, dtype="datetime64[us]")
    return keep_plan(table, table.entry_ids([database, table["title"]]), due, done, tags=("tags", "channel"))


def _first(words: tuple[str, ...], header: list[str]) -> tuple[str, ...]:
    """The one heading that stands for a field: the first of its words that the file has."""
    present = {heading(cell): cell for cell in header}
    return next(((present[heading(word)],) for word in words if heading(word) in present), (words[0],))


def _last_day(text: str) -> str:
    """`July 14, 2026 2:00 PM (GMT+2) → July 15, 2026` => "July 15, 2026"."""
    last = re.split(r"→|->", text)[-1]
    return year_first(re.sub(r"\([^)]*\)", "", last).strip())


def _without_address(text: str) -> str:
    """`Ada Neri (https://www.notion.so/...)` => "Ada Neri"."""
    return re.sub(r" ?\(https?://[^)]*\)", "", text)
