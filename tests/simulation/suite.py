"""Runs the simulated worlds: `python tests/simulation/suite.py --seeds 20` prints and writes the report.

Seeds below 1000 are for tuning, those from 1000 up for reports: nothing here ever uses the former.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))

from figures import judged, measured
from timing import timings
from worlds import SCENARIOS, world

FIRST_SEED = 1000
CLIENTS = 200


def runs(
    seeds: int, clients: int = CLIENTS, names: Sequence[str] = tuple(SCENARIOS), jobs: int = 1
) -> pd.DataFrame:
    """The figures of each scenario and seed, from `FIRST_SEED` up; the same whatever the number of jobs."""
    asked = list(product(names, range(FIRST_SEED, FIRST_SEED + seeds)))
    if jobs == 1:
        rows = [figures_of(*one, clients) for one in asked]
    else:
        with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
            rows = list(pool.map(figures_of, *zip(*asked, strict=True), [clients] * len(asked)))
    return pd.DataFrame(rows, index=pd.MultiIndex.from_tuples(asked, names=["scenario", "seed"]))


def figures_of(name: str, seed: int, clients: int) -> dict[str, float]:
    """The figures of one world; an invalid operation in it is an error."""
    with np.errstate(all="raise", under="ignore"):
        return measured(judged(world(SCENARIOS[name], seed, clients)))


def main() -> int:
    """Runs, prints, writes `reports/method/`; 1 if a goal is missed."""
    from goals import missed
    from report import markdown, write

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    found = runs(asked.seeds, asked.clients, jobs=asked.jobs)
    folder = Path(__file__).parents[2] / "reports" / "method"
    found = found.assign(**timings())
    print(markdown(found))
    for path in write(found, folder):
        print(path.relative_to(folder.parents[1]))
    for goal in missed(found):
        print(f"missed: {goal.what}: {goal.value(found):.4g}, goal {goal.text()}", file=sys.stderr)
    return int(bool(missed(found)))


if __name__ == "__main__":
    sys.exit(main())
