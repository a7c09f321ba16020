"""Room 1: bytes to rows with line numbers, every row accounted for."""

from sharedsocial_utils.reading.door import readers
from sharedsocial_utils.reading.file import FileReading
from sharedsocial_utils.reading.ingest import Ingest, look_through, read_client, read_files

__all__ = ["FileReading", "Ingest", "look_through", "read_client", "read_files", "readers"]
