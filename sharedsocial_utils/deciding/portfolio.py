"""What clients teach each other, as a small file: the one that ships, and the one that is learned.

The file (JSON, UTF-8) holds no client's row or name:

    {"version": 1, "clients": 0, "activities": 0,
     "prior": {"": [60 weights], "post": [...]},        return on the grid of `posterior.GRID`, by kind
     "phi": [{"role": "direct", "kind": "", "centre": -0.22, "spread": 0.45, "tests": 12}],
     "dispersion": 1.3,                                 variance / mean of weekly contacts
     "bands": {"post": {"clients": 7, "activities": 19, "p10": 0.2, "p50": 0.9, "p90": 2.4}}}

Bands (the return's tenth, half and nine tenths) and kinds' priors are there only from five clients up.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from sharedsocial_utils.deciding.incrementality import Learned
from sharedsocial_utils.deciding.panel import ROLES, Numbers
from sharedsocial_utils.deciding.posterior import GRID
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import PORTFOLIO, Workspace

VERSION = 1
FILE = "portfolio.json"
MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Portfolio:
    """What is known before a client's own figures. `name` and `sha256` say which file it was."""

    name: str
    sha256: str
    clients: int
    prior: Mapping[str, Numbers]
    phi: Mapping[tuple[str, str], Learned]
    dispersion: float
    bands: Mapping[str, Mapping[str, float]]


def read_portfolio(path: Path) -> Portfolio:
    """The file's content. Raises `Fault` WS-03 for a file that is not one of ours."""
    if path.is_symlink() or path.stat().st_size > MAX_BYTES:
        raise Fault("WS-03", "not a regular file, or larger than 1 MB", file=path.name)
    return parsed(path.read_bytes(), path.name)


@lru_cache(maxsize=1)
def reference() -> Portfolio:
    """The portfolio that ships: no client's, the assumptions of `posterior` frozen."""
    return parsed(files(__package__).joinpath("reference.json").read_bytes(), "reference.json")


def parsed(content: bytes, name: str) -> Portfolio:
    """A portfolio from a file's bytes. Raises `Fault` WS-03 where they are not as above."""
    try:
        found = json.loads(content)
        if found["version"] != VERSION:
            raise ValueError(f"version {found['version']}")
        if "" not in found["prior"]:
            raise ValueError("no prior of all kinds")
        return Portfolio(
            name=name,
            sha256=sha256(content).hexdigest(),
            clients=int(found["clients"]),
            prior={str(kind): _weights(weights) for kind, weights in found["prior"].items()},
            phi={(_role(row), str(row["kind"])): _learned(row) for row in found["phi"]},
            dispersion=_within(found["dispersion"], 1.0, 5.0),
            bands={str(kind): dict(band) for kind, band in found["bands"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Fault(
            "WS-03", f"not a portfolio: {error}", file=name, expected=f"a portfolio of version {VERSION}"
        ) from error


def _weights(numbers: Any) -> Numbers:
    weights = np.asarray(numbers, dtype=float)
    if weights.shape != GRID.shape or not (np.isfinite(weights) & (weights >= 0)).all() or weights.sum() <= 0:
        raise ValueError(f"a prior has {weights.size} weights, not {GRID.size} of 0 or more")
    return np.asarray(weights / weights.sum())


def _role(row: Mapping[str, Any]) -> str:
    if row["role"] not in ROLES:
        raise ValueError(f"role {row['role']!r}")
    return str(row["role"])


def _learned(row: Mapping[str, Any]) -> Learned:
    return Learned(_within(row["centre"], -3, 3), _within(row["spread"], 0.05, 3), int(row["tests"]))


def _within(number: Any, low: float, high: float) -> float:
    if not low <= float(number) <= high:
        raise ValueError(f"{number} is not within {low} and {high}")
    return float(number)


def folder_of(place: Workspace) -> Path:
    """Where the portfolio lies."""
    return place.root / "data" / "processed" / PORTFOLIO


def portfolio_at(place: Workspace) -> Portfolio:
    """The workspace's portfolio; the reference that ships where nothing was learned."""
    path = folder_of(place) / FILE
    return read_portfolio(path) if path.exists() else reference()
