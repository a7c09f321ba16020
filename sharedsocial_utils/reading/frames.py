"""The rows of a file as Arrow tables: they cross from the child at no cost, and become frames when asked
for."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.tables import DTYPES, TABLES, Column, conform, empty

TYPES = {
    "text": pa.large_string(),
    "day": pa.timestamp("us"),
    "instant": pa.timestamp("us", tz="UTC"),
    "count": pa.int64(),
    "number": pa.float64(),
}
SCHEMAS = {
    table.name: pa.schema([(column.name, TYPES[column.kind]) for column in table.columns])
    for table in TABLES.values()
}


class Frames(Mapping[str, pd.DataFrame]):
    """Tables of the codebook by name. `arrow` holds their rows; a frame is made when it is first asked
    for."""

    def __init__(self, arrow: Mapping[str, pa.Table] | None = None) -> None:
        self.arrow = dict(arrow or {})
        self._frames: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = frame(name, [self.arrow[name]])
        return self._frames[name]

    def __contains__(self, name: object) -> bool:
        return name in self.arrow  # the mapping's own would make the frame

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrow)

    def __len__(self) -> int:
        return len(self.arrow)

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return {name: table.num_rows for name, table in self.arrow.items()}


def frame(name: str, parts: Iterable[pa.Table]) -> pd.DataFrame:
    """The rows of several Arrow tables of the codebook as one frame."""
    every = list(parts)
    if not every:
        return empty(name)
    made: pd.DataFrame = pa.concat_tables(every).combine_chunks().to_pandas(use_threads=False)
    return conform(name, made)


def arrow(name: str, given: Mapping[str, Any], rows: int, path: str) -> pa.Table:
    """A reader's rows as the codebook has them, with the file that they come from.

    A column is an array of so many values, or one value for all rows. Raises `Fault` WS-03 for a column that
    the codebook does not know or a value of another type.
    """
    table = TABLES[name]
    unknown = sorted(set(given) - set(table.names))
    if unknown:
        raise Fault("WS-03", f"table {name} has unknown columns", text=", ".join(unknown))
    known = {**given, "source_file": path}
    columns = [_column(name, column, known.get(column.name), rows) for column in table.columns]
    return pa.Table.from_arrays(columns, schema=SCHEMAS[name])


def _column(name: str, column: Column, given: Any, rows: int) -> Any:
    kind = TYPES[column.kind]
    try:
        if not isinstance(given, np.ndarray | ExtensionArray | pd.Series):
            return pa.nulls(rows, kind) if pd.isna(given) else pa.repeat(pa.scalar(given, kind), rows)
        if column.kind == "text" and given.dtype == object:
            return pa.array(np.asarray(given), kind, from_pandas=True)
        if column.kind != "instant" and given.dtype != DTYPES[column.kind]:
            given = pd.Series(given).astype(pd.api.types.pandas_dtype(DTYPES[column.kind])).array
        return pa.array(_plain(given), kind, from_pandas=True)
    except (TypeError, ValueError) as error:
        raise Fault("WS-03", f"table {name}, column {column.name}: {error}", expected=column.kind) from error


def _plain(given: Any) -> Any:
    """The values as Arrow takes them at least cost."""
    if isinstance(given, np.ndarray):
        return given
    is_numpy = isinstance(given, pd.arrays.NumpyExtensionArray)
    if is_numpy or getattr(given.dtype, "storage", "") == "python":
        return given.to_numpy()
    return given if given.dtype.kind == "O" else pd.Series(given)


def with_constant(table: pa.Table, column: str, value: object) -> pa.Table:
    """The table with one value in every row of a column."""
    at = table.schema.get_field_index(column)
    field = table.schema.field(at)
    return table.set_column(at, field, pa.repeat(pa.scalar(value).cast(field.type), table.num_rows))


def write(path: Path, table: pa.Table) -> None:
    """Writes one table as an Arrow file."""
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def read(path: Path) -> pa.Table:
    """The table in an Arrow file."""
    with pa.OSFile(str(path), "rb") as file:
        return pa.ipc.open_file(file).read_all()
