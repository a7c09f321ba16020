"""A plain list of contacts, kept by hand in a spreadsheet: one row is one stage of one contact.

No service writes it: save the sheet as CSV, or hand over the workbook (every visible sheet with these
headings is read). Any encoding and separator; headings in English or Italian:

    Data;Contatto;Fase;Fonte;Campagna;Valore
    14/07/2026;C-031;contatto;Facebook;olio-nuovo;
    02/09/2026;C-031;vinto;;;1.850,00

Needed are the day, the contact, the stage, and one of source, medium, campaign or channel. The contact is a
number, a code or a mail address; whatever it is, it becomes a keyed hash, the same in every row. Stages are
contact, opportunity, won, lost, or contatto, richiesta, opportunità, preventivo, vinto, perso; a row with
another word is put aside, as is a second deal of a contact in the stage of the first: give it a code of its
own. A contact without a source in its later rows has that of its first. The channel is one of ours (facebook,
newsletter ...), and needed only where no source names it; any other word there stands for a source.

The order of days and the decimal mark are decided over the whole column; where no row decides, the file is
refused. Names, phones and notes are dropped, no message shows a row, and a row of totals is no data, or put
aside where it says more than that. A file with headings of a service's own export is left to its
reader.
"""

from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.readers import _contacts
from sharedsocial_utils.readers._effort import FREE_TEXT, PERSONAL
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source, Table
from sharedsocial_utils.reading.words import WORDS

FIELDS = {
    "date": ("Date", "Day", "Data", "Giorno"),
    "contact": ("Contact", "Contact ID", "Contact code", "Contatto", "ID contatto", "Codice contatto"),
    "stage": ("Stage", "Fase"),
    "source": ("Source", "Fonte", "Origine", "Provenienza"),
    "medium": ("Medium", "Mezzo"),
    "campaign": ("Campaign", "Campagna"),
    "channel": ("Channel", "Canale"),
    "value": ("Value", "Amount", "Valore", "Importo"),
}
NEED = ("date", "contact", "stage")
ORIGIN = ("source", "medium", "campaign", "channel")
IGNORES = {
    "Name": PERSONAL, "Nome": PERSONAL, "Surname": PERSONAL, "Cognome": PERSONAL, "Email": PERSONAL,
    "E-mail": PERSONAL, "Phone": PERSONAL, "Telefono": PERSONAL, "Company": PERSONAL, "Azienda": PERSONAL,
    "Notes": FREE_TEXT, "Note": FREE_TEXT,
}  # fmt: skip
# each stands in the export of a service that has, or may get, a reader of its own
FOREIGN = (
    "Record ID", "ID record", "Lead ID", "Lead Status", "Opportunity ID", "Created Date", "Deal - ID",
    "Deal - Status", "form_id", "Task ID", "Card ID", "Hours", "Ore",
)  # fmt: skip
EXPORT = Export(
    service="Plain list of contacts",
    menu="Save the sheet as CSV, or hand over the workbook",
    tables=("contacts",),
    layouts={"sheet": "Date, Contact, Stage, Source, Medium, Campaign, Value in any order (ours, 2026)"},
    languages=("en", "it"),
    counted_by="person",
    evidence="MEMORY",
    ignores=IGNORES,
)


def recognise(head: Head) -> Claim:
    """By its headings, unless one of them is a service's own."""
    origin = tuple(name for field in ORIGIN for name in FIELDS[field])
    claim = head.header("sheet", *(FIELDS[name] for name in NEED), origin)
    if claim.layout and any(head.header("foreign", name).layout for name in FOREIGN):
        return no("its headings are those of a service's own export", claim.nearness)
    return claim


def read(source: Source) -> Iterator[Rows]:
    """Contacts, one row per stage."""
    source.is_private = True
    for table in source.tables(FIELDS, NEED, IGNORES):
        yield _stages(table)


def _stages(table: Table) -> Rows:
    table.leave_totals(_is_total(table), ["value"])
    days = _contacts.days(table, "date")
    values = table.read("value", lambda cells: _contacts.unseen(conventions.numbers(cells)))
    ids = table.ids("contact")
    stages = _ours(table, "stage")
    expected = ", ".join(dict.fromkeys(WORDS["stage"].values()))
    table.put_aside(stages.isna(), "IN-WORD-01", f"none of {expected}", "stage")
    _contacts.put_twins_aside(table, ids.str.casefold(), stages)
    channels = _ours(table, "channel")
    source = table["source"].fillna(table["channel"].mask(channels.notna()))
    origin = {"source": source, "medium": table["medium"], "campaign": table["campaign"]}
    key = {
        "contact_id": _contacts.pseudonym(table, "list", ids.str.casefold()),
        "date": days,
        "stage": stages,
    }
    return table.keep("contacts", {**key, **origin, "channel": channels, "value": values})


def _ours(table: Table, field: str) -> pd.Series:
    """Our word for each cell, missing for one that is none of ours."""
    return table[field].str.casefold().map(WORDS[field]).astype("str")


def _is_total(table: Table) -> pd.Series:
    """Rows that say so, and name no stage."""
    texts = table.text[["date", "contact"]]
    says_so = texts.apply(lambda column: column.str.match(r"(?i)(sub)?total[ei]?\b")).any(axis=1)
    totals: pd.Series = says_so & table["stage"].isna()
    return totals
