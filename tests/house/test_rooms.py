"""A room imports the ground and itself, never another room; the exporter not even the ground."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "sharedsocial_utils"
GROUND = {"tables", "client", "workspace", "errors"}
MAY_IMPORT: dict[str, set[str]] = {
    **dict.fromkeys(GROUND, GROUND),
    "reading": GROUND,
    "readers": GROUND | {"reading"},
    "measuring": GROUND,
    "deciding": GROUND,
    "telling": GROUND,
    "delivering": GROUND,
    "example": GROUND,
    "typst_export": set(),
    "kernels": set(),
    "cli": GROUND | {"reading", "deciding", "delivering", "example"},
    "__main__": {"cli"},
    "__init__": set(),
}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> Iterator[str]:
    """The rooms that a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (
                part[1] for a in node.names if (part := a.name.split("."))[0] == PACKAGE.name and part[1:]
            )
        elif isinstance(node, ast.ImportFrom):
            yield from (name for name in _from(path, node) if name)


def _from(path: Path, node: ast.ImportFrom) -> Iterator[str]:
    above = path.relative_to(PACKAGE.parent).parts[: -node.level] if node.level else ()
    parts = [*above, *(node.module.split(".") if node.module else [])]
    if parts[0] != PACKAGE.name:
        return
    if parts[1:]:
        yield parts[1]
    else:  # from sharedsocial_utils import client: a room, unless it is a name such as __version__
        yield from (a.name for a in node.names if a.name in MAY_IMPORT and not a.name.startswith("__"))


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    room = room_of(path)
    assert room in MAY_IMPORT, f"{room} is not on the map of the house"
    strange = set(imported_rooms(path)) - MAY_IMPORT[room] - {room}
    assert not strange, f"{path.relative_to(PACKAGE)} imports {', '.join(sorted(strange))}"


@pytest.mark.parametrize(
    "line",
    [
        "from sharedsocial_utils.telling import show",
        "from sharedsocial_utils import telling",
        "import sharedsocial_utils.telling.show as x",
        "def f():\n    from ..telling.show import page",
    ],
)
def test_every_way_of_importing_is_seen(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("test_rooms.PACKAGE", tmp_path / "sharedsocial_utils")
    path = tmp_path / "sharedsocial_utils" / "deciding" / "x.py"
    path.parent.mkdir(parents=True)
    path.write_text(line)
    assert list(imported_rooms(path)) == ["telling"]
