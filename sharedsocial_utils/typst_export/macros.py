r"""LaTeX macros of a notebook's formulas: `\newcommand{\R}{\mathbb{R}}` holds for all cells that follow.

The browser's mathematics keeps them for the whole page; pandoc reads each formula alone. So definitions are
taken out of the formulas, and what they define is written out.
"""

import re
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

DEFINITION = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand)\*?\s*\{?\s*\\(?P<name>[A-Za-z]+)\s*\}?"
    r"\s*(?:\[(?P<count>[1-9])\])?\s*(?P<default>\[[^\]]*\])?\s*(?=\{)"
    r"|\\def\s*\\(?P<short>[A-Za-z]+)\s*(?P<slots>(?:#[1-9])*)\s*(?=\{)"
    r"|\\DeclareMathOperator(?P<star>\*?)\s*\{?\s*\\(?P<operator>[A-Za-z]+)\s*\}?\s*(?=\{)"
)
SLOT = re.compile("#([1-9])")
ROUNDS_AT_MOST, CHARACTERS_AT_MOST = 12, 20_000


class Macro(NamedTuple):
    """What a command stands for, `#1` to `#9` being its arguments."""

    slots: int
    body: str


def expanded(sources: Iterable[str]) -> list[str]:
    """The formulas in the order of the notebook, without definitions, their macros written out."""
    known: dict[str, Macro] = {}
    return [_expanded(_without_definitions(source, known), known) for source in sources]


def _without_definitions(source: str, known: dict[str, Macro]) -> str:
    kept, place = "", 0
    for match in DEFINITION.finditer(source):
        end = _end_of_group(source, match.end())
        if match.start() < place or end is None:
            continue
        kept += source[place : match.start()]
        place = end
        _learn(match, source[match.end() + 1 : end - 1], known)
    return kept + source[place:]


def _learn(match: re.Match[str], body: str, known: dict[str, Macro]) -> None:
    if match["operator"]:
        known[match["operator"]] = Macro(0, f"\\operatorname{match['star']}{{{body}}}")
    elif match["short"]:
        known[match["short"]] = Macro(len(match["slots"]) // 2, body)
    elif not match["default"]:
        known[match["name"]] = Macro(int(match["count"] or 0), body)


def _expanded(source: str, known: dict[str, Macro]) -> str:
    """Macros may hold macros; one that holds itself, or grows without end, is left as it is."""
    if not known:
        return source
    pattern = re.compile(rf"\\({'|'.join(sorted(map(re.escape, known), key=len, reverse=True))})(?![A-Za-z])")
    result = source
    for _ in range(ROUNDS_AT_MOST):
        match = pattern.search(result)
        if match is None:
            return result
        result = _written_out(result, pattern, known)
        if len(result) > CHARACTERS_AT_MOST:
            break
    return source


def _written_out(source: str, pattern: re.Pattern[str], known: dict[str, Macro]) -> str:
    """One round: each macro of this text by its body."""
    pieces, place = [], 0
    while (match := pattern.search(source, place)) is not None:
        macro = known[match[1]]
        arguments, end = _arguments(source, match.end(), macro.slots)
        body = SLOT.sub(partial(_argument, given=arguments), macro.body)
        pieces += [source[place : match.start()], body, " " if source[end : end + 1].isalpha() else ""]
        place = end
    return "".join(pieces) + source[place:]


def _argument(slot: re.Match[str], given: list[str]) -> str:
    number = int(slot[1])
    return given[number - 1] if number <= len(given) else ""


def _arguments(source: str, place: int, count: int) -> tuple[list[str], int]:
    """Groups in braces, single commands or single characters, and where they end."""
    found: list[str] = []
    for _ in range(count):
        while source[place : place + 1].isspace():
            place += 1
        end = _end_of_group(source, place)
        if end is not None:
            found.append(source[place + 1 : end - 1])
            place = end
        else:
            match = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL).match(source, place)
            found.append(match[0] if match else "")
            place = match.end() if match else place
    return found, place


def _end_of_group(source: str, place: int) -> int | None:
    """The place after the brace that closes the one here; None if there is none."""
    if source[place : place + 1] != "{":
        return None
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(source, place):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return None
