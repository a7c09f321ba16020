"""Every client has a word of its own in each of its files: no artefact of another client shows it.

Looked for in what the project's own notebooks make: PDFs (text, streams as they are and decompressed,
metadata, attachments), notebooks, tables, file names, what the batch prints.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

import project
from sharedsocial_utils.cli import main
from sharedsocial_utils.workspace import Workspace

QUARTER = "2026Q3"
WORDS = {"abete": "Zkqfabete", "betulla": "Zkqfbetulla", "cipresso": "Zkqfcipresso"}
ACTIVITY = """
[[people]]
id = "{low}-desk"
side = "company"
names = ["{word} Desk"]
[[activities]]
id = "{low}-posts"
channel = "blog"
kind = "post"
role = "direct"
importance = 3
phase = "running"
since = 2026-01-05
voice = "company"
planned = {{ company = 2.0, agency = 1.0 }}
match = {{ projects = ["{word} Blog"], tags = ["{low}"], campaigns = ["{low}-*"] }}
"""
HOURS = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration"
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>{word}</title><link>https://{low}.example</link>
{items}</channel></rss>
"""
ITEM = """<item><title>{word} post {n}</title><link>https://{low}.example/{n}</link><guid>https://{low}.example/{n}</guid>
<pubDate>Mon, {n:02} Jul 2026 10:00:00 +0200</pubDate><description>{word}</description></item>
"""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """Three small clients with true exports, and a file that nobody can read."""
    for client, word in WORDS.items():
        told = {"word": word, "low": word.lower()}
        folder = tmp_path / "work" / "data" / "raw" / client
        folder.mkdir(parents=True)
        about = project.CLIENT.replace("Agriturismo La Quercia", word)
        (folder / "client.toml").write_text(about + ACTIVITY.format(**told))
        rows = (
            f"{word} Desk,desk@{word.lower()}.example,{word},{word} Blog,,{word} text,No,2026-07-{day:02},"
            f"09:00:00,2026-07-{day:02},11:00:00,02:00:00"
            for day in range(6, 31)
        )
        (folder / f"Toggl_{word}.csv").write_text("\n".join([HOURS, *rows, f"{word},broken"]))
        items = "".join(ITEM.format(n=n, **told) for n in (6, 13, 20, 27))
        (folder / f"{word}.xml").write_text(FEED.format(items=items, **told))
        (folder / f"{word}.txt").write_text(f"{word} alone\n")
    return Workspace(tmp_path / "work")


@pytest.mark.slow
def test_no_artefact_of_a_client_shows_a_word_of_another(
    place: Workspace, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["batch", "--quarter", QUARTER, "--jobs", "2", "--workspace", str(place.root), "-v"])
    printed = capfd.readouterr()
    assert ended.value.code == 0, printed
    searched = 0
    for client, word in WORDS.items():
        own = dict(pieces(place, client))
        for kind in ("report.pdf text", "report.pdf metadata", "report.ipynb", ".parquet"):
            assert any(word.lower().encode() in data for name, data in own.items() if kind in name), kind
        for other in set(WORDS.values()) - {word}:
            hits = [name for name, data in own.items() if other.lower().encode() in data]
            hits += [name for name in own if other.lower() in name.lower()]
            assert hits == []
            searched += len(own)
    assert searched > 2 * 3 * 40
    for line in (printed.out + printed.err).splitlines():
        assert sum(word in line for word in WORDS.values()) <= 1, line


def pieces(place: Workspace, client: str) -> Iterator[tuple[str, bytes]]:
    """Everything of a client that can be read, in lower case, by where it stands."""
    for folder in (place.root / "data" / "processed" / client, place.root / "reports" / client):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(place.root).as_posix()
                found = list(inside(name, path.read_bytes()))
                yield from ((piece, data.lower()) for piece, data in found)


def inside(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, data
    if name.endswith(".pdf"):
        yield from inside_pdf(name, data)
    elif name.endswith(".parquet"):
        import pandas as pd

        yield f"{name} cells", pd.read_parquet(io.BytesIO(data)).to_csv().encode()
    elif zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from inside(f"{name}/{member}", archive.read(member))


def inside_pdf(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Its text, its metadata, its attachments, and every stream decompressed."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    yield f"{name} text", "\n".join(page.extract_text() for page in reader.pages).encode()
    xmp = reader.xmp_metadata
    yield (
        f"{name} metadata",
        (str(reader.metadata) + (xmp.stream.get_data().decode() if xmp else "")).encode(),
    )
    for attached, contents in reader.attachments.items():
        for content in contents:
            yield from inside(f"{name} attachment {attached}", content)
    for number in range(len(reader.xref_objStm) + sum(map(len, reader.xref.values()))):
        thing = reader.get_object(number) if number else None
        if isinstance(thing, pypdf.generic.StreamObject):
            yield f"{name} stream {number}", thing.get_data()
        elif thing is not None:
            yield f"{name} object {number}", str(thing).encode()
