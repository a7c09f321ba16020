"""Mailchimp: what each mailing reached, as a list of all, as the report of one, or of an A/B test.

Campaigns > Export > all campaigns: `campaigns.csv`, one row per mailing, rates and figures of shops behind:

    Title,Subject,List,"Send Date","Send Weekday","Total Recipients","Successful Deliveries",...
    "Settembre","Olio nuovo","Clienti","Sep 09, 2026 09:30 am",Wednesday,1100,1080,...

(one mailing) > View report > Export: pairs in blocks, then the clicks on each address; an A/B test has the
first line `Campaign Report` and a block for each combination, which went to other people and is a mailing:

    Email Campaign Report
    "Title:","Settembre"
    "Subject Line:","Olio nuovo"
    "Delivery Date/Time:","Wed, Sep 9, 2026 9:30"

    "Overall Stats"
    "Total Recipients:","1,100"
    "Recipients Who Opened:","300 (27.8%)"

Read are recipients, deliveries, people who opened, people who clicked, clicks and people who unsubscribed, to
the day of the export. Openers are inflated since 2021, when mail programs began to load pictures unasked. A
mailing is known by its day and subject, which all layouts print, so that one handed in twice counts once.
Days are those of the account's clock, which is taken for the client's; a column `Send Time (PT)` is Pacific
time.

Rates follow from counts and are not read; nor are clicks by address, bounces, forwards, and sales, which come
from the CRM. `n/a` is missing. The list of recipients is another export and is not known here. Klaviyo's list
looks alike and is not read.

Evidence: files with real figures, quoted in the tests of another program.
"""

import re
from collections.abc import Iterator

from sharedsocial_utils.readers import _newsletter
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "title": ("Title",),
    "subject": ("Subject",),
    "sent": ("Send Date", "Send Time"),
    "sent_pacific": ("Send Date (PT)", "Send Time (PT)"),
    "sends": ("Total Recipients",),
    "delivered": ("Successful Deliveries",),
    "openers": ("Unique Opens",),
    "clickers": ("Unique Clicks",),
    "clicks": ("Total Clicks",),
    "unfollows": ("Unsubscribes",),
}
COUNTS = ("sends", "delivered", "openers", "clickers", "clicks", "unfollows")
PAIRS = {
    "total recipients": "sends",
    "successful deliveries": "delivered",
    "recipients who opened": "openers",
    "recipients who clicked": "clickers",
    "total clicks": "clicks",
    "total unsubs": "unfollows",
}
REPORT = _newsletter.Report(
    re.compile(r"overall stats|combination \d+ stats"),
    re.compile(r"(combination \d+ )?clicks by url"),
    {
        *PAIRS, "title", "subject line", "delivery date/time", "from name", "from email", "bounces",
        "times forwarded", "forwarded opens", "total opens", "last open date", "last click date",
        "total abuse complaints", "times liked on facebook", "total sales",
    },
)  # fmt: skip
IGNORES = {
    **dict.fromkeys(
        ("Send Weekday", "Total Bounces", "Open Rate", "Click Rate"), "derived from columns that are read",
    ),
    **dict.fromkeys(
        ("Soft Bounces", "Hard Bounces", "Times Forwarded", "Forwarded Opens", "Abuse Complaints",
         "Times Liked on Facebook", "Folder Id"), "not used by the audit",
    ),
    **dict.fromkeys(
        ("Total Orders", "Total Gross Sales", "Total Revenue", "Analytics ROI", "Campaign Cost",
         "Revenue Created", "Goal Conversion Rate", "Per Visit Goal Value", "Transactions",
         "Ecommerce Conversion Rate", "Per Visit Value", "Average Value"), "outcomes come from the CRM",
    ),
    **dict.fromkeys(
        ("Visits", "New Visits", "Pages/Visit", "Bounce Rate", "Time on Site"), "counted by the analytics",
    ),
    "List": "names may be in it",
    "Total Opens": "inflated since 2021",
    "Unique Id": "a report of one mailing has none",
}  # fmt: skip
EXPORT = Export(
    service="Mailchimp",
    menu="Campaigns > Export > all campaigns (CSV), or (one campaign) > View report > Export",
    page="https://mailchimp.com/help/export-campaign-reports/",
    tables=("items", "metrics"),
    layouts={
        "list": "Title, Subject, List, Send Date ... one row per mailing (seen 2018)",
        "report": "Email Campaign Report, pairs (seen 2021)",
        "a/b test": "Campaign Report, pairs for each combination (seen 2021)",
    },
    languages=("en",),
    counted_by="platform",
    evidence="SEEN",
    channel=_newsletter.CHANNEL,
    ignores=IGNORES,
)
PACIFIC = "America/Los_Angeles"


def recognise(head: Head) -> Claim:
    """By its first line; of a list by two headings."""
    if head.type != "text" or not head.lines:
        return no("it is not text")
    first = head.lines[0].strip(' \t,;"\ufeff')
    if first == "Email Campaign Report":
        return Claim("report")
    if first == "Campaign Report" and any(line.lstrip('"').startswith("Title:") for line in head.lines[1:4]):
        return Claim("a/b test")
    if head.header("klaviyo", ("Campaign Channel", "Unique Placed Order")).layout:
        return no("it is Klaviyo's", 0.5)
    return first_claim(head.header("list", "Successful Deliveries", "Send Weekday", FIELDS["subject"]))


def read(source: Source) -> Iterator[Rows]:
    """Items, one per mailing, and their figures to the day of the export."""
    if source.layout == "list":
        yield from _list(source.table(FIELDS, ("subject", "delivered"), IGNORES))
        return
    table = _newsletter.pairs(source, REPORT)
    blocks = table["key"].str.extract(r"^combination (\d+) ")[0].astype("float64").ffill().fillna(0)
    yield from _newsletter.mailings(
        table, blocks.astype("int64"), "subject line", "delivery date/time", PAIRS
    )


def _list(table: Table) -> Iterator[Rows]:
    zone = table.source.context.timezone
    is_pacific = "sent_pacific" in table
    sent_at = table.instants("sent_pacific" if is_pacific else "sent", PACIFIC if is_pacific else zone)
    figures = {name: table.counts(name) for name in COUNTS if name in table}
    titles = table["subject"].fillna(table["title"])
    known = _newsletter.ids(conventions.local_days(sent_at, zone), titles)
    yield table.keep_frame("items", _newsletter.items(known, sent_at, titles))
    yield table.keep_metrics(_newsletter.CHANNEL, figures, item_id=known, kind="lifetime")
