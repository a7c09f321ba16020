"""A Trello board with the plan of the last quarter, exported as JSON (format notes, 6.1).

Cards carry a label that names the project of an activity, one member and a due day; a card in the last list
has `dueComplete` and, among the actions, the day on which it came there.
"""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from numpy.random import Generator

from sharedsocial_utils.example import words
from sharedsocial_utils.example.chance import stream
from sharedsocial_utils.example.days import END, EXPORTED, LAST_QUARTER
from sharedsocial_utils.example.spec import Activity, Worker
from sharedsocial_utils.example.world import World

_LISTS = {"it": ("Da fare", "In corso", "Fatto"), "en": ("To do", "Doing", "Done")}
_BOARD = {"it": "Piano {}", "en": "Plan {}"}
_COLOURS = ("green", "yellow", "orange", "red", "purple", "blue", "sky", "lime", "pink", "black")
_CREATED = datetime.combine(LAST_QUARTER.first_day - timedelta(days=6), time(9), UTC)


def files(world: World) -> dict[str, bytes]:
    """One board."""
    name = f"trello/{_BOARD[world.cast.export_language].format(LAST_QUARTER).lower().replace(' ', '-')}.json"
    return {name: (json.dumps(_board(world), ensure_ascii=False, separators=(",", ":")) + "\n").encode()}


def _board(world: World) -> dict[str, Any]:
    language = world.cast.export_language
    planned = [activity for activity in world.cast.activities if activity.workers and activity.level(END)]
    lists = [
        {"id": _id(world, "list", n), "name": name, "closed": False, "pos": 16384 * (n + 1)}
        for n, name in enumerate(_LISTS[language])
    ]
    labels = {
        activity.id: {
            "id": _id(world, "label", n), "name": activity.project, "color": _COLOURS[n % len(_COLOURS)],
        }
        for n, activity in enumerate(planned)
    }  # fmt: skip
    cards, actions = _cards(world, planned, lists, labels)
    return {
        "id": _id(world, "board", 0), "name": _BOARD[language].format(LAST_QUARTER), "desc": "",
        "closed": False, "idOrganization": _id(world, "organization", 0),
        "url": f"https://trello.com/b/{_id(world, 'url', 0)[-8:]}", "lists": lists, "cards": cards,
        "labels": list(labels.values()), "members": [_member(world, worker) for worker in world.cast.people],
        "checklists": [], "actions": actions[::-1], "customFields": [], "memberships": [],
    }  # fmt: skip


def _id(world: World, what: str, number: int) -> str:
    """24 hexadecimal digits; the first 8 are the moment of creation."""
    rest = stream(world.seed, world.cast.number, "trello", what, str(number)).integers(0, 2**32, 2)
    moment = int((_CREATED + timedelta(minutes=number)).timestamp())
    return f"{moment:08x}{int(rest[0]):08x}{int(rest[1]):08x}"


def _member(world: World, worker: Worker) -> dict[str, str]:
    number = world.cast.people.index(worker)
    return {
        "id": _id(world, "member", number),
        "fullName": worker.name,
        "username": worker.name.split()[0].lower(),
    }


def _cards(
    world: World, planned: list[Activity], lists: list[dict[str, Any]], labels: dict[str, dict[str, str]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    cards: list[dict[str, Any]] = []
    actions: list[dict[str, Any]] = []
    for activity in planned:
        chance = stream(world.seed, world.cast.number, "cards", activity.id)
        titles = words.titles(world.cast.export_language, world.cast.industry, chance)
        for due in _due_days(activity):
            number = len(cards)
            done = _done_day(world, chance, activity, due)
            state = 2 if done else (1 if due < EXPORTED and chance.random() < 0.5 else 0)
            worker = list(activity.workers)[number % len(activity.workers)]
            title = f"{activity.project}: {titles[number % len(titles)]}"
            card = _card(world, number, title, lists[state], labels[activity.id], worker, due, done)
            cards.append(card)
            if done:
                actions.append(_moved(world, card, lists, done))
    return cards, sorted(actions, key=lambda action: str(action["date"]))


def _due_days(activity: Activity) -> list[date]:
    first = max(LAST_QUARTER.first_day, activity.since) + timedelta(days=11)
    return [first + timedelta(days=21 * n) for n in range(4) if first + timedelta(days=21 * n) <= END]


def _done_day(world: World, chance: Generator, activity: Activity, due: date) -> date | None:
    luck, delay = chance.random(), int(chance.integers(-4, 3))
    is_urgent = any(urgency.first <= due <= urgency.last for urgency in world.cast.urgencies)
    is_internal = any(world.cast.worker(worker).side == "company" for worker in activity.workers)
    chance_of_done = 0.3 if is_urgent and is_internal else 0.9
    done = due + timedelta(days=delay)
    return done if luck < chance_of_done and done <= END else None


def _card(
    world: World, number: int, title: str, in_list: dict[str, Any], label: dict[str, str], worker: str,
    due: date, done: date | None,
) -> dict[str, Any]:  # fmt: skip
    person = world.cast.people.index(world.cast.worker(worker))
    return {
        "id": _id(world, "card", number), "idShort": number + 1, "name": title, "desc": "",
        "idList": in_list["id"], "idLabels": [label["id"]], "labels": [label],
        "idMembers": [_id(world, "member", person)], "due": _moment(due, 16), "dueComplete": done is not None,
        "start": None, "closed": False, "dateLastActivity": _moment(done or LAST_QUARTER.first_day, 10),
        "idChecklists": [], "shortUrl": f"https://trello.com/c/{_id(world, 'short', number)[-8:]}",
        "pos": 65535 * (number + 1),
    }  # fmt: skip


def _moved(world: World, card: dict[str, Any], lists: list[dict[str, Any]], done: date) -> dict[str, Any]:
    before, after = ({"id": each["id"], "name": each["name"]} for each in lists[1:])
    return {
        "id": _id(world, "action", int(card["idShort"])), "type": "updateCard", "date": _moment(done, 10),
        "idMemberCreator": card["idMembers"][0],
        "data": {
            "card": {"id": card["id"], "name": card["name"], "idList": after["id"]},
            "listBefore": before, "listAfter": after,
        },
    }  # fmt: skip


def _moment(day: date, hour: int) -> str:
    return f"{datetime.combine(day, time(hour)):%Y-%m-%dT%H:%M:%S}.000Z"
