"""The agency's view across all its clients: what the cells of notebooks/portfolio.ipynb call.

    clients = across.open_clients(quarter, workspace, language)
    across.bottom_line(clients)        # and its sisters, one for each page
    across.document(clients)           # what the PDF says of itself

Only for the agency: it holds its internal figures, and clients beside each other.
"""

from sharedsocial_utils.telling.across import pages
from sharedsocial_utils.telling.across.attached import attach, metadata
from sharedsocial_utils.telling.across.clients import Clients, open_clients
from sharedsocial_utils.telling.shown import DocumentShown, Shown

__all__ = ["Clients", "bottom_line", "document", "hours", "open_clients", "outliers", "quality", "verdicts"]


def bottom_line(clients: Clients) -> Shown:
    """Page 1: how many clients, what is to change, where most money is at stake, who has no report."""
    return Shown(tuple(pages.bottom_line(clients)))


def verdicts(clients: Clients) -> Shown:
    """Page 2: every client's verdicts and the money behind them."""
    return Shown(tuple(pages.verdicts(clients)))


def hours(clients: Clients) -> Shown:
    """Page 3: the agency's hours against what was agreed, its fees and what the hours cost it."""
    return Shown(tuple(pages.hours(clients)))


def quality(clients: Clients) -> Shown:
    """Page 4: days without data and rows not used."""
    return Shown(tuple(pages.quality(clients)))


def outliers(clients: Clients) -> Shown:
    """Page 5: clients far from the middle, and the bands that clients' reports show."""
    return Shown(tuple(pages.outliers(clients)))


def document(clients: Clients) -> DocumentShown:
    """The document's metadata; writes the attached table into the portfolio's folder."""
    attach(clients)
    return DocumentShown(metadata(clients))
