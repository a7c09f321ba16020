"""The table of the method: as text, and as a PDF made from a notebook by the project's own exporter."""

from collections.abc import Sequence
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
from figures import BINS, NAMED, OURS
from goals import BEYOND, GOALS, RIVALS, TIMES, Goal, regret_ratio
from worlds import LAST_MONDAY, LENGTHS, SCENARIOS

from sharedsocial_utils.typst_export import MIME_TYPE, TypstPDFExporter

Table = tuple[str, list[str], list[list[str]]]
GOAL_HEADS = ["figure", "goal", "reached", "met"]
COMPARED = ("S0", "S1", "S2", "S3", "S4", "S5")
RULES = ("worst 20 % by cost per contact", "won-deal ROI < 1", "contacts x value ROI < 1",
         "Bonferroni z on weekly net", "plug-in levels", OURS)  # fmt: skip


def tables(runs: pd.DataFrame) -> list[Table]:
    """Title, heads and rows of every table."""
    means = runs.groupby(level="scenario", sort=False).mean()
    asked = [_goals(runs), _beyond(runs)]
    return [*asked, _rules(means), _scenarios(means), _powers(means), _regrets(runs), _bins(means)]


def markdown(runs: pd.DataFrame) -> str:
    """All tables for the README and the screen."""
    parts = [_preface(runs)]
    for title, heads, rows in tables(runs):
        lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
        parts.append(f"### {title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines))
    return "\n\n".join(parts) + "\n"


def write(runs: pd.DataFrame, folder: Path) -> list[Path]:
    """`method.md`, `method.ipynb`, `method.pdf` and every run's figures as `runs.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    notebook = _notebook(runs)
    pdf, _ = TypstPDFExporter().from_notebook_node(notebook)
    files: dict[str, bytes] = {
        "method.md": markdown(runs).encode(),
        "method.ipynb": nbformat.writes(notebook).encode(),
        "method.pdf": pdf,
        "runs.csv": runs.to_csv(float_format="%.6g", lineterminator="\n").encode(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _preface(runs: pd.DataFrame) -> str:
    seeds = runs.index.unique("seed")
    return (
        f"Simulated clients of known truth, {len(seeds)} seeds, {seeds.min()} to {seeds.max()} (thresholds "
        f"were tuned on seeds below 1000), {len(SCENARIOS)} worlds; means over the seeds."
    )


def _goals(runs: pd.DataFrame) -> Table:
    times = TIMES if "ms a plan" in runs else []
    return "Goals and what is reached", GOAL_HEADS, [_goal(goal, runs) for goal in (*GOALS, *times)]


def _beyond(runs: pd.DataFrame) -> Table:
    rows = [_goal(goal, runs) for goal in BEYOND]
    return "Beyond the goals: worlds that break what the method is told", GOAL_HEADS, rows


def _goal(goal: Goal, runs: pd.DataFrame) -> list[str]:
    value = goal.value(runs)
    said = "yes" if goal.met(value) else "NO" if goal.missed(runs) else "no, within the noise of so few seeds"
    return [goal.what, goal.text(), f"{value:.4g}{goal.unit}", said]


def _rules(means: pd.DataFrame) -> Table:
    heads = ["rule", *(f"false stops {s}, %" for s in COMPARED), *(f"power {s}" for s in COMPARED[:3])]
    rows = [
        [
            rule,
            *(f"{100 * means.loc[s, f'{rule}|false stops']:.1f}" for s in COMPARED),
            *(f"{means.loc[s, f'{rule}|power']:.2f}" for s in COMPARED[:3]),
        ]
        for rule in RULES
    ]
    return "False stops and power on ROI* < .5, in one run", heads, rows


def _scenarios(means: pd.DataFrame) -> Table:
    columns = {
        "false stops, %": (f"{OURS}|false stops", 100, 1),
        "with phi at 1, %": (f"{OURS}|false stops centred", 100, 1),
        "clients with one, %": (f"{OURS}|clients with one", 100, 0),
        "stopped, %": (f"{OURS}|stopped", 100, 1),
        "watched, %": ("watched", 100, 0),
        "coverage, %": ("coverage", 100, 0),
        "width, log": ("width", 1, 2),
        "calibration": ("calibration", 1, 3),
        "GROW right, %": ("grow right", 100, 0),
        **{f"{code}, %": (f"caveat {code}", 100, 0) for code in NAMED},
        "seconds": ("seconds", 1, 1),
    }
    rows = [
        [f"{name} {SCENARIOS[name].what}"]
        + [_shown(means.loc[name, column] * scale, digits) for column, scale, digits in columns.values()]
        for name in means.index
    ]
    return "sharedsocial in every world", ["world", *columns], rows


def _shown(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if np.isfinite(value) else "–"


def _powers(means: pd.DataFrame) -> Table:
    heads = ["world", *(f"{rule}, {weeks} weeks" for weeks in LENGTHS for rule in ("ours", "z"))]
    names = {"ours": OURS, "z": "Bonferroni z on weekly net"}
    rows = [
        [scenario]
        + [
            _shown(means.loc[scenario, f"{names[rule]}|power {weeks}"], 2)
            for weeks in LENGTHS
            for rule in ("ours", "z")
        ]
        for scenario in COMPARED
    ]
    return "Power on ROI* < .5 by the length of the data", heads, rows


def _regrets(runs: pd.DataFrame) -> Table:
    means = runs.groupby(level="scenario", sort=False).mean()
    rows = [
        [
            name,
            *(f"{means.loc[name, f'{rule}|regret']:.0f}" for rule in (OURS, *RIVALS)),
            f"{regret_ratio(runs, name):.2f}",
        ]
        for name in means.index
    ]
    return (
        "Regret against an oracle, EUR a client and quarter",
        ["world", OURS, *RIVALS, "ours / best rival"],
        rows,
    )


def _bins(means: pd.DataFrame) -> Table:
    rows = []
    for scenario in ("S0", "S1", "S2", "S3"):
        number, seen = (
            np.array([means.loc[scenario, f"bin {n} {name}"] for n in range(BINS)])
            for name in ("number", "seen")
        )
        share = np.divide(seen, number, out=np.full(BINS, np.nan), where=number > 0)
        rows.append([scenario, *(_shown(100 * value, 0) for value in share)])
    heads = ["world", *(f"{10 * n} to {10 * n + 10}" for n in range(BINS))]
    return "Worth their cost, %, where P(ROI* > 1) was stated as so many %", heads, rows


def _notebook(runs: pd.DataFrame) -> nbformat.NotebookNode:
    """Typed outputs only, as a client's report has them."""
    blocks: list[list[dict[str, object]]] = [
        [
            {"kind": "page", "title": "The method, measured", "kicker": None},
            {"kind": "lead", "text": _preface(runs)},
        ]
    ]
    for title, heads, rows in tables(runs):
        blocks.append([_block(title, heads, rows)])
    cells = [_cell(n, own) for n, own in enumerate(blocks)]
    said = {"title": "The method, measured", "date": str(LAST_MONDAY), "language": "en-GB", "strict": True}
    return nbformat.v4.new_notebook(cells=cells, metadata={"typst_export": said})


def _cell(number: int, blocks: Sequence[dict[str, object]]) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", data={MIME_TYPE: {"version": 1, "blocks": list(blocks)}})
    cell = nbformat.v4.new_code_cell("", outputs=[output])
    cell["id"] = f"table-{number}"
    return cell


def _block(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, object]:
    columns = [
        {"label": head, "align": "left" if n == 0 else "right", "width": "auto" if n else "1fr"}
        for n, head in enumerate(heads)
    ]
    return {
        "kind": "table",
        "title": title,
        "subtitle": None,
        "columns": columns,
        "rows": [list(row) for row in rows],
        "total": None,
        "note": None,
        "small": True,
        "turned": len(heads) > 6,
    }
