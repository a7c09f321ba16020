"""What became of the decisions of the last review: `decisions.csv` against hours and contacts since.

The log is written at the meeting: `quarter,activity,flag,decision,decided_by_agency,decided_by_company,due,
note`, UTF-8, comma; `flag` (what the review said) and `decision` (what was decided) are START, GROW, KEEP,
REDUCE, STOP or WATCH; a decision may also be PAUSE, a test of some weeks from the day it is due (`pausing`).
It is read strictly: a line that cannot be read is a `Fault` CL-09 with its number.

A decision is checked in the hours: the mean per week of the 13 weeks to the end of the quarter that was
reviewed, against the mean per week since the decision was due. A pilot whose weeks are over is checked
against the criterion that the review printed.
"""

import csv
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.deciding.starting import PREFIX
from sharedsocial_utils.errors import Fault, did_you_mean
from sharedsocial_utils.tables import FLAGS, conform, empty
from sharedsocial_utils.workspace import Quarter

FILE = "decisions.csv"
HEADER = [
    "quarter", "activity", "flag", "decision", "decided_by_agency", "decided_by_company", "due", "note",
]  # fmt: skip
DECISIONS = (*FLAGS, "PAUSE")
MAX_BYTES = 1_000_000
WEEKS_BEFORE = 13
PAUSE_WEEKS = 6
"""A pause test: long enough for posts to lose their carry-over, short enough to be borne."""
LATE_WEEKS = 4
"""The last weeks of the quarter: effort that ended only in them ended late."""


def read_decisions(folder: Path, client: Client) -> pd.DataFrame:
    """The log of a client's raw folder, in file order: the columns of `HEADER`, `due` as a day.

    No file is an empty log. Raises `Fault` CL-09 with the line.
    """
    path = folder / FILE
    if not path.exists():
        return pd.DataFrame(columns=HEADER)
    if path.is_symlink() or path.stat().st_size > MAX_BYTES:
        raise Fault("CL-09", "not a regular file, or larger than 1 MB", client=folder.name, file=FILE)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        lines = csv.reader(StringIO(text, newline=""), strict=True)
        rows = [(lines.line_num, row) for row in lines if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Fault("CL-09", str(error), client=folder.name, file=FILE) from error
    return _checked(rows, client, folder.name)


def _checked(rows: list[tuple[int, list[str]]], client: Client, name: str) -> pd.DataFrame:
    if not rows or rows[0][1] != HEADER:
        found = ",".join(rows[0][1]) if rows else ""
        raise Fault(
            "CL-09", "wrong header", client=name, file=FILE, line=1, text=found, expected=",".join(HEADER)
        )
    seen: set[tuple[str, str]] = set()
    records = []
    for line, row in rows[1:]:
        try:
            record = _record(row, client)
            if (record["quarter"], record["activity"]) in seen:
                raise Fault("CL-09", "the activity was decided on twice", text=record["activity"])
        except Fault as fault:
            raise fault.at(client=name, file=FILE, line=line) from fault
        seen.add((record["quarter"], record["activity"]))
        records.append(record)
    table = pd.DataFrame(records, columns=HEADER)
    return table.assign(due=pd.to_datetime(table["due"].replace("", None), format="%Y-%m-%d"))


def _record(row: list[str], client: Client) -> dict[str, str]:
    if len(row) != len(HEADER):
        raise Fault("CL-09", f"{len(row)} fields", expected=f"{len(HEADER)} fields")
    record = {key: cell.strip() for key, cell in zip(HEADER, row, strict=True)}
    try:
        Quarter.parse(record["quarter"])
    except Fault as fault:
        raise Fault("CL-09", fault.found, text=fault.text, expected=fault.expected, column=1) from fault
    known = [activity.id for activity in client.activities]
    if record["activity"] not in known and not record["activity"].startswith(PREFIX):
        hint = did_you_mean(record["activity"], known)
        raise Fault("CL-09", f"no such activity; {hint}", text=record["activity"], column=2)
    for column, key, words in ((3, "flag", FLAGS), (4, "decision", DECISIONS)):
        record[key] = record[key].upper()
        if record[key] not in words:
            raise Fault("CL-09", f"wrong {key}", text=record[key], expected=", ".join(words), column=column)
    _check_day(record["due"])
    return record


def _check_day(text: str) -> None:
    try:
        if text and date.fromisoformat(text).isoformat() != text:
            raise ValueError
    except ValueError as error:
        raise Fault("CL-09", "not a day", text=text, expected="YYYY-MM-DD or nothing", column=7) from error


@dataclass(frozen=True)
class Since:
    """Hours and contacts per week before and after a decision; NaN where no file tells."""

    hours_before: float
    hours_after: float
    hours_last: float  # the last weeks of the quarter
    contacts_before: float
    contacts_after: float
    begun: pd.Timestamp | None  # the first week with hours
    contacts_begun: float  # contacts since that week
    weeks_begun: int
    hours_paused: float  # at least, in the weeks of a pause from the day it was due
    pause_known: bool  # of every one of those weeks


def followup(
    decisions: pd.DataFrame,
    weekly: pd.DataFrame,
    client: Client,
    quarter: Quarter,
    rules: Rules = RULES,
    flags: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The table `followup`: the decisions of the review of the quarter before, each with its status.

    `weekly` is the table `activity_weekly`; `flags` that of the review, for the criteria of its pilots.
    Status: done, late, dropped (it was due and is not to be seen), open (not yet due), cannot-tell;
    `evidence` is a code of `reasons.EVIDENCE`.
    """
    last = decisions[decisions["quarter"] == str(quarter.previous)]
    if last.empty:
        return empty("followup")
    criteria = {} if flags is None else dict(zip(flags["activity"], flags["pilot_contacts"], strict=True))
    rows = [
        _row({str(key): cell for key, cell in record.items()}, weekly, client, quarter, rules)
        for record in last.to_dict("records")
    ]
    judged = [_against_criterion(row, criteria, rules) for row in rows]
    return conform("followup", pd.DataFrame(judged).drop(columns=["since"]))


def _against_criterion(row: dict[str, object], criteria: dict[str, float], rules: Rules) -> dict[str, object]:
    """A pilot that ran its weeks: did it bring the contacts below which it was to be stopped."""
    wanted, since = criteria.get(str(row["activity"])), row["since"]
    if row["decision"] != "START" or not isinstance(since, Since) or wanted is None or pd.isna(wanted):
        return row
    row |= {"criterion_contacts": float(wanted), "contacts_begun": since.contacts_begun}
    if since.weeks_begun >= rules.pilot_weeks and not np.isnan(since.contacts_begun):
        reached = since.contacts_begun >= wanted
        return row | {"evidence": "criterion-met" if reached else "criterion-missed"}
    return row


def _row(
    record: dict[str, object], weekly: pd.DataFrame, client: Client, quarter: Quarter, rules: Rules
) -> dict[str, object]:
    own = weekly[weekly["activity"].isin(_ids(str(record["activity"]), client))]
    due = record["due"] if isinstance(record["due"], pd.Timestamp) else None
    # what was to be held or looked at counts from the quarter's beginning, whatever the day on the list
    since = _since(own, None if record["decision"] in ("KEEP", "WATCH") else due, quarter)
    if due is not None and due > pd.Timestamp(quarter.last_day):
        status, evidence = "open", "not-due"
    elif own.empty:
        status, evidence = "cannot-tell", "activity-unknown"
    else:
        status, evidence = _status(str(record["decision"]), since, due, rules)
    return {
        **record,
        "since": since,
        "status": status,
        "evidence": evidence,
        "hours_before": since.hours_before,
        "hours_after": since.hours_after,
        "contacts_before": since.contacts_before,
        "contacts_after": since.contacts_after,
    }


def _ids(activity: str, client: Client) -> list[str]:
    """The activity itself; for a pilot, the activities now on its channel."""
    if not activity.startswith(PREFIX) or client.activity(activity):
        return [activity]
    return [a.id for a in client.activities if a.channel == activity.removeprefix(PREFIX)]


def _since(own: pd.DataFrame, due: pd.Timestamp | None, quarter: Quarter) -> Since:
    sides = own[["hours_company", "hours_agency"]].dropna(axis=1, how="all")
    # a side that has no figure in a week leaves the week unknown; one that never has any is left out
    hours = sides.sum(axis=1, skipna=False) if len(sides.columns) else np.nan
    by_week = own.assign(hours=hours).groupby("week")[["hours", "contacts"]].sum(min_count=1)
    begin = pd.Timestamp(quarter.first_day)
    monday = begin - pd.Timedelta(days=begin.day_of_week)
    # the week in which the quarters meet belongs to neither; the week of the due day may still be as before
    first = begin + pd.Timedelta(days=(7 - begin.day_of_week) % 7)
    after = by_week[by_week.index >= (max(first, due) if due is not None else first)]
    before = by_week[(by_week.index < monday) & (by_week.index >= monday - pd.Timedelta(weeks=WEEKS_BEFORE))]
    means = [_mean(frame[name]) for frame in (before, after) for name in ("hours", "contacts")]
    worked = by_week.index[by_week["hours"] > 0]
    begun = worked[0] if len(worked) else None
    run = by_week[by_week.index >= begun] if begun is not None else by_week.iloc[:0]
    came = float(run["contacts"].sum(min_count=1))
    last = _mean(by_week["hours"].tail(LATE_WEEKS))
    paused = after.head(PAUSE_WEEKS)["hours"]
    at_least, whole = float(paused.fillna(0.0).mean()), bool(paused.notna().all())
    return Since(means[0], means[2], last, means[1], means[3], begun, came, len(run), at_least, whole)


def _mean(values: pd.Series) -> float:
    return float(values.mean()) if values.notna().any() else float("nan")


def _status(decision: str, since: Since, due: pd.Timestamp | None, rules: Rules) -> tuple[str, str]:
    before, after = since.hours_before, since.hours_after
    if np.isnan(after) or (np.isnan(before) and decision not in ("START", "WATCH")):
        return "cannot-tell", "hours-unknown"
    if decision == "START":
        return _begun(since, due)
    if decision == "WATCH":
        return "done", "observed"
    if decision == "STOP":
        return _stopped(since, rules)
    if decision == "PAUSE":
        return _paused(since, rules)
    if decision == "REDUCE":
        fell = after <= rules.reduced_share * before
        return ("done", "hours-fell") if fell else ("dropped", "hours-did-not-fall")
    if decision == "GROW":
        rose = after >= rules.grown_share * before
        return ("done", "hours-rose") if rose else ("dropped", "hours-did-not-rise")
    held = abs(after - before) <= rules.held_share * before
    return ("done", "hours-held") if held else ("dropped", "hours-not-held")


def _paused(since: Since, rules: Rules) -> tuple[str, str]:
    if since.hours_paused > rules.stopped_share * since.hours_before:
        return "dropped", "not-paused"
    return ("done", "paused") if since.pause_known else ("cannot-tell", "hours-unknown")


def _begun(since: Since, due: pd.Timestamp | None) -> tuple[str, str]:
    if since.begun is None:
        return "dropped", "not-begun"
    late = due is not None and since.begun > due + pd.Timedelta(weeks=1)
    return ("late", "begun-late") if late else ("done", "begun")


def _stopped(since: Since, rules: Rules) -> tuple[str, str]:
    limit = rules.stopped_share * since.hours_before
    if since.hours_after <= limit:
        return "done", "no-hours-left"
    return ("late", "no-hours-left-late") if since.hours_last <= limit else ("dropped", "hours-go-on")
