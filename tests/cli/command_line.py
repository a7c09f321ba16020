"""What the fixture `run` is: a command line to its exit code, standard output and standard error."""

from collections.abc import Callable

Answer = tuple[int, str, str]
Command = Callable[..., Answer]
