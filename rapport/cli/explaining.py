"""What ``rapport explain`` prints: one kind of object, as the engine sees it."""

import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import rapport
from rapport.core.access.levels import ACTIONS
from rapport.core.fields import Address, ChildField, Field
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec

_ROOT = Path(rapport.__file__).parent.parent


def lines(spec: ObjectSpec) -> Iterator[str]:
    """The explanation, line by line."""
    yield f"{spec.key}: {spec.label}, {spec.plural}"
    yield from _section("Where", _places(spec))
    yield from _section("Fields", _table(("key", "label", "type", "column", "traits", "operators", "headers"),
                                         [_field_row(field) for field in spec.all_fields]))  # fmt: skip
    yield from _section("List", _list(spec))
    yield from _section("Events", [f"{kind.key:<22} “… {kind.sentence}”" for kind in spec.event_kinds.values()])
    yield from _section("Pages", [f"/{spec.path}", f"/{spec.path}/new", f"/{spec.path}/<id>", "/r/<id>"])
    yield from _section(
        "Rights", [f"levels none, own, team, team_below, all for: {', '.join(ACTIONS)}", *_parents(spec)]
    )
    yield from _section("Shown by other rooms", _contributions(spec))


def _section(title: str, body: Sequence[str]) -> Iterator[str]:
    if body:
        yield ""
        yield title
        yield from (f"  {line}" for line in body)


def _places(spec: ObjectSpec) -> list[str]:
    return [
        f"spec   {_declared(spec)}",
        f"model  {_place(spec.model)}  {spec.model.__name__}, table {spec.model._meta.db_table}",
        f"saver  {_place(spec.saver)}  {spec.saver.__name__}",
    ]


def _declared(spec: ObjectSpec) -> str:
    """File and line of ``key="…"`` in the module beside the model: a spec is a value, it does not know its line."""
    module = spec.model.__module__.rpartition(".")[0]
    for path in sorted(_ROOT.joinpath(*module.split(".")).glob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if f'key="{spec.key}", model=' in line or line.strip() == f'key="{spec.key}",':
                return f"{path.relative_to(_ROOT)}:{number}"
    return module


def _place(thing: type) -> str:
    path = Path(inspect.getsourcefile(thing) or "")
    shown = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else path
    return f"{shown}:{inspect.getsourcelines(thing)[1]}"


def _field_row(field: Field) -> tuple[str, ...]:
    traits = [name for name in ("required", "read_only", "sortable", "quick", "custom") if getattr(field, name)]
    return (
        field.key,
        str(field.label),
        field.type,
        _column(field),
        " ".join([*traits, f"privacy={field.privacy}"]),
        " ".join(operator.key for operator in field.operators) or "–",
        ", ".join(field.headers) or "–",
    )


def _column(field: Field) -> str:
    if field.custom:
        return f"custom->>{field.key}"
    if isinstance(field, ChildField):
        return "own rows"
    if isinstance(field, Address):
        return f"{field.column or field.key}_*"
    return field.path


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows)
    ]


def _list(spec: ObjectSpec) -> list[str]:
    return [
        f"columns        {', '.join(spec.columns)}",
        f"on a phone     {', '.join(spec.phone_columns) or '–'}",
        f"sorted by      {spec.default_sort}",
        f"search box     {', '.join(spec.find)}",
    ]


def _parents(spec: ObjectSpec) -> list[str]:
    return [f"seen through other records: {_place_of_call(spec.parents)}"] if spec.parents else []


def _place_of_call(call: Any) -> str:
    return f"{call.__module__}.{call.__qualname__}"


def _contributions(spec: ObjectSpec) -> list[str]:
    there = registry.contributions(spec.key)
    return [
        *(f"panel      {panel.key}: {panel.title}" for panel in there.panels),
        *(f"highlight  {highlight.key}: {highlight.label}" for highlight in there.highlights),
        *(f"composer   {composer.key}: {composer.label}" for composer in there.composers),
    ]
