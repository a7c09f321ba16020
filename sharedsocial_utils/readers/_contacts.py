"""What the readers of contacts and opportunities have in common: pseudonyms, days, outcomes.

A deal gives `opportunity` on the day it was created and, where it is won or lost, that stage on the day of
its end with its amount. The end of an open deal is an expectation and not read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _posts
from sharedsocial_utils.readers._dates import days_or_serials
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.conventions import Order, Read
from sharedsocial_utils.reading.source import Rows, Table

YES = ("true", "yes", "1", "vero", "sì", "si")
_WON = re.compile(r"closed\W*won|\bwon\b|vint[aoie]\b", re.IGNORECASE)
_LOST = re.compile(r"closed\W*lost|\blost\b|pers[aoie]\b", re.IGNORECASE)


def unseen(read: Read) -> Read:
    """The same values and faults without the cells: in a table of persons each can be a name."""
    return Read(read.values, {row: replace(fault, text="") for row, fault in read.faults.items()})


def pseudonym(table: Table, kind: str, ids: pd.Series) -> pd.Series:
    """A keyed hash of the kind and the id: a service numbers its contacts and its deals apart."""
    return table.source.pseudonym(kind + " " + ids)


def deals(
    table: Table,
    ids: pd.Series,
    origin: Mapping[str, pd.Series],
    *,
    order: Order | None = None,
) -> Iterator[Rows]:
    """Opportunities and outcomes from the fields created, closed, amount, currency, and stage or is_won and
    is_lost. `ids` are pseudonyms."""
    mark = _posts.decimal_mark(table)
    created = days(table, "created", order=order)
    amounts = table.read("amount", lambda cells: unseen(conventions.numbers(cells, profile=mark)))
    _put_aside_foreign(table)
    known = {"contact_id": ids, "value": amounts, **origin}
    yield table.keep("contacts", {**known, "date": created, "stage": "opportunity"})
    # after the opportunity is kept: without the day of its end it still was one
    ends = outcomes(table)
    closed = days(table, "closed", among=ends.notna(), order=order)
    ended = pd.DataFrame({**known, "date": closed, "stage": ends}, index=table.text.index)
    yield table.keep_frame("contacts", ended.dropna(subset=["date", "stage"]))


def put_twins_aside(table: Table, ids: pd.Series, stages: pd.Series) -> None:
    """A second deal of a contact is put aside: with the stage of the first and another day or value, merging
    would keep one of them, and not say so. Who asks twice is one contact."""
    is_deal = table.aligned(stages) != "contact"
    found = "the contact and the stage of a row above, with another day or value"
    table.put_aside(table.told_twice(ids, stages) & is_deal, "IN-ID-03", found)


def outcomes(table: Table) -> pd.Series:
    """`won`, `lost` or missing, by the two columns where they are, else by the words of the stage."""
    found = pd.Series(index=table.text.index, dtype="str")
    for outcome, column, words in (("won", "is_won", _WON), ("lost", "is_lost", _LOST)):
        if column in table:
            applies = table[column].str.casefold().isin(YES)
        else:
            applies = table["stage"].str.contains(words).fillna(False).astype(bool)
        found = found.mask(applies & found.isna(), outcome)
    return found


def days(table: Table, field: str, among: pd.Series | None = None, order: Order | None = None) -> pd.Series:
    """Days; a workbook may hold them as Excel's serial numbers. A row without one is put aside."""
    found = table.read(field, lambda cells: unseen(days_or_serials(cells, order)), among)
    wanted = found.isna() if among is None else found.isna() & among
    table.put_aside(wanted, "IN-DATE-03", "no date", field)
    return found


def order_of(table: Table, *fields: str) -> Order | None:
    """Whether days or months come first, by all columns of days together; None where nothing decides."""
    try:
        return conventions.day_order(pd.concat([table[field] for field in fields]))
    except Fault:
        return None


def _put_aside_foreign(table: Table) -> None:
    ours = table.source.context.currency
    if ours:
        foreign = table["currency"].notna() & (table["currency"].str.upper() != ours)
        table.put_aside(foreign, "IN-CUR-01", "an amount in another currency", "currency")
