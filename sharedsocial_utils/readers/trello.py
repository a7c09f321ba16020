"""Trello, a board: one card is one planned piece of work.

Board > Menu > Print, export and share > Export as JSON (every plan) or CSV (paid plans). The JSON is one
object with the board's lists, cards, labels, members and its last 1000 actions:

    {"name": "Plan", "idOrganization": "...", "lists": [{"id": "L1", "name": "To do", "closed": false}],
     "members": [{"id": "M1", "fullName": "Ada Neri", "username": "adaneri"}], "actions": [],
     "cards": [{"id": "66a0f1b2...", "name": "Post on the olive harvest", "idList": "L1", "idMembers": ["M1"],
                "labels": [{"name": "blog"}], "due": "2026-07-20T10:00:00.000Z", "dueComplete": false}]}

The CSV has a row a card: `Card ID,Card Name,...,Labels,Members,Due Date,List Name,Archived,Due Complete`.

The list is the status, the labels are the tags, the first member who is in client.toml is the person; nobody
else's name is kept. A card is done where its due date is ticked off or its list is called so (done, fatto,
...). The day it was done is that of the newest action that ticked it off or moved it to its list; for older
cards, whose actions the export no longer holds, the day of its last activity, which may be later. The CSV has
only the last activity, and not in every plan. Archived cards and those of archived lists are no data.
Descriptions, comments, checklists, attachments and the board's mail address are not read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers._effort import FREE_TEXT
from sharedsocial_utils.readers._plan import is_done_status
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "id": ("Card ID",),
    "title": ("Card Name",),
    "labels": ("Labels",),
    "members": ("Members",),
    "due": ("Due Date",),
    "list": ("List Name",),
    "archived": ("Archived",),
    "is_complete": ("Due Complete",),
    "last_activity": ("Last Activity Date",),
}
_COUNTED = "not a measure of effort"
IGNORES = {
    "Card URL": "the id is enough", "Card Description": FREE_TEXT, "Attachment Count": _COUNTED,
    "Attachment Links": FREE_TEXT, "Checklist Item Total Count": _COUNTED,
    "Checklist Item Completed Count": _COUNTED, "Vote Count": _COUNTED, "Comment Count": _COUNTED,
    "List ID": "its name is read", "Board ID": "the folder is the client",
    "Board Name": "the folder is the client", "Start Date": "the due date is read",
}  # fmt: skip
EXPORT = Export(
    service="Trello",
    menu="Board > Menu > Print, export and share > Export as JSON",
    page="https://support.atlassian.com/trello/docs/exporting-data-from-trello/",
    tables=("plan_items",),
    layouts={
        "json": "one object with lists, cards, labels, members, actions (seen 2020 and later)",
        "csv": "Card ID, Card Name ... (typed for a test by others)",
    },
    languages=("any",),
    counted_by="person",
    evidence="SEEN",
    ignores={
        "desc": FREE_TEXT, "checklists": FREE_TEXT, "attachments": FREE_TEXT, "comments": FREE_TEXT,
        "email": "the board's secret mail address", "badges": _COUNTED, **IGNORES,
    },
)  # fmt: skip
_COLOUR = re.compile(r" \([a-z_]+\)(?=,|$)")
COLUMNS = ("id", "title", "labels", "members", "due", "list", "archived", "is_complete", "last_activity")


def recognise(head: Head) -> Claim:
    """The JSON by keys that no other export has; the CSV by its first two headings."""
    if head.type != "json":
        return first_claim(head.header("csv", "Card ID", "Card Name", "List Name"))
    found = [key in head.text for key in ('"idOrganization"', "trello.com/")]
    if all(found):
        return Claim("json")
    return no('it has no "idOrganization" or no address of trello.com', sum(found) / 3)


def read(source: Source) -> Iterator[Rows]:
    """Planned pieces, one row per card."""
    table = _cards(source) if source.layout == "json" else source.table(FIELDS, ("id", "title"), IGNORES)
    ids = table.ids("id")
    table.no_data(table["archived"].str.casefold() == "true")
    done = _local_days(table, "last_activity")
    is_done = (table["is_complete"].str.casefold() == "true") | is_done_status(table["list"])
    people = source.people(
        table["members"].map(lambda names: _known(source, names), na_action="ignore").astype("str")
    )
    yield table.keep(
        "plan_items",
        {
            "item_id": ids,
            "due_date": _local_days(table, "due"),
            "done_date": done.where(is_done),
            "person": people["person"],
            "side": people["side"],
            "title": table["title"],
            "status": table["list"],
            "tags": table["labels"].str.replace(_COLOUR, "", regex=True),
        },
    )


def _local_days(table: Table, field: str) -> pd.Series:
    instants = table.instants(field, "UTC", needed=False)
    return conventions.local_days(instants, table.source.context.timezone)


def _known(source: Source, names: str) -> str:
    """The first of the members who is in client.toml; empty if none is."""
    people = source.context.people
    return next((name for name in names.split(",") if name.strip().casefold() in people), "")


# ---- JSON


def _cards(source: Source) -> Table:
    """The cards as a table with the columns of the CSV."""
    board = source.json()
    cards = _dicts(board, "cards")
    source.as_of = _last_day(source, [str(card.get("dateLastActivity") or "") for card in cards])
    try:
        lists = {each.get("id"): each for each in _dicts(board, "lists")}
        members = {each.get("id"): each for each in _dicts(board, "members")}
        moments = _moments(_dicts(board, "actions"))
        rows = [_card(card, lists, members, moments) for card in cards]
    except (AttributeError, TypeError) as error:
        raise Fault("IN-JSON-01", f"a card, list, member or action has another shape ({error})") from error
    return source.entries(rows, COLUMNS)


def _dicts(board: Any, key: str) -> list[dict[str, Any]]:
    """A list of objects; raises `Fault` IN-JSON-01 where the board has none of that name."""
    found = board.get(key) if isinstance(board, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Fault("IN-JSON-01", f"the board has no list of {key}", expected=f'a list "{key}"')
    return found


def _card(
    card: Mapping[str, Any],
    lists: Mapping[Any, Mapping[str, Any]],
    members: Mapping[Any, Mapping[str, Any]],
    moments: Mapping[tuple[Any, Any], str],
) -> dict[str, Any]:
    in_list = lists.get(card.get("idList"), {})
    ticked, moved = (moments.get((card.get("id"), what)) for what in ("complete", card.get("idList")))
    return {
        "id": card.get("id"),
        "title": card.get("name"),
        "labels": ", ".join(_label(label) for label in card.get("labels") or []),
        "members": ",".join(_names(members.get(each, {}) for each in card.get("idMembers") or [])),
        "due": card.get("due"),
        "list": in_list.get("name"),
        "archived": bool(card.get("closed") or in_list.get("closed")),
        "is_complete": bool(card.get("dueComplete")),
        "last_activity": (card.get("dueComplete") and ticked) or moved or card.get("dateLastActivity"),
    }


def _label(label: Mapping[str, Any]) -> str:
    return str(label.get("name") or label.get("color") or "")


def _names(members: Iterable[Mapping[str, Any]]) -> list[str]:
    return [str(member.get(key) or "") for member in members for key in ("fullName", "username")]


def _moments(actions: list[dict[str, Any]]) -> dict[tuple[Any, Any], str]:
    """When each card was last ticked off, and last moved to each list."""
    found: dict[tuple[Any, Any], str] = {}
    for action in sorted(actions, key=lambda action: str(action.get("date"))):
        data = action.get("data") or {}
        card, old = data.get("card") or {}, data.get("old") or {}
        if old.get("dueComplete") is False:
            found[card.get("id"), "complete"] = str(action.get("date"))
        if data.get("listAfter"):
            found[card.get("id"), data["listAfter"].get("id")] = str(action.get("date"))
    return found


def _last_day(source: Source, moments: list[str]) -> date | None:
    """The day of the last activity on the board: no later day than this one is told."""
    days = conventions.local_days(
        conventions.instants(pd.Series(moments, dtype="str"), "UTC").values, source.context.timezone
    ).dropna()
    return days.max().date() if len(days) else None
