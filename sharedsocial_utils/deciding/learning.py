"""`sharedsocial learn`: what all processed clients of a workspace say together, for audits to read.

One explicit step, so that a client's report never depends on who else is audited at the same time. From each
client the latest processed quarter is taken; written is `data/processed/portfolio/portfolio.json` (see
`portfolio`), which holds no client's row or name: priors and bands of a kind only from `LEAST_CLIENTS` up.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sharedsocial_utils.client import load_client
from sharedsocial_utils.deciding.case import MIDDLE, Case, case_of, likelihood
from sharedsocial_utils.deciding.incrementality import NEEDED, Learned, checked_tests, learned_phi
from sharedsocial_utils.deciding.judging import inputs_of
from sharedsocial_utils.deciding.panel import Numbers, panel_of
from sharedsocial_utils.deciding.portfolio import FILE, VERSION, folder_of, reference
from sharedsocial_utils.deciding.posterior import GRID, fitted_prior, pooled_prior
from sharedsocial_utils.deciding.rules import RULES, Rules
from sharedsocial_utils.deciding.value import values_of
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Quarter, Workspace, write_whole

LEAST_CLIENTS = 5
"""Fewer would let one of them be recognised."""
BAND = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Lesson:
    """The file that was written, and what it rests on."""

    path: Path
    clients: int
    activities: int
    tests: int
    kinds: list[str]


def learn(workspace: str | Path | Workspace, rules: Rules = RULES) -> Lesson:
    """Learns from all processed clients and writes the portfolio.

    Raises `Fault`: WS-01 for a folder that is no workspace; WS-05 with fewer than five processed clients;
    WS-03 for a table that is wrong; CL-01 to CL-09 for a client's files.
    """
    place = workspace if isinstance(workspace, Workspace) else Workspace.at(workspace)
    inputs = [_inputs(place, client, quarter) for client, quarter in processed_clients(place)]
    if len(inputs) < LEAST_CLIENTS:
        raise Fault("WS-05", f"processed clients: {len(inputs)}", expected=f"{LEAST_CLIENTS} or more")
    weekly, funnel, deals, tests = (
        pd.concat(frames, ignore_index=True) for frames in zip(*inputs, strict=True)
    )
    panel = panel_of(weekly)
    case = case_of(panel, values_of(panel.clients, funnel, deals, rules), None, reference(), rules)
    content = learned(case, tests)
    path = write_whole(folder_of(place) / FILE, json.dumps(content, indent=1) + "\n")
    kinds = [kind for kind in content["prior"] if kind]
    return Lesson(path, len(inputs), int(content["activities"]), len(tests), kinds)


def processed_clients(place: Workspace) -> list[tuple[str, Quarter]]:
    """Every client with measured tables, with its latest quarter that has them."""
    found = []
    for client in place.clients():
        folder = place.root / "data" / "processed" / client
        quarters = sorted(path.parent.name for path in folder.glob("[12]*Q[1-4]/activity_weekly.parquet"))
        if quarters:
            found.append((client, Quarter.parse(quarters[-1])))
    return found


def _inputs(
    place: Workspace, client: str, quarter: Quarter
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    have = inputs_of(place, client, load_client(place.raw(client)), quarter)
    return have.weekly, have.funnel, have.deals, have.tests


def learned(case: Case, tests: pd.DataFrame) -> dict[str, Any]:
    """The content of the portfolio's file."""
    usable = (case.exposure.effort > 0) & np.isfinite(case.value) & ~case.panel.spoilt
    like = likelihood(case.exposure, MIDDLE, case.value)[usable]
    kind, client = case.panel.kind[usable], case.panel.client[usable]
    known = reference().prior
    by_kind = fitted_prior(like, kind, case.rules, known)
    many = [name for name in sorted(set(kind)) if len(set(client[kind == name])) >= LEAST_CLIENTS]
    priors = {name: by_kind[kind == name][0] for name in many}
    return {
        "version": VERSION,
        "clients": len(set(client)),
        "activities": len(kind),
        "prior": {
            name: [round(float(weight), 6) for weight in weights]
            for name, weights in {"": pooled_prior(like, case.rules, known), **priors}.items()
        },
        "phi": [
            {
                "role": role,
                "kind": of,
                "centre": round(said.centre, 4),
                "spread": round(said.spread, 4),
                "tests": said.tests,
            }
            for (role, of), said in _told_phi(tests, case.rules).items()
        ],
        "dispersion": round(float(np.clip(np.median(case.exposure.dispersion[usable]), 1.0, 5.0)), 3),
        "bands": {
            name: {
                "clients": len(set(client[kind == name])),
                "activities": int((kind == name).sum()),
                **_band(weights),
            }
            for name, weights in priors.items()
        },
    }


def _told_phi(tests: pd.DataFrame, rules: Rules) -> dict[tuple[str, str], Learned]:
    """What the tests say by role and kind, of roles that five clients or more have tested."""
    if tests.empty:
        return {}
    clients = tests.groupby("role")["client"].nunique()
    many = tests[tests["role"].map(clients) >= LEAST_CLIENTS][list(NEEDED)]
    of_kind = many.groupby(["role", "kind"])["client"].nunique()
    return {
        key: said
        for key, said in learned_phi(checked_tests(many), rules).items()
        if key[1] == "" or of_kind[key] >= LEAST_CLIENTS
    }


def _band(weights: Numbers) -> dict[str, float]:
    """A tenth, half and nine tenths of the returns lie below."""
    below = np.cumsum(weights)
    return {f"p{round(100 * share)}": round(float(np.interp(share, below, GRID)), 3) for share in BAND}
