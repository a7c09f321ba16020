"""What clients teach each other: only what five of them or more have taught, and only from a sound file."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from invented import CLIENT, LAST_MONDAY, WEEK

from sharedsocial_utils import tables
from sharedsocial_utils.deciding import judge
from sharedsocial_utils.deciding.learning import learn
from sharedsocial_utils.deciding.portfolio import parsed, portfolio_at, read_portfolio, reference
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Quarter, Workspace

QUARTER = Quarter(2026, 3)
MONDAYS = pd.date_range(LAST_MONDAY - 103 * WEEK, periods=104, freq="7D", unit="us")
PAUSE = (pd.Timestamp("2026-07-13") <= MONDAYS) & (pd.Timestamp("2026-08-24") > MONDAYS)
LOG = "quarter,activity,flag,decision,decided_by_agency,decided_by_company,due,note\n"
NAMES = ["acero", "betulla", "cedro", "dattero", "edera"]


def weekly(activity: str, contacts: float) -> pd.DataFrame:
    rests = PAUSE & (activity == "blog-posts")
    counts = np.where(rests, 0.0, contacts)
    return pd.DataFrame(
        {
            "activity": activity, "channel": "blog", "week": MONDAYS, "hours_company": 0.0,
            "hours_agency": np.where(rests, 0.0, 4.0), "cost": np.where(rests, 0.0, 200.0),
            "contacts_low": counts, "contacts": counts, "contacts_high": counts,
        }
    )  # fmt: skip


def contacts() -> pd.DataFrame:
    days = np.repeat(MONDAYS + pd.Timedelta(days=2), 30)
    won = pd.DataFrame({"date": MONDAYS[:50], "stage": "won", "value": 1000.0})
    rows = pd.concat([pd.DataFrame({"date": days, "stage": "contact", "value": np.nan}), won])
    return rows.assign(contact_id=[f"k{n}" for n in range(len(rows))])


def workspace(root: Path, clients: list[str], videos: int = 0, tested: int = 0) -> Workspace:
    """Measured clients with posts, the first so many also with videos, or with a pause test that was read."""
    place = Workspace(root)
    for number, name in enumerate(clients):
        raw = root / "data" / "raw" / name
        raw.mkdir(parents=True)
        (raw / "client.toml").write_text(CLIENT, "utf-8")
        if number < tested:
            (raw / "decisions.csv").write_text(LOG + "2026Q2,blog-posts,KEEP,PAUSE,bruno,anna,2026-07-13,\n")
        own = [weekly("blog-posts", 10.0), *([weekly("youtube-videos", 3.0)] if number < videos else [])]
        folder = place.processed(name, QUARTER)
        tables.write_table(folder, "activity_weekly", pd.concat(own))
        tables.write_table(folder, "channel_quarter", tables.empty("channel_quarter"))
        tables.write_table(folder, "contacts", contacts())
    return place


def lesson(place: Workspace) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(learn(place).path.read_text("utf-8"))
    return content


def test_fewer_than_five_clients_teach_nothing(tmp_path: Path) -> None:
    place = workspace(tmp_path, NAMES[:4])
    with pytest.raises(Fault, match="processed clients: 4") as fault:
        learn(place)
    assert fault.value.code == "WS-05"
    assert portfolio_at(place) is reference()


def test_a_kind_or_a_test_of_fewer_than_five_clients_stays_its_own(tmp_path: Path) -> None:
    found = lesson(workspace(tmp_path, NAMES, videos=4, tested=4))
    assert set(found["prior"]) == {"", "post"}
    assert set(found["bands"]) == {"post"}
    assert found["bands"]["post"]["clients"] == 5
    assert found["phi"] == []
    written = json.dumps(found)
    assert not [name for name in [*NAMES, "blog-posts", "Pioppo"] if name in written]


def test_what_five_clients_tell_is_learned_and_read_by_the_next_verdicts(tmp_path: Path) -> None:
    place = workspace(tmp_path, NAMES, videos=5, tested=5)
    before = judge("acero", QUARTER, place).flags.set_index("activity")
    found = lesson(place)
    assert set(found["prior"]) == {"", "post", "video"}
    assert [(said["role"], said["kind"], said["tests"]) for said in found["phi"]] == [
        ("direct", "", 5),
        ("direct", "post", 5),
    ]
    after = judge("acero", QUARTER, place).flags.set_index("activity")
    video = "youtube-videos"
    assert after.loc[video, "p_worth"] < before.loc[video, "p_worth"], "nobody missed what was paused"
    told = json.loads((place.processed("acero", QUARTER) / "portfolio.json").read_bytes())
    assert told["file"] == "portfolio.json"


SOUND: dict[str, Any] = {
    "version": 1, "clients": 5, "activities": 9, "prior": {"": [1.0] * 60}, "dispersion": 1.3, "bands": {},
    "phi": [{"role": "direct", "kind": "", "centre": -0.2, "spread": 0.4, "tests": 12}],
}  # fmt: skip
PHI = SOUND["phi"][0]


def test_a_sound_file_is_read() -> None:
    found = parsed(json.dumps(SOUND).encode(), "portfolio.json")
    assert found.prior[""].sum() == pytest.approx(1.0)
    assert found.phi["direct", ""].tests == 12


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 2},
        {"dispersion": 0.9},
        {"dispersion": 5.1},
        {"dispersion": float("nan")},
        {"prior": {"": [1.0] * 59}},
        {"prior": {"": [0.0] * 60}},
        {"prior": {"": [-1.0] + [1.0] * 59}},
        {"prior": {"": [float("nan")] + [1.0] * 59}},
        {"phi": [{**PHI, "role": "boss"}]},
        {"phi": [{**PHI, "centre": 4}]},
        {"phi": [{**PHI, "spread": 0.0}]},
        {"bands": None},
        {"prior": {"post": [1.0] * 60}},
        {"clients": float("inf")},
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Fault) as fault:
        parsed(json.dumps({**SOUND, **wrong}).encode(), "portfolio.json")
    assert (fault.value.code, fault.value.file) == ("WS-03", "portfolio.json")


@pytest.mark.parametrize("content", [b"", b"[]", b"{half", b"\xff", b"[" * 100_000])
def test_a_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(Fault) as fault:
        parsed(content, "portfolio.json")
    assert fault.value.code == "WS-03"


def test_a_link_or_a_huge_file_is_no_portfolio(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text(json.dumps(SOUND))
    (tmp_path / "portfolio.json").symlink_to(tmp_path / "real.json")
    with pytest.raises(Fault, match="not a regular file"):
        read_portfolio(tmp_path / "portfolio.json")
    (tmp_path / "real.json").write_text(json.dumps(SOUND) + " " * 1_000_000)
    with pytest.raises(Fault, match="larger than 1 MB"):
        read_portfolio(tmp_path / "real.json")
