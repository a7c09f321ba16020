"""Last quarter's decisions: read strictly, checked in the hours."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding.followup import HEADER, followup, read_decisions
from sharedsocial_utils.deciding.reasons import EVIDENCE
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Quarter, Workspace

FIRST = ",".join(HEADER) + "\n"
ROW = "2026Q2,x-posts,STOP,REDUCE,bruno,anna,2026-07-31,un'ora al massimo\n"


def written(place: Workspace, text: str | bytes) -> Path:
    folder = place.raw("pioppo")
    (folder / "decisions.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def test_the_log_is_read(place: Workspace, client: Client) -> None:
    more = '2026Q1,blog-posts,grow,Keep,bruno,anna,,"prima, l\'olio"\n\n'
    table = read_decisions(written(place, "\ufeff" + FIRST + ROW + more), client)
    assert list(table.columns) == HEADER
    assert table["decision"].tolist() == ["REDUCE", "KEEP"]
    assert table.loc[0, "due"] == pd.Timestamp("2026-07-31")
    assert pd.isna(table.loc[1, "due"])
    assert table.loc[1, "note"] == "prima, l'olio"


def test_no_file_is_an_empty_log(place: Workspace, client: Client) -> None:
    assert read_decisions(place.raw("pioppo"), client).empty


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("quarter,activity\n", 1, "wrong header"),
        ("", 1, "wrong header"),
        (FIRST + ROW + "2026Q2,x-posts,STOP\n", 3, "3 fields"),
        (FIRST + ROW.replace("2026Q2", "2026-2"), 2, "not a quarter"),
        (FIRST + ROW.replace("x-posts", "x-post"), 2, 'did you mean "x-posts"'),
        (FIRST + ROW.replace("STOP", "HALT"), 2, "wrong flag"),
        (FIRST + ROW.replace("REDUCE", "perhaps"), 2, "wrong decision"),
        (FIRST + ROW.replace("2026-07-31", "31/07/2026"), 2, "not a day"),
        (FIRST + ROW.replace("2026-07-31", "2026-07-32"), 2, "not a day"),
        (FIRST + ROW.replace("2026-07-31", "20260731"), 2, "not a day"),
        (FIRST + ROW + ROW, 3, "decided on twice"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(
    place: Workspace, client: Client, text: str, line: int, found: str
) -> None:
    with pytest.raises(Fault, match=found) as fault:
        read_decisions(written(place, text), client)
    assert (fault.value.code, fault.value.line, fault.value.file) == ("CL-09", line, "decisions.csv")
    assert fault.value.client == "pioppo"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00quarter", (FIRST + '"2026Q2,x').encode()])
def test_a_damaged_file_is_a_fault(place: Workspace, client: Client, content: bytes) -> None:
    with pytest.raises(Fault) as fault:
        read_decisions(written(place, content), client)
    assert fault.value.code == "CL-09"


def hours(activity: str, before: float, after: list[float], contacts: float = 1.0) -> pd.DataFrame:
    """13 weeks of the second quarter's hours, then those of the third, week by week."""
    week = pd.date_range("2026-03-30", periods=13 + 1 + len(after), freq="7D", unit="us")
    worked = [before] * 14 + after  # the week from 29 June belongs to both quarters
    return pd.DataFrame(
        {
            "activity": activity,
            "week": week,
            "hours_company": worked,
            "hours_agency": 0.0,
            "contacts": contacts,
        }
    )


def checked(
    client: Client, weekly: pd.DataFrame, decision: str, due: str = "", activity: str = "x-posts"
) -> pd.Series:
    decisions = pd.DataFrame(
        [["2026Q2", activity, "STOP", decision, "bruno", "anna", pd.Timestamp(due) if due else pd.NaT, ""]],
        columns=HEADER,
    )
    table = followup(decisions, weekly, client, Quarter(2026, 3))
    assert table["evidence"].iloc[0] in EVIDENCE
    return table.iloc[0]


@pytest.mark.parametrize(
    ("decision", "due", "after", "status", "evidence"),
    [
        ("STOP", "2026-07-01", [0.0] * 13, "done", "no-hours-left"),
        ("STOP", "2026-07-01", [2.0] * 8 + [0.0] * 5, "late", "no-hours-left-late"),
        ("STOP", "2026-08-31", [2.0] * 8 + [0.0] * 5, "done", "no-hours-left"),
        ("STOP", "2026-07-01", [2.0] * 13, "dropped", "hours-go-on"),
        ("STOP", "2026-11-15", [2.0] * 13, "open", "not-due"),
        ("REDUCE", "", [1.0] * 13, "done", "hours-fell"),
        ("REDUCE", "", [1.9] * 13, "dropped", "hours-did-not-fall"),
        ("GROW", "", [3.0] * 13, "done", "hours-rose"),
        ("GROW", "", [2.1] * 13, "dropped", "hours-did-not-rise"),
        ("KEEP", "2026-09-30", [2.2] * 13, "done", "hours-held"),
        ("KEEP", "", [0.5] * 13, "dropped", "hours-not-held"),
        ("WATCH", "", [2.0] * 13, "done", "observed"),
        ("REDUCE", "", [np.nan] * 13, "cannot-tell", "hours-unknown"),
        ("STOP", "", [np.nan] * 13, "cannot-tell", "hours-unknown"),
        ("START", "", [np.nan] * 13, "cannot-tell", "hours-unknown"),
        ("PAUSE", "2026-07-06", [0.0] * 6 + [2.0] * 7, "done", "paused"),
        ("PAUSE", "2026-07-06", [0.0] * 4 + [2.0] * 9, "dropped", "not-paused"),
        ("PAUSE", "2026-07-27", [0.0] * 3 + [2.0] * 10, "dropped", "not-paused"),
        ("PAUSE", "2026-07-06", [0.0] * 5 + [np.nan] + [2.0] * 7, "cannot-tell", "hours-unknown"),
        ("PAUSE", "2026-07-06", [0.0] * 6 + [np.nan] * 7, "done", "paused"),
        ("PAUSE", "2026-07-06", [2.0] * 4 + [np.nan] * 9, "dropped", "not-paused"),
    ],
)
def test_status(
    client: Client, decision: str, due: str, after: list[float], status: str, evidence: str
) -> None:
    row = checked(client, hours("x-posts", 2.0, after), decision, due)
    assert (row["status"], row["evidence"]) == (status, evidence)


def test_what_is_compared(client: Client) -> None:
    row = checked(client, hours("x-posts", 2.0, [1.0] * 5 + [0.5] * 8), "REDUCE", "2026-08-10")
    assert (row["hours_before"], row["hours_after"]) == (2.0, 0.5), "since the week of 10 August"
    assert (row["contacts_before"], row["contacts_after"]) == (1.0, 1.0)


def test_hours_of_a_side_that_never_records_any_are_left_out(client: Client) -> None:
    weekly = hours("x-posts", 2.0, [1.0] * 13).assign(hours_agency=np.nan)
    assert checked(client, weekly, "REDUCE")["hours_after"] == 1.0
    nobody = weekly.assign(hours_company=np.nan)
    assert checked(client, nobody, "REDUCE")["status"] == "cannot-tell"


def test_a_pilot_is_looked_for_on_its_channel(client: Client) -> None:
    begun = hours("youtube-videos", np.nan, [np.nan] * 3 + [2.0] * 10)
    assert checked(client, begun, "START", "2026-07-06", "start-youtube")["evidence"] == "begun-late"
    assert checked(client, begun, "START", "2026-07-25", "start-youtube")["status"] == "done"
    never = hours("youtube-videos", np.nan, [0.0] * 13)
    row = checked(client, never, "START", "2026-07-06", "start-youtube")
    assert (row["status"], row["evidence"]) == ("dropped", "not-begun")
    nowhere = checked(client, begun, "START", "2026-07-06", "start-pinterest")
    assert (nowhere["status"], nowhere["evidence"]) == ("cannot-tell", "activity-unknown")


@pytest.mark.parametrize(
    ("wanted", "weeks", "evidence"),
    [
        (13.0, 13, "criterion-met"),
        (14.0, 13, "criterion-missed"),
        (14.0, 12, "begun"),  # it has not had its weeks
        (np.nan, 13, "begun"),
    ],
)
def test_a_pilot_is_held_to_the_contacts_of_its_review(
    client: Client, wanted: float, weeks: int, evidence: str
) -> None:
    pilot = hours("youtube-videos", 0.0, [0.0] * (13 - weeks) + [2.0] * weeks)
    line = ["2026Q2", "start-youtube", "START", "START", "bruno", "anna", pd.Timestamp("2026-07-06"), ""]
    flags = pd.DataFrame({"activity": ["start-youtube"], "pilot_contacts": [wanted]})
    table = followup(pd.DataFrame([line], columns=HEADER), pilot, client, Quarter(2026, 3), flags=flags)
    row = table.iloc[0]
    assert (row["status"], row["evidence"]) == ("done", evidence)
    unknown = pilot.assign(contacts=np.nan)
    told = followup(pd.DataFrame([line], columns=HEADER), unknown, client, Quarter(2026, 3), flags=flags)
    assert told["evidence"].tolist() == ["begun"], "contacts that nobody counted meet and miss nothing"


def test_only_what_was_decided_as_a_pilot_has_a_criterion(client: Client) -> None:
    line = ["2026Q2", "start-youtube", "START", "WATCH", "bruno", "anna", pd.NaT, ""]
    flags = pd.DataFrame({"activity": ["start-youtube"], "pilot_contacts": [99.0]})
    worked = hours("youtube-videos", 0.0, [2.0] * 13)
    table = followup(pd.DataFrame([line], columns=HEADER), worked, client, Quarter(2026, 3), flags=flags)
    assert table[["evidence", "criterion_contacts"]].isna().values.tolist() == [[False, True]]
    assert table["evidence"].tolist() == ["observed"]


def test_a_link_or_a_huge_file_is_no_log(place: Workspace, client: Client, tmp_path: Path) -> None:
    log = written(place, FIRST + ROW) / "decisions.csv"
    log.rename(tmp_path / "elsewhere.csv")
    log.symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(Fault) as fault:
        read_decisions(log.parent, client)
    assert fault.value.code == "CL-09"
    log.unlink()
    with pytest.raises(Fault, match="larger than 1 MB"):
        read_decisions(written(place, FIRST + ROW + "\n" * 1_000_000), client)


def test_only_the_last_reviews_decisions_are_checked(client: Client) -> None:
    old = pd.DataFrame([["2026Q1", "x-posts", "STOP", "STOP", "b", "a", pd.NaT, ""]], columns=HEADER)
    assert followup(old, hours("x-posts", 2.0, [0.0] * 13), client, Quarter(2026, 3)).empty
