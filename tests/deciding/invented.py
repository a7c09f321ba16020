"""A seeded simulation with known truth, apart from what `decide` is given, and small frames by hand.

Each activity has a true return (margin brought in addition, per unit of cost). What is seen are contacts by
last touch: more or fewer than it truly brought, by a factor of its own (`phi`), and of a quality of its own.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

WEEK = pd.Timedelta(weeks=1)
LAST_MONDAY = pd.Timestamp("2026-09-28")
CARRY_OVER = {"post": 0.8, "video": 0.7, "reply": 0.2, "ads": 0.3}
Data = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]
Parts = tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, np.ndarray], dict[str, np.ndarray]]

CLIENT = """
name = "Il Pioppo"
language = "it"
currency = "EUR"
timezone = "Europe/Rome"
[agency]
name = "Agenzia"
hourly_rate = 50.0
[company]
name = "Il Pioppo"
hourly_cost = 20.0
[value]
margin = 0.5
contact = 40.0
[[people]]
id = "anna"
side = "company"
protected_hours_per_week = 4
skills = { blog = 3, facebook = 1 }
[[people]]
id = "carlo"
side = "company"
protected_hours_per_week = 2
skills = { facebook = 3, x = 2 }
[[people]]
id = "bruno"
side = "agency"
skills = { blog = 3, facebook = 3, x = 3, youtube = 3 }
[[activities]]
id = "blog-posts"
channel = "blog"
kind = "post"
importance = 5
voice = "company"
planned = { company = 3.0, agency = 2.0 }
[[activities]]
id = "facebook-posts"
channel = "facebook"
kind = "post"
planned = { company = 2.0, agency = 1.0 }
[[activities]]
id = "x-posts"
channel = "x"
kind = "post"
importance = 1
planned = { company = 0.0, agency = 2.0 }
[[activities]]
id = "youtube-videos"
channel = "youtube"
kind = "video"
phase = "launch"
planned = { company = 0.0, agency = 3.0 }
[[activities]]
id = "old-videos"
channel = "youtube"
kind = "video"
phase = "closing"
planned = { company = 0.0, agency = 1.0 }
"""
"""Three of the company and two of the agency, five activities."""


def simulate(seed: int, clients: int = 60, null: bool = False, assist_phi: float | None = None) -> Data:
    """`weekly, funnel, deals` as `decide` takes them, and the truth: `client, activity, roi, length` (weeks).

    `null`: every activity is worth 1.0 to 1.3 times its cost and all contacts are of one quality.
    `assist_phi`: videos and replies are assists that truly bring so many times what they are credited with.
    """
    random = np.random.default_rng(seed)
    parts = [_client(random, f"c{n:03d}", null, assist_phi) for n in range(clients)]
    weekly, funnel, deals, truth = (
        {name: np.concatenate([part[name] for part in group]) for name in group[0]}
        for group in zip(*parts, strict=True)
    )
    return pd.DataFrame(weekly), pd.DataFrame(funnel), pd.DataFrame(deals), pd.DataFrame(truth)


def _client(random: np.random.Generator, client: str, null: bool, assist_phi: float | None) -> Parts:
    number, weeks = int(random.integers(5, 20)), int(random.choice([26, 52, 104]))
    opportunity, won, deal = random.beta(6, 14), random.beta(6, 12), np.exp(random.normal(6.5, 0.8))
    kind = random.choice(list(CARRY_OVER), number)
    assists = np.isin(kind, ["video", "reply"]) & (assist_phi is not None)
    roi = random.uniform(1.0, 1.3, number) if null else _returns(random, number)
    phi = np.where(assists, assist_phi or 1.0, np.exp(random.normal(np.log(0.8), 0.4, number)))
    quality = np.exp(random.normal(0, 0.0 if null else 0.3, number))
    value = opportunity * won * deal * np.exp(0.8**2 / 2)
    cost, contacts = _weeks(random, kind, weeks, roi / (phi * quality * value))
    opportunities = random.binomial(int(contacts.sum()), opportunity)
    wins = random.binomial(opportunities, won)
    names = np.array([f"a{n:02d}" for n in range(number)], dtype=object)
    facts = {"activity": names, "kind": kind, "role": np.where(assists, "assist", "direct")}
    week = pd.date_range(LAST_MONDAY - (weeks - 1) * WEEK, periods=weeks, freq="7D").to_numpy()
    return (
        {
            "client": np.full(number * weeks, client, dtype=object),
            **{name: np.repeat(fact.astype(object), weeks) for name, fact in facts.items()},
            "week": np.tile(week, number),
            "cost": cost.ravel(),
            "hours_company": cost.ravel() / 60,
            "hours_agency": cost.ravel() / 90,
            "contacts": contacts.ravel().astype(float),
        },
        {
            "client": np.array([client], dtype=object),
            "contacts": np.array([int(contacts.sum())]),
            "opportunities": np.array([opportunities]),
            "won": np.array([wins]),
        },
        {
            "client": np.full(wins, client, dtype=object),
            "value": deal * np.exp(random.normal(0, 0.8, wins)),
        },
        {
            "client": np.full(number, client, dtype=object),
            "activity": names,
            "roi": roi,
            "length": np.full(number, weeks),
        },
    )


def _returns(random: np.random.Generator, number: int) -> NDArray[np.float64]:
    """Most about as much as they cost, one in seven as good as dead."""
    dead = random.random(number) < 0.15
    return np.exp(random.normal(np.where(dead, np.log(0.1), np.log(1.1)), np.where(dead, 0.5, 0.9)))


def _weeks(
    random: np.random.Generator, kind: NDArray[np.str_], weeks: int, contacts_per_cost: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Cost and contacts, activities x weeks; effort works on for some weeks, counts are overdispersed."""
    shape = (len(kind), weeks)
    cost = np.exp(random.normal(5.0, 0.6, (len(kind), 1))) * np.exp(random.normal(0, 0.3, shape))
    cost *= random.random(shape) < 0.85
    alpha = np.array([CARRY_OVER[name] for name in kind])
    state, carried = cost[:, :4].mean(axis=1), np.empty(shape)
    for week in range(weeks):
        state = alpha * state + (1 - alpha) * cost[:, week]
        carried[:, week] = state
    rate = np.maximum(contacts_per_cost[:, None] * carried, 1e-9)
    return cost, random.negative_binomial(rate / 0.5, 1 / 1.5)


def steady(activity: str, cost: float, contacts: float, weeks: int = 52, **more: object) -> pd.DataFrame:
    """An activity with the same cost every week and so many contacts spread evenly over the weeks."""
    counts = np.diff(np.floor(np.linspace(0, contacts, weeks + 1)))
    frame = pd.DataFrame(
        {
            "client": "pioppo",
            "activity": activity,
            "kind": "post",
            "role": "direct",
            "week": pd.date_range(LAST_MONDAY - (weeks - 1) * WEEK, periods=weeks, freq="7D"),
            "cost": float(cost),
            "hours_company": cost / 50,
            "hours_agency": cost / 100,
            "contacts": counts,
        }
    )
    return frame.assign(**more)


FUNNEL = pd.DataFrame([("pioppo", 400, 160, 64)], columns=["client", "contacts", "opportunities", "won"])
DEALS = pd.DataFrame({"client": "pioppo", "value": np.exp(np.linspace(5.6, 6.8, 64))})
"""160 of 400 and 64 of 160 and deals of about 500: a contact is worth about 80."""
