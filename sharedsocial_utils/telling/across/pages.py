"""The pages of the portfolio's document: all clients, for the agency's eyes only."""

from collections.abc import Callable

import pandas as pd

from sharedsocial_utils.tables import ENOUGH_KNOWN, FLAGS
from sharedsocial_utils.telling import blocks
from sharedsocial_utils.telling.across.clients import CHANGES, NOT_AUDITED, Clients
from sharedsocial_utils.telling.blocks import Block, Cell, column
from sharedsocial_utils.telling.frames import Row, added, known, records
from sharedsocial_utils.telling.wording import Words, capital

TOP = 20
"""Clients in a list of the most and the least."""
ENOUGH_CLIENTS = 8
"""From here the middle and the spread of clients say who stands apart."""
FAR = 3.5
"""Distance from the median that is named, in spreads (1.4826 times the median distance)."""
MEASURES: dict[str, Callable[[pd.DataFrame], "pd.Series[float]"]] = {
    "cost_per_contact": lambda frame: frame["cost_per_contact"],
    "hours_share": lambda frame: _over(frame["hours_agency"], frame["agreed_hours_agency"]),
    "loss_share": lambda frame: _over(frame["expected_loss"], frame["cost"]),
    "margin_share": lambda frame: _over(frame["margin"], frame["fees"]),
    "unused_share": lambda frame: _over(frame["rows_quarantined"], frame["rows_read"]),
    "covered_share": lambda frame: _over(frame["covered_days"], frame["expected_days"]),
}
SHARES = {name for name in MEASURES if name.endswith("_share")}
FLAG_ORDER = ("STOP", "START", "GROW", "REDUCE", "KEEP", "WATCH")


def bottom_line(clients: Clients) -> list[Block]:
    """The page's blocks."""
    frame = clients.audited
    head = blocks.page(_title(clients), f"{clients.say('across.topic.all')}, {clients.period}")
    if not len(frame):
        return [head, blocks.paragraph(clients.say("across.nothing")), *_without(clients)]
    top = frame.sort_values(["at_stake", "client"], ascending=[False, True]).head(TOP)
    return [
        head,
        blocks.note(clients.say("across.internal_note")),
        _numbers(clients),
        blocks.listing(_sentences(clients)),
        _table(
            clients, top, clients.say("across.most_at_stake"),
            {"verdicts": "76mm", "at_stake": ">20mm", "expected_loss": ">20mm", "cost": ">20mm"},
            clients.say("across.at_stake_note"),
        ),
        *_without(clients),
    ]  # fmt: skip


def verdicts(clients: Clients) -> list[Block]:
    """The page's blocks."""
    frame = clients.audited.sort_values(["name", "client"])
    counts = ", ".join(f"{_count(frame, flag)} {clients.say(f'flag.{flag}')}" for flag in FLAG_ORDER)
    head = blocks.page(
        clients.say("across.verdicts.title", parts=counts), clients.say("across.topic.verdicts")
    )
    room = {"START": 16, "REDUCE": 17, "STOP": 19}
    widths = {flag.lower(): f">{room.get(flag, 21.5)}mm" for flag in FLAG_ORDER} | {"at_stake": ">20mm"}
    if not len(frame):
        return [head, blocks.paragraph(clients.say("across.nothing"))]
    return [head, _table(clients, frame, None, widths, clients.say("across.verdicts.note"))]


def hours(clients: Clients) -> list[Block]:
    """The page's blocks."""
    frame = clients.audited
    share = MEASURES["hours_share"](frame)
    far = (share - 1).abs().sort_values(ascending=False, kind="stable").index
    over = int((frame["hours_agency"] > frame["contract_max_hours"]).sum())
    under = int((frame["hours_agency"] < frame["contract_min_hours"]).sum())
    title = clients.say("across.hours.title", n=over + under, over=over, under=under, total=len(frame))
    widths = {
        "agreed_hours_agency": ">20mm", "hours_agency": ">18mm", "hours_share": ">16mm", "contract": "26mm",
        "fees": ">22mm", "internal_cost": ">24mm", "margin": ">20mm",
    }  # fmt: skip
    if not frame["internal_cost"].notna().any():
        widths = {name: width for name, width in widths.items() if name not in ("internal_cost", "margin")}
    note = clients.say("across.hours.note", top=TOP)
    head = blocks.page(title, clients.say("across.topic.hours"))
    if not len(frame):
        return [head, blocks.paragraph(clients.say("across.nothing"))]
    return [head, _table(clients, frame.loc[far].head(TOP), None, widths, note)]


def quality(clients: Clients) -> list[Block]:
    """The page's blocks."""
    frame = clients.audited
    covered, unused = (MEASURES[name](frame) for name in ("covered_share", "unused_share"))
    poor = int((covered < ENOUGH_KNOWN).sum())
    title = clients.say("across.quality.title", n=poor, total=len(frame))
    worst = (
        frame.assign(covered=covered.fillna(0), unused=unused)
        .sort_values(["covered", "unused", "client"], ascending=[True, False, True])
        .head(TOP)
    )
    widths = {
        "covered_share": ">24mm", "rows_read": ">20mm", "rows_quarantined": ">20mm", "unused_share": ">20mm",
        "files": ">16mm", "files_unused": ">20mm",
    }  # fmt: skip
    note = clients.say("across.quality.note", top=TOP)
    return [blocks.heading(title), _table(clients, worst, None, widths, note)] if len(frame) else []


def outliers(clients: Clients) -> list[Block]:
    """The page's blocks."""
    rows = [row for name in MEASURES for row in _apart(clients, name)]
    title = clients.say("across.outliers.title", n=len(rows))
    head = blocks.heading(title)
    if len(clients.audited) < ENOUGH_CLIENTS:
        body = [blocks.paragraph(clients.say("across.outliers.few", least=ENOUGH_CLIENTS))]
    elif not rows:
        body = [blocks.paragraph(clients.say("across.outliers.none"))]
    else:
        heads = _heads(clients, {"measure": "58mm", "own_value": ">24mm", "median": ">24mm"})
        note = clients.say("across.outliers.note", far=FAR)
        body = [blocks.table(heads, rows, note=note, small=True)]
    return [head, *body, *_bands(clients)]


def _title(clients: Clients) -> str:
    frame = clients.audited
    if not len(frame):
        return clients.say("across.title.none")
    return clients.say("across.title", n=len(frame), changes=sum(_count(frame, flag) for flag in CHANGES))


def _numbers(clients: Clients) -> Block:
    frame, words = clients.audited, clients.words
    all_ = sum(_count(frame, flag) for flag in FLAGS)
    items: list[tuple[str, str, str | None]] = [
        (
            words.count(len(frame)), clients.say("across.number.clients"),
            clients.say("bottom.of_all", all=len(clients.frame)),
        ),
        (words.count(all_), clients.say("across.number.activities"), None),
        (
            words.form(added(frame["hours_agency"]), "hours_sign"), clients.say("label.hours_agency"),
            clients.say("across.number.agreed", hours=added(frame["agreed_hours_agency"])),
        ),
    ]  # fmt: skip
    if clients.currency:
        stake = added(frame["at_stake"])
        items.append((words.money_fixed(stake, "1"), clients.say("label.at_stake"), None))
        if known(added(frame["margin"])):
            items.append((words.money_fixed(added(frame["margin"]), "1"), clients.say("label.margin"), None))
    return blocks.numbers(items)


def _sentences(clients: Clients) -> list[str]:
    frame = clients.audited
    counts = {flag: count for flag in CHANGES if (count := _count(frame, flag))}
    parts = [f"{count} {clients.say(f'flag.{flag}')}" for flag, count in counts.items()]
    all_ = sum(_count(frame, flag) for flag in FLAGS)
    lost, rows = int(frame["rows_quarantined"].sum()), int(frame["rows_read"].sum())
    covered = added(frame["covered_days"]) / max(added(frame["expected_days"]), 1)
    told = [
        clients.say("across.change", n=sum(counts.values()), all=all_, parts=parts),
        clients.say("across.data", n=lost, rows=rows, covered=covered),
    ]
    if not clients.currency:
        told.append(clients.say("across.currencies"))
    return told


def _without(clients: Clients) -> list[Block]:
    """The clients without figures, each with its reason."""
    frame = clients.frame[clients.frame["reason"].notna()].sort_values("client")
    if not len(frame):
        return []
    rows: list[list[Cell]] = [
        [
            _name(row),
            row["client"],
            clients.say("across.not_audited")
            if row["reason"] == NOT_AUDITED
            else clients.say("across.fault", code=row["reason"]),
        ]
        for row in records(frame)
    ]
    heads = _heads(clients, {"id": "45mm", "cause": "70mm"})
    return [blocks.table(heads, rows, title=clients.say("across.without", n=len(rows)), small=True)]


def _table(
    clients: Clients, frame: pd.DataFrame, title: str | None, widths: dict[str, str], note: str
) -> Block:
    """Clients, a row each; what every column of `widths` holds is in `_cell`."""
    rows: list[list[Cell]] = []
    for row in records(frame):
        words = clients.words_for(row["currency"])
        rows.append([_name(row), *(_cell(clients, words, row, name) for name in widths)])
    return blocks.table(_heads(clients, widths), rows, title=title, note=note, small=True)


def _heads(clients: Clients, widths: dict[str, str]) -> list[Block]:
    every = {"client": "1fr", **widths}
    return [column(_label(clients, name), width) for name, width in every.items()]


def _label(clients: Clients, name: str) -> str:
    return clients.say(f"flag.{name.upper()}" if name.upper() in FLAGS else f"label.{name}")


def _cell(clients: Clients, words: Words, row: Row, name: str) -> Cell:
    if name == "verdicts":
        counts = ((flag, row[flag.lower()]) for flag in CHANGES if row[flag.lower()])
        return ", ".join(f"{count} {clients.say(f'flag.{flag}')}" for flag, count in counts) or None
    if name == "contract":
        return _contract(clients, row)
    if name in MEASURES and name != "cost_per_contact":
        value = MEASURES[name](pd.DataFrame([row])).iloc[0]
        return words.percent(value) if known(value) else None
    value = row[name]
    if not known(value):
        return None
    if name in ("hours_agency", "agreed_hours_agency"):
        return words.fixed(value, "0.1")
    is_count = name.upper() in FLAGS or name.startswith(("rows", "files"))
    return words.count(value) if is_count else words.money_fixed(value, "1")


def _contract(clients: Clients, row: Row) -> str | None:
    """ "120 to 200 h"; what of it is agreed."""
    low, high = row["contract_min_hours"], row["contract_max_hours"]
    if known(high):
        return clients.say("across.contract", low=low, high=high)
    return clients.say("across.contract.least", low=low) if low > 0 else None


def _apart(clients: Clients, measure: str) -> list[list[Cell]]:
    """The clients far from the middle in one measure, the farthest first."""
    frame = clients.audited
    if len(frame) < ENOUGH_CLIENTS or (measure == "cost_per_contact" and not clients.currency):
        return []
    values = MEASURES[measure](frame).dropna()
    middle = values.median()
    spread = 1.4826 * (values - middle).abs().median()
    if not spread > 0:
        return []
    far = ((values - middle).abs() / spread).sort_values(ascending=False, kind="stable")
    names = far[far > FAR].head(TOP).index
    show = clients.words.percent if measure in SHARES else clients.words.money
    return [
        [
            _name({str(k): v for k, v in frame.loc[place].items()}),
            clients.say(f"across.measure.{measure}"),
            show(values[place]),
            show(middle),
        ]
        for place in names
    ]


def _bands(clients: Clients) -> list[Block]:
    """The bands that clients' reports show beside their own figures."""
    rows: list[list[Cell]] = [
        [
            capital(clients.say(f"kind.{kind}")),
            clients.say("effort.band", low=band["p10"], high=band["p90"]),
            clients.words.ratio(band["p50"]),
            clients.words.count(band["clients"]),
            clients.words.count(band["activities"]),
        ]
        for kind, band in sorted(clients.bands.items())
    ]
    if not rows:
        return []
    widths = {"kind": "1fr", "band": ">40mm", "middle": ">20mm", "clients": ">20mm", "activities": ">20mm"}
    heads = [column(_label(clients, name), width) for name, width in widths.items()]
    return [
        blocks.table(heads, rows, title=clients.say("across.bands"), note=clients.say("across.bands_note"))
    ]


def _name(row: Row) -> str:
    return str(row["name"] if known(row["name"]) else row["client"])


def _count(frame: pd.DataFrame, flag: str) -> int:
    return int(frame[flag.lower()].sum())


def _over(above: "pd.Series[float]", below: "pd.Series[float]") -> "pd.Series[float]":
    """Missing where there is nothing to compare with."""
    below = below.astype("float64")
    return above.astype("float64") / below.where(below > 0)
