"""phi: what an activity truly brings per contact that it is credited with, by role, kind and own pause test.

Log-normal. Without tests its centre and spread are assumptions (`Rules.phi_median`, `phi_sd`), and a more
cautious pair stands for STOP. A pause test reads how many contacts the client as a whole lost while the
activity rested, against those that it would have been credited with; its error is on the loss, so that a
loss of nothing, or less, is a reading like any other.

All tests of a role teach the role's centre m, the spread between its kinds and the spread within a kind:

    log phi ~ N(kind's centre, within),  kind's centre ~ N(m, between),  loss ~ N(phi x credited, error)

by sums over grids of m, between and within (no sampling). A role with `enough_tests` no longer needs the
cautious pair. A tested activity joins its own reading to that. A test counts contacts; that those of one
activity are worth more or less than the client's average contact (`quality_sd`) comes on top.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sharedsocial_utils.deciding.panel import ROLES, Numbers, Panel
from sharedsocial_utils.deciding.rules import Rules
from sharedsocial_utils.errors import Fault

NEEDED = ("client", "activity", "role", "kind", "contacts_expected", "contacts_lost", "error")
_X = np.linspace(-3.0, 2.5, 111)
"""Values of log phi, and of the centres."""
_WITHIN = np.array([0.2, 0.3, 0.4, 0.5, 0.65, 0.85])
_BETWEEN = np.array([0.05, 0.2, 0.4, 0.6, 0.9])
_CENTRE_SD = 0.5
"""How far a role's centre may lie from the assumption, on the log scale."""
_DEMAND_SD = 0.25
"""Where effort follows demand, contacts per effort are themselves off by about this, on the log scale."""
_SPREAD_SD = 0.5
"""How far the assumed spread may be off, as a factor on the log scale."""


@dataclass(frozen=True)
class Learned:
    """What tests taught of one role or one kind in it: centre and spread of log phi, and their number."""

    centre: float
    spread: float
    tests: int


@dataclass(frozen=True)
class Phi:
    """Centre and spread of log phi for each activity; the cautious ones are for STOP."""

    centre: Numbers
    spread: Numbers
    cautious_centre: Numbers
    cautious_spread: Numbers
    tested: NDArray[np.bool_]


def checked_tests(tests: pd.DataFrame | None) -> pd.DataFrame | None:
    """The readings that can be used; None for none. Raises `Fault` WS-03 for what is no table of them."""
    if tests is None or tests.empty:
        return None
    if missing := [name for name in NEEDED if name not in tests]:
        raise Fault("WS-03", "the pause tests lack columns", text=", ".join(missing))
    if unknown := sorted(set(tests["role"]) - set(ROLES)):
        raise Fault("WS-03", "unknown role", text=", ".join(unknown), expected=", ".join(ROLES))
    figures = tests[["contacts_expected", "contacts_lost", "error"]].to_numpy(
        dtype="float64", na_value=np.nan
    )
    good = np.isfinite(figures).all(axis=1) & (figures[:, 0] > 0) & (figures[:, 2] > 0)
    usable: pd.DataFrame = tests.loc[good]
    return usable if len(usable) else None


def learned_phi(tests: pd.DataFrame | None, rules: Rules) -> dict[tuple[str, str], Learned]:
    """What checked tests say by (role, kind); kind "" is the role as a whole, and kinds without a test."""
    found: dict[tuple[str, str], Learned] = {}
    if tests is None:
        return found
    for role, own in tests.groupby("role", sort=True):
        found |= {(str(role), kind): said for kind, said in _of_role(str(role), own, rules).items()}
    return found


def phi_of(
    panel: Panel,
    learned: Mapping[tuple[str, str], Learned],
    tests: pd.DataFrame | None,
    backwards: NDArray[np.bool_],
    rules: Rules,
) -> Phi:
    """phi of each activity: what is assumed of its role, what was learned, and its own test.

    `backwards`: activities whose effort follows demand; without tests less is assumed of them, less surely.
    """
    pairs = list(zip(panel.role, panel.kind, strict=True))
    known = {pair: learned.get(pair, learned.get((pair[0], ""))) for pair in set(pairs)}
    expected = {pair: _expected(pair[0], said, rules) for pair, said in known.items()}
    cautious = {pair: _cautious(expected[pair], said, rules) for pair, said in known.items()}
    centre, spread = (np.array([expected[pair][n] for pair in pairs], dtype=float) for n in (0, 1))
    careful, wide = (np.array([cautious[pair][n] for pair in pairs], dtype=float) for n in (0, 1))
    unknown = backwards & (panel.role == "direct") & np.array([known[pair] is None for pair in pairs])
    centre = np.where(unknown, np.log(rules.demand_phi_median), centre)
    spread = np.where(unknown, _without_quality(rules.demand_phi_sd, rules), spread)
    spread = np.where(backwards & ~unknown, np.hypot(spread, _DEMAND_SD), spread)
    tested = np.zeros(len(pairs), dtype=bool)
    for n, said_of in _own_tests(panel, tests):
        tested[n] = True
        centre[n], spread[n] = _joined(centre[n], spread[n], said_of)
        careful[n], wide[n] = _joined(careful[n], wide[n], said_of)
    of_contacts = rules.quality_sd
    return Phi(centre, np.hypot(spread, of_contacts), careful, np.hypot(wide, of_contacts), tested)


def _own_tests(panel: Panel, tests: pd.DataFrame | None) -> Iterator[tuple[int, Numbers]]:
    """The position of each tested activity, and what its test says."""
    if tests is None:
        return
    ids = zip(panel.clients[panel.client], panel.activity, strict=True)
    place = {key: n for n, key in enumerate(ids)}
    keys = zip(tests["client"], tests["activity"], strict=True)
    for key, said in zip(keys, _loss_likelihood(tests), strict=True):
        if key in place:
            yield place[key], said


def _expected(role: str, said: Learned | None, rules: Rules) -> tuple[float, float]:
    if said is not None:
        return said.centre, said.spread
    return float(np.log(rules.phi_median[role])), _without_quality(rules.phi_sd[role], rules)


def _without_quality(spread: float, rules: Rules) -> float:
    """The part of an assumed spread that a pause test sees: it counts contacts, whatever they are worth."""
    return float(np.sqrt(max(spread**2 - rules.quality_sd**2, 0.04)))


def _cautious(expected: tuple[float, float], said: Learned | None, rules: Rules) -> tuple[float, float]:
    if said is not None and said.tests >= rules.enough_tests:
        return expected
    centre, spread = expected
    return max(centre, float(np.log(rules.cautious_phi_median))), max(
        spread, _without_quality(rules.cautious_phi_sd, rules)
    )


def _loss_likelihood(tests: pd.DataFrame) -> Numbers:
    """Tests x values of log phi, each row scaled to a maximum of 1."""
    credited, lost, error = (
        tests[name].to_numpy(dtype=float)[:, None] for name in ("contacts_expected", "contacts_lost", "error")
    )
    log = -0.5 * ((lost - np.exp(_X) * credited) / error) ** 2
    return np.asarray(np.exp(log - log.max(axis=1, keepdims=True)))


def _joined(centre: float, spread: float, said: Numbers) -> tuple[float, float]:
    """Mean and spread of log phi after a reading."""
    weights = said * _bell(np.array(centre), spread)
    return _moments(weights / weights.sum())


def _bell(centre: Numbers, spread: float) -> Numbers:
    return np.asarray(np.exp(-0.5 * ((_X - centre) / spread) ** 2) / spread)


def _moments(weights: Numbers) -> tuple[float, float]:
    mean = float(weights @ _X)
    return mean, float(np.sqrt(max(float(weights @ _X**2) - mean**2, 1e-4)))


def _of_role(role: str, tests: pd.DataFrame, rules: Rules) -> dict[str, Learned]:
    kinds = sorted(set(tests["kind"]))
    of_kind = tests["kind"].to_numpy()
    like = _loss_likelihood(tests)
    # log likelihood of each kind's tests: within x kinds x centre of the kind
    said = np.array(
        [
            [np.log(like[of_kind == kind] @ _bell(_X[:, None], w).T).sum(axis=0) for kind in kinds]
            for w in _WITHIN
        ]
    )
    posterior = _posterior(said, role, rules)
    numbers = {kind: int((of_kind == kind).sum()) for kind in kinds}
    found = {"": _summary(_new_kind(posterior), posterior, len(tests))}
    for n, kind in enumerate(kinds):
        found[kind] = _summary(
            _kind_centre(said[:, n], posterior), posterior, len(tests) if numbers[kind] else 0
        )
    return found


def _posterior(said: Numbers, role: str, rules: Rules) -> Numbers:
    """Weights of within x between x the role's centre."""
    assumed = float(np.log(rules.phi_median[role]))
    prior = -0.5 * ((_X - assumed) / _CENTRE_SD) ** 2
    total = np.hypot(_WITHIN[:, None], _BETWEEN[None, :])
    spread = -0.5 * (np.log(total / _without_quality(rules.phi_sd[role], rules)) / _SPREAD_SD) ** 2
    log = spread[:, :, None] + prior
    for of_kind in np.moveaxis(said, 1, 0):
        log = log + np.log(_averaged(of_kind)) + of_kind.max(axis=1)[:, None, None]
    weights = np.exp(log - log.max())
    return np.asarray(weights / weights.sum())


def _averaged(of_kind: Numbers) -> Numbers:
    """The likelihood of a kind's tests for each within x between x role's centre, up to its maximum."""
    scaled = np.exp(of_kind - of_kind.max(axis=1, keepdims=True))
    return np.stack([scaled @ _normed(b).T for b in _BETWEEN], axis=1) + 1e-300


def _normed(between: float) -> Numbers:
    """Centre of the role x centre of the kind: rows add up to 1."""
    bell = _bell(_X[:, None], between)
    return np.asarray(bell / bell.sum(axis=1, keepdims=True))


def _new_kind(posterior: Numbers) -> Numbers:
    """Weights of the centre of a kind that no test has seen."""
    by_between = posterior.sum(axis=0)
    return np.asarray(sum(by_between[n] @ _normed(b) for n, b in enumerate(_BETWEEN)))


def _kind_centre(of_kind: Numbers, posterior: Numbers) -> Numbers:
    """Weights of the centre of a tested kind, over what is plausible of its role."""
    weights = np.zeros(len(_X))
    for w in range(len(_WITHIN)):
        scaled = np.exp(of_kind[w] - of_kind[w].max())
        for b, between in enumerate(_BETWEEN):
            joint = _normed(between) * scaled
            weights += posterior[w, b] @ (joint / (joint.sum(axis=1, keepdims=True) + 1e-300))
    return np.asarray(weights / weights.sum())


def _summary(centre: Numbers, posterior: Numbers, tests: int) -> Learned:
    """The next activity's phi: the centre's uncertainty and the spread within a kind together."""
    mean, spread = _moments(centre)
    within = float(posterior.sum(axis=(1, 2)) @ _WITHIN**2)
    return Learned(mean, float(np.hypot(spread, np.sqrt(within))), tests)
