"""What a cell of a notebook calls: `show.bottom_line(review)` and its sisters, one for each page.

Each returns a `Shown`: HTML in JupyterLab, plain text in a terminal, typed blocks for the PDF. A page's
module is imported when it is asked for, so that importing this costs nothing.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from sharedsocial_utils.client import INTERNAL
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.tables import TABLES
from sharedsocial_utils.telling.attached import attachments
from sharedsocial_utils.telling.attached import document as metadata
from sharedsocial_utils.telling.look import coloured
from sharedsocial_utils.telling.review import Review
from sharedsocial_utils.telling.shown import DocumentShown, Shown


def bottom_line(review: Review) -> Shown:
    """Page 1: what to start, stop, change and keep, and what cannot be told yet."""
    return _page(review, "bottom_line")


def promises(review: Review) -> Shown:
    """Page 2: last time's decisions and planned pieces, and what became of them."""
    return _page(review, "promises")


def time(review: Review) -> Shown:
    """Page 3: hours by channel and phase, and protected time."""
    return _page(review, "time")


def who_does_what(review: Review) -> Shown:
    """Page 4: agreed and done, competences, gaps, voices."""
    return _page(review, "who_does_what")


def results(review: Review) -> Shown:
    """Page 5: visits, participation and contacts by channel; targets."""
    return _page(review, "results")


def effort_against_results(review: Review) -> Shown:
    """Page 6: cost per visit, sign of participation and contact."""
    return _page(review, "effort_against_results")


def verdicts(review: Review) -> Shown:
    """Page 7: a card for every activity, and the rules."""
    return _page(review, "verdicts")


def next_quarter(review: Review) -> Shown:
    """Page 8: the plan, commitments, lines for the meeting, sign-off."""
    return _page(review, "next_quarter")


def unknown(review: Review) -> Shown:
    """Page 9: missing days, what was not used, what no activity can claim."""
    return _page(review, "unknown")


def appendix(review: Review) -> Shown:
    """Page 10: sources, ids, thresholds, metrics, attached tables."""
    return _page(review, "appendix")


def sources(review: Review) -> Shown:
    """For the analyst: every file with its accounting."""
    return _page(review, "analyst", "sources")


def quarantine(review: Review) -> Shown:
    """For the analyst: every row put aside, with its place and its text."""
    return _page(review, "analyst", "quarantine")


def unmatched(review: Review) -> Shown:
    """For the analyst: projects of the time sheets that no activity claims."""
    return _page(review, "analyst", "unmatched")


def what_if(review: Review, asked: Any) -> Any:
    """For the meeting: sliders for rates and hours; `asked` is what `deciding.what_if` returns."""
    from sharedsocial_utils.telling.pages.what_if import sliders

    return sliders(review, asked)


def workings(review: Review, found: Any) -> Shown:
    """For the analyst: every number behind a verdict; `found` is what `deciding.workings` returns."""
    return _page(review, "method", "workings", found)


def second_opinion(review: Review, found: Any) -> Shown:
    """For the analyst: what the client's totals say; `found` is what `deciding.second_opinion` returns."""
    return _page(review, "method", "second_opinion", found)


def document(review: Review) -> DocumentShown:
    """The report's metadata; writes the attached tables into the report's folder."""
    attachments(review, review.reports)
    return DocumentShown(metadata(review))


def _page(review: Review, module: str, function: str = "", *found: Any) -> Shown:
    page = import_module(f"sharedsocial_utils.telling.pages.{module}")
    with coloured(review.look.palette), only_for_its_audience(review, module):
        return Shown(tuple(getattr(page, function or module)(review, *found)))


@contextmanager
def only_for_its_audience(review: Review, page: str) -> Iterator[None]:
    """Says it where a client's page asked for a column or a key of the agency, which is not there for it."""
    try:
        yield
    except (KeyError, AttributeError) as error:
        hidden = {*INTERNAL, *(name for table in TABLES.values() for name in table.internal)}
        asked = sorted(hidden & set(re.findall(r"\w+", str(error))))
        if review.audience == "agency" or not asked:
            raise
        raise Fault("RP-01", f"page {page} asks for {asked[0]}", client=review.client_id) from error
