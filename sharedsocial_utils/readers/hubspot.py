"""HubSpot, contacts and deals: one row is one contact, or one deal.

CRM > Contacts (or Deals) > (a view with the columns below) > Export > CSV or XLSX; files are named
`hubspot-crm-exports-<view>-<day>.csv`. UTF-8, commas; the columns are those of the view, in any order:

    Record ID,Create Date,Lifecycle Stage,Original Source,Original Source Drill-Down 1,...
    51234567890,2026-07-14 10:22,Lead,Organic Social,Facebook,...

    Record ID,Deal Name,Amount,Deal Stage,Close Date,Is Closed Won,Create Date
    19876543210,Wedding in May,1850,Closed Won,2026-09-02 12:00,true,2026-07-20 09:30

A contact gives the stage `contact` on the day it was created. A deal gives `opportunity` on the day it was
created and, where it is won or lost, that stage on its close date with its amount; the close date of an open
deal is an expectation and not read. Outcomes come from `Is Closed Won` and `Is Closed Lost`, else from the
words of the stage. Opportunities are counted from deals alone: the life-cycle stage of a contact says the
same once more. An export of the history of stages repeats a deal; each stage of a deal stands once after
merging.

Original Source goes to `medium` as written, its first drill-down to `source`, its second to `campaign`. The
record's id becomes a keyed hash; names, mails, phones and notes are dropped at reading, and no message shows
a row. Companies are recognised and not used.

Evidence: English headings were typed for tests by others; the Italian ones of deals were seen in a list made
from a real file; those of contacts, creation and sources are from memory.
"""

import re
from collections.abc import Iterator
from datetime import date

import pandas as pd

from sharedsocial_utils.readers import _contacts as _shared
from sharedsocial_utils.readers._effort import FREE_TEXT, PERSONAL
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "id": (
        "Record ID", "Record ID - Contact", "Record ID - Deal", "ID record", "ID record - Contatto",
        "ID record - Trattativa",
    ),
    "created": ("Create Date", "Data di creazione", "Data creazione"),
    "origin": (
        "Original Source", "Original Source Type", "Original Traffic Source",
        "Fonte originale", "Tipo di fonte originale", "Fonte di traffico originale",
    ),
    "drill_down_1": (
        "Original Source Drill-Down 1", "Original Source Data 1", "Original Traffic Source Drill-Down 1",
        "Fonte originale - Drill-down 1", "Fonte originale drill-down 1", "Drill-down 1 fonte originale",
    ),
    "drill_down_2": (
        "Original Source Drill-Down 2", "Original Source Data 2", "Original Traffic Source Drill-Down 2",
        "Fonte originale - Drill-down 2", "Fonte originale drill-down 2", "Drill-down 2 fonte originale",
    ),
    "stage": ("Deal Stage", "Fase trattativa", "Fase della trattativa"),
    "amount": ("Amount", "Importo"),
    "currency": ("Currency", "Deal currency code", "Valuta"),
    "closed": ("Close Date", "Data di chiusura"),
    "is_won": ("Is Closed Won", "È con chiusura vinta"),
    "is_lost": ("Is Closed Lost", "È con chiusura persa"),
}  # fmt: skip
_REPEATED = "opportunities are counted from deals"
IGNORES = {
    "First Name": PERSONAL, "Last Name": PERSONAL, "Nome": PERSONAL, "Cognome": PERSONAL,
    "Email": PERSONAL, "E-mail": PERSONAL, "Phone Number": PERSONAL, "Numero di telefono": PERSONAL,
    "Contact owner": PERSONAL, "Deal owner": PERSONAL, "Proprietario della trattativa": PERSONAL,
    "Proprietario del contatto": PERSONAL,
    "Lifecycle Stage": _REPEATED, "Fase del ciclo di vita": _REPEATED, "Lead Status": _REPEATED,
    "Deal Name": FREE_TEXT, "Nome trattativa": FREE_TEXT,
    "Associated Company": PERSONAL, "Azienda Associata": PERSONAL,
    "Pipeline": "stages are told by their words", "Categoria di previsione": "a guess",
    "Probabilità trattativa": "a guess", "Last Activity Date": "says nothing about the source",
    "Country/Region": PERSONAL, "Marketing contact status": "a setting",
}  # fmt: skip
EXPORT = Export(
    service="HubSpot",
    menu="CRM > Contacts or Deals > (view) > Export > CSV",
    page="https://knowledge.hubspot.com/import-and-export/export-records",
    tables=("contacts",),
    layouts={
        "contacts": "Record ID, Create Date, Original Source ... (headings typed by others, 2024 to 2026)",
        "deals": "Record ID, Deal Stage, Amount, Close Date ... (headings seen in lists of real files, 2026)",
        "companies": "Record ID, Company name ...; not used",
    },
    languages=("en", "it"),
    counted_by="person",
    evidence="PARSER",
    ignores=IGNORES,
)
_PERSONS = ("First Name", "Last Name", "Email", "E-mail", "Nome", "Cognome")
_COMPANIES = ("Company name", "Company Domain Name", "Nome azienda", "Nome dell'azienda", "Dominio azienda")
_LIFE = ("Lifecycle Stage", "Fase del ciclo di vita", "Lead Status")
_DAY_IN_NAME = re.compile(r"-(20\d\d-\d\d-\d\d)\.[a-z]+$")


def recognise(head: Head) -> Claim:
    """By the record's id and what only contacts, deals or companies have."""
    deals = head.header("deals", FIELDS["id"], FIELDS["created"], FIELDS["stage"])
    companies = head.header("companies", FIELDS["id"], _COMPANIES)
    contacts = head.header(
        "contacts", FIELDS["id"], FIELDS["created"], (*_PERSONS, *_LIFE, *FIELDS["origin"])
    )
    if companies.layout and not head.header("persons", _PERSONS).layout:
        return first_claim(deals, companies)
    return first_claim(deals, contacts)


def read(source: Source) -> Iterator[Rows]:
    """Contacts, opportunities and outcomes."""
    source.is_private = True
    if source.layout == "companies":
        source.note("IN-FILE-13", "companies, which are neither contacts nor deals")
        source.skip()
        return
    need = ("id", "created", "stage") if source.layout == "deals" else ("id", "created")
    source.as_of = _day_of_export(source.name)
    for table in source.tables(FIELDS, need, IGNORES):
        if source.layout == "deals":
            ids = _shared.pseudonym(table, "deals", table.ids("id"))
            yield from _shared.deals(table, ids, _origin(table))
        else:
            yield from _contacts(table)


def _day_of_export(name: str) -> date | None:
    named = _DAY_IN_NAME.search(name)
    day = conventions.days(pd.Series([named[1]])).values[0] if named else pd.NaT
    return None if pd.isna(day) else day.date()


def _contacts(table: Table) -> Iterator[Rows]:
    ids, created = table.ids("id"), _shared.days(table, "created")
    known = {"contact_id": _shared.pseudonym(table, "contacts", ids), **_origin(table)}
    yield table.keep("contacts", {**known, "date": created, "stage": "contact"})


def _origin(table: Table) -> dict[str, pd.Series]:
    return {
        "source": table["drill_down_1"],
        "medium": table["origin"],
        "campaign": table["drill_down_2"],
    }
