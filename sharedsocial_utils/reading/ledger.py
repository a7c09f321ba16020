"""The accounting: every line, sheet row or entry of a file gets exactly one class.

A file has one or more parts (itself, the members of an archive, the sheets of a workbook). A unit of a part
is a physical line, a sheet row or an entry, numbered from 1. Readers never touch this: the tables that
`Source` hands out fill it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from sharedsocial_utils.errors import Fault

PENDING, KEPT, QUARANTINED, OTHER = range(4)


@dataclass
class Part:
    """The units of one part. `starts[n]` units belong to the record that begins at unit n (1 if absent)."""

    prefix: str
    state: "np.ndarray[tuple[int], np.dtype[np.uint8]]"
    spans: dict[int, int] = field(default_factory=dict)

    def mark(self, units: Iterable[int], state: int) -> None:
        """Gives the records that begin at these units a class; a class once given stays."""
        for unit in units:
            if self.state[unit - 1] == PENDING:
                self.state[unit - 1 : unit - 1 + self.spans.get(unit, 1)] = state

    def name(self, unit: int) -> str:
        """`41`, `Metrics!41` or `Totals.csv:41`."""
        return f"{self.prefix}{unit}"


@dataclass
class Ledger:
    """All parts of one file, and the faults found in it."""

    parts: list[Part] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)

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
            self.faults.append((part.name(unit), fault))

    def note(self, fault: Fault) -> None:
        """Writes down a fault of the file as a whole; no unit changes its class."""
        self.faults.append(("", fault))

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
