"""The accounting: every line, sheet row or entry of a file gets exactly one class.

A file has one or more parts (itself, the members of an archive, the sheets of a workbook). A unit of a part
is a physical line, a sheet row or an entry, numbered from 1. Readers never touch this: the tables that
`Source` hands out fill it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

from sharedsocial_utils.errors import Fault

MANY = 10_000
PENDING, KEPT, QUARANTINED, OTHER, MERGED = range(5)
MAX_ALIKE = 2_000  # faults of one kind that are told one by one; of the others their number


@dataclass
class Part:
    """The units of one part. `starts[n]` units belong to the record that begins at unit n (1 if absent)."""

    prefix: str
    state: "np.ndarray[tuple[int], np.dtype[np.uint8]]"
    spans: dict[int, int] = field(default_factory=dict)

    def mark(self, units: Iterable[int], state: int) -> None:
        """Gives the records that begin at these units a class; a class once given stays."""
        first = np.asarray(units if hasattr(units, "__getitem__") else list(units), dtype=np.int64) - 1
        pending = first[self.state[first] == PENDING]
        self.state[pending] = state
        for unit in self.spans.keys() & set((pending + 1).tolist()) if self.spans else ():
            self.state[unit - 1 : unit - 1 + self.spans[unit]] = state

    def name(self, unit: int) -> str:
        """`41`, `Metrics!41` or `Totals.csv:41`."""
        return f"{self.prefix}{unit}"

    def names(self, units: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Any:
        """The names of many units, as an array of texts."""
        if len(units) < MANY:
            return np.array([self.name(unit) for unit in units.tolist()], dtype=object)
        numbers = pa.array(units).cast(pa.large_string())
        if self.prefix:
            prefix, end = (pa.scalar(text, pa.large_string()) for text in (self.prefix, ""))
            numbers = pa.compute.binary_join_element_wise(prefix, numbers, end)
        return pd.array(numbers, dtype="str")


@dataclass
class Ledger:
    """All parts of one file, the faults found in it, and what else its readers saw.

    `unknown` are headings that no reader expects; `accounts` name whose file it is: a system and the names or
    ids of one account in it; `blocks` are the places, as part and unit, where a header stands again.
    """

    parts: list[Part] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    accounts: list[tuple[str, ...]] = field(default_factory=list)
    blocks: list[tuple[str, int]] = field(default_factory=list)
    _alike: Counter[str] = field(default_factory=Counter)

    def part(self, prefix: str, units: int) -> Part:
        """Opens the accounting of a part with so many units."""
        part = Part(prefix, np.zeros(units, dtype=np.uint8))
        self.parts.append(part)
        return part

    def quarantine(self, part: Part, unit: int, fault: Fault) -> None:
        """Puts one record aside with the reason; the first reason stays.

        A record that is kept already stays so, and the fault stands for its one cell.
        """
        if part.state[unit - 1] in (PENDING, KEPT):
            part.mark([unit], QUARANTINED)
            self.tell(part, unit, fault)

    def tell(self, part: Part, unit: int, fault: Fault) -> None:
        """Writes down a fault of one cell, whose row is used all the same."""
        self._alike[fault.code] += 1
        if self._alike[fault.code] <= MAX_ALIKE:
            self.faults.append((part.name(unit), fault))

    def note(self, fault: Fault) -> None:
        """Writes down a fault of the file as a whole; no unit changes its class."""
        self.faults.append(("", fault))

    def told(self) -> list[tuple[str, Fault]]:
        """The faults with the unit of each, and how many further ones of a kind are not told one by one."""
        further = [(code, number - MAX_ALIKE) for code, number in self._alike.items() if number > MAX_ALIKE]
        return self.faults + [
            ("", Fault(code, f"{number} further rows of this kind")) for code, number in further
        ]

    def count(self, state: int) -> int:
        """Units of a class."""
        return int(sum(np.count_nonzero(part.state == state) for part in self.parts))

    def units(self) -> int:
        """All units."""
        return sum(len(part.state) for part in self.parts)

    def refuse(self) -> None:
        """Puts aside all that was not classed as no data: the file as a whole is not used."""
        for part in self.parts:
            part.state[part.state != OTHER] = QUARANTINED

    def first_pending(self) -> str | None:
        """The first unit that nobody classed, by name; None when the books close."""
        for part in self.parts:
            pending = np.flatnonzero(part.state == PENDING)
            if len(pending):
                return part.name(int(pending[0]) + 1)
        return None
