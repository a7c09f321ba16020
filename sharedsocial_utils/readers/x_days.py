"""Twitter Analytics, by day (2014 to mid 2024): one row is one day of the account.

analytics.twitter.com > Tweets > (period) > Export data > By day. UTF-8, commas, every cell quoted, English
headings in every language: `daily_tweet_activity_metrics_laquercia_20200101_20200401_en.csv`

    "Date","Tweets published","impressions","engagements","engagement rate","retweets","replies","likes",...
    "2020-01-01","2","1203.0","39.0","0.0324","4.0","1.0","21.0",...

The days are those of Twitter, whose zone it does not say. The figures are what the day brought to all tweets,
old ones too. `-` is no figure. Until November 2015 `favorites` stood for `likes`. What was promoted is a paid
part and is not read.
"""

from collections.abc import Iterator

from sharedsocial_utils.readers import _posts, _x, x_tweets
from sharedsocial_utils.reading.door import Claim, Export, Head
from sharedsocial_utils.reading.source import Rows, Source

FIGURES = {"posts": ("Tweets published",), **x_tweets.FIGURES}
FIELDS = {"day": ("Date",), **FIGURES}
EXPORT = Export(
    service="Twitter Analytics (until 2024)",
    menu="analytics.twitter.com > Tweets > Export data > By day (closed in 2024; archives)",
    tables=("metrics",),
    layouts={"days": "Date, Tweets published, impressions ... (two parsers of 2014-2020)"},
    languages=("en",),
    counted_by="platform",
    evidence="PARSER",
    channel="x",
    ignores=x_tweets.IGNORES,
)


def recognise(head: Head) -> Claim:
    """By its headings."""
    return head.header("days", "Date", "Tweets published", "impressions")


def read(source: Source) -> Iterator[Rows]:
    """The account's figures of each day."""
    _posts.speak_of(source, _x.period(source.name))
    source.belongs_to("x", _x.handle(source.name))
    table = source.table(FIELDS, need=("day", "posts"), ignores=x_tweets.IGNORES)
    yield table.keep_metrics("x", _posts.figures(table, FIGURES), day=table.days("day"))
