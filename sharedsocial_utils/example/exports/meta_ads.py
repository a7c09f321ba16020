"""Meta Ads Manager, campaigns with a breakdown by day, one file per quarter (format notes, 5.1).

UTF-8 with BOM, comma, LF; the first data row is the summary: no campaign, no day, the sum of the range.
Numbers with a decimal point in every language. Every Italian name was seen in other programs.
"""

from sharedsocial_utils.example.days import ENGLISH_MONTHS, ITALIAN_MONTHS, QUARTERS
from sharedsocial_utils.example.effort import Payment
from sharedsocial_utils.example.exports.shape import Cell, table
from sharedsocial_utils.example.spec import Cast
from sharedsocial_utils.example.world import World
from sharedsocial_utils.workspace import Quarter

_HEADER = {
    "it": (
        "Inizio dei report", "Fine dei report", "Nome della campagna", "Giorno",
        "Pubblicazione della campagna", "Impostazione di attribuzione", "Risultati",
        "Indicatore di risultato", "Copertura", "Impression", "Costo per risultati", "Importo speso ({})",
        "Clic sul link", "Fine",
    ),
    "en": (
        "Reporting starts", "Reporting ends", "Campaign name", "Day", "Campaign delivery",
        "Attribution setting", "Results", "Result indicator", "Reach", "Impressions", "Cost per results",
        "Amount spent ({})", "Link clicks", "Ends",
    ),
}  # fmt: skip
_WORDS = {"it": ("active", "Clic di 7 giorni", "In corso"), "en": ("active", "7-day click", "Ongoing")}


def files(world: World) -> dict[str, bytes]:
    """A file per quarter with any spend."""
    found = {}
    for quarter in QUARTERS:
        paid = [
            payment
            for payment in world.payments
            if payment.channel == "meta-ads" and quarter.first_day <= payment.day <= quarter.last_day
        ]
        if paid and world.cast.is_exported("meta-ads", quarter):
            found[f"meta-ads/{_file_name(world.cast, quarter)}"] = _report(world.cast, quarter, paid)
    return found


def _file_name(cast: Cast, quarter: Quarter) -> str:
    is_italian = cast.export_language == "it"
    months = [month[:3] for month in ITALIAN_MONTHS] if is_italian else list(ENGLISH_MONTHS)
    days = [f"{day.day}-{months[day.month - 1]}-{day.year}" for day in (quarter.first_day, quarter.last_day)]
    return (
        f"{cast.company.replace(' ', '-')}-{'Campagne' if is_italian else 'Campaigns'}-{'-'.join(days)}.csv"
    )


def _report(cast: Cast, quarter: Quarter, paid: list[Payment]) -> bytes:
    header = [cell.format(cast.currency) for cell in _HEADER[cast.export_language]]
    rows = [_summary(quarter, paid), *(_row(cast, payment) for payment in paid)]
    return table([header, *rows]).encode("utf-8-sig")


def _summary(quarter: Quarter, paid: list[Payment]) -> list[Cell]:
    reach = round(sum(payment.impressions for payment in paid) * 0.31)  # people are counted once
    return [
        str(quarter.first_day), str(quarter.last_day), "", "", "", "", "", "", reach,
        sum(payment.impressions for payment in paid), "", f"{sum(payment.amount for payment in paid):.2f}",
        sum(payment.clicks for payment in paid), "",
    ]  # fmt: skip


def _row(cast: Cast, payment: Payment) -> list[Cell]:
    delivery, window, ends = _WORDS[cast.export_language]
    indicator = "actions:lead" if payment.results else ""
    return [
        str(payment.day), str(payment.day), payment.campaign, str(payment.day), delivery, window,
        payment.results or "", indicator, round(payment.impressions * 0.83), payment.impressions,
        f"{payment.amount / payment.results:.8f}" if payment.results else "", f"{payment.amount:.2f}",
        payment.clicks, ends,
    ]  # fmt: skip
