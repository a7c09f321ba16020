"""Processor seconds and memory of a decision, a plan, and a portfolio of a thousand clients."""

import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from worlds import LAST_MONDAY, SCENARIOS, WIDTH, world

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding import decide, plan

ACTIVITIES = 25
CHILD = """
import re, resource, sys
from pathlib import Path
import pandas as pd
from sharedsocial_utils.deciding import decide
tables = [pd.read_pickle(path) for path in sys.argv[1:]]
def seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
begin = seconds()
decide(*tables)
# the kernel's own peak of this program: getrusage's may be that of the program that started it
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(seconds() - begin, int(peak) * 1024 / 1e6)
"""


def timings() -> dict[str, float]:
    """`ms a decision`, `ms a plan` (25 activities, 104 weeks), `seconds`, `MB of 1000 clients`."""
    weekly, funnel, deals = _one_client()
    flags = decide(weekly, funnel, deals)
    client = _people()
    found = {
        "ms a decision": 1000 * _least(lambda: decide(weekly, funnel, deals)),
        "ms a plan": 1000 * _least(lambda: plan(flags, client), 5),
    }
    return found | dict(zip(("seconds of 1000 clients", "MB of 1000 clients"), thousand(), strict=True))


def thousand() -> tuple[float, float]:
    """Seconds and megabytes that a thousand clients take, in a process of their own.

    It is given pickles: of what Arrow reads from Parquet it keeps 40 to 120 MB, now this and now that.
    """
    made = world(SCENARIOS["S1"], 1000, clients=1000)
    tables = {"weekly": made.weekly, "funnel": made.funnel, "deals": made.deals[["client", "value"]]}
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.pickle" for name in tables]
        for path, table in zip(paths, tables.values(), strict=True):
            table.to_pickle(path)
        call = [sys.executable, "-c", CHILD, *map(str, paths)]
        done = subprocess.run(call, capture_output=True, text=True, check=True)
    seconds, megabytes = re.findall(r"[\d.e+-]+", done.stdout)
    return float(seconds), float(megabytes)


def processor_seconds() -> float:
    """What this process has used so far, system's work for it included."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _least(work: Callable[[], object], times: int = 20) -> float:
    """The quickest of several runs: what else the machine does only ever adds."""
    found = []
    for _ in range(times):
        begin = processor_seconds()
        work()
        found.append(processor_seconds() - begin)
    return min(found)


def _one_client() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    random = np.random.default_rng(1000)
    weeks = LAST_MONDAY + 7 * (np.arange(WIDTH) - WIDTH + 1).astype("timedelta64[D]")
    rate = np.repeat(random.gamma(1.0, 2.0, ACTIVITIES), WIDTH)
    weekly = pd.DataFrame(
        {
            "client": "c",
            "activity": np.repeat([f"a{n:02d}" for n in range(ACTIVITIES)], WIDTH),
            "kind": np.repeat(random.choice(["post", "video", "reply"], ACTIVITIES), WIDTH),
            "role": "direct",
            "week": np.tile(weeks, ACTIVITIES),
            "cost": random.lognormal(5.0, 0.3, ACTIVITIES * WIDTH),
            "hours_company": 1.0,
            "hours_agency": 2.0,
            "contacts": random.poisson(rate).astype(float),
        }
    )
    funnel = pd.DataFrame([("c", 4000, 1200, 400)], columns=["client", "contacts", "opportunities", "won"])
    return weekly, funnel, pd.DataFrame({"client": "c", "value": random.lognormal(6.5, 0.8, 400)})


def _people() -> Client:
    """A client with as many activities and eight people who share them."""
    channels = ["blog", "facebook", "x", "youtube"]
    people = [
        {
            "id": f"p{n}",
            "side": "company" if n < 4 else "agency",
            "protected_hours_per_week": 10.0,
            "skills": {channel: (n + place) % 4 for place, channel in enumerate(channels)},
        }
        for n in range(8)
    ]
    activities = [
        {
            "id": f"a{n:02d}",
            "channel": channels[n % 4],
            "kind": "post",
            "importance": 1 + n % 5,
            "planned": {"company": 1.0, "agency": 2.0},
        }
        for n in range(ACTIVITIES)
    ]
    return Client.model_validate(
        {
            "name": "c", "language": "it", "currency": "EUR", "timezone": "Europe/Rome",
            "agency": {"name": "a", "hourly_rate": 50}, "company": {"name": "c", "hourly_cost": 20},
            "value": {"margin": 0.5, "contact": 40}, "people": people, "activities": activities,
        }
    )  # fmt: skip
