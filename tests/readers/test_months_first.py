"""Days of services that write the month first, after a spreadsheet has saved them again."""

import pandas as pd
import pytest

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers._dates import days_or_serials, month_first


def cells(*texts: str | None) -> pd.Series:
    return pd.Series(texts, dtype="str", index=range(2, 2 + len(texts)))


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["7/1/2026", "7/2/2026"], "mdy"),  # as the service writes
        (["7/13/2026", "7/2/2026"], "mdy"),
        (["13/07/2026", "14/07/2026", None], "dmy"),  # a spreadsheet turned them
        (["13/07/2026", "01/07/2026"], "dmy"),
        (["7/13/2026", "14/07/2026"], "mdy"),  # one bad cell, one that confirms the service's order
        (["7/13/2026", "7/14/2026", "14/07/2026"], "mdy"),
        (["2026-07-13", "2026-07-14"], "mdy"),
        ([], "mdy"),
    ],
)
def test_the_service_is_believed_unless_the_column_shows_otherwise(
    texts: list[str | None], order: str
) -> None:
    assert month_first(cells(*texts)) == order


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (["13/07/2026", "14/07/2026", "7/15/2026"], 2),  # both orders, and most are not the service's
        (["7/1/2026", "7/2/2026", "7/3/2026", "13/07/2026"], 5),  # one cell speaks for no column
    ],
)
def test_an_order_that_is_not_most_cells_is_asked(texts: list[str], line: int) -> None:
    with pytest.raises(Fault) as raised:
        month_first(cells(*texts))
    assert (raised.value.code, raised.value.line, raised.value.text) == ("IN-DATE-01", line, texts[line - 2])


def test_days_of_a_workbook_may_be_its_serial_numbers() -> None:
    read = days_or_serials(cells("46204", "46204.75", "2026-07-03", None, "4620"))
    assert [None if pd.isna(day) else str(day.date()) for day in read.values] == [
        "2026-07-01", "2026-07-01", "2026-07-03", None, None,
    ]  # fmt: skip
    assert list(read.faults) == [6]
