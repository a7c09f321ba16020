"""Google Ads campaign report by day, one file per quarter (format notes, 5.2).

Italian: UTF-16 LE with BOM and tabs ("Excel .csv"); English: UTF-8 and commas. Line 1 the title, line 2 the
range in words, totals last. The Italian title, `Giorno`, `Codice valuta` and `Totale: campagne` are from
memory; `Campagna`, `Stato della campagna`, `Clic`, `Impr.`, `CTR`, `CPC medio`, `Costo`, `Conversioni`,
`Costo / conv.` and `Totale: account` were seen in other programs.
"""

from sharedsocial_utils.example.days import ENGLISH_FULL_MONTHS, ITALIAN_MONTHS, QUARTERS, day_in_words
from sharedsocial_utils.example.effort import Payment
from sharedsocial_utils.example.exports.shape import Cell, table
from sharedsocial_utils.example.spec import Cast
from sharedsocial_utils.example.world import World
from sharedsocial_utils.workspace import Quarter

_TITLE = {"it": "Report sulle campagne", "en": "Campaign report"}
_MONTHS = {"it": ITALIAN_MONTHS, "en": ENGLISH_FULL_MONTHS}
_HEADER = {
    "it": (
        "Giorno", "Stato della campagna", "Campagna", "Codice valuta", "Clic", "Impr.", "CTR", "CPC medio",
        "Costo", "Conversioni", "Costo / conv.",
    ),
    "en": (
        "Day", "Campaign status", "Campaign", "Currency code", "Clicks", "Impr.", "CTR", "Avg. CPC", "Cost",
        "Conversions", "Cost / conv.",
    ),
}  # fmt: skip
_ENABLED = {"it": "Attivata", "en": "Enabled"}
_TOTALS = {"it": ("Totale: campagne", "Totale: account"), "en": ("Total: Campaigns", "Total: Account")}
_MISSING = " --"


def files(world: World) -> dict[str, bytes]:
    """A file per quarter with any spend."""
    found = {}
    for quarter in QUARTERS:
        paid = [
            payment
            for payment in world.payments
            if payment.channel == "google-ads" and quarter.first_day <= payment.day <= quarter.last_day
        ]
        if paid and world.cast.is_exported("google-ads", quarter):
            name = f"google-ads/{quarter}/{_TITLE[world.cast.export_language]}.csv"
            found[name] = _report(world.cast, quarter, paid)
    return found


def _report(cast: Cast, quarter: Quarter, paid: list[Payment]) -> bytes:
    language = cast.export_language
    months = _MONTHS[language]
    period = f"{day_in_words(quarter.first_day, months)} - {day_in_words(quarter.last_day, months)}"
    rows: list[list[Cell]] = [list(_HEADER[language])]
    for payment in paid:
        head = [str(payment.day), _ENABLED[language], payment.campaign]
        rows.append([*head, *_figures(cast, [payment])])
    for words in _TOTALS[language]:
        rows.append([words, _MISSING, _MISSING, *_figures(cast, paid)])
    head_lines = f"{_TITLE[language]}\n{period}\n"
    if language == "it":
        return b"\xff\xfe" + (head_lines + table(rows, delimiter="\t")).encode("utf-16-le")
    return (head_lines + table(rows)).encode()


def _figures(cast: Cast, paid: list[Payment]) -> list[Cell]:
    clicks, impressions = sum(p.clicks for p in paid), sum(p.impressions for p in paid)
    cost, results = sum(p.amount for p in paid), sum(p.results for p in paid)
    ratio = f"{100 * clicks / impressions:.2f}%" if impressions else _MISSING
    per_click = f"{cost / clicks:.2f}" if clicks else _MISSING
    per_result = f"{cost / results:.2f}" if results else _MISSING
    cells = [f"{clicks:,}", f"{impressions:,}", ratio, per_click, f"{cost:.2f}", f"{results:.2f}", per_result]
    if cast.export_language == "it":
        cells = [cell.translate(str.maketrans(",.", ".,")) for cell in cells]
    return [cast.currency, *cells]
