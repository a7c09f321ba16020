"""Evidence, verdicts and the plan: reads a quarter's measured tables, writes flags, plan, followup, pauses.

`judge(client, quarter, workspace)` is the room's door; `decide` and `plan` are its two public functions for
any data of that shape, `Rules` its thresholds, `reasons` every code that it gives.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sharedsocial_utils.client import load_client
from sharedsocial_utils.deciding.evidence import decide, kind_chances
from sharedsocial_utils.deciding.planning import plan
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.tables import write_table
from sharedsocial_utils.workspace import Quarter, Workspace, write_whole

if TYPE_CHECKING:
    from sharedsocial_utils.deciding.supposing import WhatIf

__all__ = [
    "RULES", "Judgement", "Rules", "decide", "judge", "kind_chances", "plan", "second_opinion", "what_if",
    "workings",
]  # fmt: skip


@dataclass(frozen=True)
class Judgement:
    """The tables written, as the codebook says."""

    flags: pd.DataFrame
    plan: pd.DataFrame
    followup: pd.DataFrame
    pauses: pd.DataFrame


def judge(client: str, quarter: str | Quarter, workspace: str | Workspace, rules: Rules = RULES) -> Judgement:
    """Verdicts, plan and follow-up of one client's quarter, written to its processed folder.

    Beside them `thresholds.json`: every rule's value, unit and reason, which the report prints; and
    `portfolio.json`: the file, with its hash, that said what to expect before the client's own figures.

    Raises `Fault`: CL-01 to CL-07 for the client's file, CL-09 for decisions.csv (with the line), WS-03 for a
    table that is missing or wrong.
    """
    from sharedsocial_utils.deciding.judging import judged
    from sharedsocial_utils.deciding.portfolio import portfolio_at

    period, place = _at(quarter, workspace)
    frames = judged(place, client, load_client(place.raw(client)), period, rules)
    for name, frame in frames.items():
        write_table(place.processed(client, period), name, frame)
    write_whole(place.processed(client, period) / "thresholds.json", _thresholds(rules))
    known = portfolio_at(place)
    told = {"file": known.name, "sha256": known.sha256, "clients": known.clients}
    write_whole(place.processed(client, period) / "portfolio.json", json.dumps(told, indent=1) + "\n")
    return Judgement(**frames)


def what_if(
    client: str, quarter: str | Quarter, workspace: str | Workspace, rules: Rules = RULES
) -> "WhatIf":
    """The verdicts and the plan with other rates and hours, see `supposing`; raises `Fault` as `judge`."""
    from sharedsocial_utils.deciding.supposing import supposing

    period, place = _at(quarter, workspace)
    return supposing(client, period, place, rules)


def workings(
    client: str, quarter: str | Quarter, workspace: str | Workspace, rules: Rules = RULES
) -> pd.DataFrame:
    """Every number behind a verdict, see `checking.workings_of`; raises `Fault` as `judge`."""
    from sharedsocial_utils.deciding.checking import workings_of

    return workings_of(client, *_at(quarter, workspace), rules)


def second_opinion(
    client: str, quarter: str | Quarter, workspace: str | Workspace, rules: Rules = RULES
) -> pd.DataFrame:
    """What the client's totals say, see `checking.opinion_of`; raises `Fault` as `judge`."""
    from sharedsocial_utils.deciding.checking import opinion_of

    return opinion_of(client, *_at(quarter, workspace), rules)


def _at(quarter: str | Quarter, workspace: str | Workspace) -> tuple[Quarter, Workspace]:
    period = quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter)
    return period, workspace if isinstance(workspace, Workspace) else Workspace.at(workspace)


def _thresholds(rules: Rules) -> str:
    stated = {
        name: {"value": value, "unit": unit, "why": why} for name, value, unit, why in rules.explained()
    }
    return json.dumps(stated, indent=1) + "\n"
