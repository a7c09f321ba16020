"""Room 5: runs the rooms for a client and puts the report in its place."""

from sharedsocial_utils.delivering.auditing import audit
from sharedsocial_utils.delivering.batch import Outcome, Watcher, batch
from sharedsocial_utils.delivering.notebooks import find_notebooks
from sharedsocial_utils.delivering.opening import open_client
from sharedsocial_utils.delivering.pipeline import STEPS, AuditResult

__all__ = ["STEPS", "AuditResult", "Outcome", "Watcher", "audit", "batch", "find_notebooks", "open_client"]
