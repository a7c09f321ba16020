"""Randomness that is the same everywhere: one stream per seed, client and purpose."""

from collections.abc import Sequence
from typing import TypeVar
from zlib import crc32

from numpy.random import PCG64, Generator, SeedSequence

T = TypeVar("T")


def stream(seed: int, number: int, *purpose: str) -> Generator:
    """The random numbers of client `number` for one purpose; other clients and purposes never move them."""
    return Generator(PCG64(SeedSequence([seed, number, *(crc32(word.encode()) for word in purpose)])))


def pick(chance: Generator, choices: Sequence[T]) -> T:
    """One of the choices."""
    return choices[int(chance.integers(len(choices)))]


def pick_some(chance: Generator, choices: Sequence[T], count: int) -> list[T]:
    """So many different ones of the choices, in their order."""
    chosen = chance.permutation(len(choices))[:count]
    return [choices[int(index)] for index in sorted(chosen)]


def digits(chance: Generator, count: int) -> str:
    """An id of digits that does not begin with 0."""
    return str(int(chance.integers(1, 10))) + "".join(str(int(d)) for d in chance.integers(0, 10, count - 1))


_ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def letters(chance: Generator, count: int) -> str:
    """An id as YouTube and Instagram make them."""
    return "".join(_ID_LETTERS[int(n)] for n in chance.integers(0, len(_ID_LETTERS), count))
