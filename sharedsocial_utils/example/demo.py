"""Writes the workspace of `sharedsocial demo`."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.example import truth
from sharedsocial_utils.example.casting import cast_client
from sharedsocial_utils.example.exports import (
    clientfile,
    ga4,
    google_ads,
    hubspot,
    linkedin,
    meta_ads,
    meta_content,
    notes,
    timesheets,
    trello,
    wordpress,
    x,
    youtube,
)
from sharedsocial_utils.example.world import World, make

DEFAULT_SEED = 2010
_EXPORTS = (
    clientfile, wordpress, ga4, meta_content, youtube, x, linkedin, timesheets, google_ads, meta_ads, hubspot,
    trello, notes,
)  # fmt: skip


def write_demo(folder: Path, clients: int = 1, seed: int = DEFAULT_SEED) -> list[str]:
    """Writes a workspace of invented clients in true export formats, and the truth beside it.

    `folder/data/raw/<client>/` holds the exports of nine quarters (2024Q3 to 2026Q3) and client.toml;
    `folder/truth/<client>/` holds activities.csv and totals.json (see `example.truth`). The first client is
    `la-quercia`; client N is the same however many are written, and the same bytes on every machine.
    Returns the ids. Raises `Fault` CL-08 where a client's folder exists already.
    """
    for part in ("data/raw", "data/processed", "reports", "truth"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    return [_write_client(folder, number, seed) for number in range(clients)]


def _write_client(folder: Path, number: int, seed: int) -> str:
    cast = cast_client(number, seed)
    raw_folder, truth_folder = (folder / part / cast.id for part in ("data/raw", "truth"))
    for place in (raw_folder, truth_folder):
        if place.exists():
            raise Fault("CL-08", "the client's folder exists already", client=cast.id, file=str(place))
    world = make(cast, seed)
    _write_folder(raw_folder, raw_files(world))
    _write_folder(truth_folder, truth.files(world))
    return cast.id


def raw_files(world: World) -> dict[str, bytes]:
    """All files of a client's raw folder by their path in it."""
    return {path: content for export in _EXPORTS for path, content in export.files(world).items()}


def _write_folder(place: Path, contents: Mapping[str, bytes]) -> None:
    """Writes a folder whole or not at all."""
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=place.parent) as temporary:
        built = Path(temporary) / place.name
        for path, content in contents.items():
            (built / path).parent.mkdir(parents=True, exist_ok=True)
            (built / path).write_bytes(content)
        built.rename(place)
