"""Salesforce, a report of opportunities or of leads: one row is one of them.

Reports > (a report) > Export > Details Only > CSV; `report1790928000000.csv`, the milliseconds of the export.
All cells quoted; encoding, separator, days and numbers are the user's, headings as the organisation calls its
fields. Below the rows stand the number of records and the words by which the file is known:

    "Opportunity ID","Opportunity Name","Stage","Amount","Lead Source","Created Date","Close Date"
    "0065e00000AbCdE","Wedding","Closed Won","1850.00","Web","20/07/2026","02/09/2026"

    "Grand Totals (1 records)"

    "Confidential Information - Do Not Distribute"
    "Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."

With a stage the rows are opportunities: each on the day it was created, and won or lost on its close date;
the words of the stage decide (Closed Won, Closed Lost; vinta, persa) or the column `Won`. Without, and with
the state or source of a lead, each is a contact on the day it was created. A report without ids is known by
name and creation, which become a keyed hash as the ids do. Lead Source is the source. Owners, names,
companies and mails are dropped, and no message shows a row. The number of records printed below is checked
against the rows.

Days like 03/04/2026 are read by the columns of days together; where no row decides, the file is refused.
With semicolons a doubtful amount has a decimal comma. A formatted report (XLSX) is not read; nor is one with
the organisation's own labels for stage or creation: map it in client.toml.

Evidence: the last lines in programs that cut them off; headings from the help pages. No Italian file was
seen; the Italian headings are from memory.
"""

import re
from collections.abc import Iterator
from datetime import date

import pandas as pd

from sharedsocial_utils.readers import _contacts
from sharedsocial_utils.readers._effort import FREE_TEXT, PERSONAL
from sharedsocial_utils.reading.cells import DELIMITERS, split
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "id": ("Opportunity ID", "Lead ID", "ID opportunità", "ID lead"),
    "name": ("Opportunity Name", "Nome opportunità", "Company / Account", "Società/Account"),
    "account": ("Account Name", "Nome account"),
    "mail": ("Email", "E-mail"),
    "created": ("Created Date", "Create Date", "Data creazione", "Data di creazione"),
    "stage": ("Stage", "Fase"),
    "is_won": ("Won", "Vinta", "Vinto"),
    "closed": ("Close Date", "Data chiusura", "Data di chiusura"),
    "amount": ("Amount", "Importo", "Ammontare"),
    "currency": ("Amount Currency", "Opportunity Currency", "Valuta importo"),
    "source": ("Lead Source", "Origine lead", "Fonte del lead"),
    "campaign": ("Primary Campaign Source", "Campaign Name", "Nome campagna"),
    "status": ("Lead Status", "Stato lead"),
}
_GUESS = "a guess"
IGNORES = {
    "Opportunity Owner": PERSONAL, "Lead Owner": PERSONAL, "Owner Role": PERSONAL, "First Name": PERSONAL,
    "Last Name": PERSONAL, "Phone": PERSONAL, "Mobile": PERSONAL, "Title": PERSONAL, "Street": PERSONAL,
    "City": PERSONAL, "State/Province": PERSONAL, "Country": PERSONAL, "Rating": _GUESS,
    "Fiscal Period": "derived from columns that are read", "Expected Revenue": _GUESS,
    "Probability (%)": _GUESS, "Age": "derived from columns that are read", "Next Step": FREE_TEXT,
    "Description": FREE_TEXT, "Type": "says nothing about the source", "Closed": "told by the stage",
}  # fmt: skip
EXPORT = Export(
    service="Salesforce",
    menu="Reports > (with created date, stage, close date, lead source) > Export > Details Only > CSV",
    page="https://help.salesforce.com/s/articleView?id=sf.reports_export.htm",
    tables=("contacts",),
    layouts={
        "opportunities": "Stage, Created Date, Close Date, Amount, Lead Source (help pages of 2026)",
        "leads": "Created Date, Lead Status, Lead Source (help pages of 2026)",
        "other": "known by its last lines, with headings of the organisation (programs of 2010 to 2026)",
    },
    languages=("en", "it"),
    counted_by="person",
    evidence="PARSER",
    ignores=IGNORES,
)
_NAME = re.compile(r"(?:.*/)?report(\d{13})(?: \(\d+\))?\.csv", re.DOTALL)
_FOOTER = re.compile(r"salesforce\.com, inc|^\W*(grand totals?|totale complessivo)\b", re.IGNORECASE)
_RECORDS = re.compile(r"\((\d[\d.,]*)\s+\w+\)")
_SIGN = b"salesforce.com, inc"


def recognise(head: Head) -> Claim:
    """By its last lines, or by its name and headings of opportunities or leads."""
    if head.type != "text":
        return no("it is not text")
    is_signed = _SIGN in head.data[-4096:].replace(b"\x00", b"").lower()
    if not is_signed and not _NAME.fullmatch(head.name):
        return no("no line with salesforce.com, inc. at its end")
    claim = first_claim(
        head.header("opportunities", FIELDS["stage"], FIELDS["created"]),
        head.header("leads", FIELDS["created"], (*FIELDS["status"], *FIELDS["source"])),
    )
    return claim if claim.layout or not is_signed else Claim("other")


def read(source: Source) -> Iterator[Rows]:
    """Contacts, opportunities and outcomes."""
    source.is_private = True
    source.as_of = _day_of_export(source.name)
    need = ("created", "stage") if source.layout == "opportunities" else ("created",)
    last = _last_row(source.lines)
    table = source.table(FIELDS, need, IGNORES, last=last)
    source.skip(last + 1)
    _check_records(table, last)
    order = _contacts.order_of(table, "created", "closed")
    ids = _ids(table)
    origin = {"source": table["source"], "campaign": table["campaign"]}
    if source.layout == "opportunities":
        yield from _contacts.deals(table, ids, origin, order=order)
    else:
        created = _contacts.days(table, "created", order=order)
        yield table.keep("contacts", {"contact_id": ids, "date": created, "stage": "contact", **origin})


def _day_of_export(name: str) -> date | None:
    found = _NAME.fullmatch(name)
    return pd.Timestamp(int(found[1]), unit="ms").date() if found else None


def _last_row(lines: list[str]) -> int:
    """The last line above the footer: blank lines, single texts and the words of the service."""
    delimiter = max(DELIMITERS, key=lambda mark: max(len(split(line, mark)) for line in lines[:20]))
    last = len(lines)
    while last > 1 and _is_footer(lines[last - 1], delimiter):
        last -= 1
    return last


def _is_footer(line: str, delimiter: str) -> bool:
    cells = split(line, delimiter)
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or (len(filled) <= 2 and _FOOTER.search(line)):
        return True
    is_row = len(cells) > 1 and filled[0][:1].isdigit()  # of a lead of which nothing but its day is known
    return len(filled) == 1 and not is_row and line.count('"') % 2 == 0


def _check_records(table: Table, last: int) -> None:
    """Notes where the number of records printed below is not that of the rows."""
    for number, line in enumerate(table.source.lines[last:], start=last + 1):
        found = _RECORDS.search(line)
        if found:
            printed, rows = int(re.sub(r"\D", "", found[1])), len(table)
            if printed != rows:
                said = f"it says {printed} records, and has {rows} rows"
                table.source.note("IN-CSV-06", said, line=number)
            return


def _ids(table: Table) -> pd.Series:
    if "id" in table:
        ids = table.ids("id")
    else:
        ids = table.entry_ids([table[name] for name in ("name", "account", "mail", "created")])
    return _contacts.pseudonym(table, table.source.layout, ids)
