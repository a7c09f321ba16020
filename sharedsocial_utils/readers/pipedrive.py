"""Pipedrive, deals or people: one row is one deal, or one person.

Deals (list view, or Tools and apps > Export data) > Export > CSV or XLSX. UTF-8, commas; the columns are
those of the view, each named after its entity:

    Deal - ID,Deal - Title,Deal - Value,Deal - Currency,Deal - Status,Deal - Deal created,Deal - Won time,...
    41,Wedding in May,1850,EUR,Won,2026-07-20 09:30:00,2026-09-02 12:00:00,...

A deal gives `opportunity` on the day it was created and, where its status is Won or Lost, that stage with its
value on the day of its own column (`Won time`, `Lost time`), else on that of `Deal closed on`. Expected close
dates are not read. An export of people gives `contact` on the day each was created. Source is `Deal - Source`
(or `Source channel`), its medium `Source origin`, the campaign `Source channel ID`.

Ids become keyed hashes; without ids the rows are known by title, organisation and creation. Titles, names,
mails, phones and notes are dropped, and no message shows a row. In an account of another language the words
before the dash differ: the file is refused with the columns it lacks, and can be mapped in client.toml.

Evidence: headings in many programs that read such exports; those of sources are from memory.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.readers import _contacts
from sharedsocial_utils.readers._effort import PERSONAL
from sharedsocial_utils.reading.cells import DELIMITERS, split
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

DEALS = {
    "id": ("Deal - ID",),
    "title": ("Deal - Title",),
    "organisation": ("Deal - Organization", "Organization - Name"),
    "created": ("Deal - Deal created", "Deal - Creation date", "Deal - Deal created on", "Deal - Add time"),
    "status": ("Deal - Status",),
    "won_at": ("Deal - Won time",),
    "lost_at": ("Deal - Lost time",),
    "closed": ("Deal - Deal closed on", "Deal - Close time"),
    "amount": ("Deal - Value", "Deal - Deal value"),
    "currency": ("Deal - Currency", "Deal - Currency of value"),
    "source": ("Deal - Source", "Deal - Source channel"),
    "medium": ("Deal - Source origin",),
    "campaign": ("Deal - Source channel ID",),
}
PERSONS = {
    "id": ("Person - ID",),
    "title": ("Person - Name",),
    "organisation": ("Person - Organization", "Organization - Name"),
    "created": ("Person - Person created", "Person - Creation date", "Person - Add time"),
    "source": ("Person - Source", "Person - Source channel"),
    "medium": ("Person - Source origin",),
    "campaign": ("Person - Source channel ID",),
}
_GUESS = "an expectation"
IGNORES = {
    "Deal - Owner": PERSONAL, "Deal - Contact person": PERSONAL, "Deal - Creator": PERSONAL,
    "Person - Name": PERSONAL, "Person - Email": PERSONAL, "Person - Email (Work)": PERSONAL,
    "Person - Phone": PERSONAL, "Person - Phone (Work)": PERSONAL, "Person - Owner": PERSONAL,
    "Organization - Name": PERSONAL, "Organization - Address": PERSONAL,
    "Deal - Stage": "told by the status", "Deal - Pipeline": "told by the status",
    "Deal - Expected close date": _GUESS, "Deal - Probability": _GUESS, "Deal - Weighted value": _GUESS,
    "Deal - Lost reason": "free text", "Deal - Label": "says nothing about the source",
    "Deal - Update time": "says nothing about the source", "Deal - Total activities": "not used by the audit",
    "Deal - Next activity date": _GUESS, "Deal - Last activity date": "not used by the audit",
    "Deal - Last stage change": "not used by the audit",
}  # fmt: skip
EXPORT = Export(
    service="Pipedrive",
    menu="Deals > list view with ID, status, created, won time, lost time, value, source > Export > CSV",
    page="https://support.pipedrive.com/en/article/exporting-data-from-pipedrive",
    tables=("contacts",),
    layouts={
        "deals": "Deal - ID, Deal - Status, Deal - Deal created ... (programs of 2023 to 2026)",
        "persons": "Person - ID, Person - Person created ... (programs of 2023 to 2026)",
        "other": "activities, organisations, or an account in another language; not used",
    },
    languages=("en",),
    counted_by="person",
    evidence="PARSER",
    ignores=IGNORES,
)
_ENTITY = re.compile(r"(?:\ufeff)?\W*(\w+) - \S.*")
_ENDS = {"won": "won_at", "lost": "lost_at"}


def recognise(head: Head) -> Claim:
    """By headings of deals or people; by three headings that begin with one word and a dash."""
    deals = head.header("deals", DEALS["created"], DEALS["status"])
    if deals.layout:
        return deals
    persons = head.header("persons", PERSONS["created"], (*PERSONS["id"], *PERSONS["title"]))
    if persons.layout and not head.header("deals", (*DEALS["status"], *DEALS["id"])).layout:
        return persons
    if any(_entities(row) > 2 for row in _first_rows(head)):
        return Claim("other", is_guess=True)
    return first_claim(no("no headings such as 'Deal - Status'"), deals)


def _first_rows(head: Head) -> list[list[str]]:
    return [split(line, mark) for line in head.lines[:3] for mark in DELIMITERS if mark in line]


def _entities(cells: list[str]) -> int:
    """How many cells begin with the same word and a dash."""
    words = Counter(found[1] for cell in cells if (found := _ENTITY.fullmatch(cell)))
    return max(words.values(), default=0)


def read(source: Source) -> Iterator[Rows]:
    """Contacts, opportunities and outcomes."""
    source.is_private = True
    if source.layout == "persons":
        for table in source.tables(PERSONS, ("created",), IGNORES):
            yield _persons(table)
        return
    for table in source.tables(DEALS, ("created", "status"), IGNORES):
        yield from _deals(table)


def _ids(table: Table) -> pd.Series:
    if "id" in table:
        ids = table.ids("id")
    else:
        ids = table.entry_ids([table[name] for name in ("title", "organisation", "created")])
    return _contacts.pseudonym(table, table.source.layout, ids)


def _persons(table: Table) -> Rows:
    ids, created = _ids(table), _contacts.days(table, "created")
    return table.keep("contacts", {"contact_id": ids, "date": created, "stage": "contact", **_origin(table)})


def _deals(table: Table) -> Iterator[Rows]:
    status = table["status"].str.casefold()
    own = pd.Series(index=table.text.index, dtype="str")
    for word, field in _ENDS.items():
        own = own.mask(status == word, table[field])
    # the fields by which outcomes are told everywhere
    table.text = table.text.assign(stage=status, closed=own.fillna(table["closed"]))
    yield from _contacts.deals(table, _ids(table), _origin(table))


def _origin(table: Table) -> dict[str, pd.Series]:
    return {name: table[name] for name in ("source", "medium", "campaign")}
