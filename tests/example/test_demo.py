"""The demo is the same bytes always and everywhere, and client N is the same in any company."""

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sharedsocial_utils.client import load_client
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.example import write_demo
from sharedsocial_utils.example.casting import cast_client
from sharedsocial_utils.example.demo import raw_files
from sharedsocial_utils.example.exports import clientfile
from sharedsocial_utils.example.world import World, make
from sharedsocial_utils.workspace import CLIENT_ID, Workspace

PROJECT = Path(__file__).parents[2]
KEPT = PROJECT / "data" / "raw" / "la-quercia"
PLATFORM_HOSTS = {
    "facebook.com", "m.facebook.com", "www.facebook.com", "www.instagram.com", "l.instagram.com",
    "youtube.com", "linkedin.com", "www.linkedin.com", "t.co", "x.com", "pinterest.com", "tiktok.com",
    "flickr.com", "chatgpt.com", "trello.com",
    # not addresses to visit: the generator's mark and the names of XML vocabularies
    "wordpress.org", "purl.org", "wellformedweb.org", "www.w3.org", "schemas.openxmlformats.org",
}  # fmt: skip


def contents(folder: Path) -> dict[str, str]:
    """Hashes of all files of a folder by their path in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_two_runs_give_the_same_bytes_whatever_the_hash_seed_the_zone_and_the_locale(
    demo: Path, tmp_path: Path
) -> None:
    program = (
        "import sys; from pathlib import Path; from sharedsocial_utils.example import write_demo; "
        "write_demo(Path(sys.argv[1]), clients=2)"
    )
    around = {**os.environ, "PYTHONHASHSEED": "4242", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"}
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=around, cwd=PROJECT, check=True)
    again = contents(tmp_path)
    first = contents(demo)
    third = Workspace.at(demo).clients()
    third = [client for client in third if client not in Workspace.at(tmp_path).clients()]
    assert len(third) == 1
    assert again == {path: digest for path, digest in first.items() if third[0] not in Path(path).parts}


def test_the_repository_holds_what_the_function_writes(raw: Path) -> None:
    assert contents(KEPT) == contents(raw)


def test_the_kept_client_is_small() -> None:
    assert sum(path.stat().st_size for path in KEPT.rglob("*") if path.is_file()) < 3_000_000


def test_a_client_is_the_same_alone_and_among_others(demo: Path) -> None:
    ids = Workspace.at(demo).clients()
    alone = make(cast_client(2, 2010), 2010)
    assert alone.cast.id in ids
    folder = demo / "data" / "raw" / alone.cast.id
    assert {
        path: hashlib.sha256(content).hexdigest() for path, content in raw_files(alone).items()
    } == contents(folder)


def test_another_seed_gives_other_clients(demo: Path) -> None:
    assert cast_client(1, 2010).id != cast_client(1, 2011).id
    here, there = make(cast_client(0, 2010), 2010), make(cast_client(0, 2011), 2011)
    assert [visit.sessions for visit in here.visits[:200]] != [visit.sessions for visit in there.visits[:200]]


def test_an_existing_client_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "data" / "raw" / "la-quercia").mkdir(parents=True)
    with pytest.raises(Fault) as caught:
        write_demo(tmp_path)
    assert caught.value.code == "CL-08"
    assert list((tmp_path / "data" / "raw").rglob("*")) == [tmp_path / "data" / "raw" / "la-quercia"]


def test_two_hundred_clients_have_ids_of_their_own() -> None:
    ids = [cast_client(number, 2010).id for number in range(200)]
    assert len(set(ids)) == 200
    assert all(CLIENT_ID.fullmatch(each) for each in ids)


def test_twenty_clients_have_valid_client_files(tmp_path: Path) -> None:
    for number in range(20):
        cast = cast_client(number, 2010)
        folder = tmp_path / cast.id
        folder.mkdir()
        for name, content in clientfile.files(World(cast, 2010, [], [], [], [], [], [], [])).items():
            (folder / name).write_bytes(content)
        client = load_client(folder)
        assert [each.id for each in client.activities] == [each.id for each in cast.activities]
        assert all(client.person_named(worker.name) for worker in cast.people)


def test_clients_differ_as_promised() -> None:
    casts = [cast_client(number, 2010) for number in range(1, 200)]
    specials = [each.special for cast in casts for each in cast.activities]
    assert all(specials.count(special) > 10 for special in ("dead", "assist", "launch", "closed"))
    assert {cast.language for cast in casts} == {"it", "en"}
    assert {cast.currency for cast in casts} == {"EUR", "GBP"}
    assert {system for cast in casts for system in cast.time_sheets.values()} == {
        "toggl", "clockify-mdy", "clockify-dmy", "clockify-iso", "plain-it", "plain-en",
    }  # fmt: skip
    assert 20 < sum(cast.tracking_gap is not None for cast in casts) < 180
    assert 20 < sum(bool(cast.missing) for cast in casts) < 180
    few_contacts = sum(cast.value_per_contact > 400 for cast in casts)
    assert 10 < few_contacts < 100


def test_no_host_is_real_but_the_platforms(demo: Path) -> None:
    host = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:com|org|net|it|co|uk|eu|info|io|de|fr)\b")
    found = {name for text in texts(demo / "data" / "raw") for name in host.findall(text)}
    assert found <= PLATFORM_HOSTS
    assert {"facebook.com", "t.co", "wordpress.org"} <= found


def test_every_mail_and_site_ends_in_example(demo: Path) -> None:
    hosts = {
        name
        for text in texts(demo / "data" / "raw")
        for name in re.findall(r"[\w.-]+@([\w-]+\.[\w.-]*\w)|https?://([^/\s\"<?]+)", text)
        for name in name
        if name
    }
    assert {name for name in hosts if not name.endswith(".example")} <= PLATFORM_HOSTS


def texts(folder: Path) -> list[str]:
    """The texts of all files of a folder, of archives' members too."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            is_archive = zipfile.is_zipfile(path)
            parts = archive_members(path) if is_archive else [path.read_bytes()]
            found += [decoded(part) for part in parts]
    return found


def archive_members(path: Path) -> list[bytes]:
    """The members of a zip."""
    with zipfile.ZipFile(path) as box:
        return [box.read(name) for name in box.namelist()]


def decoded(content: bytes) -> str:
    """Bytes as text: UTF-16 by its mark, else UTF-8, else Windows-1252."""
    if content.startswith(b"\xff\xfe"):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def test_archives_carry_no_time_and_no_compressor(raw: Path) -> None:
    archives = [*raw.glob("youtube/*.zip"), *raw.glob("linkedin/*.xlsx")]
    assert len(archives) == 10
    for path in archives:
        with zipfile.ZipFile(path) as box:
            assert {entry.date_time for entry in box.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert {entry.compress_type for entry in box.infolist()} == {zipfile.ZIP_STORED}
