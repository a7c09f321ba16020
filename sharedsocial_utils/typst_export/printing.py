"""What programs print, as a terminal would show it: in a fixed width, with its colours."""

from collections.abc import Mapping

from .blocks import array, boolean, call
from .gate import Gate, Typst, literal, rows_of
from .terminal import PLAIN, Look, Run, plain, screen

TAB = 8


def printed(text: str, gate: Gate) -> list[Typst]:
    """The call that prints a text; none if there is nothing to see."""
    lines = screen(text)
    if not any(run.strip() for line in lines for _, run in line):
        return []
    if all(look == PLAIN for line in lines for look, _ in line):
        return [call("printed", gate.code("\n".join("".join(run for _, run in line) for line in lines)))]
    while not any(run.strip() for _, run in lines[-1]):
        lines.pop()
    rows = (row for line in lines for row in rows_of(_shown(line, gate), gate.columns))
    return [call("coloured", *(array(_run(*run) for run in row) for row in rows))]


def one_line(text: str, length: int = 120) -> str:
    """A text as part of a message."""
    return " ".join(plain(text).split())[:length]


def _shown(line: list[Run], gate: Gate) -> list[Run]:
    return [(look, gate.shown(text.expandtabs(TAB))) for look, text in line]


def _run(look: Look, text: str) -> Typst:
    named: Mapping[str, Typst] = {
        **({"ink": literal(look.ink)} if look.ink else {}),
        **({"ground": literal(look.ground)} if look.ground else {}),
        **({"bold": boolean(True)} if look.bold else {}),
        **({"italic": boolean(True)} if look.italic else {}),
        **({"underlined": boolean(True)} if look.underlined else {}),
    }
    return call("hue", literal(text), **named)
