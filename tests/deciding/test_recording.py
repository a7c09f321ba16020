"""The meeting's decisions, written so that the next review reads them back."""

from datetime import date

import pandas as pd
import pytest

from sharedsocial_utils.client import load_client
from sharedsocial_utils.deciding.followup import HEADER, read_decisions
from sharedsocial_utils.deciding.recording import Decision, decided, record
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.tables import write_table
from sharedsocial_utils.workspace import Quarter, Workspace

Q3 = Quarter.parse("2026Q3")


@pytest.fixture
def audited(place: Workspace) -> Workspace:
    flags = pd.DataFrame(
        {
            "client": "pioppo",
            "activity": ["x-posts", "blog-posts", "start-pinterest"],
            "flag": ["STOP", "KEEP", "START"],
        }
    )
    write_table(place.processed("pioppo", Q3), "flags", flags)
    return place


def decision(activity: str, word: str = "accept", **more: object) -> Decision:
    return Decision(activity, word, **{"agency": "bruno", "company": "anna", **more})  # type: ignore[arg-type]


def test_a_decision_is_read_back_by_the_next_review(audited: Workspace) -> None:
    record("pioppo", Q3, audited, decision("x-posts", due=date(2026, 11, 1), note='chiudere, "piano"\nsì'))
    log = read_decisions(audited.raw("pioppo"), load_client(audited.raw("pioppo")))
    assert list(log.columns) == HEADER
    assert log.iloc[0].tolist() == [
        "2026Q3", "x-posts", "STOP", "STOP", "bruno", "anna", pd.Timestamp("2026-11-01"),
        'chiudere, "piano"\nsì',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("activity", "word", "expected"),
    [
        ("x-posts", "accept", "STOP"),
        ("x-posts", "reject", "KEEP"),
        ("x-posts", "Reduce", "REDUCE"),
        ("x-posts", "pause", "PAUSE"),
        ("start-pinterest", "accept", "START"),
        ("start-pinterest", "reject", "WATCH"),
    ],
)
def test_accept_reject_amend(audited: Workspace, activity: str, word: str, expected: str) -> None:
    lines = record("pioppo", Q3, audited, decision(activity, word))
    assert lines["decision"].tolist() == [expected]
    assert lines["due"].tolist() == [pd.Timestamp("2026-10-31")], "the end of the first month after"


def test_a_second_word_on_an_activity_replaces_the_first(audited: Workspace) -> None:
    folder = audited.raw("pioppo")
    (folder / "decisions.csv").write_text(
        ",".join(HEADER) + "\n2026Q2,x-posts,STOP,KEEP,bruno,anna,,un trimestre ancora\n", "utf-8"
    )
    record("pioppo", Q3, audited, decision("blog-posts"))
    record("pioppo", Q3, audited, decision("x-posts", "reject"))
    lines = record("pioppo", Q3, audited, decision("x-posts", "accept"))
    assert lines[["activity", "decision"]].to_numpy().tolist() == [
        ["blog-posts", "KEEP"],
        ["x-posts", "STOP"],
    ]
    assert len((folder / "decisions.csv").read_text("utf-8").splitlines()) == 4, "last quarter's line stays"


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (decision("x-post"), 'did you mean "x-posts"'),
        (decision("x-posts", "perhaps"), "no such decision"),
        (decision("x-posts", agency=" "), "for the agency"),
        (decision("x-posts", company=""), "for the company"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_nothing_written(
    audited: Workspace, told: Decision, found: str
) -> None:
    with pytest.raises(Fault, match=found) as fault:
        record("pioppo", Q3, audited, told)
    assert (fault.value.code, fault.value.client) == ("CL-12", "pioppo")
    assert not (audited.raw("pioppo") / "decisions.csv").exists()


def test_before_the_audit_there_is_nothing_to_decide_on(place: Workspace) -> None:
    with pytest.raises(Fault) as fault:
        record("pioppo", Q3, place, decision("x-posts"))
    assert fault.value.code == "WS-03"
    assert decided("pioppo", Q3, place).empty
