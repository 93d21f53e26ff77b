"""The rooms of the engine: which of them know each other in both directions, and that these do not become more."""

import ast
from pathlib import Path

CORE = Path(__file__).parents[2] / "rapport" / "core"
# Each of the two needs the other: what is seen depends on what objects there are, and saving is seen to by all of them.
# A pair that is mended goes from here; a new one is a reason to think about where the thing belongs.
BOTH_WAYS = {
    ("access", "objects"),
    ("access", "search"),
    ("files", "objects"),
    ("mentions", "objects"),
    ("notices", "objects"),
    ("objects", "search"),
}


def _imports(path: Path) -> set[str]:
    """The rooms that a file imports from when it is loaded; what only types need does not count."""
    tree = ast.parse(path.read_text())
    for_types = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for part in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in for_types:
            parts = (node.module or "").split(".")
            if parts[:2] == ["rapport", "core"]:
                found |= {parts[2]} if len(parts) > 2 else {name.name for name in node.names}
    return found


def _rooms() -> dict[str, set[str]]:
    """Each room with those it imports from."""
    names = {place.name for place in CORE.iterdir() if (place / "__init__.py").exists()} - {"tests", "migrations"}
    return {
        name: {room for path in (CORE / name).rglob("*.py") for room in _imports(path)} & names - {name}
        for name in names
    }


def test_no_more_rooms_of_the_engine_know_each_other_both_ways() -> None:
    rooms = _rooms()
    both = {(one, other) for one, known in rooms.items() for other in known if one < other and one in rooms[other]}
    assert both - BOTH_WAYS == set(), "new pairs of rooms that import each other"
    assert BOTH_WAYS - both == set(), "mended: take these out of BOTH_WAYS"


def test_what_happened_knows_no_objects_and_what_is_a_thing_knows_no_room() -> None:
    rooms = _rooms()
    assert rooms["records"] == set()
    assert rooms["events"] <= {"records", "jobs"}, "the history is written for objects, not by knowing them"
