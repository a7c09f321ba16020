"""Damaged copies of our own exports, the same for the same number on every machine."""

import io
import random
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

EXPORTS = Path(__file__).parents[1] / "exports"
MAX_BYTES = 4_000  # of a sample: what is small is read fast, and damaged where it hurts
FEED_TOKENS = (
    b"<item>", b"</item>", b"<entry>", b"</entry>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"?>",
    b"<", b">", b"/>", b"&", b"&nbsp;", b"&#0;", b"&#xd800;", b"&#1114112;", b"&x;", b"<!DOCTYPE a>",
    b"</channel>", b"<rss>", b"<channel>", b"<title>", b"</title>", b'"', b"'", b"=", b"\x00", b"\xff",
    b"\xc3", b"\xe2\x80", b"\xef\xbb\xbf", b"\n" * 30, b"9" * 40, b"<a:b>", b'xmlns:a="b"',
    b"Mon, 31 Feb 2026", b"CEST", b"-0000000000", b"://", b'<link href="http://["/>',
    b"<content type='application/xml'>", b"<dc:date/>", b"<media:rating/>",
)  # fmt: skip
TABLE_TOKENS = (
    b'"', b'""', b"'", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\x00", b"\x1a", b"\xff", b"\xc3",
    b"\x81", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"-", b"=", b"9" * 20, b"1e999", b"1.234", b"1,5", b"%",
    b"nan", b"NA", b" ", b"2026-02-30", b"31/31/2026", b"29:99", b"0000-00-00", b"99999-01-01", b",,,,,,,,",
    b'","', b"\xa0", b"Total",
)  # fmt: skip
OTHER_TOKENS = (
    *FEED_TOKENS, b"{", b"}", b"[", b"]", b"null", b'":', b"-1", b"1e400", b'"\\ud800"', b"DTSTART:",
    b"TZID=Nowhere", b"RRULE:FREQ=SECONDLY\r\n", b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"<row>",
    b'<c r="XFD9">', b"<f>A1</f>",
)  # fmt: skip
TOKENS = {"feeds": FEED_TOKENS, "tables": TABLE_TOKENS, "others": OTHER_TOKENS}
ENDINGS = {
    "feeds": (".xml", ".rss", ".atom", ".rdf"),
    "tables": (".csv", ".tsv"),
    "others": (".json", ".js", ".ics", ".xml", ".xlsx", ".xls", ".zip"),
}
Damage = Callable[[bytes, random.Random, tuple[bytes, ...]], bytes]


def _place(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def _cut(data: bytes, chance: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    return data[: _place(data, chance)]


def _flip(data: bytes, chance: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    at = _place(data, chance)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _insert(data: bytes, chance: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    at = _place(data, chance)
    return data[:at] + chance.choice(tokens) + data[at + chance.randrange(3) :]


def _delete(data: bytes, chance: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    at = _place(data, chance)
    return data[:at] + data[at + chance.choice((1, 1, 2, 5, 20, 100)) :]


def _repeat(data: bytes, chance: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    at = _place(data, chance)
    piece = data[at : at + chance.choice((1, 5, 40, 300))]
    return data[:at] + piece * chance.choice((2, 2, 3, 50)) + data[at:]


def _swap(data: bytes, chance: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    a, b, c = sorted(_place(data, chance) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def _lose_token(data: bytes, chance: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    """One mark of the format's own is lost, or becomes another."""
    places = [match.span() for match in re.finditer(rb"""[<>"',;\t\n]|</?\w+""", data)]
    if not places:
        return data
    start, end = chance.choice(places)
    return data[:start] + chance.choice((b"", b"", chance.choice(tokens))) + data[end:]


def _lines(data: bytes, chance: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    lines = data.splitlines(keepends=True)
    chance.shuffle(lines) if chance.random() < 0.3 else lines.reverse()
    return b"".join(line for line in lines if chance.random() > 0.1)


def _encode(data: bytes, chance: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    encoding = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "utf-8-sig"))
    return data.decode("utf-8", "replace").encode(encoding, "replace")


DAMAGES: tuple[Damage, ...] = (
    _cut, _flip, _flip, _insert, _insert, _insert, _delete, _delete, _repeat, _swap, _lose_token, _lose_token,
    _lines, _encode,
)  # fmt: skip


@cache
def bases(kind: str) -> tuple[tuple[str, bytes], ...]:
    """Name and content of the samples to damage: `feeds`, `tables` or `others`."""
    every = sorted(path for path in EXPORTS.glob("*/**/*") if path.suffix in ENDINGS[kind])
    largest = 10 * MAX_BYTES if kind == "others" else MAX_BYTES
    return tuple(
        (path.relative_to(EXPORTS).as_posix().partition("/")[2], path.read_bytes())
        for path in every
        if 0 < path.stat().st_size <= largest
        and not path.name.endswith(".golden.json")
        and (kind != "feeds" or "blog_feed" in path.parts)
    )


def origin(kind: str, number: int) -> tuple[str, bytes]:
    """Name and bytes of the sample that a damaged copy was made of."""
    return random.Random(f"{kind} {number}").choice(bases(kind))


def mutant(kind: str, number: int) -> tuple[str, bytes]:
    """Name and bytes of a damaged copy."""
    chance = random.Random(f"{kind} {number}")
    name, data = chance.choice(bases(kind))
    if zipfile.is_zipfile(io.BytesIO(data)) and chance.random() < 0.8:
        return name, _damaged_within(data, chance)
    return name, _damaged(data, chance, TOKENS[kind])


def _damaged(data: bytes, chance: random.Random, tokens: tuple[bytes, ...]) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        data = chance.choice(DAMAGES)(data, chance, tokens)
    return data


def _damaged_within(data: bytes, chance: random.Random) -> bytes:
    """An archive or a workbook with one of its files damaged."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = chance.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            damaged = _damaged(content, chance, OTHER_TOKENS) if name == chosen else content
            new.writestr(zipfile.ZipInfo(name), damaged)
    return made.getvalue()
