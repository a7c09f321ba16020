"""Whose file it is: handles, property names, page ids and domains in a file, held against client.toml.

A reader says what it finds with `Source.belongs_to`; where `[identity]` of client.toml lists accounts of that
system and this is none of them, the file is refused, and no audit runs while it lies in the folder. Without
`[identity]` nothing is refused; what was found is told by `sharedsocial check` and proposed for client.toml.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sharedsocial_utils.errors import Fault

if TYPE_CHECKING:
    from sharedsocial_utils.reading.file import FileReading

DOMAINS = "domains"
_KIND = {DOMAINS: "the domain"}
MAX_ACCOUNTS = 20  # of one file: enough to tell, and to propose


def account(names: Iterable[object]) -> tuple[str, ...]:
    """The names of one account that are there, each once and at most 80 characters."""
    texts = (" ".join(str(name).split())[:80] for name in names if isinstance(name, str | int))
    return tuple(dict.fromkeys(text for text in texts if text.strip("-")))


def write_down(accounts: list[tuple[str, ...]], found: tuple[str, ...]) -> None:
    """Adds an account to those found, once; a file that names very many is cut short."""
    if found not in accounts and len(accounts) < MAX_ACCOUNTS:
        accounts.append(found)


def require(system: str, names: Sequence[str], own: Sequence[str], line: int | None = None) -> None:
    """Raises `Fault` IN-ACC-01 where an account is none of the client's own; nothing is known of no own."""
    if not own or any(_is_same(system, name, known) for name in names for known in own):
        return
    raise Fault(
        "IN-ACC-01",
        f"the file carries {_KIND.get(system, f'the {system} account')} {_shown(names)}, the client's is"
        f" {_shown(own)}",
        line=line,
        next_step=f"remove it from this client's folder, or add the account to {system} under [identity]"
        " in client.toml",
    )


def _shown(names: Sequence[str]) -> str:
    return " or ".join(f'"{name}"' for name in names[:3])


def _is_same(system: str, name: str, own: str) -> bool:
    if system == DOMAINS:
        host, ours = domain(name), domain(own)
        return host == ours or host.endswith(f".{ours}")
    return _plain(name) == _plain(own)


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFC", name).replace("\u00a0", " ")
    return " ".join(text.split()).casefold().removeprefix("@").rstrip("/")


def domain(address: str) -> str:
    """The host of an address or of a bare domain: `https://www.rossi.example/feed/` => `rossi.example`."""
    text = address.strip().casefold()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:  # an address such as `http://[`
        host = ""
    return host.removeprefix("www.").rstrip(".")


def require_own(files: "Iterable[FileReading]") -> None:
    """Raises the `Fault` of the first file that belongs to another account."""
    for file in files:
        if file.error and file.error["code"] == "IN-ACC-01":
            raise as_fault(file.error)


def as_fault(told: dict[str, Any]) -> Fault:
    """The fault of a file, as it was told, to stop at."""
    found = told["message"][: -len(f". {told['next']}.")]
    place = {name: told[name] for name in ("line", "column")}
    return Fault(told["code"], found, file=told["file"] or "", next_step=told["next"], **place)


def found_in(files: "Iterable[FileReading]") -> dict[str, list[str]]:
    """The accounts that files carry, by system: of each account its first name, sorted."""
    systems: dict[str, list[str]] = {}
    for file in files:
        for system, *names in file.accounts:
            systems.setdefault(system, []).append(domain(names[0]) if system == DOMAINS else names[0])
    return {system: sorted(set(names)) for system, names in sorted(systems.items())}
