"""The process behind the published `small_business` data (mmm-param-recovery), written again, seeded.

Four channels with geometric carry-over over eight weeks and Hill saturation on the scale of the largest
stock; a base of sales with a year's season; two controls. The truth: results brought by a channel over what
was spent on it. `share` of weeks with any spending, `scale` of a busy week, `size` of the saturated effect.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

WEEKS, LAGS = 104, 8


@dataclass(frozen=True)
class Channel:
    """What the published file says of a channel, and what its spending looks like."""

    name: str
    carry: float
    slope: float
    half: float
    share: float
    scale: float
    size: float


CHANNELS = (
    Channel("search", 0.0, 1.0, 1.0, 0.82, 330.0, 7500.0),
    Channel("social", 0.2, 1.5, 0.8, 0.35, 115.0, 3000.0),
    Channel("local", 0.4, 1.0, 1.5, 0.48, 1000.0, 6000.0),
    Channel("email", 0.3, 2.0, 0.5, 0.16, 210.0, 5500.0),
)


@dataclass(frozen=True)
class Drawn:
    """Weekly sales, spending by channel, controls, and the true return of each channel."""

    sales: NDArray[np.float64]
    spending: pd.DataFrame
    controls: pd.DataFrame
    returns: pd.Series


def small_business(seed: int) -> Drawn:
    """One draw of the process."""
    random = np.random.default_rng(seed)
    spent = {channel.name: _spending(random, channel) for channel in CHANNELS}
    brought = {channel.name: _brought(spent[channel.name], channel) for channel in CHANNELS}
    season = 1 + 0.2 * np.sin(2 * np.pi * np.arange(WEEKS) * 7 / 365.25)
    base = random.normal(5050, 455, WEEKS) * season
    events = np.where(random.random((WEEKS, 2)) < 0.1, random.exponential(110, (WEEKS, 2)), 0.0)
    sales = base + sum(brought.values()) + 0.5 * events.sum(axis=1)
    returns = {name: brought[name].sum() / spent[name].sum() for name in spent}
    return Drawn(sales, pd.DataFrame(spent), pd.DataFrame(events, columns=["c1", "c2"]), pd.Series(returns))


def _spending(random: np.random.Generator, channel: Channel) -> NDArray[np.float64]:
    busy = random.random(WEEKS) < channel.share
    amount = channel.scale * random.uniform(0.05, 1, WEEKS) * np.exp(random.normal(0, 0.3, WEEKS))
    return np.where(busy, amount, 0.0)


def _brought(spent: NDArray[np.float64], channel: Channel) -> NDArray[np.float64]:
    stock = np.convolve(spent, channel.carry ** np.arange(LAGS))[:WEEKS]
    scaled = (stock / stock.max()) ** channel.slope
    return np.asarray(channel.size * scaled / (scaled + channel.half**channel.slope))
