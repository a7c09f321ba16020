"""What the readers of advertising costs have in common."""

from typing import Any

import pandas as pd

from sharedsocial_utils.reading.source import Table


def check_total(table: Table, printed: pd.Series, rows: pd.Series, what: str, field: str = "") -> None:
    """Notes where a printed total is not the sum of the rows.

    Each row is rounded to a cent, so that the sum may differ by half a cent a row.
    """
    for line, total in printed.dropna().items():
        if abs(total - rows.sum()) > 0.005 * len(rows) + 0.01:
            found = f"{what} is {total:.2f}, the rows add up to {rows.sum():.2f}"
            place: dict[str, Any] = {"column": table.positions[field]} if field else {}
            table.source.note("IN-CSV-06", found, line=line, **place)
