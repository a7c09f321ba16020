"""The rules that `decide` must beat, as an analyst would write them on the same tables.

Each returns a level for every activity: 0 where it stops; the levels' own rule also .25, .5 and 1.5.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

Numbers = NDArray[np.float64]
LEVELS = np.array([0.0, 0.25, 0.5, 1.0, 1.5])
POWER = 0.6


def levels(weekly: pd.DataFrame, funnel: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """A column of levels for each rule, rows sorted by client and activity."""
    by = ["client", "activity"]
    sums = weekly.groupby(by)[["cost", "contacts"]].sum()
    client = sums.index.get_level_values("client")
    value = contact_values(funnel, deals).reindex(client).to_numpy()
    won = deals.groupby(by)["value"].sum().reindex(sums.index).fillna(0.0)
    plain = (sums["contacts"] * value / sums["cost"].where(sums["cost"] > 0)).fillna(0.0)
    net = (
        weekly["contacts"] * contact_values(funnel, deals).reindex(weekly["client"]).to_numpy()
        - weekly["cost"]
    )
    rules = {
        "worst 20 % by cost per contact": _kept(_worst_fifth(sums)),
        "won-deal ROI < 1": _kept((won / sums["cost"] < 1).to_numpy()),
        "contacts x value ROI < 1": _kept((plain < 1).to_numpy()),
        "Bonferroni z on weekly net": _kept(_losing(net, weekly, sums.index)),
        "plug-in levels": _best(plain.to_numpy()),
    }
    return pd.DataFrame(rules, index=sums.index)


def contact_values(funnel: pd.DataFrame, deals: pd.DataFrame) -> "pd.Series[float]":
    """Opportunities per contact x won per opportunity x mean deal; everybody's where a client has no deal."""
    own = funnel.set_index("client")
    total = own[["contacts", "opportunities", "won"]].sum()
    mean = deals.groupby("client")["value"].mean().reindex(own.index)
    value = own["won"] / own["contacts"].clip(lower=1) * mean
    everybody = total["won"] / total["contacts"] * deals["value"].mean()
    return value.fillna(everybody)


def _kept(stopped: NDArray[np.bool_]) -> Numbers:
    return np.where(stopped, 0.0, 1.0)


def _worst_fifth(sums: pd.DataFrame) -> NDArray[np.bool_]:
    per_cost = sums["contacts"] / sums["cost"]
    rank = per_cost.groupby("client").rank(method="first")
    number = per_cost.groupby("client").transform("size")
    return np.asarray(rank <= np.floor(0.2 * number))


def _losing(net: "pd.Series[float]", weekly: pd.DataFrame, index: pd.MultiIndex) -> NDArray[np.bool_]:
    """Weekly net below 0 at 5 % shared among the client's activities."""
    groups = net.groupby([weekly["client"], weekly["activity"]])
    z = (groups.mean() / groups.sem().replace(0.0, np.nan)).reindex(index)
    number = z.groupby("client").transform("size")
    return np.asarray(z.fillna(0.0) < ndtri(0.05 / number))


def _best(returns: Numbers) -> Numbers:
    """The level of the highest net value if the plain return were true and value went with level ** .6."""
    net = returns[:, None] * LEVELS**POWER - LEVELS
    return LEVELS[net.argmax(axis=1)]
