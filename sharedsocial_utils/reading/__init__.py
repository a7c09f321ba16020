"""Room 1: bytes to rows with line numbers, every row accounted for.

The names are imported when they are asked for, so that `child` can start before pandas is imported.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sharedsocial_utils.reading.child import fork_ahead
    from sharedsocial_utils.reading.door import readers
    from sharedsocial_utils.reading.file import FileReading
    from sharedsocial_utils.reading.ingest import Ingest, look_through, read_client, read_files

__all__ = ["FileReading", "Ingest", "fork_ahead", "look_through", "read_client", "read_files", "readers"]
_HOMES = {"readers": "door", "FileReading": "file", "fork_ahead": "child"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'ingest')}"), name)
