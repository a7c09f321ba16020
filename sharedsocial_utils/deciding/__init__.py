"""Evidence, verdicts and the plan: reads the measured tables of a quarter, writes flags, plan and followup.

`judge(client, quarter, workspace)` is the room's door; `decide` and `plan` are its two public functions for
any data of that shape, `Rules` its thresholds, `reasons` every code that it gives.
"""

import json
from dataclasses import dataclass

import pandas as pd

from sharedsocial_utils.client import load_client
from sharedsocial_utils.deciding.evidence import decide
from sharedsocial_utils.deciding.planning import plan
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.tables import write_table
from sharedsocial_utils.workspace import Quarter, Workspace, write_whole

__all__ = ["RULES", "Judgement", "Rules", "decide", "judge", "plan"]


@dataclass(frozen=True)
class Judgement:
    """The tables written, as the codebook says."""

    flags: pd.DataFrame
    plan: pd.DataFrame
    followup: pd.DataFrame


def judge(client: str, quarter: str | Quarter, workspace: str | Workspace, rules: Rules = RULES) -> Judgement:
    """Verdicts, plan and follow-up of one client's quarter, written to its processed folder.

    Beside them `thresholds.json`: every rule's value, unit and reason, which the report prints.

    Raises `Fault`: CL-01 to CL-07 for the client's file, CL-09 for decisions.csv (with the line), WS-03 for a
    table that is missing or wrong.
    """
    from sharedsocial_utils.deciding.judging import judged

    place = workspace if isinstance(workspace, Workspace) else Workspace.at(workspace)
    period = quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter)
    frames = judged(place, client, load_client(place.raw(client)), period, rules)
    for name, frame in frames.items():
        write_table(place.processed(client, period), name, frame)
    write_whole(place.processed(client, period) / "thresholds.json", _thresholds(rules))
    return Judgement(**frames)


def _thresholds(rules: Rules) -> str:
    stated = {
        name: {"value": value, "unit": unit, "why": why} for name, value, unit, why in rules.explained()
    }
    return json.dumps(stated, indent=1) + "\n"
