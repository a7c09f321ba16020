"""A table of the client's own, read as a section `[[tables]]` of client.toml says.

For every CSV or workbook that no other reader knows: a service of which no export was seen, a sheet kept by
hand. The section says which file it is, which of our tables it fills, and from which columns:

    [[tables]]
    name = "leads"
    files = ["contatti/*.csv"]
    table = "contacts"
    dates = "dmy"
    [tables.columns]
    date = "Data"
    source = "Provenienza"
    contact_id = "E-mail"
    [tables.constants]
    stage = "contact"

    Data;Provenienza;E-mail
    03/07/2026;Facebook;ada@rossi.example

`sharedsocial map FILE` proposes it. A file named by `files` is read by its section whoever else could read
it; one known by `header` alone must be nobody else's. All is checked as with every reader: the order of days
and the decimal mark come from the whole column and only where no row decides from the section; a cell that is
no number or no date puts its row aside; a word that is none of ours (a channel, a stage) likewise. A row of
totals is no data; one that says more than that is put aside. Of a workbook every visible sheet with
these headings is read. Columns that the section does not name are not read. Ids of contacts, mail addresses
too, become pseudonyms.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _contacts as contacts_of
from sharedsocial_utils.readers._effort import hours_worked, keep_effort
from sharedsocial_utils.readers._posts import first_words
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.cells import heading
from sharedsocial_utils.reading.conventions import Order
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table
from sharedsocial_utils.reading.words import WORDS
from sharedsocial_utils.tables import METRICS

EXPORT = Export(
    service="Any other table",
    menu="any CSV or Excel workbook; `sharedsocial map FILE` proposes its section for client.toml",
    tables=("items", "metrics", "visits", "contacts", "effort", "spend", "plan_items"),
    layouts={"a section [[tables]] of client.toml": "its name stands as the layout (ours, 2026)"},
    languages=("any",),
    counted_by="person",
    evidence="MEMORY",
)
_MARKS = {"it": ",", "en": "."}
_MAIN_DAY = {"items": "done_at", "plan_items": "due_date"}
_FIGURES = ("hours", "amount", "value", "users")  # besides the metrics
_TOTAL = r"(?i)((sub|grand )?total[ei]?|somma)\b"


@dataclass(frozen=True)
class Section:
    """One section `[[tables]]`, as `client.MappedTable` has checked it."""

    name: str
    table: str
    columns: Mapping[str, str]
    files: Sequence[str] = ()
    header: Sequence[str] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: Order | None = None
    numbers: str | None = None
    currency: str = ""

    def names(self, file: str) -> bool:
        """Whether a file fits one of its patterns, in any case."""
        return any(fnmatchcase(file.casefold(), pattern.casefold()) for pattern in self.files)


def recognise(head: Head) -> Claim:
    """By the client's own word: the file's name, else the headings of a section."""
    sections = [Section(**given) for given in head.tables]
    if not sections:
        return no("client.toml has no section [[tables]] for it")
    named = [section.name for section in sections if section.names(head.name)]
    if len(named) > 1:
        next_step = "let only one of them name it, in client.toml"
        raise Fault("IN-FILE-06", f"the sections {' and '.join(named)} name it", next_step=next_step)
    if named:
        return Claim(named[0], is_told=True)
    claims = [head.header(section.name, *section.header) for section in sections if section.header]
    return first_claim(no("no section [[tables]] of client.toml names it"), *claims)


def read(source: Source) -> Iterator[Rows]:
    """The rows that the section asks for."""
    section = next(
        s for s in (Section(**given) for given in source.context.tables) if s.name == source.layout
    )
    source.is_private = section.table == "contacts"
    source.channel = section.constants.get("channel")
    if section.currency:
        source.require_currency(section.currency)
    fields = {name: (told,) for name, told in section.columns.items()}
    for table in source.tables(fields, tuple(fields)):
        for name, text in section.constants.items():
            table.text[name] = pd.Series(text, index=table.text.index, dtype="str")
        _leave_totals(section, table)
        _translate(section, table)
        yield from _ROWS[section.table](section, table)


def _leave_totals(section: Section, table: Table) -> None:
    """Rows that say they are a total, and have no day."""
    day = _MAIN_DAY.get(section.table, "date")
    texts = table.text.drop(columns=[*section.constants, "_extra"])
    says_so = texts.apply(lambda column: column.str.match(_TOTAL).fillna(False)).any(axis=1)
    if day in table:
        has_day = table[day].str.contains(r"\d").fillna(False).astype(bool)
        figures = [name for name in section.columns if name in METRICS or name in _FIGURES]
        table.leave_totals(says_so & ~has_day, [*figures, *section.constants])


def _translate(section: Section, table: Table) -> None:
    """Puts our words for theirs; a row with a word that is none of ours is put aside."""
    for name in (name for name in WORDS if name in table):
        told = {heading(word): ours for word, ours in section.values.get(name, {}).items()}
        known = {**WORDS[name], **told}
        ours = table[name].map(lambda word, known=known: known.get(heading(word)), na_action="ignore")
        expected = ", ".join(dict.fromkeys(WORDS[name].values()))
        strange = ours.isna() & (table[name].notna() | (name != "kind"))
        table.put_aside(strange, "IN-WORD-01", f"no {name} of ours ({expected})", name)
        table.text[name] = ours.reindex(table.text.index).astype("str")


def _order(section: Section, table: Table, name: str) -> Order | None:
    """What the column proves; where it proves nothing, what the section says."""
    try:
        return conventions.day_order(table[name])
    except Fault:
        return section.dates


def _days(section: Section, table: Table, name: str, needed: bool = False) -> pd.Series:
    return table.days(name, _order(section, table, name), needed=needed)


def _number(section: Section, table: Table, name: str) -> pd.Series:
    """A column of figures; a share is 0 to 1, however it is written."""
    mark = _MARKS.get(section.numbers or "")
    unit = METRICS[name].unit if name in METRICS else ""
    if unit in ("count", "people", "sessions") or name in ("users", "views"):
        return table.counts(name, mark, minimum=None if name == "net_follows" else 0)
    values = table.numbers(name, profile=mark)
    return values / 100 if unit == "share" and table[name].str.contains("%").any() else values


def _figures(section: Section, table: Table) -> dict[str, pd.Series]:
    return {name: _number(section, table, name) for name in section.columns if name in METRICS}


def _ids(table: Table, name: str) -> pd.Series:
    """The column's ids; of a file without one, a hash of each row."""
    return table.ids(name) if name in table else table.entry_ids()


def _items(section: Section, table: Table) -> Iterator[Rows]:
    ids = _ids(table, "item_id" if "item_id" in table else "url")
    zone = table.source.context.timezone
    done_at = table.instants("done_at", zone, _order(section, table, "done_at"))
    figures = _figures(section, table)
    table.put_aside(table.twins(ids), "IN-ID-03", "the id of a row above, with other content", "item_id")
    people = table.source.authors(table["author"])
    yield table.keep(
        "items",
        {
            "channel": table["channel"],
            "item_id": ids,
            "done_at": done_at,
            "kind": table["kind"].fillna("post"),
            "author": people["person"],
            "side": people["side"],
            "title": first_words(table["title"]),
            "url": table["url"],
            "reply_to": table["reply_to"],
        },
    )
    yield table.keep_metrics(table["channel"], figures, item_id=ids, kind="lifetime")


def _metrics(section: Section, table: Table) -> Iterator[Rows]:
    has_day, has_item = "date" in section.columns, "item_id" in section.columns
    days = _days(section, table, "date", needed=True) if has_day else None
    ids = table.ids("item_id") if has_item else None
    figures = _figures(section, table)
    kind = None if has_day else "lifetime"
    yield table.keep_metrics(table["channel"], figures, day=days, item_id=ids, kind=kind)


def _visits(section: Section, table: Table) -> Iterator[Rows]:
    days = _days(section, table, "date", needed=True)
    key = {name: table[name] for name in ("source", "medium", "campaign", "landing") if name in table}
    counted = ("sessions", "users", "views", "key_events")
    figures = {name: _number(section, table, name) for name in counted if name in table}
    if "users" in figures:  # different people: never added where rows fall on the same key
        twice = pd.DataFrame({"date": days, **key}).duplicated(keep=False)
        figures["users"] = figures["users"].mask(twice)
    yield table.keep("visits", {"date": days, **key, **figures})


def _contacts(section: Section, table: Table) -> Iterator[Rows]:
    ids = table.source.pseudonym(_ids(table, "contact_id"))
    days = _days(section, table, "date", needed=True)
    value = {"value": _number(section, table, "value")} if "value" in table else {}
    contacts_of.put_twins_aside(table, ids, table["stage"])
    named = ("stage", "source", "medium", "campaign", "channel")
    texts = {name: table[name] for name in named if name in table}
    yield table.keep("contacts", {"contact_id": ids, "date": days, **texts, **value})


def _effort(section: Section, table: Table) -> Iterator[Rows]:
    days = _days(section, table, "date", needed=True)
    hours = hours_worked(table, _MARKS.get(section.numbers or ""))
    yield keep_effort(table, days, hours, table.ids("entry_id") if "entry_id" in table else None)


def _spend(section: Section, table: Table) -> Iterator[Rows]:
    first = _days(section, table, "date", needed=True)
    last = _days(section, table, "end_date") if "end_date" in table else first
    amount = _number(section, table, "amount")
    named = {"campaign": table["campaign"]} if "campaign" in table else {}
    table.no_data(amount.isna())
    shape = {"date": first, "end_date": last.fillna(first), "channel": table["channel"], "amount": amount}
    yield table.keep("spend", {**shape, **named})


def _plan_items(section: Section, table: Table) -> Iterator[Rows]:
    ids = _ids(table, "item_id")
    days = {name: _days(section, table, name) for name in ("due_date", "done_date") if name in table}
    people = table.source.people(table["person"])
    texts = {name: table[name] for name in ("title", "status", "tags") if name in table}
    who = {"person": people["person"], "side": people["side"]}
    yield table.keep("plan_items", {"item_id": ids, **days, **who, **texts})


_ROWS = {
    "items": _items, "metrics": _metrics, "visits": _visits, "contacts": _contacts, "effort": _effort,
    "spend": _spend, "plan_items": _plan_items,
}  # fmt: skip
