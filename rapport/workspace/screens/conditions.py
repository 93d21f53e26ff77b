"""Settings, Fields: under which conditions a field is asked, required or locked."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import Term, understand
from rapport.core.access.words import words
from rapport.core.definitions import conditions, fields
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import BadQuery, Invalid, NotFound
from rapport.core.fields.base import join_values, split_values
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.rendering import render
from rapport.ui.screens.filters import control_of
from rapport.workspace.screens.frame import actor_of, number, problems

EFFECTS = {
    "shown_if": (gettext_lazy("Only asked where"), gettext_lazy("Always asked.")),
    "required_if": (gettext_lazy("Required where"), gettext_lazy("Required only if the field says so.")),
    "locked_if": (gettext_lazy("Locked where"), gettext_lazy("Never locked.")),
}
JOINTS = (("all", gettext_lazy("all of these hold")), ("any", gettext_lazy("any of these holds")))


@require_http_methods(["GET", "HEAD", "POST"])
def field_conditions(request: HttpRequest, field_id: int) -> HttpResponse:
    """GET the conditions. POST adds one, removes one or joins them; with ``next`` it only draws what comes next."""
    actor = actor_of(request)
    row = fields.get_field(actor, field_id)
    if not conditions.may_stand_under(row):
        raise NotFound(_("This field cannot stand under a condition."))
    if request.method != "POST" or "next" in request.POST:
        return _page(request, actor, row, {})
    effect = request.POST.get("effect", "")
    try:
        if request.POST.get("remove"):
            conditions.remove_term(actor, field_id, effect, number(request.POST["remove"]) - 1)
        elif request.POST.get("joint"):
            conditions.join_terms(actor, field_id, effect, request.POST["joint"])
        else:
            conditions.add_term(actor, field_id, effect, _term(request))
    except Invalid as refused:
        return _page(request, actor, row, problems(refused), status=refused.status)
    return HttpResponseRedirect(f"/settings/fields/{field_id}/conditions", status=303)


def _term(request: HttpRequest) -> Term:
    given = request.POST if request.method == "POST" else request.GET
    values = given.getlist("v")
    value = join_values(values) if len(values) > 1 else given.get("v", "")
    return Term(given.get("f", ""), given.get("o", ""), value)


def _page(
    request: HttpRequest, actor: Actor, row: FieldDef, errors: dict[str, list[str]], *, status: int = 200
) -> HttpResponse:
    spec = registry.get(row.kind)
    given = request.POST if request.method == "POST" else request.GET
    building = given.get("effect", "")
    context = {
        "row": row,
        "spec": spec,
        "errors": errors,
        "effects": [_effect(actor, spec, row, effect) for effect in EFFECTS],
        "paths": [(key, field.label) for key, field in conditions.askable(actor, spec, row).items()],
        "building": building if building in EFFECTS else "",
        "built": _built(actor, spec, row, _term(request)) if given.get("f") else None,
        "joints": JOINTS,
    }
    return render(request, "settings/field_conditions.html", context, status=status)


def _effect(actor: Actor, spec: ObjectSpec, row: FieldDef, effect: str) -> dict[str, Any]:
    joint, terms = conditions.kept(row, effect)
    label, otherwise = EFFECTS[effect]
    return {
        "key": effect, "label": label, "otherwise": otherwise, "joint": joint,
        "terms": [_words(actor, spec, term) for term in terms],
    }  # fmt: skip


def _words(actor: Actor, spec: ObjectSpec, term: Any) -> str:
    try:
        return words(actor, spec, term)
    except BadQuery:
        return _("A field that is not there any more. This condition does not count.")


def _built(actor: Actor, spec: ObjectSpec, row: FieldDef, term: Term) -> dict[str, Any] | None:
    """The operators and the input for the field that was chosen."""
    if term.path not in conditions.askable(actor, spec, row):
        return None
    meaning = understand(actor, spec, term.path)
    if term.operator in {known.key for known in meaning.field.operators}:
        meaning = understand(actor, spec, term.path, term.operator)
    return {
        "path": term.path,
        "operator": meaning.operator.key,
        "operators": [(known.key, known.words) for known in meaning.field.operators],
        "control": control_of(meaning),
        "value": term.value,
        "chosen": split_values(term.value),
        "label": meaning.label,
    }
