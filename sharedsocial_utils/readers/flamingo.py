"""Flamingo, the messages that WordPress's Contact Form 7 received: one row is one request.

WordPress > Flamingo > Inbound Messages > Export: `<site>-flamingo-inbound-2026-10-02.csv`. UTF-8 without
mark, every cell quoted, CRLF, no line end after the last row; the columns are the fields of the form of the
newest message, the last one is the day, its heading in the site's language:

    "your-name","your-email","your-subject","your-message","Date"
    "Anna Verdi","anna@posta.example","Camera","Buongiorno ...","2026-07-14T10:22:31+02:00"

Each row gives a `contact` on its day in the client's time zone. All else is personal and dropped, and no
message shows a row; only hidden fields named `utm_source`, `utm_medium` and `utm_campaign` are kept, where
the form has them. A row is known again by its second, and by its place among those of the same second.

The address book (`-flamingo-contact-`: mail and names, no days) is nothing but personal data and is refused.
The separator can be a semicolon. A cell that begins with = + - @ has a warning before it, which is stripped.

Evidence: the exporter's own code.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _contacts
from sharedsocial_utils.readers._effort import PERSONAL
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.cells import Record, split
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "source": ("utm_source", "utm-source"),
    "medium": ("utm_medium", "utm-medium"),
    "campaign": ("utm_campaign", "utm-campaign"),
}
EXPORT = Export(
    service="Flamingo (Contact Form 7)",
    menu="WordPress > Flamingo > Inbound Messages > Export",
    page="https://contactform7.com/save-submitted-messages-with-flamingo/",
    tables=("contacts",),
    layouts={
        "inbound": "every cell quoted, the fields of the form and the day last (code of May 2026)",
        "address book": "Email, Full name, First name, Last name; refused (code of May 2026)",
    },
    languages=("any",),
    counted_by="us",
    evidence="PARSER",
    ignores={"(every field of the form)": PERSONAL},
)
_NAME = re.compile(r"-flamingo-(inbound|contact)-(\d{4}-\d{2}-\d{2})", re.IGNORECASE)
_HEADER = re.compile(r'"[^"]*"([,;]"[^"]*")+')
_STAMP = re.compile(r'.*[,;]"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"')
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d|")
_WARNING = re.compile(r"\(.*?\) (?=[=+\-@])")


def recognise(head: Head) -> Claim:
    """By its name; else by fields that Contact Form 7 names, quoted, and an instant at the end of a row."""
    first = head.lines[0].lstrip("\ufeff") if head.lines else ""
    if head.type != "text" or not _HEADER.fullmatch(first) or _STAMP.fullmatch(first):
        return no("its first line is not a header with every cell quoted")
    named = _NAME.search(head.name)
    if named:
        return Claim("inbound" if named[1].casefold() == "inbound" else "address book")
    has_instants = any(_STAMP.fullmatch(line) for line in head.lines[1:])
    is_form = re.search(r'"your-\w+"', head.lines[0]) is not None
    return Claim("inbound") if is_form and has_instants else no("its name has no -flamingo-", 0.2)


def read(source: Source) -> Iterator[Rows]:
    """Contacts, one per message."""
    source.is_private = True
    if source.layout == "address book":
        raise Fault("IN-PRIV-01", "names and mail addresses, and no days")
    source.as_of = _day_of_export(source.name)
    yield _requests(_table(source))


def _table(source: Source) -> Table:
    """The table by its quotes alone, where each row ends in an instant; else as other tables are read.

    A line of a message can have as many commas as a row: only here, where every cell is quoted, is it certain
    that it is none.
    """
    header = source.lines[0].lstrip("\ufeff")
    delimiter = max(",;", key=lambda mark: len(split(header, mark)))
    cells = split(header, delimiter)
    fields = {**FIELDS, "at": (cells[-1],)}
    ignores = dict.fromkeys(cells, PERSONAL)
    rows = _rows(source.lines, delimiter, len(cells))
    if rows is None:
        return source.table(fields, ("at",), ignores)
    source.part.spans.update({row.line: row.span for row in rows})
    source.skip(1, 1)
    return Table.of(source, source.part, fields, cells, rows, ignores, 1)


def _rows(lines: list[str], delimiter: str, width: int) -> list[Record] | None:
    """The rows below the header; None where one of them is not certain."""
    reader = csv.reader([f"{line}\n" for line in lines[1:]], delimiter=delimiter, strict=True)
    rows: list[Record] = []
    done = 1
    try:
        for cells in reader:
            row = Record(done + 1, reader.line_num + 1 - done, cells)
            done = reader.line_num + 1
            if (
                len(cells) != width
                or not _INSTANT.fullmatch(cells[-1])
                or not lines[row.line - 1].startswith('"')
            ):
                return None
            rows.append(row)
    except csv.Error:
        return None
    return rows


def _day_of_export(name: str) -> date | None:
    named = _NAME.search(name)
    days = conventions.days(pd.Series([named[2]])).values if named else None
    return None if days is None or days.isna().any() else days[0].date()


def _requests(table: Table) -> Rows:
    zone = table.source.context.timezone
    instants = table.read("at", lambda cells: _contacts.unseen(conventions.instants(cells, zone)))
    table.put_aside(instants.isna(), "IN-DATE-03", "no date", "at")
    ids = _contacts.pseudonym(table, "flamingo", table.entry_ids([table["at"]]))
    origin = {name: table[name].str.replace(_WARNING, "", n=1, regex=True) for name in FIELDS}
    days = conventions.local_days(instants, zone)
    return table.keep("contacts", {"contact_id": ids, "date": days, "stage": "contact", **origin})
