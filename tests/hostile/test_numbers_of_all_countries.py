"""Columns of numbers as five countries write them: none is read wrong, and what nothing decides is asked."""

import random
from typing import NamedTuple

import pandas as pd
import pytest

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import conventions

pytestmark = pytest.mark.slow

COLUMNS = 20_000
# what groups thousands, and what stands before the decimals
WRITTEN = {
    "it": (".", ","), "en": (",", "."), "de": (".", ","), "fr": ("\u202f", ","), "fr, old": ("\u00a0", ","),
    "ch": ("’", "."), "ch, typed": ("'", "."), "plain": ("", "."), "plain, comma": ("", ","),
}  # fmt: skip
DRESS = ("{}", "{}", "{}", "{}%", "{} %", "€ {}", "{} €", "EUR {}", "CHF {}", "${}", "-{}")


class Column(NamedTuple):
    """Cells, what they are, and whether they count something."""

    cells: list[str]
    values: list[float]
    is_count: bool
    decimal: str


def column(number: int) -> Column:
    chance = random.Random(f"column {number}")
    group, decimal = WRITTEN[chance.choice(sorted(WRITTEN))]
    is_count = chance.random() < 0.3
    decimals = 0 if is_count else chance.choice((0, 1, 2, 2, 3))
    largest = 10 ** chance.choice((2, 3, 4, 6, 9))
    dress = chance.choice(DRESS) if not is_count else "{}"
    digits = [chance.randrange(largest * 10**decimals) for _ in range(chance.choice((1, 2, 3, 5, 12, 40)))]
    cells = [dress.format(_written(value, decimals, group, decimal)) for value in digits]
    sign = -1 if dress.startswith("-") else 1
    return Column(cells, [sign * value / 10**decimals for value in digits], is_count, decimal)


def _written(value: int, decimals: int, group: str, decimal: str) -> str:
    whole, rest = divmod(value, 10**decimals)
    text = f"{whole:,}".replace(",", group)
    return f"{text}{decimal}{rest:0{decimals}}" if decimals else text


def readings(cells: list[str], is_count: bool) -> set[tuple[float, ...]]:
    """All that the cells can mean, each country taken by itself: an independent decision."""
    bare = ["".join(sign for sign in cell if sign.isdigit() or sign in ".,'’-") for cell in cells]
    spaced = any(space in cell.strip("€ %") for cell in cells for space in ("\u202f", "\u00a0"))
    found = set()
    for group, decimal in {(g.replace("\u202f", "\u00a0"), d) for g, d in WRITTEN.values()}:
        if spaced and group != "\u00a0":
            continue
        values = [_value(text, "" if group == "\u00a0" else group, decimal) for text in bare]
        if None not in values and (not is_count or all(v == int(v) for v in values if v is not None)):
            found.add(tuple(v for v in values if v is not None))
    return found


def _value(text: str, group: str, decimal: str) -> float | None:
    whole, _, rest = text.removeprefix("-").partition(decimal)
    groups = whole.split(group) if group else [whole]
    # nobody writes 0.849 for 849
    is_first = len(groups) == 1 or (1 <= len(groups[0]) <= 3 and not groups[0].startswith("0"))
    is_right = is_first and all(len(g) == 3 for g in groups[1:])
    if not is_right or not all(g.isdigit() for g in groups) or not (rest.isdigit() or not rest):
        return None
    return float(f"{'-' if text.startswith('-') else ''}{''.join(groups)}.{rest or 0}")


def answer(made: Column, profile: str | None) -> list[float] | None:
    """What is read, or None where it is asked."""
    try:
        cells = pd.Series(made.cells, dtype="str")
        read = conventions.numbers(cells, whole=made.is_count, profile=profile, minimum=None)
    except Fault as fault:
        assert fault.code == "IN-NUM-01"  # noqa: PT017
        return None
    assert not read.faults, made
    return read.values.tolist()


def test_no_number_is_read_wrong_and_what_nothing_decides_is_asked() -> None:
    wrong, unasked, needless, asked = [], [], [], 0
    for number in range(COLUMNS):
        made = column(number)
        is_open = len(readings(made.cells, made.is_count)) > 1
        found = answer(made, None)
        asked += found is None
        if found is None and not is_open:
            needless.append(made.cells)
        if found is not None and is_open:
            unasked.append(made.cells)
        if found is not None and found != pytest.approx(made.values):
            wrong.append(made)
    print(f"{len(wrong)} wrong, {asked} asked, {len(needless)} of them needlessly, {len(unasked)} not asked")
    assert not wrong, wrong[:3]
    assert not unasked, unasked[:3]
    assert len(needless) < COLUMNS * 0.02, needless[:5]
    assert asked > 500


def test_who_knows_the_exporter_asks_nothing() -> None:
    for number in range(0, COLUMNS, 4):
        made = column(number)
        assert answer(made, made.decimal) == pytest.approx(made.values), made
