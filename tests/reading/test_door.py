"""Who reads a file: one claimant, by its content; none and two are told with the reason."""

from types import SimpleNamespace

import pytest

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import door
from sharedsocial_utils.reading.door import Claim, Head, identify
from sharedsocial_utils.reading.file import read_bytes
from sharedsocial_utils.reading.source import Context


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"), (b"\xef\xbb\xbf\r\n", "empty"), (b"a,b\n", "text"), ("a,b".encode("utf-16"), "text"),
        (b'{"a": 1}', "json"), (b"\xef\xbb\xbf [1]", "json"), (b"<?xml version='1.0'?><rss/>", "xml"),
        (b"<!DOCTYPE html><title>Log in</title>", "html"), (b"BEGIN:VCALENDAR\r\n", "calendar"),
        (b"%PDF-1.7", "pdf"), (b"\x89PNG\r\n", "image"), (b"\x1f\x8b\x08", "gzip"), (b"a\x00b", "binary"),
    ],
)  # fmt: skip
def test_the_content_says_what_a_file_is(data: bytes, kind: str) -> None:
    assert Head("anything.csv", data).type == kind


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "IN-FILE-01"),
        ("a.csv", b"PK\x03\x04 not a table", "IN-FILE-04"),
        ("a.csv", b"<html><title>Log in</title></html>", "IN-FILE-04"),
        ("a.xlsx", b"Id,Views\n1,2\n", "IN-FILE-04"),
        ("notes.txt", b"Meeting of 3 July\n", "IN-FILE-05"),
        ("a.csv", b"Colour,Size\nred,7\n", "IN-FILE-05"),
    ],
)
def test_a_file_of_nobody_says_why(name: str, data: bytes, code: str) -> None:
    with pytest.raises(Fault) as fault:
        identify(Head(name, data))
    assert fault.value.code == code


def test_the_nearest_reader_is_named_with_what_is_missing() -> None:
    with pytest.raises(Fault) as fault:
        identify(Head("a.csv", b"User,Project,Start date,Start time,End date,Length\n"))
    assert "nearest: toggl, but no column 'Duration'" in fault.value.found


def test_two_claimants_are_a_fault_that_names_both(monkeypatch: pytest.MonkeyPatch) -> None:
    both = {name: SimpleNamespace(recognise=lambda head: Claim("x")) for name in ("one", "two", "three")}
    both["three"] = SimpleNamespace(recognise=lambda head: Claim(None))
    monkeypatch.setattr(door, "readers", lambda: both)
    with pytest.raises(Fault) as fault:
        identify(Head("a.csv", b"a,b\n"))
    assert (fault.value.code, fault.value.found) == ("IN-FILE-06", "claimed by one and two")


def test_upper_and_lower_case_tell_where_they_must() -> None:
    head = Head("a.csv", b"User,Start Date\n")
    assert head.header("x", "User", "Start date").layout == "x"
    assert head.header("x", "User", "Start date", exact=True).layout is None


def test_a_refused_file_keeps_its_books_and_names_its_place() -> None:
    found = read_bytes("data/a.csv", b"Colour,Size\nred,7\n", Context())
    assert (found.rows_read, found.rows_quarantined, found.tables) == (2, 2, {})
    assert found.error is not None
    assert (found.error["file"], found.error["text"]) == ("data/a.csv", "Colour,Size")


@pytest.mark.parametrize("name", sorted(door.readers()))
def test_every_reader_declares_its_export(name: str) -> None:
    export = door.readers()[name].EXPORT
    assert export.service
    assert export.menu
    assert export.tables or "nothing of it is used" in export.menu
    assert export.layouts
    assert export.languages
    assert all(export.ignores.values())
    assert (door.readers()[name].__doc__ or "").count("\n    ") >= 1, "the docstring shows no sample"
