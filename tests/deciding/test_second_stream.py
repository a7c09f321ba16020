"""The second stream's regression against densities written out, and its walks against one another."""

import numpy as np
import pytest
from published import small_business
from scipy.stats import multivariate_t

from sharedsocial_utils.deciding import second_stream as stream

WEEKS, EFFECTS = 104, 2


@pytest.fixture
def data() -> stream._Data:
    random = np.random.default_rng(3)
    efforts = random.gamma(0.5, 100.0, (EFFECTS, WEEKS))
    return stream._data(random.normal(50, 9, WEEKS) + efforts[0] / 9, efforts, None)


def columns(data: stream._Data, seed: int) -> stream.Numbers:
    shapes = np.random.default_rng(seed).normal(size=(EFFECTS, stream.WALKS, 3))
    return np.stack([stream._effects(data.earlier[n], shapes[n]) for n in range(EFFECTS)], axis=1)


def log_density(data: stream._Data, effects: stream.Numbers, moves: bool) -> float:
    """Results under normal coefficients and an inverse-gamma noise: a multivariate t."""
    moving = effects.sum(axis=0) * stream._slow(WEEKS) if moves else effects[:0]
    parts = ((data.base, 10.0), (effects, 5.0), (moving, 1.0))
    spread = np.eye(WEEKS) + sum(sd**2 * rows.T @ rows for rows, sd in parts)
    return float(multivariate_t.logpdf(data.y, shape=0.5 / 2.0 * spread, df=4))


def test_an_effect_is_carried_over_and_saturated(data: stream._Data) -> None:
    shape = np.array([-0.4, -0.7, 0.2])
    carry, half, slope = 1 / (1 + np.exp(0.4)), np.exp(-0.7), np.exp(0.2)
    stock = [
        sum((1 - carry) * carry**n * data.efforts[0][week - n] for n in range(week + 1))
        for week in range(WEEKS)
    ]
    scaled = (np.array(stock) / max(stock)) ** slope
    expected = scaled / (scaled + half**slope)
    assert stream._effects(data.earlier[0], shape[None])[0] == pytest.approx(expected)
    assert stream._effects(np.zeros((WEEKS, WEEKS)), shape[None]) == pytest.approx(0.0)


@pytest.mark.parametrize("moves", [False, True])
def test_the_evidence_is_the_density_of_the_results(data: stream._Data, moves: bool) -> None:
    effects = columns(data, 1)
    fits = stream._Fits(data, effects, moves)
    gaps = [fits.evidence[n] - log_density(data, effects[n], moves) for n in range(3)]
    # what is left out is the same for every regression, moving or not
    still = stream._Fits(data, effects, False).evidence[0] - log_density(data, effects[0], False)
    assert gaps == pytest.approx([still] * 3, abs=1e-6)


@pytest.mark.parametrize("moves", [False, True])
def test_an_effect_changed_in_place_is_as_good_as_a_new_regression(data: stream._Data, moves: bool) -> None:
    effects, others = columns(data, 1), columns(data, 2)
    fits = stream._Fits(data, effects, moves)
    before = fits.evidence.copy()
    for n in range(EFFECTS):
        taken = fits.take(n, others[:, n], np.where(np.arange(stream.WALKS) % 2, np.inf, -np.inf))
        assert taken.tolist() == [False, True] * (stream.WALKS // 2)
    assert fits.evidence[::2] == pytest.approx(before[::2])
    fresh = stream._Fits(data, np.where(np.arange(stream.WALKS)[:, None, None] % 2, others, effects), moves)
    assert fits.evidence == pytest.approx(fresh.evidence)
    assert fits.effects == pytest.approx(fresh.effects)
    drawn = [own.draw(np.random.default_rng(5)) for own in (fits, fresh)]
    assert drawn[0][1] == pytest.approx(drawn[1][1])


def test_coefficients_are_drawn_around_the_ridge_regression(data: stream._Data) -> None:
    effects = np.repeat(columns(data, 1)[:1], 4000, axis=0)
    mean, drawn = stream._Fits(data, effects, False).draw(np.random.default_rng(1))
    design = np.concatenate([data.base, effects[0]])
    inner = design @ design.T + np.diag([0.01] * len(data.base) + [0.04] * EFFECTS)
    ridge = np.linalg.solve(inner, design @ data.y)
    assert mean[0] == pytest.approx(ridge)
    scale = 0.5 + (data.y @ data.y - ridge @ design @ data.y) / 2
    # an inverse-gamma noise of the shape 2 + weeks / 2 has this mean
    spread = np.sqrt(np.diag(np.linalg.inv(inner)) * scale / (1 + WEEKS / 2))
    assert drawn.std(axis=0) == pytest.approx(spread, rel=0.05)
    assert np.abs(drawn.mean(axis=0) - ridge) == pytest.approx(0, abs=0.06 * spread.max())


def test_walks_from_elsewhere_end_at_the_same_answer() -> None:
    drawn = small_business(11)
    found = [stream.second_stream(drawn.sales, drawn.spending, drawn.controls, seed) for seed in (1, 2)]
    width = found[0]["return_high"] - found[0]["return_low"]
    assert ((found[1]["return_median"] - found[0]["return_median"]).abs() <= 0.15 * width).all()
    assert ((found[1]["return_low"] - found[0]["return_low"]).abs() <= 0.2 * width).all()
    assert found[0]["says"].equals(found[1]["says"])
