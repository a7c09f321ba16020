"""A seeded workspace with the processed tables of one invented client: 0 to 25 activities."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from sharedsocial_utils.deciding.rules import RULES
from sharedsocial_utils.tables import TABLES, empty, write_table

QUARTER = "2026Q3"
FIRST, LAST = pd.Timestamp("2026-07-01"), pd.Timestamp("2026-09-30")
FLAG_OF = ("KEEP", "STOP", "GROW", "WATCH", "REDUCE", "KEEP", "WATCH", "KEEP", "GROW", "KEEP")
ACTIVITIES = (
    ("blog-posts", "blog", "post"),
    ("flickr-photos", "flickr", "photo"),
    ("facebook-posts", "facebook", "post"),
    ("linkedin-posts", "linkedin", "post"),
    ("x-posts", "x", "post"),
    ("youtube-videos", "youtube", "video"),
    ("slideshare-decks", "slideshare", "deck"),
    ("newsletter", "newsletter", "newsletter"),
    ("google-ads", "google-ads", "ads"),
    ("facebook-replies", "facebook", "reply"),
    ("instagram-photos", "instagram", "photo"),
    ("instagram-replies", "instagram", "reply"),
    ("blog-replies", "blog", "reply"),
    ("foursquare-checkins", "foursquare", "checkin"),
    ("google-business-posts", "google-business", "post"),
    ("tripit-trips", "tripit", "checkin"),
    ("pinterest-photos", "pinterest", "photo"),
    ("tiktok-videos", "tiktok", "video"),
    ("mastodon-posts", "mastodon", "post"),
    ("bluesky-posts", "bluesky", "post"),
    ("meta-ads", "meta-ads", "ads"),
    ("linkedin-ads", "linkedin-ads", "ads"),
    ("blog-guides", "blog", "post"),
    ("youtube-replies", "youtube", "reply"),
    ("monitoring", "other", "monitoring"),
)
THRESHOLDS = {
    name: {"value": value, "unit": unit, "why": why} for name, value, unit, why in RULES.explained()
}
REASON_OF = {
    "STOP": "not-worth",
    "START": "contacts-without-effort",
    "GROW": "margin-above-cost",
    "KEEP": "worth",
    "REDUCE": "margin-below-cost",
    "WATCH": "few-weeks",
}
PLAN_REASON_OF = {
    "STOP": "stop",
    "START": "pilot",
    "GROW": "grow",
    "KEEP": "keep",
    "REDUCE": "reduce",
    "WATCH": "watch",
}


def workspace(folder: Path, activities: int = 10, language: str = "it", currency: str = "EUR") -> Path:
    """A workspace whose client `la-quercia` has that many activities; with 0 it has empty tables."""
    for name, content in _built(activities, language, currency).items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@cache
def _built(activities: int, language: str, currency: str) -> dict[str, bytes]:
    """The files of `data`, by name: made once, for writing Parquet takes its time."""
    frames = {name: empty(name) for name in TABLES} if activities == 0 else _frames(activities)
    with TemporaryDirectory() as folder:
        files = {name: write_table(Path(folder), name, frame).read_bytes() for name, frame in frames.items()}
    processed = f"processed/la-quercia/{QUARTER}"
    return {
        "raw/la-quercia/client.toml": _client(activities, language, currency).encode(),
        f"{processed}/thresholds.json": json.dumps(THRESHOLDS).encode(),
        **{f"{processed}/{name}.parquet": content for name, content in files.items()},
    }


def change(folder: Path, name: str, frame: pd.DataFrame) -> None:
    """Puts another table into the workspace."""
    write_table(folder / "data" / "processed" / "la-quercia" / QUARTER, name, frame)


def _client(activities: int, language: str, currency: str) -> str:
    head = f"""
name = "Agriturismo La Quercia"
language = "{language}"
currency = "{currency}"
timezone = "Europe/Rome"
[agency]
name = "Studio Girasole"
hourly_rate = 55.0
[company]
name = "La Quercia"
hourly_cost = 24.0
[value]
margin = 0.4
contact = 40.0
[[people]]
id = "front-desk"
side = "company"
names = ["desk@laquercia.example", "Front Desk"]
protected_hours_per_week = 6
skills = {{ blog = 3, facebook = 2 }}
[[people]]
id = "owner"
side = "company"
names = ["La padrona di casa"]
protected_hours_per_week = 2
[[people]]
id = "girasole-a"
side = "agency"
names = ["Girasole A"]
skills = {{ blog = 2, youtube = 3 }}
[[targets]]
channel = "blog"
metric = "visits"
value = 900
"""
    parts = [
        f"""
[[activities]]
id = "{id_}"
channel = "{channel}"
kind = "{kind}"
role = "{"assist" if kind == "reply" else "direct"}"
importance = {number % 5 + 1}
phase = "{"closing" if id_ == "flickr-photos" else "running"}"
voice = "{("company", "agency", "any")[number % 3]}"
planned = {{ company = 2.0, agency = 1.5 }}
"""
        for number, (id_, channel, kind) in enumerate(ACTIVITIES[:activities])
    ]
    return head + "".join(parts)


def _frames(count: int) -> dict[str, pd.DataFrame]:
    random = np.random.default_rng(7)
    activities = pd.DataFrame(ACTIVITIES[:count], columns=["activity", "channel", "kind"])
    weekly = _weekly(activities, random)
    return {
        **{name: empty(name) for name in ("metrics", "spend")},
        "activity_weekly": weekly,
        "channel_quarter": _channels(weekly),
        "activity_quarter": _activities(activities, weekly),
        "people_quarter": _people(),
        "voice_quarter": _voices(activities, random),
        "followup": _followup(activities),
        "pauses": _pauses(activities),
        "flags": _flags(activities, weekly),
        "plan": _plan(activities),
        "sources": _sources(),
        "quarantine": _quarantine(),
        "items": _items(),
        "visits": _visits(),
        "contacts": _contacts(),
        "effort": _effort(),
        "plan_items": _plan_items(),
    }


def _weekly(activities: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    weeks = pd.date_range("2025-07-07", "2026-09-28", freq="W-MON")
    rows = []
    for number, activity in activities.iterrows():
        size = 1 / (1 + int(str(number)) % 7)
        for place, week in enumerate(weeks):
            company, agency = random.gamma(4, 0.6) * size, random.gamma(3, 0.5) * size
            contacts = (
                0 if activity["activity"] == "flickr-photos" and place % 20 else random.poisson(2 * size)
            )
            gap = activity["channel"] == "youtube" and 20 <= place < 24
            rows.append(
                {
                    "activity": activity["activity"],
                    "channel": activity["channel"],
                    "week": week,
                    "hours_company": round(company, 2),
                    "hours_agency": round(agency, 2),
                    "spend": 20.0 if activity["kind"] == "ads" else np.nan,
                    "cost": round(24 * company + 55 * agency + (20 if activity["kind"] == "ads" else 0), 2),
                    "items": int(random.poisson(2)),
                    "interactions": np.nan if gap else float(random.poisson(30 * size)),
                    "visits": np.nan if gap else float(random.poisson(80 * size)),
                    "contacts_low": float(contacts),
                    "contacts": float(contacts),
                    "contacts_high": contacts + 1.0,
                }
            )
    return pd.DataFrame(rows)


MEASURES = ["hours_company", "hours_agency", "spend", "cost", "items", "interactions", "visits", "contacts"]


def _sums(weekly: pd.DataFrame, by: str, first: str, last: str) -> pd.DataFrame:
    inside = weekly[(weekly["week"] >= first) & (weekly["week"] <= last)]
    return inside.groupby(by)[MEASURES].sum(min_count=1)


def _channels(weekly: pd.DataFrame) -> pd.DataFrame:
    now = _sums(weekly, "channel", "2026-07-01", "2026-09-30")
    before = _sums(weekly, "channel", "2026-04-01", "2026-06-30")
    now["opportunities"] = (now["contacts"] / 3).round()
    now["won_value"] = now["opportunities"] * 120.0
    before["opportunities"], before["won_value"] = np.nan, np.nan
    frame = now.join(before.add_prefix("previous_")).reset_index()
    unworked = pd.DataFrame(
        {
            "channel": ["search", "direct", "ai-assistant"],
            "visits": [2100.0, 800.0, 12.0],
            "contacts": [9.0, 4.0, np.nan],
            "previous_visits": [2000.0, 850.0, np.nan],
        }
    )
    frame = pd.concat([frame, unworked], ignore_index=True)
    hours = frame["hours_company"] + frame["hours_agency"]
    some = frame["contacts"].where(frame["contacts"] > 0)
    frame["cost_per_visit"] = frame["cost"] / frame["visits"]
    frame["cost_per_interaction"] = frame["cost"] / frame["interactions"].where(frame["interactions"] > 0)
    frame["cost_per_contact"] = frame["cost"] / some
    frame["cost_per_contact_low"] = frame["cost"] / gammaincinv(some + 1, 0.95)
    frame["cost_per_contact_high"] = frame["cost"] / gammaincinv(some, 0.05)
    frame["hours_per_contact"] = hours / some
    blog = frame["channel"] == "blog"
    frame.loc[blog, "target_metric"] = "visits"
    frame.loc[blog, "target"] = 900.0
    frame.loc[blog, "target_share"] = frame.loc[blog, "visits"] / 900.0
    frame["covered_days"], frame["expected_days"] = 92, 92
    frame.loc[frame["channel"] == "youtube", "covered_days"] = 64
    return frame


def _activities(activities: pd.DataFrame, weekly: pd.DataFrame) -> pd.DataFrame:
    now = _sums(weekly, "activity", "2026-07-01", "2026-09-30")
    before = _sums(weekly, "activity", "2026-04-01", "2026-06-30")
    frame = activities.set_index("activity").join(now)
    frame["role"], frame["phase"] = "direct", "running"
    if "flickr-photos" in frame.index:
        frame.loc["flickr-photos", "phase"] = "closing"
    frame["importance"] = [number % 5 + 1 for number in range(len(frame))]
    frame["voice"] = [("company", "agency", "any")[number % 3] for number in range(len(frame))]
    frame["planned_hours_company"], frame["planned_hours_agency"] = 26.0, 19.5
    frame["contacts_low"], frame["contacts_high"] = frame["contacts"], frame["contacts"] + 2
    for name in ("hours_company", "hours_agency", "contacts"):
        frame[f"previous_{name}"] = before[name]
    frame["skill_company"] = [3 if number % 3 == 0 else 1 for number in range(len(frame))]
    frame["skill_agency"] = [2 if number % 2 == 0 else None for number in range(len(frame))]
    return frame.reset_index()


def _people() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("front-desk", "company", 96.5, 20.0, 78.0, 60.0, 18.0, "Matrimonio Rossi, Fiera"),
            ("owner", "company", 40.0, 4.0, 26.0, 26.0, 0.0, None),
            ("girasole-a", "agency", 120.0, 0.0, np.nan, np.nan, np.nan, None),
        ],
        columns=TABLES["people_quarter"].names,
    )


def _voices(activities: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for number, channel in enumerate(dict.fromkeys(activities["channel"])):
        rows += [
            {"channel": channel, "side": "company", "posts": int(random.poisson(6)), "replies": number % 3},
            {"channel": channel, "side": "agency", "posts": int(random.poisson(6)), "replies": 6},
            {"channel": channel, "side": None, "posts": number % 2, "replies": 0},
            {"channel": channel, "side": "public", "posts": 0, "replies": 12, "unanswered": number % 4},
        ]
    return pd.DataFrame(rows)


def _pauses(activities: pd.DataFrame) -> pd.DataFrame:
    test = {"begin": pd.Timestamp("2026-10-12"), "weeks": 6, "status": "proposed", "role": "direct"}
    return pd.DataFrame([test | {"activity": activities["activity"].iloc[0], "contacts_expected": 14.2}])


def _followup(activities: pd.DataFrame) -> pd.DataFrame:
    first, second = activities["activity"].iloc[0], activities["activity"].iloc[1]
    return pd.DataFrame(
        [
            {
                "quarter": "2026Q2",
                "activity": first,
                "flag": "GROW",
                "decision": "grow",
                "decided_by_agency": "Girasole A",
                "decided_by_company": "La padrona",
                "due": pd.Timestamp("2026-07-31"),
                "note": "una guida al mese",
                "status": "done",
                "hours_before": 2.0,
                "hours_after": 3.5,
                "contacts_before": 1.0,
                "contacts_after": 1.8,
            },
            {
                "quarter": "2026Q2",
                "activity": second,
                "flag": "STOP",
                "decision": "stop",
                "decided_by_agency": "Girasole A",
                "decided_by_company": "La padrona",
                "due": pd.Timestamp("2026-08-31"),
                "note": None,
                "status": "open",
                "hours_before": 2.0,
                "hours_after": 2.1,
                "contacts_before": 0.1,
                "contacts_after": 0.0,
            },
        ]
    )


def _flags(activities: pd.DataFrame, weekly: pd.DataFrame) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for number, activity in enumerate(activities["activity"]):
        flag = FLAG_OF[number % len(FLAG_OF)]
        mine = weekly[weekly["activity"] == activity]
        middle = {"STOP": 0.3, "REDUCE": 0.8, "WATCH": 1.0, "KEEP": 1.5, "GROW": 2.6}[flag]
        rows.append(
            {
                "client": "la-quercia",
                "activity": activity,
                "flag": flag,
                "p_worth": {"STOP": 0.04, "REDUCE": 0.3, "WATCH": 0.5, "KEEP": 0.8, "GROW": 0.97}[flag],
                "roi_low": middle / 2.2,
                "roi_median": middle,
                "roi_high": middle * 2.4,
                "expected_net": (middle - 1) * 900,
                "level": {"STOP": 0.0, "REDUCE": 0.5, "GROW": 1.5}.get(flag, 1.0),
                "evidence_contacts": mine["contacts"].sum(),
                "weeks": 8 if flag == "WATCH" else len(mine),
                "reason": REASON_OF[flag],
                "break_even_contacts": mine["contacts"].sum() / middle,
                "value_per_contact": 38.0,
                "cost": mine["cost"].sum(),
                "p_worth_cautious": 0.09 if flag == "STOP" else np.nan,
            }
        )
    rows.append(
        {
            "client": "la-quercia",
            "activity": "start-pinterest",
            "flag": "START",
            "p_worth": 0.62,
            "roi_low": 0.5,
            "roi_median": 1.3,
            "roi_high": 3.1,
            "expected_net": 240.0,
            "reason": REASON_OF["START"],
            "level": 1.0,
            "evidence_contacts": 3.0,
            "weeks": 0,
            "value_per_contact": 38.0,
            "pilot_weeks": 13,
            "pilot_hours_per_week": 2.0,
            "pilot_contacts": 4,
        }
    )
    return pd.DataFrame(rows)


def _plan(activities: pd.DataFrame) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for number, activity in enumerate(activities["activity"]):
        flag = FLAG_OF[number % len(FLAG_OF)]
        level = {"STOP": 0.0, "REDUCE": 0.5, "GROW": 1.5}.get(flag, 1.0)
        for side, person, hours in (("company", "front-desk", 1.5), ("agency", "girasole-a", 1.0)):
            rows.append(
                {
                    "activity": activity,
                    "side": side,
                    "person": person,
                    "hours_per_week": hours * level,
                    "level": level,
                    "reason": PLAN_REASON_OF[flag],
                    "hour_value": 38.0 if side == "company" else np.nan,
                }
            )
    rows.append(
        {
            "activity": "start-pinterest",
            "side": "company",
            "person": "owner",
            "hours_per_week": 2.0,
            "level": 1.0,
            "reason": "pilot",
            "hour_value": 12.0,
        }
    )
    return pd.DataFrame(rows)


def _sources() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "path": "site/ga4.csv",
                "sha256": "a" * 64,
                "bytes": 1000,
                "reader": "ga4",
                "first_date": pd.Timestamp("2025-07-01"),
                "last_date": LAST,
                "rows_read": 14210,
                "rows_kept": 14190,
                "rows_merged": 0,
                "rows_quarantined": 13,
                "rows_other": 7,
            },
            {
                "path": "time/toggl.csv",
                "sha256": "b" * 64,
                "bytes": 900,
                "reader": "toggl",
                "first_date": pd.Timestamp("2025-07-01"),
                "last_date": LAST,
                "rows_read": 900,
                "rows_kept": 899,
                "rows_merged": 0,
                "rows_quarantined": 0,
                "rows_other": 1,
            },
            {
                "path": "board/trello.json",
                "sha256": "c" * 64,
                "bytes": 500,
                "reader": "trello",
                "as_of": pd.Timestamp("2026-09-29"),
                "first_date": pd.Timestamp("2026-07-01"),
                "last_date": pd.Timestamp("2026-12-24"),
                "rows_read": 40,
                "rows_kept": 40,
                "rows_merged": 0,
                "rows_quarantined": 0,
                "rows_other": 0,
            },
        ]
    )


def _quarantine() -> pd.DataFrame:
    rows = [
        {
            "path": "site/ga4.csv",
            "line": str(40 + n),
            "column": 3,
            "code": "IN-NUM-02",
            "reason": "not a number",
            "text": "=1+1",
        }
        for n in range(13)
    ]
    return pd.DataFrame(
        [*rows, {"path": "old/stats.bin", "code": "IN-FILE-12", "reason": "the file does not open"}]
    )


def _items() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "channel": "blog",
                "item_id": "1",
                "done_at": pd.Timestamp("2026-07-02", tz="UTC"),
                "kind": "post",
                "side": "company",
                "title": "La *vendemmia* #1 <b>",
                "source_file": "feed.xml",
                "source_row": "1",
            }
        ]
    )


def _visits() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "date": FIRST,
                "source": "odd.example",
                "medium": "referral",
                "channel": "other",
                "sessions": 37.0,
                "source_file": "site/ga4.csv",
                "source_row": "9",
            }
        ]
    )


def _contacts() -> pd.DataFrame:
    rows = [
        {
            "contact_id": f"c{n}",
            "date": LAST - pd.Timedelta(days=n),
            "stage": "contact",
            "channel": "blog" if n % 3 else None,
            "source_file": "crm.csv",
            "source_row": str(n),
        }
        for n in range(30)
    ]
    return pd.DataFrame(rows)


def _effort() -> pd.DataFrame:
    rows = [
        ("e1", "front-desk", "company", "Matrimonio Rossi", None, 12.0),
        ("e2", "front-desk", "company", "Fiera", None, 8.0),
        ("e3", "owner", "company", "Blog", "blog-posts", 4.0),
        ("e4", "Zio Peppe", None, "Altro", None, 3.5),
    ]
    return pd.DataFrame(
        [
            {
                "entry_id": i,
                "date": FIRST,
                "person": p,
                "side": s,
                "project": project,
                "activity": a,
                "hours": h,
                "source_file": "time/toggl.csv",
                "source_row": i,
            }
            for i, p, s, project, a, h in rows
        ]
    )


def _plan_items() -> pd.DataFrame:
    rows = [
        ("p1", "2026-07-10", "2026-07-09", "company", "Post: la vendemmia"),
        ("p2", "2026-07-20", "2026-07-25", "agency", "Video: la mungitura"),
        ("p3", "2026-08-10", None, "company", "Foto $del$ prodotto_nuovo"),
        ("p4", "2026-12-24", None, "agency", "Auguri"),
    ]
    return pd.DataFrame(
        [
            {
                "item_id": i,
                "due_date": pd.Timestamp(due),
                "done_date": pd.Timestamp(done) if done else pd.NaT,
                "side": side,
                "title": title,
                "activity": "blog-posts",
                "channel": "blog",
                "source_file": "board/trello.json",
                "source_row": i,
            }
            for i, due, done, side, title in rows
        ]
    )
