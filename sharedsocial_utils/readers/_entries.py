"""What the readers of JSON and XML exports have in common: values of any shape as plain text cells."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading.ledger import OTHER
from sharedsocial_utils.reading.source import Source, Table

STRANGE = "_strange"


def listed(value: Any, *keys: str) -> list[Any]:
    """The list at the end of these keys; raises `Fault` IN-JSON-01 where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, list):
        name = ".".join(keys) or "the file"
        raise Fault("IN-JSON-01", f"{name} is no list", expected="a list of objects")
    return value


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, however little of one it is: for lists inside an entry."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def at(value: Any, *keys: str) -> str:
    """The text or number at the end of these keys; empty where there is none, or another thing stands."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def table(
    source: Source,
    entries: Iterable[Any],
    row: Callable[[dict[str, Any]], Mapping[str, object]],
    columns: tuple[str, ...],
) -> Table:
    """Entries of a list as a table of one row each, made by `row(entry)`; what is no object is put aside."""
    rows = [row(each) if isinstance(each, dict) else {STRANGE: str(each)[:80]} for each in entries]
    made = source.entries(rows, (*columns, STRANGE))
    made.put_aside(made[STRANGE].notna(), "IN-JSON-01", "an entry of another shape", STRANGE)
    return made


def put_twins_aside(rows: Table, field: str = "id") -> None:
    """A row with the id of a row above and other content is put aside."""
    rows.put_aside(rows.twins(rows[field]), "IN-ID-03", "the id of a row above, with other content", field)


def put_aside_faults(rows: Table, faults: Mapping[int, Fault]) -> None:
    """Puts entries aside, each with the reason that stands under its number; what is no data stays so."""
    alike: dict[tuple[str, str], set[int]] = {}
    for entry, fault in faults.items():
        alike.setdefault((fault.code, fault.found), set()).add(entry)
    for (code, found), entries in sorted(alike.items()):
        rows.put_aside(rows.text.index.to_series().isin(entries), code, found)


def leave(member: Source) -> None:
    """A member of an archive that is not opened: one unit, no data."""
    member.ledger.part(f"{member.prefix}all ", 1).mark([1], OTHER)


def from_seconds(text: str) -> str:
    """Seconds since 1970 as an ISO moment in UTC; any other text as it is."""
    if not re.fullmatch(r"\d{9,10}", text):
        return text
    return datetime.fromtimestamp(int(text), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
