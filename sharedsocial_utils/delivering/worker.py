"""A worker's side: one call in a process of its own, for `workers.Workers`.

python -m sharedsocial_utils.delivering.worker CALL     CALL is a pickled function with its arguments

What it tells and returns goes to its standard output, one pickled line each; what others print there goes to
standard error.
"""

import logging
import os
import sys
from typing import Any

from sharedsocial_utils.delivering import events
from sharedsocial_utils.delivering.calls import decoded, encoded


def main(call: str) -> None:
    """Makes the call and says what became of it."""
    with os.fdopen(os.dup(1), "wb", buffering=0) as out:
        os.dup2(2, 1)
        logging.getLogger("sharedsocial_utils.kernels").setLevel(logging.ERROR)  # the parent tells the rest
        events.listen(lambda client, step: _say(out, "step", (client, step)))
        try:
            function, given = decoded(call.encode())
            _say(out, "done", function(*given))
        except Exception as error:
            if os.environ.get("SHAREDSOCIAL_DEBUG"):
                sys.excepthook(type(error), error, error.__traceback__)
            _say(out, "raised", error)


def _say(out: Any, kind: str, content: Any) -> None:
    out.write(encoded((kind, content)) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1])
