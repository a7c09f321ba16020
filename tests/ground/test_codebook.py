"""The codebook's tables: what is none of its columns, values or keys is refused, and never written."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import frames
from sharedsocial_utils.tables import conform, read_table, require_unique

EFFORT: dict[str, Any] = {
    "entry_id": np.array(["a", "b"], dtype=object),
    "person": np.array(["ada", "bea"], dtype=object),
    "hours": np.array([1.0, 2.0]),
    "source_row": np.array(["2", "3"], dtype=object),
}


def _as_frame(columns: dict[str, Any]) -> object:
    return conform("effort", pd.DataFrame(columns))


def _as_arrow(columns: dict[str, Any]) -> object:
    return frames.arrow("effort", columns, 2, "a.csv")


@pytest.mark.parametrize("made", [_as_frame, _as_arrow])
@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("hour", np.array([1.0, 2.0]), "table effort has unknown columns"),
        ("hours", np.array(["1", "two"], dtype=object), "table effort, column hours"),
    ],
)
def test_what_the_codebook_does_not_know_is_refused(made: Any, column: str, value: Any, says: str) -> None:
    made(EFFORT)
    with pytest.raises(Fault) as caught:
        made({**EFFORT, column: value})
    assert caught.value.code == "WS-03"
    assert says in caught.value.message()


def test_a_key_stands_once() -> None:
    frame = conform("effort", pd.DataFrame(EFFORT))
    assert require_unique("effort", frame) is frame
    with pytest.raises(Fault) as caught:
        require_unique("effort", pd.concat([frame, frame.iloc[1:]]))
    assert caught.value.code == "WS-03"
    assert "stands twice" in caught.value.message()
    assert "'b'" in caught.value.text


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        read_table(tmp_path, "effort")
    assert (caught.value.code, caught.value.file) == ("WS-03", "effort.parquet")
    assert "table effort is missing" in caught.value.message()
