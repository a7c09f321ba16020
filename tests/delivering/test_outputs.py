"""Outputs come whole or not at all, and the manifest proves them."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from sharedsocial_utils.delivering.outputs import manifest_of, put_in_place
from sharedsocial_utils.errors import Fault


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_files_come_into_place_and_replace_older_ones(tmp_path: Path) -> None:
    put_in_place(tmp_path / "q", {"report.pdf": b"old", "notebooks/a.ipynb": b"1"})
    put_in_place(tmp_path / "q", {"report.pdf": b"new"})
    assert tree(tmp_path / "q") == {"report.pdf": b"new", "notebooks/a.ipynb": b"1"}


def test_a_disk_that_fills_up_leaves_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(tmp_path, {"report.pdf": b"old", "manifest.json": b"old"})
    written = []

    def full(handle: int) -> None:
        written.append(handle)
        if len(written) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Fault, match="No space left") as caught:
        put_in_place(tmp_path, {"report.pdf": b"new", "manifest.json": b"new"})
    assert caught.value.code == "WS-02"
    assert tree(tmp_path) == {"report.pdf": b"old", "manifest.json": b"old"}


def test_the_manifest_holds_the_hash_of_every_output() -> None:
    outputs = {"report.pdf": b"%PDF", "flags.csv": b"a,b"}
    manifest = json.loads(manifest_of({"client": "rossi"}, {"a.csv": "00"}, {}, {"p": 0.9}, outputs))
    assert manifest["outputs"] == {name: sha256(data).hexdigest() for name, data in outputs.items()}
    assert manifest["inputs"] == {"a.csv": "00"}
    assert manifest["thresholds"] == {"p": 0.9}
    assert {"python", "pandas", "typst", "sharedsocial-utils"} <= manifest["versions"].keys()
