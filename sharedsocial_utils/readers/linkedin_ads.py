"""LinkedIn Campaign Manager, performance reports: what each campaign cost, by day.

Campaign Manager > Advertise > Export > Campaign Performance (or Ad, or Placement) > Time breakdown: Daily.
`..._campaign_performance_report.csv`: UTF-16 with a byte-order mark and tabs, or saved again as UTF-8 with
commas; a preamble of four or five lines, then a row per campaign (or ad) and day:

    Campaign Performance Report (in UTC)
    Report Start: July 1, 2026, 12:00 AM
    Report End: September 30, 2026, 11:59 PM
    Date Generated: October 2, 2026, 9:14 AM

    Start Date (in UTC) | Account Name | Currency | Campaign Name | ... | Total Spent | Impressions | ...
    7/1/2026            | La Quercia   | EUR      | olio-nuovo    | ... | 17.05       | 1,193       | ...

Days are months first, also for accounts in Europe, and days of UTC. Newer reports say ad set for campaign and
ad for creative: a row of the spend is named by the campaign, else by the ad set. Rows of ads, placements and
of the audience network add up to their campaign. Without a breakdown by day a row covers the whole period of
the preamble, with one by month its month, and is not spread over it here: known by days that are all the
report's first, or the first of their months. `-` is missing; a row without a day is a total and checked.

Reports by conversion, of conversation ads alone and by demographics repeat costs, hold a part of them or have
no days; the list of campaigns has the days of the campaigns and not of the costs. None of them is used.
Impressions, clicks, leads and all that the platform says of its own effect are not read.

Evidence: two programs written for real files of European accounts; no file was seen.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

import pandas as pd

from sharedsocial_utils.readers import _dates, _site
from sharedsocial_utils.readers._site import Period
from sharedsocial_utils.readers._spend import check_total
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "day": ("Start Date (in UTC)", "Date (in UTC)"),
    "campaign": ("Campaign Name",),
    "ad_set": ("Ad Set Name",),
    "account": ("Account Name",),
    "currency": ("Currency",),
    "amount": ("Total Spent",),
}
_NAME = "names are read from the campaign"
_COPY = "the platform's own count of its own effect"
_DERIVED = "derived from columns that are not read"
IGNORES = {
    **dict.fromkeys(
        ("Campaign Group Name", "Campaign Group ID", "Campaign ID", "Campaign Type",
         "Campaign Objective", "Campaign Status", "Creative Name", "Creative ID", "Ad Set ID",
         "Ad Set Status", "Ad ID", "Ad Name", "Ad Introduction Text", "Ad Headline", "Platform", "Placement",
         "Campaign Start Date", "Campaign End Date", "Total Budget", "Daily Budget"), _NAME,
    ),
    **dict.fromkeys(
        ("Impressions", "Clicks", "Reactions", "Comments", "Shares", "Follows", "Other Clicks",
         "Total Social Actions", "Total Engagements", "Viral Impressions", "Viral Clicks", "Conversions",
         "Post-Click Conversions", "View-Through Conversions", "Total Conversion Value", "Leads",
         "Lead Forms Opened", "Reach", "Event Registrations", "Clicks to Landing Page",
         "Clicks to LinkedIn Page", "Leads (Work Email)", "Subscriptions", "Viral Subscriptions"), _COPY,
    ),
    **dict.fromkeys(
        ("Click Through Rate", "Average CPM", "Average CPC", "Engagement Rate", "Conversion Rate",
         "Cost per Conversion", "Return on Ad Spend", "Lead Form Completion Rate", "Cost per Lead",
         "Average Frequency", "Cost per 1,000 People Reached", "Average Dwell Time (in Seconds)"), _DERIVED,
    ),
}  # fmt: skip
EXPORT = Export(
    service="LinkedIn Campaign Manager",
    menu="Advertise > Export > Campaign Performance > Time breakdown: Daily",
    page="https://www.linkedin.com/help/lms/answer/a421480",
    tables=("spend",),
    layouts={
        "performance": "preamble, Start Date (in UTC), Campaign Name, Total Spent (programs of 2025, 2026)",
        "part": "by conversion, of conversation ads alone; not used (programs of 2025, 2026)",
        "demographics": "stacked tables by segment, without days; not used (programs of 2025)",
        "campaigns": "the list of campaigns: Campaign group name, Total spent; not used (programs of 2025)",
    },
    languages=("en",),
    counted_by="platform",
    evidence="PARSER",
    channel="linkedin-ads",
    ignores=IGNORES,
)
SEGMENTS = (
    "Company Name Segment", "Company Industry Segment", "Company Size Segment", "Location Segment",
    "Job Seniority Segment", "Job Title Segment", "Job Function Segment",
    "Contextual Country/Region Segment", "County", "Designated Market Area",
)  # fmt: skip
_PARTS = ("conversion_performance_report", "conversation_ads", "conversion performance", "conversation ads")
_FOOTER = re.compile(r'[\s,;"]*|"?total"?([,;\t][^,;\t]*){0,3}', re.IGNORECASE)
_EDGE = re.compile(r'\W*(report start|report end|date generated)\W*:\s*"?([^"\t;]+)', re.IGNORECASE)


def recognise(head: Head) -> Claim:
    """By the day's heading with its zone, or by headings that only Campaign Manager has."""
    performance = head.header("performance", FIELDS["day"], FIELDS["amount"])
    if performance.layout:
        first = f"{head.name} {head.lines[0]}".casefold()
        return Claim("part") if any(word in first for word in _PARTS) else performance
    if head.header("conversions", FIELDS["day"], ("Conversion Name", "Conversions")).layout:
        return Claim("part")
    is_demographic = head.header("demographics", SEGMENTS, "Impressions", "Clicks").layout
    if is_demographic and any(_EDGE.match(line) for line in head.lines[:6]):
        return Claim("demographics")
    campaigns = head.header("campaigns", "Campaign group name", "Campaign status", "Total spent")
    return first_claim(campaigns, performance, no("no column 'Start Date (in UTC)'"))


def read(source: Source) -> Iterator[Rows]:
    """Spend, one row per campaign (or ad) and day, month or period."""
    if source.layout != "performance":
        found = "costs that another report holds whole, or without their days"
        again = "export Campaign Performance with the time breakdown Daily"
        source.note("IN-FILE-13", found, next_step=again)
        source.skip()
        return
    last = _last_row(source.lines)
    table = source.table(FIELDS, ("day", "amount"), IGNORES, last=last)
    source.skip(last + 1)
    edges = _edges(source.lines)
    source.as_of = edges.get("date generated")
    has_period = {"report start", "report end"} <= set(edges)
    yield _spend(table, (edges["report start"], edges["report end"]) if has_period else None)


def _last_row(lines: Sequence[str]) -> int:
    """The last line above blank ones and a total of fewer cells than a row."""
    last = len(lines)
    while last > 1 and _FOOTER.fullmatch(lines[last - 1]):
        last -= 1
    return last


def _spend(table: Table, period: Period | None) -> Rows:
    table.belongs_to("linkedin-ads", "account")
    for currency in table["currency"].dropna().unique():
        if len(currency) == 3:
            table.source.require_currency(currency, table.header_line)
    amounts = table.numbers("amount", profile=".")
    is_total = ~table["day"].str.contains(r"\d").fillna(False).astype(bool)
    check_total(table, amounts[is_total], amounts[~is_total], "the total")
    table.no_data(is_total | amounts.isna())
    days = table.days("day", _dates.month_first(table["day"]))
    table.source.covers = period
    names = {"campaign": table["campaign"].fillna(table["ad_set"])}
    has_names = "campaign" in table or "ad_set" in table
    last = _last_days(days, period)
    columns = {"date": days, "end_date": last, "channel": "linkedin-ads", "amount": amounts}
    return table.keep("spend", {**columns, **(names if has_names else {})})


def _edges(lines: Sequence[str]) -> dict[str, date]:
    """The days of `Report Start:`, `Report End:` and `Date Generated:`."""
    edges: dict[str, date] = {}
    for line in lines[:10]:
        found = _EDGE.match(line)
        day = _site.day_of_words(found[2].strip()) if found else None
        if found and day:
            edges[found[1].casefold()] = day
    return edges


def _last_days(days: pd.Series, period: Period | None) -> pd.Series:
    """The last day that each row covers: its own, that of its month, or of the report."""
    known = days.dropna().drop_duplicates()
    if period is None:
        return days
    first, last = (pd.Timestamp(day).as_unit("us") for day in period)
    if len(known) == 1 and known.iloc[0] == first:
        return days.mask(days.notna(), last)
    if bool(((known.dt.day == 1) | (known == first)).all()):
        ends = (days + pd.offsets.MonthEnd(0)).dt.as_unit("us")
        months: pd.Series = ends.mask(ends > last, last)
        return months
    return days
