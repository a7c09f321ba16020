"""Meta Ads Manager, table of campaigns (or ad sets, or ads): one row is one campaign in its reporting period.

Ads Manager > Campaigns > (columns with Amount spent; Breakdown > By time > Day) > Export > Export table data
> CSV or XLSX. UTF-8, often with a byte-order mark, commas, decimal points in every language:

    "Reporting starts","Reporting ends","Campaign name",Day,Impressions,"Amount spent (EUR)"
    2026-07-01,2026-09-30,,,61567,1864.15
    2026-07-01,2026-07-01,olive-oil,2026-07-01,812,24.50

The first row without any name is the sum of the whole period: it is checked against the rows and never added.
With days a campaign may have a row of its own without a day, the sum of its days: no data.
Without a breakdown a row covers the whole period from its start to its end, and is not spread over it here.
Rows of ad sets or ads add up to their campaign. The currency stands in the heading. `No data available.` in
the second line is an export without rows. Results mix kinds that cannot be added, and reach counts people
once: neither is read.
"""

import re
from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers._spend import check_total
from sharedsocial_utils.reading.door import Claim, Export, Head
from sharedsocial_utils.reading.source import Rows, Source, Table

CURRENCIES = (
    "EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "ISK", "CAD",
    "AUD", "NZD", "JPY", "INR", "BRL", "MXN", "ARS", "ZAR", "AED", "ILS", "SGD", "HKD",
)  # fmt: skip
AMOUNTS = {f"amount in {c}": (f"Amount spent ({c})", f"Importo speso ({c})") for c in CURRENCIES}
FIELDS = {
    "start": ("Reporting starts", "Inizio dei report"),
    "end": ("Reporting ends", "Fine dei report"),
    "day": ("Day", "Giorno"),
    "campaign": ("Campaign name", "Nome della campagna"),
    "ad_set": ("Ad set name", "Nome del gruppo di inserzioni"),
    "ad": ("Ad name", "Nome dell'inserzione"),
    "account": ("Account name", "Nome dell'account"),
    "account_id": ("Account ID", "ID dell'account"),
    **AMOUNTS,
}
NAMES = ("campaign", "ad_set", "ad")
_RESULTS = "kinds of results that cannot be added; contacts come from the CRM"
_COPY = "the platform's own count of its own effect"
IGNORES = {
    "Results": _RESULTS, "Risultati": _RESULTS, "Result indicator": _RESULTS,
    "Indicatore di risultato": _RESULTS, "Cost per results": _RESULTS, "Costo per risultati": _RESULTS,
    "Risultati (iniziali)": _RESULTS, "Indicatore (iniziale) dei risultati": _RESULTS,
    "Reach": "people, counted once over the period", "Copertura": "people, counted once over the period",
    "Impressions": _COPY, "Impression": _COPY, "Link clicks": _COPY, "Clic sul link": _COPY,
    "Clicks (all)": _COPY, "Clic (tutti)": _COPY, "Frequency": _COPY, "Frequenza": _COPY,
    "CTR (link click-through rate)": _COPY, "CTR (percentuale di clic sul link)": _COPY,
    "CTR (tasso di clic sul link)": _COPY, "CPC (cost per link click)": _COPY,
    "CPC (costo per clic sul link)": _COPY, "CPM (cost per 1,000 impressions)": _COPY,
    "CPM (costo per 1.000 impression)": _COPY, "Interazione con la Pagina": _COPY,
    "Reazioni al post": _COPY, "Salvataggi del post": _COPY, "Condivisioni del post": _COPY,
    "ThruPlay": _COPY, "Follower di Instagram": _COPY,
    "Campaign delivery": "the state on the day of the export",
    "Pubblicazione della campagna": "the state on the day of the export",
    "Attribution setting": "a setting", "Impostazione di attribuzione": "a setting",
    "Ad set budget": "what may be spent", "Ad set budget type": "what may be spent",
    "Budget del gruppo di inserzioni": "what may be spent",
    "Tipo di budget del gruppo di inserzioni": "what may be spent",
    "Ends": "when the campaign is to end", "Fine": "when the campaign is to end",
}  # fmt: skip
EXPORT = Export(
    service="Meta Ads Manager",
    menu="Campaigns > Breakdown: By time > Day > Export > Export table data > CSV",
    page="https://www.facebook.com/business/help",
    tables=("spend",),
    layouts={"table": "Reporting starts, Reporting ends ... Amount spent (EUR) (seen 2024, without rows)"},
    languages=("en", "it"),
    counted_by="platform",
    evidence="PARSER",
    channel="meta-ads",
    ignores=IGNORES,
)
_ACCOUNT_IN_NAME = re.compile(r"([^/]+)-(?:Campaigns|Campagne)-\d{1,2}-[^/]*$")


def recognise(head: Head) -> Claim:
    """By its period and the amount spent with its currency."""
    amount = tuple(heading for headings in AMOUNTS.values() for heading in headings)
    return head.header("table", FIELDS["start"], FIELDS["end"], amount)


def read(source: Source) -> Iterator[Rows]:
    """Spend, one row per row that has a name."""
    if len(source.data) < 10_000 and _is_empty(source):
        source.note("IN-FILE-02", "the export says that it has no data")
        source.skip()
        return
    account = _ACCOUNT_IN_NAME.search(source.name)
    source.belongs_to("meta-ads", account and account[1])
    for table in source.tables(FIELDS, ("start", "end"), IGNORES):
        yield _spend(table)


def _is_empty(source: Source) -> bool:
    """A header and one line of words."""
    if source.data.startswith(b"PK"):
        return False
    lines = [line for line in source.lines if line.strip(' ,;\t"')]
    return len(lines) == 2 and not any(mark in lines[1].strip(",;\t") for mark in ",;\t")


def _spend(table: Table) -> Rows:
    table.belongs_to("meta-ads", "account_id", "account")
    amounts = table.numbers(_amount_field(table), profile=".")
    starts, ends = table.days("start"), table.days("end")
    is_total = _is_total(table)
    is_part_total = ~is_total & _is_total_of_days(table, amounts)
    check_total(table, amounts[is_total], amounts[~is_total & ~is_part_total], "the total")
    if is_total.any():
        table.source.covers = (starts[is_total].min().date(), ends[is_total].max().date())
    table.no_data(is_total | is_part_total | amounts.isna())
    first, last = (table.days("day"),) * 2 if "day" in table else (starts, ends)
    names = {"campaign": table["campaign"]} if "campaign" in table else {}
    columns = {"date": first, "end_date": last, "channel": "meta-ads", "amount": amounts}
    return table.keep("spend", {**columns, **names})


def _amount_field(table: Table) -> str:
    found = [name for name in AMOUNTS if name in table]
    if len(found) != 1:
        raise Fault("IN-CUR-01", "amounts in several currencies", line=table.header_line)
    table.source.require_currency(found[0][-3:], table.header_line)
    return found[0]


def _is_total(table: Table) -> pd.Series:
    """Rows without any name; where no column has names, those without a day."""
    names = [table[name] for name in NAMES if name in table]
    if names:
        return pd.concat(names, axis=1).isna().all(axis=1)
    if "day" in table:
        return table["day"].isna()
    return pd.Series(False, index=table.text.index)


def _is_total_of_days(table: Table, amounts: pd.Series) -> pd.Series:
    """Rows without a day that are the sum of the days of their campaign (or ad set, or ad): each row is
    rounded to a cent. One that is not their sum may be a day cut short, and stays."""
    names = [table[name].fillna("") for name in NAMES if name in table]
    if not names or "day" not in table:
        return pd.Series(False, index=table.text.index)
    lacks_day = table["day"].isna()
    days = amounts.mask(lacks_day).groupby(names)
    count = days.transform("count")
    return lacks_day & (count > 0) & ((amounts - days.transform("sum")).abs() <= 0.005 * count + 0.01)
