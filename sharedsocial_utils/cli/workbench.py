"""The commands around the work: demo, lab."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from sharedsocial_utils.cli.base import Run, command


@command
def demo(
    run: Run,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the workspace shall be.")],
    clients: Annotated[int, typer.Option(min=1, help="How many invented clients.")] = 1,
    seed: Annotated[int, typer.Option(help="Another seed, other clients.")] = 2010,
) -> None:
    """Write a workspace of invented clients.

    Their exports have the true formats; the truth lies beside them.
    """
    from sharedsocial_utils.example import write_demo

    ids = write_demo(folder, clients, seed)
    if run.json:
        run.answer({"workspace": folder, "clients": ids})
    else:
        print(f"{', '.join(ids)}\nsharedsocial audit {ids[0]} --quarter 2026Q3 --workspace {folder}")


@command
def lab(run: Run) -> int:  # noqa: ARG001 - takes the options of all commands
    """Open JupyterLab on the project's notebooks."""
    from sharedsocial_utils.delivering import find_notebooks

    folder = find_notebooks()
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.parent}"]
    return subprocess.run([*command, f"--LabApp.default_url=/lab/tree/{folder.name}"], check=False).returncode  # noqa: S603 - our own interpreter
