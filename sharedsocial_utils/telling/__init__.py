"""Telling: every sentence and figure that a client reads, made from the tables and nothing else.

review = open_review("la-quercia", "2026Q3", workspace)
show.bottom_line(review)          # in a notebook: the page; for the exporter: typed blocks
document(review)                  # what the PDF says of itself
"""

from sharedsocial_utils.telling import across, show
from sharedsocial_utils.telling.attached import attachments, document
from sharedsocial_utils.telling.review import Review, open_review
from sharedsocial_utils.telling.shown import Shown

__all__ = ["Review", "Shown", "across", "attachments", "document", "open_review", "show"]
