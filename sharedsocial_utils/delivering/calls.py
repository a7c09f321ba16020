"""What passes between a run and its workers, one line at a time."""

import pickle
from base64 import b64decode, b64encode
from typing import Any


def encoded(content: Any) -> bytes:
    """Any content as one line."""
    return b64encode(pickle.dumps(content))


def decoded(line: bytes) -> Any:
    """The content of a line that one of our own processes wrote."""
    return pickle.loads(b64decode(line))  # noqa: S301 - over a private pipe
