"""Settings, Fields: the editor of a formula, with what it may name, and what comes out for three records."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of, tells_of_hidden
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.definitions.fields import FieldData, demand_shape
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import Invalid, NotFound
from rapport.core.fields import Field, Link, Links, User
from rapport.core.formulas.checking import check
from rapport.core.formulas.defining import TYPE, form_of, written
from rapport.core.formulas.fields import formula
from rapport.core.formulas.naming import kind_of, with_labels
from rapport.core.formulas.program import Computed
from rapport.core.formulas.rules import FUNCTIONS
from rapport.core.formulas.tree import FormulaError
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.cells import draw
from rapport.ui.rendering import render
from rapport.workspace.screens.frame import actor_of, number

__all__ = ["TYPE", "editing", "preview"]
_SHOWN = 3  # records
_MOST_SIGNS = 40  # of the place of an error that are marked
FORMS = (("number", gettext_lazy("a number")), ("percent", gettext_lazy("a percentage: 0.25 is 25 %")))


@require_POST
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """What a formula gives, as it is being typed: for three records, or what is wrong with it and where."""
    actor = actor_of(request)
    demand_shape(actor)
    spec = registry.find(kind)
    if spec is None:
        raise NotFound(_("There is no such kind of record."))
    given = {name: request.POST.get(name, "") for name in ("expression", "form", "places")}
    context = {"formula": {"shown": _outcome(actor, spec, given, request.POST.get("key", ""))}}
    return render(request, "settings/formula.html", context, fragment="outcome")


def editing(actor: Actor, spec: ObjectSpec, data: FieldData, row: FieldDef | None) -> dict[str, Any]:
    """What the editor shows."""
    given = dict(data.settings)
    text = str(given.get("expression") or "")
    return {
        "text": with_labels(text, spec, {other.key: other for other in registry.every()}),
        "url": f"/settings/fields/{spec.key}/formula",
        "key": row.key if row else "",
        "form": given.get("form", ""),
        "forms": FORMS,
        "groups": list(_groups(spec)),
        "functions": [(name, function.usage) for name, function in FUNCTIONS.items()],
        "shown": _outcome(actor, spec, given, row.key if row else "") if text.strip() else None,
    }


def _groups(spec: ObjectSpec) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What can be put into a formula, under headings: as it is written, and what it is called."""
    yield str(spec.label), [(_named(one), str(one.label)) for one in spec.all_fields if _is_usable(one)]
    for link in spec.all_fields:
        target = registry.find(link.to) if isinstance(link, Link) and not isinstance(link, User) else None
        if target is not None:
            far = [one for one in target.all_fields if _is_usable(one)]
            yield str(link.label), [(f"{_named(link)}.{_named(one)}", str(one.label)) for one in far]
    leading = [
        (f"count({other.key}.{_named(link)})", f"{other.plural} · {link.label}")
        for other in registry.every()
        for link in other.all_fields
        if isinstance(link, Link | Links) and link.to == spec.key
    ]
    if leading:
        yield _("Records that lead here: count, sum, lowest, highest, latest"), leading


def _is_usable(field: Field) -> bool:
    return isinstance(field, Computed) or (kind_of(field) is not None and field.control != "none")


def _named(field: Field) -> str:
    """How a field is put into a formula: by its name where it was made here, for its key says less."""
    label = str(field.label)
    return f"{{{label}}}" if field.key.startswith("c_") and not {"{", "}"} & set(label) else field.key


def _outcome(actor: Actor, spec: ObjectSpec, given: dict[str, Any], key: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"error": "", "marked": None, "kind": "", "rows": []}
    try:
        text = written(given)
    except Invalid as refused:
        return {**shown, "error": refused.message}
    if not text.strip():
        return shown
    there = spec.by_key.get(key)
    try:
        program = check(text, spec, path=(there,) if isinstance(there, Computed) else ())
    except FormulaError as error:
        end = min(error.at + error.length, error.at + _MOST_SIGNS)
        parts = {"before": text[: error.at], "marked": text[error.at : end], "after": text[end:]}
        return {**shown, **parts, "error": str(error)}
    form = form_of(program, str(given.get("form") or ""))
    made = formula(
        spec.key, text, form, places=min(number(str(given.get("places") or "2"), 2), 6), key="c_shown", label=""
    )
    locale = locale_of(actor)
    if tells_of_hidden(actor, made):  # whoever may make fields need not see all that is in them
        return {**shown, "kind": program.kind.words, "rows": None}
    page = list_page(actor, spec, ListQuery(size=_SHOWN), [made])
    rows = [(row.title or _("No name"), draw(made.cell(row.values[made.key], locale))) for row in page.rows]
    return {**shown, "kind": program.kind.words, "rows": rows}
