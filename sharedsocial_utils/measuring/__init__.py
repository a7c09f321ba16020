"""Effort against results: reads the tidy tables of a quarter, fills and writes those that measuring owes.

`measure(client, quarter, workspace)` is the room's door; it can be called again and again.
"""

from dataclasses import dataclass

import pandas as pd

from sharedsocial_utils.client import load_client
from sharedsocial_utils.tables import conform, ordered, read_tables, require_unique, write_table
from sharedsocial_utils.workspace import Quarter, Workspace


@dataclass(frozen=True)
class Measures:
    """The tables written, as the codebook says."""

    visits: pd.DataFrame
    contacts: pd.DataFrame
    effort: pd.DataFrame
    plan_items: pd.DataFrame
    activity_weekly: pd.DataFrame
    channel_quarter: pd.DataFrame
    activity_quarter: pd.DataFrame
    people_quarter: pd.DataFrame
    voice_quarter: pd.DataFrame


def measure(client: str, quarter: str | Quarter, workspace: str | Workspace) -> Measures:
    """Attribution, mapping and sums of one client's quarter.

    Reads the tables of `data/processed/<client>/<quarter>`; replaces visits, contacts, effort and plan_items
    with their `channel`, `activity` and `cost` filled, and writes the five others of `Measures`.
    Raises `Fault`: CL-01 to CL-07 for the client's file, WS-03 for a table that is missing or wrong.
    """
    place = workspace if isinstance(workspace, Workspace) else Workspace.at(workspace)
    period = quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter)
    folder = place.processed(client, period)
    from sharedsocial_utils.measuring.books import READ

    frames = measured(read_tables(folder, READ), place, client, period)
    for name, frame in frames.items():
        write_table(folder, name, frame)
    return Measures(**frames)


def measured(
    tables: dict[str, pd.DataFrame], place: Workspace, client: str, quarter: Quarter
) -> dict[str, pd.DataFrame]:
    """The tables of `Measures` by name, conformed and ordered, computed from those that were read."""
    from sharedsocial_utils.measuring import people, weekly
    from sharedsocial_utils.measuring import quarter as sums
    from sharedsocial_utils.measuring.books import open_books
    from sharedsocial_utils.measuring.coverage import Calendar

    books = open_books(tables, load_client(place.raw(client)), Calendar(quarter))
    by_week = weekly.activity_weekly(books)
    frames = {
        "visits": books.visits.drop(columns="activity"),
        "contacts": books.contacts.drop(columns="activity"),
        "effort": books.effort,
        "plan_items": books.plan_items,
        "activity_weekly": by_week,
        "channel_quarter": sums.channel_quarter(books),
        "activity_quarter": sums.activity_quarter(books, by_week),
        "people_quarter": people.people_quarter(books),
        "voice_quarter": people.voice_quarter(books),
    }
    return {name: ordered(name, require_unique(name, conform(name, frame))) for name, frame in frames.items()}
