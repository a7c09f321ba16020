"""The books: whatever a reader does, every unit has exactly one class, and a class once given stays."""

from hypothesis import given
from hypothesis import strategies as st

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading.ledger import KEPT, OTHER, PENDING, QUARANTINED, Ledger

UNITS = 12
step = st.tuples(
    st.sampled_from(["mark", "quarantine"]), st.integers(1, UNITS), st.sampled_from([KEPT, OTHER])
)


def _spans(ledger: Ledger, starts: dict[int, int]) -> None:
    ledger.parts[0].spans.update({unit: min(span, UNITS + 1 - unit) for unit, span in starts.items()})


@given(st.lists(step, max_size=40), st.dictionaries(st.integers(1, UNITS), st.integers(1, 4)), st.booleans())
def test_the_classes_always_add_up(
    steps: list[tuple[str, int, int]], spans: dict[int, int], refused: bool
) -> None:
    ledger = Ledger()
    part = ledger.part("", UNITS)
    _spans(ledger, spans)
    for what, unit, state in steps:
        before = part.state.copy()
        if what == "mark":
            part.mark([unit], state)
        else:
            ledger.quarantine(part, unit, Fault("IN-NUM-02", "x"))
        if before[unit - 1] != PENDING:
            assert (part.state == before).all()
    if refused:
        ledger.refuse()
        assert ledger.count(PENDING) == ledger.count(KEPT) == 0
    assert ledger.units() == UNITS == sum(ledger.count(s) for s in (PENDING, KEPT, QUARANTINED, OTHER))
    assert (ledger.first_pending() is None) == (ledger.count(PENDING) == 0)


@given(st.lists(st.integers(1, UNITS), max_size=20))
def test_each_quarantined_record_has_its_reason_once(units: list[int]) -> None:
    ledger = Ledger()
    part = ledger.part("a.csv:", UNITS)
    for unit in units:
        ledger.quarantine(part, unit, Fault("IN-NUM-02", "x"))
    assert sorted(row for row, _ in ledger.faults) == sorted({f"a.csv:{unit}" for unit in units})
    assert ledger.count(QUARANTINED) == len(set(units))


def test_a_kept_record_stays_kept_beside_the_fault_of_its_cell() -> None:
    ledger = Ledger()
    part = ledger.part("", 2)
    part.mark([1], KEPT)
    ledger.quarantine(part, 1, Fault("IN-DATE-03", "no date"))
    assert (ledger.count(KEPT), ledger.count(QUARANTINED), len(ledger.faults)) == (1, 0, 1)


def test_a_record_of_several_lines_takes_them_all() -> None:
    ledger = Ledger()
    part = ledger.part("", 4)
    part.spans[2] = 3
    part.mark([1], OTHER)
    part.mark([2], KEPT)
    assert (ledger.count(KEPT), ledger.first_pending()) == (3, None)
