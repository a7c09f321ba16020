"""The second stream where the truth is published: others' files (skipped without them), and their process."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from published import small_business

from sharedsocial_utils.deciding.second_stream import second_stream

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "decision"
SEEDS = range(1000, 1040)
pytestmark = pytest.mark.slow
with_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="needs the published samples")


def inside(found: pd.DataFrame, truth: "pd.Series[float]") -> "pd.Series[bool]":
    return (found["return_low"] <= truth) & (truth <= found["return_high"])


def test_the_published_process_is_recovered_over_forty_seeds() -> None:
    errors, covered = [], []
    for seed in SEEDS:
        drawn = small_business(seed)
        found = second_stream(drawn.sales, drawn.spending, drawn.controls).set_index("activity")
        errors.append((found["return_median"] / drawn.returns - 1).abs())
        covered.append(inside(found, drawn.returns))
    error, share = float(np.mean(errors)), float(np.mean(covered))
    print(f"{len(SEEDS)} seeds: mean error {error:.1%}, 90 % intervals hold the truth in {share:.0%}")
    assert error <= 0.20
    assert share >= 0.85


@with_samples
def test_the_published_small_business() -> None:
    found, truth = _file("small_business", "Local")
    error = (found["return_median"] / truth - 1).abs()
    print(
        f"small_business: mean error {error.mean():.1%}, {inside(found, truth).sum()} of {len(truth)} inside"
    )
    # the published tool's own on this seed: 3.3, 36.5, 32.1 and 13.0 %
    assert error.mean() <= 0.212
    assert inside(found, truth).sum() >= 3


@with_samples
def test_the_published_growing_business() -> None:
    """Six channels in 131 weeks of each place: hardly more weeks than fifteen for each effect."""
    held = pd.concat([inside(*_file("growing_business", place)) for place in ("geo_a", "geo_b")])
    print(f"growing_business: {held.sum()} of {len(held)} inside")
    assert held.sum() >= 8


def _file(name: str, place: str) -> "tuple[pd.DataFrame, pd.Series[float]]":
    folder = SAMPLES / "param_recovery"
    table = pd.read_csv(folder / f"{name}.csv")
    own = table[table["geo"] == place].reset_index(drop=True)
    spending = own.filter(regex=r"^x\d").rename(columns=lambda column: column.split("_", 1)[1])
    truth = json.loads((folder / f"{name}_truth.json").read_text())["roas_values"][place]
    found = second_stream(own["y"].to_numpy(), spending, own[["c1", "c2"]]).set_index("activity")
    return found, pd.Series(truth).reindex(found.index)


@with_samples
def test_without_the_hidden_cause_the_direction_is_open() -> None:
    table = pd.read_csv(SAMPLES / "pymc_marketing" / "mmm_roas_data.csv")
    spending, results = table[["x1", "x2"]], table["y"].to_numpy()
    truth = {
        name: (table["y"] - table[without]).sum() / table[name].sum()
        for name, without in (("x1", "y01"), ("x2", "y02"))
    }
    assert truth["x1"] == pytest.approx(93.4, rel=0.01)
    assert truth["x2"] == pytest.approx(171.4, rel=0.01)
    blind = second_stream(results, spending).set_index("activity").loc["x1"]
    honest = blind["says"] == "direction-unclear" or blind["return_low"] <= 93.4 <= blind["return_high"]
    assert honest, blind.to_dict()
    if blind["says"] == "direction-unclear":
        assert blind[["return_low", "return_median", "return_high"]].isna().all()
    told = second_stream(results, spending, table[["z"]]).set_index("activity").loc["x1"]
    assert told["return_low"] <= 93.4 <= told["return_high"]


@with_samples
def test_an_effect_that_changes_over_time_is_said_to_drift() -> None:
    table = pd.read_csv(SAMPLES / "pymc_marketing" / "media_tvp_data.csv")
    controls = table[["event_1", "event_2"]]
    found = second_stream(table["y"].to_numpy(), table[["x1", "x2"]], controls).set_index("activity")
    truth = pd.Series(
        {name: table[f"{name}_contribution"].sum() / table[name].sum() for name in ("x1", "x2")}
    )
    print(found.round(2).to_string(), truth.round(2).to_dict())
    assert set(found["says"]) <= {"drift", "below-placebo"}
    assert "drift" in set(found["says"])
    told = found["says"] == "drift"
    assert inside(found, truth)[told].all()


def test_a_steady_effect_is_not_said_to_drift() -> None:
    drawn = small_business(7)
    assert "drift" not in set(second_stream(drawn.sales, drawn.spending, drawn.controls)["says"])
