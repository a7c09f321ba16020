"""Files in, flags out: invented clients in true export formats are read, measured, judged, and scored."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sharedsocial_utils.deciding import judge
from sharedsocial_utils.deciding.learning import learn
from sharedsocial_utils.example.demo import write_demo
from sharedsocial_utils.measuring import measure
from sharedsocial_utils.reading import read_client

pytestmark = pytest.mark.slow
CLIENTS, SEED, QUARTER = 12, 1000, "2026Q3"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of twelve clients, read and measured."""
    root = tmp_path_factory.mktemp("demo")
    for client in write_demo(root, clients=CLIENTS, seed=SEED):
        read_client(client, QUARTER, root)
        measure(client, QUARTER, root)
    return root


@pytest.fixture(scope="module")
def flags(place: Path) -> pd.DataFrame:
    """The verdicts of all clients, with the truth beside them."""
    found = []
    for client in sorted(path.name for path in (place / "truth").iterdir()):
        truth = pd.read_csv(place / "truth" / client / "activities.csv")
        found.append(judge(client, QUARTER, place).flags.merge(truth, on="activity", how="left"))
    return pd.concat(found, ignore_index=True)


def test_no_stop_is_false_and_what_is_dead_is_stopped(flags: pd.DataFrame) -> None:
    stops = flags[flags["flag"] == "STOP"]
    dead = flags[(flags["true_roi"] < 0.5) & (flags["role"] == "direct")]
    print(f"{len(stops)} stops, {(stops['true_roi'] > 1).sum()} of them false; {len(dead)} dead activities")
    assert len(stops) >= 6
    assert (stops["true_roi"] > 1).mean() <= 0.05
    assert (dead["flag"] == "STOP").mean() >= 0.70
    assert not flags.loc[flags["role"] != "direct", "flag"].eq("STOP").any()


def test_intervals_cover_and_growth_pays(flags: pd.DataFrame) -> None:
    known = flags[flags["roi_low"].notna() & flags["true_roi"].notna()]
    inside = known["true_roi"].between(known["roi_low"], known["roi_high"])
    print(f"{inside.mean():.0%} of {len(known)} intervals hold the truth")
    assert inside.mean() >= 0.87
    grown = flags[flags["flag"] == "GROW"]
    assert len(grown) >= 3
    assert (grown["true_roi"] > 1).all()


def test_launches_are_watched_and_starts_are_where_the_truth_invites(
    flags: pd.DataFrame, place: Path
) -> None:
    assert set(flags.loc[flags["special"] == "launch", "flag"]) <= {"WATCH"}
    starts = flags[flags["flag"] == "START"]
    assert len(starts) >= 5
    for client, own in starts.groupby("client"):
        truth = json.loads((place / "truth" / str(client) / "totals.json").read_text())
        assert set(own["activity"].str.removeprefix("start-")) <= set(truth["start_candidates"])


def test_what_they_teach_together_names_none_of_them(flags: pd.DataFrame, place: Path) -> None:
    lesson = learn(place)
    text = lesson.path.read_text()
    names = {*flags["client"], *flags["activity"]} - {"monitoring"}
    assert lesson.clients == CLIENTS
    assert not [name for name in names if name in text.replace("google-ads", "")]
    again = pd.concat([judge(client, QUARTER, place).flags for client in sorted(set(flags["client"]))])
    merged = flags.merge(again, on=["client", "activity"], suffixes=("", "_after"))
    stops = merged[merged["flag_after"] == "STOP"]
    assert (stops["true_roi"] > 1).mean() <= 0.05
    same = (merged["flag"] == merged["flag_after"]).mean()
    assert same >= 0.8, "what clients teach each other shifts verdicts, it does not turn them round"
    told = json.loads((place / "data" / "processed" / "la-quercia" / QUARTER / "portfolio.json").read_text())
    assert told["file"] == "portfolio.json"
    assert told["clients"] == CLIENTS
