"""What the readers of newsletters have in common: reports of pairs, and mailings known again in any layout.

A report of pairs is no table: each line is a key and a value, in blocks with a title. A mailing has no id
that every layout of its service prints; it is known by its day and subject, which all of them do.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

import pandas as pd

from sharedsocial_utils.readers import _posts
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.cells import DELIMITERS, heading
from sharedsocial_utils.reading.conventions import Read
from sharedsocial_utils.reading.source import Rows, Source, Table
from sharedsocial_utils.tables import METRICS

CHANNEL = "newsletter"


class Report(NamedTuple):
    """What stands in a report of pairs: the titles of its blocks of pairs and of its lists, as they are
    compared, and all keys of the pairs."""

    pairs: re.Pattern[str]
    lists: re.Pattern[str]
    keys: Set[str]


def ids(days: pd.Series, subjects: pd.Series) -> pd.Series:
    """An id from the day and the subject; the second mailing of a day with one subject gets another."""
    texts = (
        days.dt.strftime("%Y-%m-%d").fillna("")
        + "\x1f"
        + subjects.fillna("").str.casefold().str.split().str.join(" ")
    )
    nth = texts.groupby(texts).cumcount().astype("str")
    made = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts + "\x1f" + nth]
    return pd.Series(made, index=days.index, dtype="str")


def before_share(cells: pd.Series) -> Read:
    """Counts such as `1,751` and `141 (8.1%)`; the share is left out."""
    counts = cells.str.replace(r"\s*\(.*\)$", "", regex=True)
    return conventions.numbers(counts, whole=True, profile=".")


def pairs(source: Source, report: Report) -> Table:
    """The lines of a report as a table of `key` and `value`; keys as they are compared, without colon.

    Lines under no title that is known, and pairs of another key, are put aside: under a damaged title they
    would be the figures of the mailing above. Lists are no data.
    """
    delimiter = max(DELIMITERS, key=lambda mark: sum(mark in line for line in source.lines))
    table = source.headerless(("key", "value"), delimiter)
    keys = table["key"].fillna("").map(lambda key: heading(key).rstrip(":").strip()).astype("str")
    table.text = table.text.assign(key=keys.mask(table["_extra"].notna(), ""))
    places = _places(table, report)
    table.put_aside(places == "strange", "IN-CSV-08", "a line under no title that is known", "key")
    unknown = (places == "pair") & ~places.index.isin(table.text.index[table["key"].isin(report.keys)])
    table.put_aside(unknown, "IN-CSV-08", "a pair whose key is not known", "key")
    return table


def _places(table: Table, report: Report) -> pd.Series:
    """What each line is: title, pair, row of a list, or strange: no title above it is known, or it is a
    figure of the mailing in a list."""
    known, ends = table["key"].isin(report.keys), table["_extra"].isna()
    alone, figure = table["value"].isna() & ends & ~known, table["value"].notna() & known
    place, end, places = "", 0, []
    for line, key, is_alone, is_figure in zip(
        table.text.index.tolist(), table["key"], alone, figure, strict=True
    ):
        is_apart = line > end  # behind a blank line
        block = _block(key, report) if is_alone else "strange"
        if place == "":
            place = "pair"
            places.append("title")
        elif is_apart or block != "strange" or (place == "pair" and is_alone):
            place = block
            places.append("strange" if place == "strange" else "title")
        else:
            places.append("strange" if place == "list" and is_figure else place)
        end = line + table.part.spans.get(line, 1)
    return pd.Series(places, index=table.text.index, dtype="str")


def _block(title: str, report: Report) -> str:
    if report.pairs.fullmatch(title):
        return "pair"
    return "list" if report.lists.fullmatch(title) else "strange"


class _Mailing(NamedTuple):
    """One mailing: the number of its block, the line of its subject, what it says."""

    block: int
    line: int
    title: str
    sent_at: pd.Timestamp


def mailings(
    table: Table, blocks: pd.Series, subject: str, sent: str, figures: Mapping[str, str]
) -> Iterator[Rows]:
    """The mailings of a report of pairs, and their figures to the day of the export.

    `blocks` numbers the lines of each mailing; lines of block 0 belong to all of them. `subject` and `sent`
    are keys, `figures` maps keys to names of the metrics' codebook. The figures of a mailing without subject
    or day are put aside with what there is of these; all other lines are no data.
    """
    zone = table.source.context.timezone
    is_figure = table["key"].isin(list(figures))
    values = table.read("value", before_share, is_figure)
    sent_at = table.read("value", lambda cells: conventions.instants(cells, zone), table["key"] == sent)
    found = []
    for block in sorted(set(blocks) - {0}) or [0]:
        mailing = _mailing(table, blocks, block, subject, sent_at)
        if mailing:
            found.append(mailing)
        else:
            lost = (is_figure | table["key"].isin((subject, sent))) & (blocks == block)
            table.put_aside(lost, "IN-DATE-03", "part of a mailing without its subject or its day")
    if found:
        yield from _rows(table, blocks, found, values[is_figure].dropna(), figures)
    table.no_data(pd.Series(True, index=table.text.index))


def _mailing(
    table: Table, blocks: pd.Series, block: int, subject: str, sent_at: pd.Series
) -> _Mailing | None:
    own = table.text[blocks.reindex(table.text.index).isin([0, block])]
    subjects = own.loc[(own["key"] == subject) & own["value"].notna(), "value"]
    times = sent_at.reindex(own.index).dropna()
    if not len(subjects) or not len(times):
        return None
    return _Mailing(block, int(subjects.index[-1]), subjects.iloc[-1], times.iloc[-1])


def _rows(
    table: Table, blocks: pd.Series, found: list[_Mailing], values: pd.Series, figures: Mapping[str, str]
) -> Iterator[Rows]:
    lines = pd.Index([mailing.line for mailing in found])
    sent_at = pd.Series([mailing.sent_at for mailing in found], index=lines).dt.as_unit("us")
    titles = pd.Series([mailing.title for mailing in found], index=lines, dtype="str")
    known = ids(conventions.local_days(sent_at, table.source.context.timezone), titles)
    yield table.keep_frame("items", items(known, sent_at, titles))
    of_block = dict(zip((mailing.block for mailing in found), known, strict=True))
    item_id = blocks.reindex(values.index).map(of_block)
    values = values[item_id.notna()]
    metrics = table["key"].reindex(values.index).map(figures)
    facts = [METRICS[name] for name in metrics]
    frame = pd.DataFrame({"channel": CHANNEL, "item_id": item_id, "metric": metrics, "value": values})
    frame = frame.dropna(subset=["value"]).assign(unit=[fact.unit for fact in facts], kind="lifetime")
    yield table.keep_frame("metrics", frame)


def items(known: pd.Series, sent_at: pd.Series, titles: pd.Series) -> pd.DataFrame:
    """Rows of `items`, one per mailing."""
    title = _posts.first_words(titles)
    frame = {"channel": CHANNEL, "item_id": known, "done_at": sent_at, "kind": "newsletter", "title": title}
    return pd.DataFrame(frame, index=known.index)
