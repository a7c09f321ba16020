"""Small exports written for a test, read and merged."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pandas as pd

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.ingest import DATA_TABLES
from sharedsocial_utils.reading.merging import merge
from sharedsocial_utils.reading.source import Context
from sharedsocial_utils.tables import ordered

CONTEXT = Context("Europe/Rome", "EUR", salt="x")
BY_SOURCE = "Session source,Session medium,Session campaign"


def read(name: str, text: str) -> FileReading:
    """The reading of an export, with books of its own: merging writes in them."""
    found = _read(name, text)
    assert not found.error, found.error
    return replace(found, faults=list(found.faults))


@cache
def _read(name: str, text: str) -> FileReading:
    return read_bytes(name, text.encode(), CONTEXT)


def merged(*files: FileReading) -> dict[str, pd.DataFrame]:
    return {name: ordered(name, frame) for name, frame in merge(list(files), DATA_TABLES).items()}


def books(file: FileReading) -> tuple[int, int, int, int]:
    assert file.rows_read == file.rows_kept + file.rows_merged + file.rows_quarantined + file.rows_other
    return file.rows_kept, file.rows_merged, file.rows_quarantined, file.rows_other


def toggl(
    *entries: tuple[str, str, str],
    header: str = "User,Project,Start date,Start time,End date,End time,Duration",
    duration: str = "01:00:00",
) -> str:
    """Entries of one person: day, hour of the start, project; each takes an hour."""
    rows = [f"Ada,{project},{day},{hour}:00,{day},{hour}:59,{duration}" for day, hour, project in entries]
    return "\n".join([header, *rows]) + "\n"


def exploration(rows: Sequence[str], dimensions: str = BY_SOURCE, figures: str = "Sessions") -> str:
    """An exploration of GA4: rows begin with the day and end in the figures."""
    width = figures.count(",") + 1
    totals = [sum(int(row.split(",")[n - width]) for row in rows) for n in range(width)]
    days = sorted(row[:8] for row in rows)
    head = f"# ---\n# Client\n# Tab\n# {days[0]}-{days[-1]}\n# ---\n\nDate,{dimensions},{figures}\n"
    commas = "," * (dimensions.count(",") + 2)
    return head + f"{commas}{','.join(map(str, totals))},Grand total\n" + "\n".join(rows) + "\n"


def google_ads(period: str, header: str, *rows: str) -> str:
    return "\n".join(["Campaign report", period, header, *rows]) + "\n"


def matomo(*rows: str) -> str:
    """A report of channel types by day: day, label, visits, type of referrer."""
    cells = [row.split(",") for row in rows]
    lines = [f"{day},{label},{visits},{visits},referrerType=={kind}" for day, label, visits, kind in cells]
    return "\n".join(["date,label,nb_uniq_visitors,nb_visits,metadata_segment", *lines]) + "\n"


def plausible(*rows: str) -> str:
    """The sources of an export: day, source, utm_medium, visits."""
    cells = [row.split(",") for row in rows]
    lines = [f"{day},{name},,,{medium},,,,{n},{n},{n},1,1" for day, name, medium, n in cells]
    head = "date,source,referrer,utm_source,utm_medium,utm_campaign,utm_content,utm_term,"
    return "\n".join([head + "pageviews,visitors,visits,visit_duration,bounces", *lines]) + "\n"
