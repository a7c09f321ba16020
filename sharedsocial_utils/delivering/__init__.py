"""Room 5: runs the rooms for a client and puts the report in its place."""

from sharedsocial_utils.delivering.notebooks import find_notebooks
from sharedsocial_utils.delivering.opening import open_client
from sharedsocial_utils.delivering.pipeline import STEPS, AuditResult, audit

__all__ = ["STEPS", "AuditResult", "audit", "find_notebooks", "open_client"]
