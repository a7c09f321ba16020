"""MailerLite Classic, the report of one mailing.

Campaigns > Sent > (one) > View report > Export to CSV. UTF-8, commas, pairs in blocks, then tables of mail
programs and addresses:

    Campaign report
    "Subject:","Olio nuovo"
    "Sent","2026-09-09 09:30:00"

    "Campaign results"
    "Total emails sent:","1100"
    "Opened:","300 (27.78%)"
    "Clicked:","70 (6.48%)"

    "Bad statistics"
    "Unsubscribed:","3 (0.28%)"

Read are messages sent, people who opened, people who clicked and people who unsubscribed, to the day of the
export; openers are inflated since 2021, when mail programs began to load pictures unasked. A mailing is known
by its day and subject. The time is that of the account's clock, which is taken for the client's. Bounces,
complaints, mail programs and clicks by address are no data. A line whose key, or whose block's title, is not
known is put aside. The reports of the new MailerLite were not seen.

Evidence: a file with real figures, quoted in the tests of another program.
"""

import re
from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.readers import _newsletter
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

PAIRS = {
    "total emails sent": "sends",
    "opened": "openers",
    "clicked": "clickers",
    "unsubscribed": "unfollows",
}
REPORT = _newsletter.Report(
    re.compile("campaign results|bad statistics"),
    re.compile("reading environment|top email clients|links activity"),
    {*PAIRS, "subject", "sent", "spam complaints", "hard bounce", "soft bounce"},
)
EXPORT = Export(
    service="MailerLite Classic",
    menu="Campaigns > Sent > (one) > View report > Export to CSV",
    tables=("items", "metrics"),
    layouts={"report": "Campaign report, Subject, Sent, pairs (seen 2021)"},
    languages=("en",),
    counted_by="platform",
    evidence="SEEN",
    channel=_newsletter.CHANNEL,
    ignores={"Hard bounce": "not used by the audit", "Spam complaints": "not used by the audit"},
)


def recognise(head: Head) -> Claim:
    """By its first line and the subject below (Google Ads has a period there, Mailchimp a title)."""
    lines = [line.strip(' \t,;"\ufeff') for line in head.lines[:4]]
    if head.type != "text" or not lines or lines[0] != "Campaign report":
        return no("its first line is not `Campaign report`")
    is_ours = any(line.startswith("Subject:") for line in lines[1:])
    return Claim("report") if is_ours else no("no line `Subject:` below its title", 0.5)


def read(source: Source) -> Iterator[Rows]:
    """One item and its figures to the day of the export."""
    table = _newsletter.pairs(source, REPORT)
    one = pd.Series(0, index=table.text.index)
    yield from _newsletter.mailings(table, one, "subject", "sent", PAIRS)
