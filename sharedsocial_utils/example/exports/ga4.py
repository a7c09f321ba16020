"""Google Analytics 4: a free-form exploration and the "Pages and screens" report, one of each per quarter.

Exploration (format notes, 1.3): the grand total is the first row, its dimensions empty, one cell longer than
the header. Italian names: `Utenti attivi`, `Visualizzazioni`, `Eventi chiave`, `Conteggio eventi` and the
pages' columns are confirmed; `Data`, `Sorgente sessione`, `Mezzo sessione`, `Campagna sessione`, `Sessioni`,
the words of the total's cell and the comment lines are from memory. English: `Date`, `Session source`,
`Session medium`, `Session campaign`, `Sessions` likewise.
"""

from collections import defaultdict
from datetime import date

import numpy as np

from sharedsocial_utils.example import words
from sharedsocial_utils.example.chance import stream
from sharedsocial_utils.example.days import QUARTERS
from sharedsocial_utils.example.exports.shape import Cell, table
from sharedsocial_utils.example.exports.wordpress import posts_shown
from sharedsocial_utils.example.world import World
from sharedsocial_utils.workspace import Quarter

_RULE = "# ----------------------------------------"
_EXPLORATION = {
    "it": (
        "Formato libero-Formato libero 1", "Totale complessivo",
        ("Data", "Sorgente sessione", "Mezzo sessione", "Campagna sessione", "Sessioni", "Utenti attivi",
         "Visualizzazioni", "Eventi chiave"),
    ),
    "en": (
        "Free form-Free form 1", "Grand total",
        ("Date", "Session source", "Session medium", "Session campaign", "Sessions", "Active users", "Views",
         "Key events"),
    ),
}  # fmt: skip
_PAGES = {
    "it": (
        "Pagine_e_schermate_Percorso_pagina_e_classe_schermata.csv",
        ("Pagine e schermate: Percorso pagina e classe schermata", "Account", "Proprietà", "Tutti gli utenti",
         "Data di inizio", "Data di fine"),
        ("Percorso pagina e classe schermata", "Visualizzazioni", "Utenti attivi",
         "Visualizzazioni per utente attivo", "Durata media del coinvolgimento per utente attivo",
         "Conteggio eventi", "Eventi chiave", "Entrate totali"),
    ),
    "en": (
        "Pages_and_screens_Page_path_and_screen_class.csv",
        ("Pages and screens: Page path and screen class", "Account", "Property", "All Users", "Start date",
         "End date"),
        ("Page path and screen class", "Views", "Active users", "Views per active user",
         "Average engagement time per active user", "Event count", "Key events", "Total revenue"),
    ),
}  # fmt: skip
_FILE = {"it": "Formato_libero_1.csv", "en": "Free_form_1.csv"}

Key = tuple[date, str, str, str]


def files(world: World) -> dict[str, bytes]:
    """Two files per quarter."""
    language = world.cast.export_language
    found = {}
    for quarter in QUARTERS:
        if world.cast.is_exported("ga4", quarter):
            rows = rows_of(world, quarter)
            found[f"ga4/{quarter}/{_FILE[language]}"] = _exploration(world, quarter, rows).encode()
            found[f"ga4/{quarter}/{_PAGES[language][0]}"] = _pages(world, quarter, rows).encode()
    return found


def rows_of(world: World, quarter: Quarter) -> dict[Key, list[int]]:
    """Sessions, users, views and key events by day, source, medium and campaign."""
    rows: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    first, last = quarter.first_day, quarter.last_day
    for visit in world.visits:
        if first <= visit.day <= last:
            row = rows[visit.day, visit.route.source, visit.route.medium, visit.route.campaign]
            for column, count in enumerate((visit.sessions, visit.users, visit.views, visit.key_events)):
                row[column] += count
    return dict(sorted(rows.items()))


def _exploration(world: World, quarter: Quarter, rows: dict[Key, list[int]]) -> str:
    tab, total_words, header = _EXPLORATION[world.cast.export_language]
    totals = [sum(row[column] for row in rows.values()) for column in range(4)]
    totals[1] = round(totals[1] * 0.79)  # people who come again are counted once
    preamble = [_RULE, f"# {world.cast.name}", f"# {tab}", f"# {_range(quarter)}", _RULE, ""]
    lines: list[list[Cell]] = [list(header), ["", "", "", "", *totals, total_words]]
    lines += [[f"{day:%Y%m%d}", *where, *row] for (day, *where), row in rows.items()]
    return "\n".join(preamble) + "\n" + table(lines)


def _range(quarter: Quarter) -> str:
    return f"{quarter.first_day:%Y%m%d}-{quarter.last_day:%Y%m%d}"


def _pages(world: World, quarter: Quarter, rows: dict[Key, list[int]]) -> str:
    _, (title, account, owner, users, start, end), header = _PAGES[world.cast.export_language]
    preamble = [
        _RULE, f"# {title}", f"# {account}: {world.cast.name}", f"# {owner}: {world.cast.host}", _RULE, "# ",
        f"# {users}", f"# {start}: {quarter.first_day:%Y%m%d}", f"# {end}: {quarter.last_day:%Y%m%d}",
    ]  # fmt: skip
    return "\n".join(preamble) + "\n" + table([header, *_page_rows(world, quarter, rows)])


def _page_rows(world: World, quarter: Quarter, rows: dict[Key, list[int]]) -> list[list[Cell]]:
    paths = [*words.PAGES[world.cast.export_language]]
    paths += [f"/{p.done_at:%Y/%m}/{words.slug(p.title)}-{p.id}/" for p in posts_shown(world, quarter)[:12]]
    chance = stream(world.seed, world.cast.number, "pages", str(quarter))
    weights = 1 / np.arange(1, len(paths) + 1)
    shares = weights / weights.sum()
    views = chance.multinomial(sum(row[2] for row in rows.values()), shares)
    keys = chance.multinomial(sum(row[3] for row in rows.values()), shares)
    seconds = chance.uniform(18, 140, len(paths))
    return [
        _page_row(path, int(views[n]), int(keys[n]), float(seconds[n]))
        for n, path in sorted(enumerate(paths), key=lambda pair: -int(views[pair[0]]))
        if views[n]
    ]


def _page_row(path: str, views: int, key_events: int, seconds: float) -> list[Cell]:
    users = max(1, round(views * 0.61))
    return [path, views, users, f"{views / users:.14f}", f"{seconds:.13f}", views * 3 + 7, key_events, 0]
