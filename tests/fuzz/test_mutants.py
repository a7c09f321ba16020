"""Damaged copies of our own exports: no traceback, no entry and no row lost in silence.

`SHAREDSOCIAL_FUZZ` is how many of each kind are read (`make fuzz` reads more).
"""

import os
import re
import time
from collections.abc import Iterator
from functools import cache

import mutants
import pytest

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import feeds, file
from sharedsocial_utils.reading.cells import decode, physical_lines
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.ledger import KEPT, OTHER, Ledger
from sharedsocial_utils.reading.source import Context

MUTANTS = int(os.environ.get("SHAREDSOCIAL_FUZZ", "50000"))
SHARDS = 20
WHOLE_EVERY = 10  # of the feeds, which are read by their own parser; so many go through the door as well
MAX_SECONDS = 2.0  # of processor time, for a file of some kilobytes
CONTEXT = Context("Europe/Rome", "EUR", "https://laquercia.example", salt="fuzz")
# a header damaged into two services' is refused with both names; what stops or fails is ours
OURS = {"IN-FILE-10", "IN-FILE-11"}
# files of many small tables or of labels and figures, most of which nobody asks for
OF_MANY_PARTS = {
    ("ga4_report", "snapshot"),
    ("mailchimp", "a/b test"),
    ("mailerlite", "report"),
    ("matomo", "scheduled"),
}

pytestmark = pytest.mark.slow


def numbers(shard: int) -> range:
    return range(shard, MUTANTS, SHARDS)


# ---- feeds


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_damaged_feed_loses_no_entry_in_silence(shard: int) -> None:
    for number in numbers(shard):
        name, data = mutants.mutant("feeds", number)
        start = time.process_time()
        _assert_every_entry_is_told(number, data)
        if number // SHARDS % WHOLE_EVERY == 0:
            _assert_books_close(f"feeds {number}", read_bytes(name, data, CONTEXT))
        assert time.process_time() - start < MAX_SECONDS, f"feeds {number}"


def _assert_every_entry_is_told(number: int, data: bytes) -> None:
    try:
        feed = feeds.parsed(data)
    except Fault:
        return
    text = feeds.decoded(data)[0]
    name = "entry" if feeds.root(text)[0] == "feed" else "item"  # type: ignore[index]
    assert len(feed.entries) >= len(list(_starts(text, name))), f"feeds {number}"


def _starts(text: str, name: str) -> Iterator[int]:
    """Where entries begin, found sign by sign: an independent count."""
    at = 0
    while (at := text.find("<", at)) >= 0:
        if text.startswith("<!--", at) and "-->" in text[at + 4 :]:
            at = text.index("-->", at + 4) + 3
        elif text.startswith("<![CDATA[", at):
            ends = (text.find(end, at) for end in ("]]>", "</item>", "</entry>"))
            at = min((end for end in ends if end >= 0), default=len(text))
        else:
            after = text[at + 1 : at + 2 + len(name)]
            if after.startswith(name) and after[len(name) :] in set(" \t\r\n\f\v\x1c\x1d\x1e\x1f\x85\xa0/>"):
                yield at
            at += 1


# ---- tables


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_damaged_table_loses_no_row_in_silence(shard: int, monkeypatch: pytest.MonkeyPatch) -> None:
    books: list[Ledger] = []
    monkeypatch.setattr(file, "Ledger", lambda: _opened(books))
    for number in numbers(shard):
        name, data = mutants.mutant("tables", number)
        start = time.process_time()
        found = read_bytes(name, data, CONTEXT)
        assert time.process_time() - start < MAX_SECONDS, f"tables {number}"
        _assert_books_close(f"tables {number}", found)
        if found.tables and (found.reader, found.layout) not in OF_MANY_PARTS and not _is_told(found):
            lost = _rows_of(*mutants.origin("tables", number)) & _classes(data, books).get(OTHER, set())
            assert not lost, f"tables {number}: {lost}"
        books.clear()


# ---- JSON, calendars, XML, workbooks, archives


@pytest.mark.parametrize("shard", range(SHARDS // 5))
def test_any_other_damaged_file_is_read_or_refused(shard: int) -> None:
    for number in range(shard, MUTANTS // 10, SHARDS // 5):
        name, data = mutants.mutant("others", number)
        start = time.process_time()
        _assert_books_close(f"others {number}", read_bytes(name, data, CONTEXT))
        assert time.process_time() - start < MAX_SECONDS, f"others {number}"


def _opened(books: list[Ledger]) -> Ledger:
    books.append(Ledger())
    return books[-1]


@cache
def _rows_of(name: str, data: bytes) -> set[str]:
    """The lines of a whole file that hold rows and nothing else."""
    books: list[Ledger] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file, "Ledger", lambda: _opened(books))
        found = read_bytes(name, data, CONTEXT)
    return _classes(data, books).get(KEPT, set()) - {""} if found.tables else set()


def _classes(data: bytes, books: list[Ledger]) -> dict[int, set[str]]:
    """The lines of each class, but for those that stand in several classes."""
    if len(books[-1].parts) != 1:
        return {}
    lines = [line.strip() for line in physical_lines(decode(data))]
    states = books[-1].parts[0].state.tolist()
    assert len(lines) == len(states)
    return {s: {t for t, u in zip(lines, states, strict=True) if u == s}
               - {t for t, u in zip(lines, states, strict=True) if u != s} for s in set(states)}  # fmt: skip


def _is_told(found: FileReading) -> bool:
    """Whether the file as a whole is said not to be as expected."""
    return bool(found.unknown) or any(not fault["row"] for fault in found.faults)


# ---- both


def _assert_books_close(which: str, found: FileReading) -> None:
    ours = [fault["message"] for fault in found.faults if fault["code"] in OURS]
    assert not ours, f"{which}: {ours}"
    classed = found.rows_kept + found.rows_merged + found.rows_quarantined + found.rows_other
    assert found.rows_read == classed, which
    assert found.tables or found.faults, f"{which}: nothing read and nothing said"
    assert all(re.fullmatch(r"[A-Z]+-[A-Z]+-\d\d", fault["code"]) for fault in found.faults), which


def test_the_same_number_gives_the_same_damage() -> None:
    mutants.bases.cache_clear()
    once = [mutants.mutant(kind, n) for kind in mutants.TOKENS for n in range(50)]
    mutants.bases.cache_clear()
    assert once == [mutants.mutant(kind, n) for kind in mutants.TOKENS for n in range(50)]
    assert len({data for _, data in once}) > 130
