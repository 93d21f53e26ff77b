"""The type of field that holds a formula, as people define it: checked when it is written, and kept by keys."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.core.definitions import field_types
from rapport.core.definitions.field_types import FieldType
from rapport.core.errors import Invalid
from rapport.core.fields import Field, snapshot
from rapport.core.formulas.checking import check, with_keys
from rapport.core.formulas.fields import Formula, depending, formula
from rapport.core.formulas.program import Computed, Program
from rapport.core.formulas.tree import MOST_SIGNS, FormulaError, Kind
from rapport.core.objects import registry
from rapport.lib.text import clean_block

if TYPE_CHECKING:
    from rapport.core.definitions.models import FieldDef
    from rapport.core.objects.spec import ObjectSpec

TYPE = "formula"
_OF_STORED = frozenset({"unique", "indexed", "sortable", "custom", "required", "read_only"})


def _make(row: "FieldDef", common: Mapping[str, Any]) -> Field:
    settings = row.settings
    return formula(
        row.kind, str(settings.get("expression", "")), str(settings.get("form", "text")),
        places=int(settings.get("places", 2)), **{key: one for key, one in common.items() if key not in _OF_STORED},
    )  # fmt: skip


def settled(spec: "ObjectSpec", settings: Mapping[str, Any], row: "FieldDef | None") -> dict[str, Any]:
    """The settings as they are kept. Invalid at ``expression`` where the formula cannot be used, or where another one
    could not be used any more.
    """
    text = written(settings)
    there = spec.by_key.get(row.key) if row else None
    try:
        program = check(text, spec, path=(there,) if isinstance(there, Computed) else ())
        kept = with_keys(text, spec, spec.by_key)
    except FormulaError as error:
        raise Invalid({"expression": [placed(text, error)]}) from error
    made = {**settings, "expression": kept, "form": form_of(program, str(settings.get("form") or ""))}
    if row is not None and isinstance(there, Computed):
        _refuse_broken(
            spec, row, formula(spec.key, kept, made["form"], places=made["places"], key=row.key, label=row.label)
        )
    return made


def written(settings: Mapping[str, Any]) -> str:
    """The formula as it was typed, without signs that no database takes."""
    try:
        return clean_block(str(settings.get("expression") or ""), MOST_SIGNS)
    except ValueError as error:
        raise Invalid({"expression": [str(error)]}) from error


def form_of(program: Program, wanted: str) -> str:
    """What comes out: a number may also be shown as a percentage."""
    if program.kind is Kind.NUMBER:
        return "percent" if wanted == "percent" else "number"
    kind: str = program.kind.value
    return kind


def placed(text: str, error: FormulaError) -> str:
    """The sentence of an error, with its place in words."""
    if error.at >= len(text):
        return str(error)
    sentence = _("%(problem)s (At character %(place)s: %(excerpt)s)")
    return sentence % {"problem": error, "place": error.at + 1, "excerpt": text[error.at : error.at + 20]}


def _refuse_broken(spec: "ObjectSpec", row: "FieldDef", made: Formula) -> None:
    """A changed formula must leave those sound that read it."""
    others = [field for field in depending(spec.key, row.key) if field.key != row.key or field.kind != spec.key]
    with snapshot.pinned(snapshot.current().with_field(spec.key, made)):
        for other in others:
            try:
                check(other.expression, registry.get(other.kind), path=(other,))
            except FormulaError as error:
                sentence = _("The formula “%(label)s” reads this field and could not be computed any more: %(problem)s")
                raise Invalid({"expression": [sentence % {"label": other.label, "problem": error}]}) from error


def _reader_of(kind: str, key: str) -> str:
    """The label of a formula that reads a field, if there is one."""
    return next((str(field.label) for field in depending(kind, key)), "")


def _looks_at(field: Field, kind: str) -> bool:
    return isinstance(field, Computed) and kind in field.looks_at


field_types.needs_fields(_reader_of)
field_types.looks_at_objects(_looks_at)
field_types.register(
    FieldType(
        TYPE, gettext_lazy("Formula"), gettext_lazy("A value that follows from others, always up to date."),
        gettext_lazy("Revenue a month: revenue / 12"), "sigma", _make, asks=("expression", "form", "places"),
        read_only=True, settle=settled,
    )
)  # fmt: skip
