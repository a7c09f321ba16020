"""A small invented client whose every figure can be checked by hand.

The quarter under audit is 2026Q3 (Wednesday 1 July to Wednesday 30 September 2026).
"""

import pandas as pd

from sharedsocial_utils import tables
from sharedsocial_utils.client import Client
from sharedsocial_utils.measuring.books import Books, open_books
from sharedsocial_utils.measuring.coverage import Calendar
from sharedsocial_utils.workspace import Quarter

CLIENT = """
name = "Il Pioppo"
language = "it"
currency = "EUR"
timezone = "Europe/Rome"

[agency]
name = "Agenzia"
hourly_rate = 50.0
[company]
name = "Il Pioppo"
hourly_cost = 20.0
[value]
margin = 0.5
contact = 40.0

[[people]]
id = "anna"
side = "company"
names = ["Anna"]
protected_hours_per_week = 5
skills = { blog = 3, facebook = 1 }
[[people]]
id = "bruno"
side = "agency"
names = ["Bruno"]
skills = { blog = 2, facebook = 3 }

[[activities]]
id = "blog-posts"
channel = "blog"
kind = "post"
since = 2026-06-01
importance = 5
planned = { company = 3.0, agency = 2.0 }
match = { projects = ["Blog"], tags = ["blog"], campaigns = ["blog-*", "/blog/*"] }
[[activities]]
id = "facebook-posts"
channel = "facebook"
kind = "post"
since = 2026-06-01
match = { projects = ["Facebook"], campaigns = ["fb-post-*"] }
[[activities]]
id = "facebook-replies"
channel = "facebook"
kind = "reply"
role = "assist"
since = 2026-06-01
match = { projects = ["Facebook"], tasks = ["Risposte*"] }
[[activities]]
id = "ads"
channel = "meta-ads"
kind = "ads"
since = 2026-07-06
match = { projects = ["Ads"] }

[[targets]]
channel = "blog"
metric = "visits"
value = 100
"""


def frame(name: str, header: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    """A table of the codebook from a header of names and rows; days and instants as text."""
    data = pd.DataFrame(list(rows), columns=header.split())
    for column in tables.TABLES[name].columns:
        if column.name in data and column.kind in ("day", "instant"):
            data[column.name] = pd.to_datetime(data[column.name], utc=column.kind == "instant").dt.as_unit(
                "us"
            )
    return tables.conform(name, data)


def open_hand_made(client: Client, **given: pd.DataFrame) -> Books:
    """The books of 2026Q3 with the tables given, the others empty."""
    names = ("items", "metrics", "visits", "contacts", "effort", "spend", "plan_items", "sources")
    return open_books({n: given.get(n, tables.empty(n)) for n in names}, client, Calendar(Quarter(2026, 3)))


SOURCES = frame(
    "sources",
    "path sha256 reader layout channel as_of first_date last_date",
    ("toggl.csv", "1", "toggl", "2024", None, None, "2026-06-01", "2026-09-30"),
    ("anna.csv", "2", "timetable", "it", None, None, "2026-07-01", "2026-09-13"),
    ("ga4.csv", "3", "ga4", "traffic", None, None, "2026-07-01", "2026-09-30"),
    ("crm.csv", "4", "hubspot", "contacts", None, "2026-10-02", "2026-06-15", "2026-09-20"),
    ("feed.xml", "5", "feed", "rss", "blog", "2026-10-01", "2026-06-03", "2026-09-24"),
    ("meta.csv", "6", "meta-ads", "ads", "meta-ads", "2026-10-01", "2026-07-01", "2026-09-30"),
)
EFFORT = frame(
    "effort",
    "entry_id date person side project task tags hours source_file",
    ("e1", "2026-07-01", "anna", "company", "Blog", "Testi", None, 2.0, "anna.csv"),
    ("e2", "2026-07-03", "bruno", "agency", "Facebook", "Post", None, 3.0, "toggl.csv"),
    ("e3", "2026-07-07", "bruno", "agency", "Facebook", "Risposte ai commenti", None, 1.0, "toggl.csv"),
    ("e4", "2026-07-08", "anna", "company", "Fiera", None, None, 9.0, "anna.csv"),
    ("e5", "2026-07-09", "anna", "company", "Blog", None, None, 1.5, "anna.csv"),
    ("e6", "2026-07-14", "anna", "company", "Varie", None, "urgente, blog", 6.0, "anna.csv"),
    ("e7", "2026-06-02", "bruno", "agency", "blog", None, None, 4.0, "toggl.csv"),
    ("e8", "2026-07-20", "Carla Rossi", None, "Ads", None, None, 1.0, "toggl.csv"),
    ("e9", "2026-09-30", "bruno", "agency", "Blog", None, None, 0.5, "toggl.csv"),
)
