"""The commands that decide: decide, learn."""

from collections.abc import Hashable
from datetime import datetime
from typing import Annotated, Any

import typer

from sharedsocial_utils.cli.base import ClientId, Run, command, console, table
from sharedsocial_utils.errors import Fault


@command
def decide(
    run: Run,
    client: ClientId,
    quarter: Annotated[str, typer.Option(help="The quarter that was reviewed, such as 2026Q3.")],
    activity: Annotated[
        str | None, typer.Argument(metavar="[ACTIVITY]", help="Id of an activity; none lists them all.")
    ] = None,
    decision: Annotated[
        str, typer.Argument(metavar="[DECISION]", help="accept, reject, or what instead, such as KEEP.")
    ] = "accept",
    agency: Annotated[str, typer.Option(help="Who decided for the agency.")] = "",
    company: Annotated[str, typer.Option(help="Who decided for the company.")] = "",
    due: Annotated[str | None, typer.Option(help="By when, such as 2026-10-31.")] = None,
    note: Annotated[str, typer.Option(help="A note of the meeting.")] = "",
) -> None:
    """Record what the meeting decided.

    Writes decisions.csv in the client's folder; without an activity, lists verdicts and decisions.
    """
    from sharedsocial_utils.deciding.recording import Decision, decided, record, verdicts_of
    from sharedsocial_utils.workspace import Quarter, Workspace

    place, period = Workspace.at(run.workspace), Quarter.parse(quarter)
    verdicts = verdicts_of(client, period, place)
    if activity:
        told = Decision(activity, decision, agency, company, _day(due), note)
        lines = record(client, period, place, told)
    else:
        lines = decided(client, period, place)
    of = {str(line["activity"]): line for line in lines.astype(object).to_dict("records")}
    if run.json:
        run.answer({"verdicts": verdicts, "decisions": list(of.values())})
        return
    rows = [
        (name, flag, *(_cell(of.get(name), key) for key in ("decision", "due", "note")))
        for name, flag in sorted(verdicts.items())
    ]
    heads = ("activity", "verdict", "decided", "due", "note")
    console().print(table(f"{client} {period}: {len(of)} of {len(verdicts)} decided", heads, rows))


@command
def learn(run: Run) -> None:
    """Learn from all audited clients what the next audits expect.

    Writes data/processed/portfolio/portfolio.json: no client's row or name is in it.
    """
    from sharedsocial_utils.deciding.learning import learn as learn_from

    lesson = learn_from(run.workspace)
    if run.json:
        run.answer({**vars(lesson), "path": str(lesson.path)})
        return
    rows = [
        ("clients", lesson.clients),
        ("activities", lesson.activities),
        ("pause tests", lesson.tests),
        ("kinds with a prior of their own", ", ".join(lesson.kinds) or "none"),
        ("written", lesson.path),
    ]
    console().print(table("What the clients teach together", None, rows))


def _day(text: str | None) -> "datetime | None":
    try:
        return datetime.strptime(text, "%Y-%m-%d") if text else None  # noqa: DTZ007 - a day, no instant
    except ValueError as error:
        raise Fault("CL-12", "not a day", text=text or "", expected="YYYY-MM-DD") from error


def _cell(line: dict[Hashable, Any] | None, key: str) -> str:
    value = line[key] if line else ""
    return value.strftime("%Y-%m-%d") if isinstance(value, datetime) and value == value else str(value or "")
