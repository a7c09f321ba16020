"""Code in the colours of its language: pygments tells its words apart, `code` of style.typ colours them.

Typst could do both, but its regular expressions took three quarters of the time of a PDF; pygments, which
comes with nbconvert, takes a few hundredths of a second for a notebook.
"""

import itertools
from collections.abc import Iterator
from functools import cache
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Literal, Name, Operator, String
from pygments.util import ClassNotFound

from .blocks import array, call, number
from .gate import NONE, Gate, Typst, literal, rows_of

CHARACTERS_AT_MOST = 100_000
"""Longer code is data; it stays in one colour."""
LOOKS = {
    Comment: "comment",
    Comment.Preproc: "keyword",
    String: "string",
    String.Doc: "comment",
    Literal.Number: "number",
    Keyword: "keyword",
    Keyword.Constant: "number",
    Operator.Word: "keyword",
    Name.Function: "defined",
    Name.Class: "defined",
    Name.Builtin: "called",
    Name.Exception: "called",
    Name.Tag: "called",
    Name.Builtin.Pseudo: "own",
    Name.Decorator: "own",
    Name.Attribute: "own",
}
"""Of a kind of words and all below it, as they are called in style.typ; others look ordinary."""

Run = tuple[str | None, str]


def code(text: str, language: str, gate: Gate) -> Typst:
    """The call that shows code; in one colour if the language is not known."""
    shown = gate.preformatted(text)
    rows = [row for line in _lines(shown, language) for row in rows_of(line, gate.columns)]
    source = literal("\n".join("".join(run for _, run in row) for row in rows))
    if not any(look for row in rows for look, _ in row):
        return call("code", source)
    return call("code", source, looks=array(map(_looks, rows)))


def _lines(text: str, language: str) -> list[list[Run]]:
    """The lines of a text, each as runs of one look."""
    lines: list[list[Run]] = [[]]
    for look, words in _told_apart(text, language):
        first, *others = words.split("\n")
        _add(lines[-1], look, first)
        for rest in others:
            lines.append([])
            _add(lines[-1], look, rest)
    return lines


def _add(line: list[Run], look: str | None, words: str) -> None:
    """Space has no look of its own: it goes with the words before it."""
    if line and (line[-1][0] == look or words.isspace()):
        line[-1] = (line[-1][0], line[-1][1] + words)
    elif words:
        line.append((look, words))


def _told_apart(text: str, language: str) -> Iterator[Run]:
    lexer = _lexer(language) if len(text) <= CHARACTERS_AT_MOST else None
    if lexer is None:
        yield None, text
        return
    tokens = [(kind, words) for _, kind, words in lexer.get_tokens_unprocessed(text)]
    for (kind, words), (_, following) in itertools.pairwise([*tokens, (Name, "")]):
        yield "called" if kind is Name and following.startswith("(") else _look(kind), words


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None


@cache
def _look(kind: Any) -> str | None:
    return LOOKS.get(kind) or (_look(kind.parent) if kind.parent else None)


def _looks(row: list[Run]) -> Typst:
    """Look, bytes, look, bytes ... of a row; nothing for one that looks ordinary."""
    if not any(look for look, _ in row):
        return array(())
    pairs = ((literal(look) if look else NONE, number(len(words.encode()))) for look, words in row)
    return array(itertools.chain.from_iterable(pairs))
