"""Which clients run, from which step on, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from sharedsocial_utils.delivering.fingerprints import Code, inputs_of, keys_of
from sharedsocial_utils.delivering.ledger import Done, Ledger
from sharedsocial_utils.delivering.notebooks import NAMES
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Quarter, Workspace

EDITED = ("report.ipynb", "report.pdf", "manifest.json")
"""What an analyst may have edited and exported again: no reason to make it anew."""


@dataclass(frozen=True)
class Choice:
    """One client: `first` is the number of the first notebook to run, None for none."""

    first: int | None
    why: str
    keys: list[str]
    kept_tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chooser:
    """What the choices of one batch share."""

    place: Workspace
    quarter: Quarter
    code: Code
    ledger: Ledger

    def choice(self, client: str, everything: bool = False) -> Choice:
        """What to run of a client's quarter; raises `Fault` of a folder that is none or cannot be read."""
        if (self.place.root / "data" / "raw" / client).is_symlink():
            raise Fault(
                "CL-01", "the client's folder is a link", client=client, expected="the folder itself",
                next_step="put the folder itself in data/raw",
            )  # fmt: skip
        self.place.raw(client)
        done = self.ledger.done(client, str(self.quarter))
        if done and not everything and self._untouched(client, done):
            return Choice(None, "nothing has changed", done.keys)
        try:
            keys = keys_of(self.code, self.place, client, self.quarter, self.ledger.hash_of)
        except OSError as error:
            raise Fault(
                "IN-FILE-12", f"cannot be opened: {error.strerror}", file=str(error.filename), client=client
            ) from error
        if everything or not done:
            return Choice(0, "all were asked for" if everything else "it has not run before", keys)
        return self._compared(client, done, keys)

    def _untouched(self, client: str, done: Done) -> bool:
        if done.code != self.code.steps or not done.stamp:
            return False
        return done.stamp == self.ledger.stamp(self.paths(client, done.outputs))

    def _compared(self, client: str, done: Done, keys: list[str]) -> Choice:
        differing = [
            number for number, (new, old) in enumerate(zip(keys, done.keys, strict=True)) if new != old
        ]
        if not differing:
            return self._complete(client, done, keys)
        if differing[0] == 0:
            return Choice(0, "an input has changed", keys)
        first = differing[0] - 1
        why = f"what {NAMES[first]} depends on has changed"
        if first == 0 or self._gone(self._taken_over(client, done, first)):
            return Choice(0, why, keys)
        return Choice(first, why, keys, tuple(done.tables[first - 1]))

    def _complete(self, client: str, done: Done, keys: list[str]) -> Choice:
        theirs = {name: sha for name, sha in done.outputs.items() if name.rpartition("/")[2] in EDITED}
        missing = next((name for name in theirs if not (self.place.root / name).is_file()), "")
        gone = missing or self._gone({n: sha for n, sha in done.outputs.items() if n not in theirs})
        if gone:
            return Choice(0, f"{gone} is missing or was changed", keys)
        self.enter(client, done)
        edited = self._gone(theirs)
        return Choice(
            None, f"nothing has changed; {edited} was edited" if edited else "nothing has changed", keys
        )

    def _taken_over(self, client: str, done: Done, first: int) -> dict[str, str]:
        """What the steps before must have left for the others to go on from there."""
        names = [f"data/processed/{client}/{self.quarter}/{table}" for table in done.tables[first - 1]]
        names += [f"reports/{client}/{self.quarter}/notebooks/{name}.ipynb" for name in NAMES[:first]]
        return {name: done.outputs.get(name, "") for name in names}

    def _gone(self, outputs: dict[str, str]) -> str:
        return self.ledger.unchanged(outputs, self.place.root)

    def paths(self, client: str, outputs: Iterable[str]) -> list[str]:
        """All files by whose state an unchanged client is known."""
        inputs = inputs_of(self.place, client, self.quarter)
        return [*inputs, *(f"{self.place.root}/{name}" for name in sorted(outputs))]

    def enter(self, client: str, done: Done) -> None:
        """Enters a client into the ledger, with the state that its files have now."""
        stamp = self.ledger.stamp(self.paths(client, done.outputs))
        if stamp != done.stamp:
            entry = Done(done.code, done.keys, done.outputs, done.tables, stamp)
            self.ledger.enter(client, str(self.quarter), entry)
