"""What the meeting decided, written to `decisions.csv`: the next review reads it back (`followup`)."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

import pandas as pd

from sharedsocial_utils.client import Client, load_client
from sharedsocial_utils.deciding.followup import DECISIONS, FILE, HEADER, read_decisions
from sharedsocial_utils.errors import Fault, did_you_mean
from sharedsocial_utils.tables import read_table
from sharedsocial_utils.workspace import Quarter, Workspace, write_whole

WORDS = ("accept", "reject", *DECISIONS)


@dataclass(frozen=True)
class Decision:
    """One decision of the meeting: `word` is accept, reject or what was decided instead."""

    activity: str
    word: str
    agency: str
    company: str
    due: date | None = None
    note: str = ""


def record(client: str, quarter: Quarter, place: Workspace, decision: Decision) -> pd.DataFrame:
    """Writes the decision into the log, in place of an earlier one on the same activity and quarter.

    Returns the quarter's lines: the columns of `followup.HEADER`. Accept takes the verdict as it is; reject
    leaves the activity as it runs (a pilot: not begun). Raises `Fault`: CL-09 for a log that cannot be read,
    CL-12 for an activity without a verdict, a word that is none, a name that is missing; WS-03 before the
    first audit of the quarter.
    """
    about = load_client(place.raw(client))
    log = read_decisions(place.raw(client), about)
    verdicts = verdicts_of(client, quarter, place)
    line = _line(decision, verdicts, quarter, client)
    others = log[(log["quarter"] != line["quarter"]) | (log["activity"] != line["activity"])]
    whole = pd.concat([others, pd.DataFrame([line])], ignore_index=True)
    write_whole(place.raw(client) / FILE, _as_csv(whole))
    return decided(client, quarter, place, about)


def verdicts_of(client: str, quarter: Quarter, place: Workspace) -> dict[str, str]:
    """Activity => verdict of the audited quarter; raises `Fault` WS-03 if it was not audited."""
    flags = read_table(place.processed(client, quarter), "flags")
    return dict(zip(flags["activity"], flags["flag"], strict=True))


def decided(client: str, quarter: Quarter, place: Workspace, about: Client | None = None) -> pd.DataFrame:
    """The log's lines of one quarter, in the order of the file."""
    log = read_decisions(place.raw(client), about or load_client(place.raw(client)))
    return log[log["quarter"] == str(quarter)].reset_index(drop=True)


def _line(decision: Decision, verdicts: dict[str, str], quarter: Quarter, client: str) -> dict[str, object]:
    known, word = verdicts.get(decision.activity), decision.word
    if known is None:
        hint = did_you_mean(decision.activity, list(verdicts))
        raise Fault("CL-12", f"no verdict on this activity; {hint}", text=decision.activity, client=client)
    named = {w.lower(): w for w in WORDS}
    if word.lower() not in named:
        raise Fault("CL-12", "no such decision", text=word, expected=", ".join(WORDS), client=client)
    for side, name in (("agency", decision.agency), ("company", decision.company)):
        if not name.strip():
            raise Fault("CL-12", f"nobody is named who decided for the {side}", client=client)
    instead = {"accept": known, "reject": "WATCH" if known == "START" else "KEEP"}
    return {
        "quarter": str(quarter),
        "activity": decision.activity,
        "flag": known,
        "decision": instead.get(word.lower(), named[word.lower()]),
        "decided_by_agency": decision.agency,
        "decided_by_company": decision.company,
        "due": pd.Timestamp(decision.due or due_day(quarter)),
        "note": decision.note,
    }


def due_day(quarter: Quarter) -> date:
    """Where the meeting names no day: the end of the first month after the quarter."""
    after = quarter.next.first_day
    return date(after.year, after.month + 1, 1) - timedelta(days=1)


def _as_csv(log: pd.DataFrame) -> str:
    days = pd.to_datetime(log["due"]).dt.strftime("%Y-%m-%d").fillna("")
    out = StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(HEADER)
    lines.writerows(log.assign(due=days)[HEADER].fillna("").itertuples(index=False))
    return out.getvalue()
