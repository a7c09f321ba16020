"""What the readers of time sheets have in common."""

from functools import partial

import pandas as pd

from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.conventions import Order
from sharedsocial_utils.reading.source import Rows, Table

# as every service names them
PERSONAL = "personal data"
FREE_TEXT = "free text"
PRICED = "priced by client.toml"


def keep_effort(table: Table, days: pd.Series, hours: pd.Series, ids: pd.Series | None = None) -> Rows:
    """Rows of `effort` from the fields person, mail, project, task and tags, whichever the file has.

    An entry without an id of its own (`ids`) is known again by its person and start, so that one that was
    edited between two exports counts once; where the file has not both, by all its cells.
    """
    known = [table["person"], days.astype("str"), table["start_time"]]
    made = table.entry_ids(known if {"person", "start_time"} <= set(table.text) else ())
    people = table.source.people(table["person"])
    by_mail = table.source.people(table["mail"])
    return table.keep(
        "effort",
        {
            "entry_id": made if ids is None else ids,
            "date": days,
            "person": people["person"].fillna(by_mail["person"]).fillna(table["person"]),
            "side": people["side"].fillna(by_mail["side"]),
            "project": table["project"],
            "task": table["task"],
            "tags": table["tags"],
            "hours": hours,
        },
    )


def elapsed_hours(table: Table, order: Order | None = None) -> pd.Series:
    """Hours from start to end by the clocks as written; missing where one of the four cells is no such thing.

    The night on which the clocks change counts as any other: the file does not say the person's zone.
    """
    start, end = (_clock(table, which, order) for which in ("start", "end"))
    return (end - start).dt.total_seconds() / 3600


def _clock(table: Table, which: str, order: Order | None) -> pd.Series:
    written = table[f"{which}_date"] + " " + table[f"{which}_time"]
    return conventions.instants(written, "UTC", order).values


def say_whose(table: Table, system: str) -> None:
    """Whose work it is, by the field `client`; that an entry is known again by other cells stays so."""
    table.belongs_to(system, "client")
    table.text = table.text.drop(columns="client", errors="ignore")


def hours_worked(table: Table, decimal_mark: str | None = None) -> pd.Series:
    """The field `hours`: cells such as 1:30 as clocks, all others as one column of decimal numbers.

    A row without hours, or with more than a day has, is put aside.
    """
    are_clocks = table["hours"].str.contains(":").fillna(False).astype(bool)
    clocks = table.read("hours", conventions.hours, among=are_clocks)
    decimals = table.read("hours", partial(conventions.numbers, profile=decimal_mark), among=~are_clocks)
    hours = clocks.fillna(decimals)
    table.put_aside(hours > 24, "IN-NUM-03", "more hours than a day has", "hours")
    table.put_aside(table["hours"].isna(), "IN-NUM-02", "a row without its hours", "hours")
    return hours


def put_aside_running(table: Table) -> None:
    """A time entry without an end is still running."""
    table.put_aside(table["end_date"].isna(), "IN-TIME-01", "a time entry that is still running", "end_date")


def put_aside_impossible(table: Table, hours: pd.Series) -> None:
    """An entry without a duration, or that ends before it starts, is no work done."""
    table.put_aside(hours < 0, "IN-TIME-01", "the entry ends before it starts", "end_time")
    table.put_aside(hours.isna(), "IN-TIME-01", "an entry without its duration", "duration")
