"""Draws the invented clients after the first: companies of four trades, each with its truth."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

from numpy.random import Generator

from sharedsocial_utils.example import words
from sharedsocial_utils.example.activities import NAMES, activity
from sharedsocial_utils.example.chance import pick, pick_some, stream
from sharedsocial_utils.example.days import DAYS, END, QUARTERS
from sharedsocial_utils.example.quercia import la_quercia
from sharedsocial_utils.example.spec import Activity, Background, Cast, OtherWork, Urgency, Worker
from sharedsocial_utils.workspace import Quarter


class _Trade(NamedTuple):
    """What companies of one trade have in common. Names by language; money in the client's currency."""

    names: Mapping[str, tuple[str, ...]]
    season: tuple[float, ...]
    deal_median: float
    deal_sigma: float
    opportunity_share: float
    won_share: float
    margin: float
    urgency: Mapping[str, tuple[str, str]]


_EVEN = (0.95, 1.0, 1.05, 1.0, 1.05, 1.0, 0.95, 0.8, 1.05, 1.1, 1.05, 1.0)
_SUMMER = (0.8, 0.85, 0.95, 1.1, 1.15, 1.15, 1.15, 1.1, 1.05, 0.95, 0.85, 0.9)
_TRADES = {
    "hotel": _Trade(
        {"it": ("Locanda {}", "Albergo {}", "Relais {}"), "en": ("The {} Inn", "{} House Hotel")},
        _SUMMER, 900, 0.6, 0.45, 0.45, 0.4,
        {"it": ("Tutto esaurito", "Camere"), "en": ("Full house", "Rooms")},
    ),
    "winery": _Trade(
        {"it": ("Cantina {}", "Tenuta {}"), "en": ("{} Vineyard", "{} Cellars")},
        _EVEN, 700, 0.7, 0.5, 0.45, 0.45, {"it": ("Vendemmia", "Raccolta"), "en": ("Harvest", "Picking")},
    ),
    "maker": _Trade(
        {"it": ("Ceramiche {}", "Falegnameria {}", "Bottega {}"), "en": ("{} Pottery", "{} Joinery")},
        _EVEN, 1600, 0.8, 0.4, 0.4, 0.4, {"it": ("Fiera", "Allestimento"), "en": ("Trade fair", "Stand")},
    ),
    "b2b": _Trade(
        {"it": ("Officine {}", "Impianti {}", "Logistica {}"), "en": ("{} Systems", "{} Logistics")},
        _EVEN, 8000, 1.0, 0.35, 0.3, 0.3,
        {"it": ("Collaudo", "Cantiere"), "en": ("Commissioning", "On site")},
    ),
}  # fmt: skip
_NOUNS = {
    "it": (
        "Tre Civette", "Vento Lento", "Lanterna Blu", "Pietraluna", "Campochiaro", "Due Gelsi", "Sanfiore",
        "Montelepre", "Roccaverde", "Acquanera", "Fontebuia", "Settecolli", "Valdombra", "Torreluna",
        "Cinquevie", "Selvalta", "Granfosso", "Pratolungo", "Belvento", "Nuvolalta", "Casamerlo",
        "Ponteciliegio", "Oltrefiume", "Serramonda", "Vignaquieta", "Altomulino",
    ),
    "en": (
        "Heron", "Copperleaf", "Wychford", "Larkhill", "Saltmarsh", "Thornbury Vale", "Greyfriar", "Oakmere",
        "Foxley Down", "Windrush End", "Marlowe Cross", "Pennyfold", "Ravensmoor", "Tidewell", "Umberley",
        "Brackenhurst", "Cinderford Mill", "Dunmallow", "Elmstead", "Farthing", "Goldcrest", "Hollin",
    ),
}  # fmt: skip
_AGENCIES = {
    "it": ("Studio Papavero", "Agenzia Bussola Rossa", "Officina Parole", "Mulinello", "Studio Ginepro"),
    "en": ("Paper Kite", "Lighthouse & Daughters", "Studio Bramble", "Small Hours", "Agency Teasel"),
}
_COMPANY_ROLES = ("owner", "front-desk", "sales", "workshop")
_SHEETS = ("toggl", "clockify-mdy", "clockify-dmy", "clockify-iso", "plain-it", "plain-en")
_PLACES = {"it": [("EUR", "Europe/Rome")], "en": [("GBP", "Europe/London"), ("EUR", "Europe/Dublin")]}
_OTHER_PROJECTS = {
    "it": (("Clienti", "Accoglienza"), ("Riunioni", "Coordinamento")),
    "en": (("Customers", "Reception"), ("Meetings", "Coordination")),
}
_EXPORTS_THAT_FAIL = (
    "ga4", "facebook", "instagram", "youtube", "x", "google-ads", "meta-ads", "company hours", "blog",
)  # fmt: skip
_BLEMISHES = ("overlap", "running", "bad-date", "stranger", "unknown-file", "collaboration")
_DEAD = ("x-posts", "linkedin-posts", "facebook-posts", "meta-ads")
_ASSIST = ("instagram-photos", "youtube-videos")
_SPECIALS = (
    ("dead", _DEAD, 0.8), ("assist", _ASSIST, 0.75), ("launch", NAMES[1:-1], 0.6),
    ("closed", NAMES[1:-1], 0.15),
)  # fmt: skip
_UNWORKED = (("pinterest", "pinterest.com"), ("tiktok", "tiktok.com"), ("flickr", "flickr.com"))


def cast_client(number: int, seed: int) -> Cast:
    """The client of that number: la-quercia first, every other drawn from the seed and its number alone."""
    return la_quercia() if number == 0 else _draw(number, seed)


def _draw(number: int, seed: int) -> Cast:
    chance = stream(seed, number, "cast")
    trade_name, language, name = _name(number, seed)
    trade = _TRADES[trade_name]
    export_language = language if chance.random() < 0.85 else "en"
    agency = pick(chance, _AGENCIES[language])
    currency, timezone = pick(chance, _PLACES[language])
    client = words.slug(name)
    site = f"https://{client.replace('-', '')}.example"
    people = _people(chance, agency, site)
    activities = _with_workers(_activities(chance, export_language), people)
    people = tuple(_with_protection(worker, activities) for worker in people)
    plain = Cast(
        number=number, id=client, name=name, company=name, agency=agency, language=language,
        export_language=export_language, currency=currency, timezone=timezone, site=site,
        hourly_cost=float(chance.integers(20, 33)), hourly_rate=float(chance.integers(45, 76)),
        margin=trade.margin, contact_value_guess=0.0, opportunity_share=trade.opportunity_share,
        won_share=trade.won_share, deal_median=trade.deal_median * float(chance.uniform(0.8, 1.25)),
        deal_sigma=trade.deal_sigma, season=trade.season, industry=trade_name, people=people,
        activities=activities, background=_background(chance, activities),
        other_work=_other_work(people, export_language), urgencies=_urgencies(chance, trade, export_language),
        time_sheets=dict(zip(("company", "agency"), _two_systems(chance), strict=True)),
        missing=_missing(chance), tracking_gap=_tracking_gap(chance),
        blemishes=frozenset(pick_some(chance, _BLEMISHES, int(chance.integers(0, 4)))),
    )  # fmt: skip
    guess = round(plain.value_per_contact * float(chance.uniform(0.7, 1.3)), -1)
    known = replace(plain, contact_value_guess=max(10.0, guess))
    return replace(known, targets=_targets(chance, known), decisions=_decisions(chance, known))


def _name(number: int, seed: int) -> tuple[str, str, str]:
    """Trade, language and name of a client; no two of a seed have the same name."""
    every = [
        (trade, language, pattern.format(noun))
        for trade, kind in _TRADES.items()
        for language, patterns in kind.names.items()
        for pattern, noun in product(patterns, _NOUNS[language])
    ]
    order = stream(seed, 0, "names").permutation(len(every))
    round_, place = divmod(number - 1, len(every))
    trade, language, name = every[int(order[place])]
    return trade, language, f"{name} {round_ + 1}" if round_ else name


def _two_systems(chance: Generator) -> list[str]:
    """Two time-sheet systems, one for each side; they may be the same kind in two dialects, never equal."""
    order = chance.permutation(len(_SHEETS))
    return [_SHEETS[int(order[0])], _SHEETS[int(order[1])]]


def _people(chance: Generator, agency: str, site: str) -> tuple[Worker, ...]:
    roles = [("company", role) for role in _COMPANY_ROLES[: int(chance.integers(2, 5))]]
    roles += [("agency", role) for role in ("writer", "producer", "analyst")]
    hosts = {
        "company": site.removeprefix("https://"),
        "agency": words.slug(agency).replace("-", "") + ".example",
    }
    firsts = pick_some(chance, words.STAFF_FIRST_NAMES, len(roles))
    lasts = pick_some(chance, words.STAFF_LAST_NAMES, len(roles))
    return tuple(
        Worker(role, side, f"{first} {last}", f"{first.lower()}@{hosts[side]}")
        for (side, role), first, last in zip(roles, firsts, lasts, strict=True)
    )


def _activities(chance: Generator, language: str) -> tuple[Activity, ...]:
    others = [name for name in NAMES if name not in ("blog-posts", "monitoring")]
    names = ["blog-posts", *pick_some(chance, others, int(chance.integers(4, 11))), "monitoring"]
    size = float(chance.uniform(0.6, 1.5))
    special = _specials(chance, names)
    return tuple(_activity(chance, name, language, size, special.get(name, "")) for name in names)


def _specials(chance: Generator, names: list[str]) -> dict[str, str]:
    """Which activities are dead, assist, launched or closed; each is at most one of them."""
    found: dict[str, str] = {}
    for kind, candidates, share in _SPECIALS:
        free = [name for name in candidates if name in names and name not in found]
        luck = chance.random()
        if free and luck < share:
            found[pick(chance, free)] = kind
    return found


def _activity(chance: Generator, name: str, language: str, size: float, special: str) -> Activity:
    plain = activity(name, language)
    level = size * float(chance.uniform(0.8, 1.25))
    spend = float(chance.integers(50, 200)) if plain.kind == "ads" else 0.0
    drawn = replace(
        plain,
        company_hours=_half_hours(plain.company_hours * level),
        agency_hours=_half_hours(plain.agency_hours * level),
        spend=spend,
        roi=round(float(chance.lognormal(0.6, 0.6)), 3),
        phi=round(float(chance.lognormal(-0.16, 0.2)), 3),
        importance=int(chance.integers(1, 6)),
        voice=pick(chance, ("company", "agency", "any")),
        since=date(2024, 1, 8) + timedelta(weeks=int(chance.integers(0, 20))),
        special=special,
    )
    if plain.kind == "monitoring":
        return replace(drawn, role="support", roi=0.0, phi=1.0, special="support")
    return _made_special(chance, drawn, special)


def _half_hours(hours: float) -> float:
    return max(0.5, round(hours * 2) / 2) if hours else 0.0


def _made_special(chance: Generator, drawn: Activity, special: str) -> Activity:
    roi, phi, weeks = (
        float(chance.uniform(0.02, 0.1)),
        float(chance.uniform(2.5, 4.5)),
        int(chance.integers(6, 15)),
    )
    if special == "dead":
        return replace(drawn, roi=round(roi, 3))
    if special == "assist":
        return replace(drawn, role="assist", roi=round(0.15 + roi * 3, 3), phi=round(phi, 3))
    if special == "launch":
        return replace(drawn, phase="launch", since=END - timedelta(days=END.weekday() + 7 * weeks))
    if special == "closed":
        return replace(drawn, phase="closing", until=END - timedelta(weeks=10 + weeks))
    return drawn


def _with_workers(activities: tuple[Activity, ...], people: tuple[Worker, ...]) -> tuple[Activity, ...]:
    company = [worker.id for worker in people if worker.side == "company"]
    found = []
    for number, each in enumerate(activities):
        workers: dict[str, float] = {}
        if each.company_hours:
            workers[company[number % len(company)]] = 1.0
        if each.agency_hours:
            kinds = {"monitoring": "analyst", "post": "writer", "reply": "writer"}
            workers[kinds.get(each.kind, "producer")] = 1.0
        found.append(replace(each, workers=workers))
    return tuple(found)


def _with_protection(worker: Worker, activities: tuple[Activity, ...]) -> Worker:
    """The worker with the skills of the activities' channels, and most of the planned hours protected."""
    mine = [each for each in activities if worker.id in each.workers]
    skills = {each.channel: 1 + (len(each.id) + len(worker.name)) % 3 for each in mine}
    hours = sum(each.company_hours for each in mine if each.level(END)) if worker.side == "company" else 0.0
    return replace(worker, skills=skills, protected_hours=round(hours * 1.6) / 2)


def _background(chance: Generator, activities: tuple[Activity, ...]) -> tuple[Background, ...]:
    size = float(chance.uniform(0.5, 1.4))
    found = [
        Background("search", "google", "organic", "(organic)", round(130 * size), 0.014),
        Background("search", "bing", "organic", "(organic)", round(9 * size), 0.014),
        Background("direct", "(direct)", "(none)", "(direct)", round(75 * size), 0.01),
        Background("referral", "guida-locale.example", "referral", "(referral)", round(12 * size), 0.018),
        Background("ai-assistant", "chatgpt.com", "referral", "(referral)", 2, 0.02, 4.0),
    ]
    channel, source = pick(chance, _UNWORKED)
    growth, has_unworked = float(chance.uniform(0.8, 2.0)), chance.random() < 0.5
    if has_unworked and channel not in {each.channel for each in activities}:
        found.append(Background(channel, source, "referral", "(referral)", round(22 * size), 0.022, growth))
    return tuple(found)


def _other_work(people: tuple[Worker, ...], language: str) -> tuple[OtherWork, ...]:
    company = [worker.id for worker in people if worker.side == "company"]
    daily, meetings = _OTHER_PROJECTS[language]
    return (
        OtherWork(company[0], *daily, 6.0),
        OtherWork(company[-1], *daily, 4.0),
        OtherWork("analyst", *meetings, 0.75),
    )


def _urgencies(chance: Generator, trade: _Trade, language: str) -> tuple[Urgency, ...]:
    found = []
    for latest in (len(DAYS) - 120, len(DAYS) - 28):
        first = DAYS[latest - int(chance.integers(0, 60))]
        weeks, hours, left = (
            int(chance.integers(2, 5)),
            float(chance.integers(6, 15)),
            float(chance.uniform(0.15, 0.5)),
        )
        if chance.random() < 0.7:
            last = first + timedelta(weeks=weeks)
            found.append(Urgency(first, last, *trade.urgency[language], hours, round(left, 2)))
    return tuple(found)


def _missing(chance: Generator) -> frozenset[tuple[str, Quarter]]:
    count = int(chance.integers(0, 3))
    return frozenset((pick(chance, _EXPORTS_THAT_FAIL), pick(chance, QUARTERS[:-2])) for _ in range(count))


def _tracking_gap(chance: Generator) -> tuple[date, date] | None:
    first, length, luck = (
        int(chance.integers(60, len(DAYS) - 120)),
        int(chance.integers(4, 26)),
        chance.random(),
    )
    return (DAYS[first], DAYS[first + length]) if luck < 0.4 else None


def _targets(chance: Generator, cast: Cast) -> tuple[tuple[str, str, float], ...]:
    """Visits of a quarter for some channels, around what is to be expected of them."""
    found: list[tuple[str, str, float]] = []
    for each in cast.activities:
        hours = (each.company_hours, each.agency_hours, each.spend)
        contacts = 13 * each.roi * each.level(END) * cast.cost(*hours) / cast.value_per_contact
        visits = round(contacts / each.conversion * float(chance.uniform(0.8, 1.25)), -1)
        if visits >= 20 and each.channel not in {channel for channel, _, _ in found}:
            found.append((each.channel, "visits", visits))
    return tuple(found[:5])


def _decisions(chance: Generator, cast: Cast) -> tuple[tuple[str, ...], ...]:
    """What the last review decided on the special activities; a third of the clients has no log yet."""
    words_of = {"dead": ("STOP", "KEEP"), "launch": ("START", "START"), "closed": ("STOP", "STOP")}
    found = []
    for each in cast.activities:
        if each.special in words_of:
            flag, decision = words_of[each.special]
            who = ("analyst", "owner")
            found.append(("2026Q2", each.id, flag, decision, *who, "2026-07-31", ""))
    return tuple(found) if chance.random() < 0.67 else ()
