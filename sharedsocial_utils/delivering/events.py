"""What a run tells while it goes on: which client is at which step.

Whoever runs clients sets the listener: a worker process writes to its parent, a worker of a cluster to the
scheduler, an audit to the screen.
"""

from collections.abc import Callable

Listener = Callable[[str, str], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """From now on the listener hears of every step of this process."""
    _listeners[:] = [listener]


def tell(client: str, step: str) -> None:
    """A step of a client begins."""
    for listener in _listeners:
        listener(client, step)
