"""Services whose exports nobody has shown us: known from help pages or memory, read through the mapped table.

No reader is written on such ground. Their files are read as a section `[[tables]]` of client.toml says, which
`sharedsocial map FILE` proposes from the file itself. One real file of each is wanted:
`sharedsocial sanitise` makes a copy of it that can be sent.
"""

from typing import Literal, NamedTuple


class Unseen(NamedTuple):
    """A service, where its export is said to be downloaded, and which of our tables it would fill."""

    service: str
    menu: str
    table: str
    evidence: Literal["DOC", "MEMORY"]
    note: str = ""


UNSEEN = (
    Unseen("Bitly", "Analytics or Links > Export", "metrics", "DOC",
           "at most 200 rows with figures: what is beyond is cut without a word"),
    Unseen("Bluesky", "no export of figures; a sheet kept by hand", "metrics", "MEMORY"),
    Unseen("Brevo", "Campaigns > Statistics > Export", "items", "DOC"),
    Unseen("Buffer", "Analyze > Posts > Export", "items", "MEMORY"),
    Unseen("Editorial plan in a spreadsheet",
           "Google Sheets: File > Download > CSV, a tab at a time; or xlsx",
           "plan_items", "MEMORY", "cells that are merged come empty but for the first: fill them before"),
    Unseen("Everhour", "Reports > (report by day) > Export > CSV", "effort", "MEMORY"),
    Unseen("Fathom", "Settings > Export data: one CSV for each dimension", "metrics", "DOC"),
    Unseen("Later", "Analytics > (channel) > Export CSV", "items", "MEMORY"),
    Unseen("Lead forms (Meta, LinkedIn, any site)", "Leads > Download > CSV", "contacts", "MEMORY"),
    Unseen("Metricool", "Analytics > Posts > Export CSV", "items", "MEMORY",
           "the CSV of the planner is a form to fill in, not results"),
    Unseen("Microsoft Advertising", "Reports > Campaign > unit of time: day > Download", "spend", "MEMORY"),
    Unseen("Pinterest", "Analytics > Overview > Export", "metrics", "MEMORY",
           "several tables in one file: keep the one by day"),
    Unseen("Reddit", "Settings > Request data: posts.csv", "items", "MEMORY"),
    Unseen("Spotify Ad Studio", "Reports > Export > CSV", "spend", "MEMORY"),
    Unseen("Threads", "no export of figures; a sheet kept by hand", "metrics", "MEMORY"),
    Unseen("TikTok Ads", "Campaign > Export", "spend", "MEMORY"),
    Unseen("Timely", "Reports > Hours > Download > CSV", "effort", "MEMORY"),
    Unseen("Twitch", "Analytics > Channel analytics > Export", "metrics", "MEMORY"),
    Unseen("X Ads", "Ads Manager > Campaigns > Export > by day", "spend", "DOC"),
)  # fmt: skip
