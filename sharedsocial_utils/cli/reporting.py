"""The commands that report: report, portfolio."""

from typing import Annotated

import typer

from sharedsocial_utils.cli.base import ClientId, Run, command, console, table


@command
def report(
    run: Run,
    client: ClientId,
    quarter: Annotated[str, typer.Option(help="The quarter of the report, such as 2026Q3.")],
) -> None:
    """Print the report again with your comments.

    Exports reports/CLIENT/QUARTER/report.ipynb as you have edited it, without running it; code and outputs
    must be the audit's. The last line printed is the report's path.
    """
    from sharedsocial_utils.delivering.hand import export_again, listed

    exported = export_again(client, quarter, run.workspace)
    if run.json:
        run.answer({"client": client, "report": exported.report, "hand_written": listed(exported.cells)})
        return
    rows = [
        (cell.id, cell.sha256[:12], cell.source.strip().partition("\n")[0][:60]) for cell in exported.cells
    ]
    if rows:
        console().print(table("written by hand", ("cell", "sha256", "first line"), rows))
    print(exported.report)


@command
def portfolio(
    run: Run,
    quarter: Annotated[str, typer.Option(help="The quarter, such as 2026Q3.")],
    language: Annotated[str, typer.Option(help="Language of the document, such as en.")] = "it",
) -> None:
    """Set all clients of a quarter side by side.

    Writes reports/portfolio/QUARTER/portfolio.pdf, for the agency alone. The last line printed is its path.
    """
    from sharedsocial_utils.delivering.portfolio import make_portfolio

    made = make_portfolio(quarter, run.workspace, language)
    if run.json:
        run.answer({"quarter": quarter, "report": made.report, "notebook": made.notebook})
    else:
        print(made.report)
