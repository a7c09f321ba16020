"""Runs the simulated worlds: `python tests/simulation/suite.py --seeds 20` prints and writes the report.

Seeds below 1000 are for tuning, those from 1000 up for reports: nothing here ever uses the former.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))

from figures import judged, measured
from timing import timings
from worlds import SCENARIOS, world

FIRST_SEED = 1000
CLIENTS = 200


def runs(seeds: int, clients: int = CLIENTS, names: Sequence[str] = tuple(SCENARIOS)) -> pd.DataFrame:
    """The figures of each scenario and seed, from `FIRST_SEED` up."""
    rows = {
        (name, seed): measured(judged(world(SCENARIOS[name], seed, clients)))
        for name in names
        for seed in range(FIRST_SEED, FIRST_SEED + seeds)
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(list(rows), names=["scenario", "seed"])
    return table


def main() -> int:
    """Runs, prints, writes `reports/method/`; 1 if a goal is missed."""
    from goals import missed
    from report import markdown, write

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    asked = parser.parse_args()
    with np.errstate(all="raise", under="ignore"):
        found = runs(asked.seeds, asked.clients)
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
