"""HubSpot's CRM exports: contacts and deals, with the source as HubSpot writes it (format notes, 2.1).

Columns are those of a view. Confirmed in Italian: the deals' `ID record`, `Nome trattativa`, `Importo`,
`Fase trattativa`, `Data di chiusura`, `Pipeline`, `È con chiusura vinta`, `È con chiusura persa`. From
memory: `Data di creazione`, `Fonte originale` with `Drill-down 1` and `2`, the contacts' Italian columns, the
stages and the words of the sources in both languages. A deal without outcome has a close date that lies
ahead: an expectation. Names and mails are invented and must be gone after reading.

Source, drill-down 1, drill-down 2: Organic Search, Unknown keywords (SSL), engine; Direct Traffic, host;
Organic Social, network, campaign; Paid Search, campaign; Paid Social, network, campaign; Referrals, host;
AI Referrals, host; Other Campaigns, campaign, source / medium.
"""

from datetime import date
from typing import NamedTuple

from sharedsocial_utils.example.days import EXPORTED
from sharedsocial_utils.example.exports.shape import Cell, table
from sharedsocial_utils.example.spec import Cast
from sharedsocial_utils.example.traffic import Contact, Deal, Route
from sharedsocial_utils.example.world import World

_FIRST_EXPORT = date(2026, 1, 5)
_OVERLAP_FROM = date(2025, 12, 1)
_CONTACTS = {
    "it": (
        "ID record", "Nome", "Cognome", "E-mail", "Fase del ciclo di vita", "Data di creazione",
        "Fonte originale", "Fonte originale - Drill-down 1", "Fonte originale - Drill-down 2",
    ),
    "en": (
        "Record ID", "First Name", "Last Name", "Email", "Lifecycle Stage", "Create Date", "Original Source",
        "Original Source Drill-Down 1", "Original Source Drill-Down 2",
    ),
}  # fmt: skip
_DEALS = {
    "it": (
        "ID record", "Nome trattativa", "Importo", "Fase trattativa", "Data di chiusura", "Pipeline",
        "È con chiusura vinta", "È con chiusura persa", "Data di creazione", "Fonte originale",
        "Fonte originale - Drill-down 1", "Fonte originale - Drill-down 2",
    ),
    "en": (
        "Record ID", "Deal Name", "Amount", "Deal Stage", "Close Date", "Pipeline", "Is Closed Won",
        "Is closed lost", "Create Date", "Original Source", "Original Source Drill-Down 1",
        "Original Source Drill-Down 2",
    ),
}  # fmt: skip
_SOURCES = {
    "search": {"it": "Ricerca organica", "en": "Organic Search"},
    "direct": {"it": "Traffico diretto", "en": "Direct Traffic"},
    "social": {"it": "Social organico", "en": "Organic Social"},
    "paid search": {"it": "Ricerca a pagamento", "en": "Paid Search"},
    "paid social": {"it": "Social a pagamento", "en": "Paid Social"},
    "referral": {"it": "Referral", "en": "Referrals"},
    "ai": {"it": "Referral IA", "en": "AI Referrals"},
    "other": {"it": "Altre campagne", "en": "Other Campaigns"},
}
_NETWORKS = {
    "facebook": "Facebook", "instagram": "Instagram", "youtube": "YouTube", "linkedin": "LinkedIn",
    "x": "Twitter", "pinterest": "Pinterest", "tiktok": "TikTok", "flickr": "Flickr",
}  # fmt: skip
_STAGES = {
    "it": {"won": "Chiusa - vinta", "lost": "Chiusa - persa", "": "Preventivo inviato"},
    "en": {"won": "Closed Won", "lost": "Closed Lost", "": "Contract Sent"},
}
_LIFECYCLE = {"it": ("Lead", "Opportunità", "Cliente"), "en": ("Lead", "Opportunity", "Customer")}
_VIEWS = {"it": ("tutti-i-contatti", "tutte-le-trattative"), "en": ("all-contacts", "all-deals")}
_DEAL_NAME = {"it": "Richiesta {}", "en": "Enquiry {}"}


class _Source(NamedTuple):
    source: str
    drill_down_1: str
    drill_down_2: str


def files(world: World) -> dict[str, bytes]:
    """Deals in one export; contacts in one, or in two that overlap by a month (blemish `overlap`)."""
    contacts, deals = (f"crm/hubspot-crm-exports-{view}" for view in _VIEWS[world.cast.export_language])
    found = {f"{deals}-{EXPORTED}.csv": _deal_export(world)}
    if "overlap" in world.cast.blemishes:
        before = [c for c in world.contacts if c.at.date() < _FIRST_EXPORT]
        since = [c for c in world.contacts if c.at.date() >= _OVERLAP_FROM]
        found[f"{contacts}-{_FIRST_EXPORT}.csv"] = _contact_export(world.cast, before, _FIRST_EXPORT)
        found[f"{contacts}-{EXPORTED}.csv"] = _contact_export(world.cast, since, EXPORTED)
    else:
        found[f"{contacts}-{EXPORTED}.csv"] = _contact_export(world.cast, world.contacts, EXPORTED)
    return found


def _contact_export(cast: Cast, contacts: list[Contact], exported: date) -> bytes:
    rows = [_contact(cast, contact, exported) for contact in contacts]
    return table([_CONTACTS[cast.export_language], *rows]).encode()


def _contact(cast: Cast, contact: Contact, exported: date) -> list[Cell]:
    mail = f"{contact.first_name}.{contact.last_name}".lower().replace(" ", "-") + "@posta.example"
    stage = _lifecycle(cast, contact.deal, exported)
    return [
        contact.id, contact.first_name, contact.last_name, mail, stage, f"{contact.at:%Y-%m-%d %H:%M}",
        *_source(cast, contact.route),
    ]  # fmt: skip


def _lifecycle(cast: Cast, deal: Deal | None, exported: date) -> str:
    lead, opportunity, customer = _LIFECYCLE[cast.export_language]
    if deal is None or deal.created >= exported:
        return lead
    return customer if deal.outcome == "won" and deal.closes < exported else opportunity


def _deal_export(world: World) -> bytes:
    pairs = [(contact, contact.deal) for contact in world.contacts if contact.deal]
    pairs.sort(key=lambda pair: (pair[1].created, pair[1].id))
    rows = [_deal(world.cast, contact, deal) for contact, deal in pairs]
    return table([_DEALS[world.cast.export_language], *rows]).encode()


def _deal(cast: Cast, contact: Contact, deal: Deal) -> list[Cell]:
    language = cast.export_language
    return [
        deal.id, _DEAL_NAME[language].format(contact.last_name), deal.amount, _STAGES[language][deal.outcome],
        f"{deal.closes} 12:00", "Pipeline", _flag(deal.outcome == "won"), _flag(deal.outcome == "lost"),
        f"{deal.created} 09:30", *_source(cast, contact.route),
    ]  # fmt: skip


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _source(cast: Cast, route: Route) -> _Source:
    kind, first, second = _hubspot_words(cast, route)
    return _Source(_SOURCES[kind][cast.export_language], first, second)


def _hubspot_words(cast: Cast, route: Route) -> tuple[str, str, str]:
    campaign = "" if route.campaign.startswith("(") else route.campaign
    if route.channel == "search":
        return "search", "Unknown keywords (SSL)", route.source.capitalize()
    if route.channel == "direct":
        return "direct", f"{cast.host}/", ""
    if route.medium == "cpc":
        return "paid search", campaign, "Unknown keywords (SSL)"
    if route.medium == "paid_social":
        return "paid social", "Facebook", campaign
    if route.channel in _NETWORKS:
        return "social", _NETWORKS[route.channel], campaign
    if route.channel == "ai-assistant":
        return "ai", route.source, ""
    if route.medium == "referral":
        return "referral", route.source, f"{route.source}/"
    return "other", campaign, f"{route.source} / {route.medium}"
