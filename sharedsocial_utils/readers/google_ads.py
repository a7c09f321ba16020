"""Google Ads, campaign report: one row is one campaign, in the whole period or in one day or week of it.

Campaigns > (columns Campaign, Currency code, Cost; segment by Day) > Download > .csv or "Excel .csv". The
same report comes as UTF-8 with commas or as UTF-16 with tabs. Line 1 is the title, line 2 the period in
words, then the header; the totals come last and overlap:

    Campaign report
    1 July 2026 - 30 September 2026
    Day,Campaign status,Campaign,Currency code,Clicks,Impr.,CTR,Avg. CPC,Cost
    2026-07-01,Enabled,olive-oil,EUR,31,"1,193",2.60%,0.55,17.05
    Total: Campaigns, --, --,EUR,31,"1,193",2.60%,0.55,17.05
    Total: Account, --, --,EUR,31,"1,193",2.60%,0.55,17.05

With a column of days a row is one day; with weeks it is the days of that week inside the period; else it is
the whole period, and never spread over it here. The printed total of the account is checked against the rows.
A row whose campaign is ` --` is a total as well; one without a campaign is put aside.
Numbers are written as in the user's country: one doubtful cost is read by the mark that the rest of the file
proves. ` --` is a missing figure. A report by keyword, ad or search term is not used: some campaigns have
none, so its sum is not what was paid.

Overview cards (`Time_series(2026.07.01-2026.09.30).csv`): `Date,Clicks,Impressions,Avg. CPC,Cost`, days as
"Wed, 1 Jul 2026", money with its sign, no preamble; the cards without days are not used.

Evidence: English files were seen, Italian and Spanish headings in other programs; `Giorno` and `Codice
valuta` are from memory.
"""

import re
from collections.abc import Iterator
from datetime import date

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers._spend import check_total
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.cells import find_header, heading
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "day": ("Day", "Date", "Giorno", "Data", "Día", "Fecha"),
    "week": ("Week", "Settimana", "Semana"),
    "campaign": ("Campaign", "Campaign name", "Campagna", "Nome campagna", "Campaña"),
    "cost": ("Cost", "Costo", "Spesa", "Coste"),
    "currency": ("Currency code", "Codice valuta", "Código de moneda"),
    "account": ("Account name", "Nome account"),
    "account_id": ("Customer ID", "ID cliente"),
    # only to learn how the file writes its numbers
    "ctr": ("CTR",),
    "click_cost": ("Avg. CPC", "CPC medio"),
    "impressions": ("Impr.", "Impressions", "Impressioni"),
    "conversions": ("Conversions", "Conversioni", "Conversiones"),
}
NUMBERS = ("ctr", "click_cost", "impressions", "conversions")
FINER = (
    "Ad group", "Gruppo di annunci", "Grupo de anuncios", "Keyword", "Search keyword", "Parola chiave",
    "Search term", "Termine di ricerca", "Ad", "Annuncio", "Anuncio", "Final URL", "URL finale",
)  # fmt: skip
_STATE = "the state on the day of the export"
_UNUSED = "results are counted on the site and in the CRM"
IGNORES = {
    "Campaign status": _STATE, "Stato della campagna": _STATE, "Stato campagna": _STATE,
    "Estado de la campaña": _STATE, "Status": _STATE, "Status reasons": _STATE,
    "Budget": "what may be spent", "Budget name": "what may be spent", "Budget type": "what may be spent",
    "Presupuesto": "what may be spent",
    "Clicks": _UNUSED, "Clic": _UNUSED, "Click": _UNUSED, "Clics": _UNUSED, "Visualizzazioni": _UNUSED,
    "Cost / conv.": _UNUSED, "Costo / conv.": _UNUSED, "Coste/conv.": _UNUSED, "Conv. rate": _UNUSED,
    "Conv. value": _UNUSED, "Conv. value / cost": _UNUSED, "Original conv. value": _UNUSED,
    "Search impr. share": _UNUSED, "Bid strategy type": "settings",
    "Optimisation score": "advice of the platform",
    "Optimization score": "advice of the platform",
}  # fmt: skip
EXPORT = Export(
    service="Google Ads",
    menu="Campaigns > columns Campaign, Currency code, Cost > Segment: Day > Download > .csv",
    page="https://support.google.com/google-ads/answer/2404176",
    tables=("spend",),
    layouts={
        "report": "title, period, header; rows by day, week or whole period; totals last (seen 2025, 2026)",
        "time series": "overview card Time_series(...): Date, Cost (seen 2026)",
        "card": "the other overview cards, without days; not used (seen 2026)",
    },
    languages=("en", "it", "es"),
    counted_by="platform",
    evidence="SEEN",
    channel="google-ads",
    ignores=IGNORES,
)
_CARD = re.compile(r".*\(.*\d{4}\.\d{2}\.\d{2}-\d{4}\.\d{2}\.\d{2}\)\.csv", re.DOTALL)
_TOTAL = r"(?i)\s*totale?s?\s*(?::|$)"
_OF_ACCOUNT = r"(?i)\s*totale?\s*:\s*(account|cuenta)\b"
_ALL_TIME = ("all time", "sempre", "tutto il periodo", "todo el periodo")
_SIGNS = {"€": "EUR", "US$": "USD", "$": "USD", "£": "GBP", "CHF": "CHF"}


def recognise(head: Head) -> Claim:
    """A report by its first three lines in any language; a card by its name and a column of costs."""
    if head.type != "text":
        return no("it is not text")
    has_cost = head.header("report", FIELDS["cost"])
    if _CARD.fullmatch(head.name) and has_cost.layout:
        return Claim("time series" if head.header("dated", FIELDS["day"]).layout else "card")
    lines = [line for line in head.lines[:10] if line.strip()]
    if len(lines) < 3 or not (_period(lines[1]) or _is_all_time(lines[1])):
        return no("its second line is no period in words", 0.3 if has_cost.layout else 0.0)
    return has_cost if has_cost.layout else no("no column 'Cost'", 0.6)


def _bare(line: str) -> str:
    return line.strip(" \t;,\"'")


def _is_all_time(line: str) -> bool:
    return _bare(line).casefold() in _ALL_TIME


def _period(line: str) -> tuple[date, date] | None:
    """The first and the last day of a line such as `1 July 2026 - 30 September 2026`."""
    ends = re.split(r"\s[-–—]\s", _bare(line).replace(" de ", " "))
    if len(ends) != 2:
        return None
    first, last = map(conventions.plain_day, ends)
    if first and last:
        return first, last
    try:
        days = conventions.days(pd.Series(ends)).values
    except Fault:
        return None
    return None if days.isna().any() else (days[0].date(), days[1].date())


def read(source: Source) -> Iterator[Rows]:
    """Spend, one row per campaign and day, week or period."""
    found = find_header(source.lines, [{heading(word) for word in FIELDS["cost"]}])
    header = found[2] if found else []
    if source.layout == "card" or {heading(cell) for cell in header} & {heading(word) for word in FINER}:
        source.note("IN-FILE-13", "costs without days, by keyword or by ad; the campaign report holds all")
        source.skip()
        return
    table = source.table({**FIELDS, "first": (header[0],)}, ("cost",), IGNORES)
    yield from _spend(table)


def _spend(table: Table) -> Iterator[Rows]:
    lines = [line for line in table.source.lines[:10] if line.strip()]
    period = _period(lines[1]) if table.source.layout == "report" else None
    table.belongs_to("google-ads", "account_id", "account")
    _check_currency(table)
    amounts = table.numbers("cost", profile=_mark(table))
    is_total = (table["first"].str.match(_TOTAL) | (table["campaign"] == "--")).fillna(False).astype(bool)
    is_account = table["first"].str.match(_OF_ACCOUNT).fillna(False).astype(bool)
    check_total(table, amounts[is_account], amounts[~is_total], "the account's total", "cost")
    by_hand = ~table["first"].str.contains(":").fillna(False).astype(bool) & (table["campaign"] != "--")
    table.leave_totals(is_total & by_hand, ["cost"])
    table.no_data(is_total | amounts.isna())
    if "campaign" in table:
        table.put_aside(table["campaign"].isna(), "IN-ID-02", "an amount of no campaign", "campaign")
    days = _days(table, period)
    if days is None:
        again = "choose a period, and segment the report by day"
        table.source.note("IN-DATE-04", "neither a column of days nor a period", line=2, next_step=again)
        table.source.skip()
        return
    table.source.covers = period
    first, last = days
    names = {"campaign": table["campaign"]} if "campaign" in table else {}
    columns = {"date": first, "end_date": last, "channel": "google-ads", "amount": amounts}
    yield table.keep("spend", {**columns, **names})


def _days(table: Table, period: tuple[date, date] | None) -> tuple[pd.Series, pd.Series] | None:
    """The first and the last day that each row covers."""
    if "day" in table:
        days = table.days("day")
        return days, days
    if period is None:
        return None
    first, last = (pd.Series(pd.Timestamp(day).as_unit("us"), index=table.text.index) for day in period)
    if "week" in table:
        mondays = table.days("week")
        return mondays.clip(lower=first), (mondays + pd.Timedelta(days=6)).clip(upper=last)
    return first, last


def _mark(table: Table) -> str | None:
    """The decimal mark that other columns of the file prove."""
    for name in NUMBERS:
        if name in table:
            mark = conventions.number_mark(table[name], whole=False, profile="?")
            if mark != "?":
                return mark
    return None


def _check_currency(table: Table) -> None:
    for currency in table["currency"].dropna().unique():
        if len(currency) == 3:
            table.source.require_currency(currency, table.header_line + 1)
    signs = table["cost"].str.extract(r"(US\$|[€$£]|CHF)")[0].dropna().unique()
    for sign in signs:
        table.source.require_currency(_SIGNS[sign], table.header_line + 1)
