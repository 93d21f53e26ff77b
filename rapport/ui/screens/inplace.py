"""A cell of a list, changed in its place: the editor, the row as it is afterwards, and why a cell is fixed."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from markupsafe import Markup

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of, readable_fields
from rapport.core.access.visible import get_record
from rapport.core.changes.acts import latest_act
from rapport.core.errors import Invalid, NotAllowed, NotFound
from rapport.core.fields import Field
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.rendering import render, toast
from rapport.ui.screens import conflicts, filing, forms
from rapport.ui.screens.asking import Pairs, actor_of
from rapport.ui.screens.form_values import read_form, stored_values, version_in
from rapport.ui.screens.list_rows import row_again, why_fixed
from rapport.ui.screens.typed import typed

RowAgain = Callable[[Actor, ObjectSpec, int, Pairs], Markup]


def cell_screen(
    request: HttpRequest, spec: ObjectSpec, record_id: int, key: str, *, again: RowAgain = row_again
) -> HttpResponse:
    """GET the editor of one cell of the list ``in``, or with ``shown`` its row; POST saves and answers with the row.

    ``again`` draws the row as it is now.

    A cell that cannot be changed answers 204 and says why. 422: the editor with what is wrong; 409: the editor with
    who changed what, and both ways out.
    """
    actor = actor_of(request)
    field = readable_fields(actor, spec).get(key)
    if field is None:
        raise NotFound(_("There is no such field, or you may not see it."))
    pairs = parse_qsl(request.GET.get("in", ""))
    if why := why_fixed(actor, spec)(field):
        get_record(actor, spec, record_id)  # of what may not be seen nothing is said, not even this
        if request.method == "POST":
            raise NotAllowed(why)
        return _says(why)
    if request.method == "POST":
        return _save(request, actor, spec, record_id, field, pairs, again)
    if "shown" in request.GET:
        get_record(actor, spec, record_id)
        return HttpResponse(again(actor, spec, record_id, pairs))
    try:
        instance = get_record(actor, spec, record_id, "edit")
    except NotAllowed as refused:
        return _says(refused.message)
    value = stored_values(actor, spec, record_id, {key: field})[key]
    return _editor(request, actor, spec, instance, field, field.form_value(value, locale_of(actor)))


def _save(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, record_id: int, field: Field, pairs: Pairs, again: RowAgain
) -> HttpResponse:
    data = filing.posted(request, {field.key: field})
    version = version_in(data)
    values, errors = read_form(actor, spec, {field.key: field}, data)
    sentences = [sentence for given in errors.values() for sentence in given]
    told: list[str] = []
    if not sentences:
        try:
            saved, _by, question = forms.merge_record(actor, spec, record_id, {field.key: field}, values, version)
        except Invalid as invalid:
            sentences = [sentence for given in invalid.errors.values() for sentence in given]
        else:
            if question is None:
                row = again(actor, spec, record_id, pairs)
                return _row(actor, record_id, field, row, changed=saved.version != version)
            told, version = conflicts.in_sentences(actor, question[0]), question[1]
    instance = get_record(actor, spec, record_id, "edit")
    given = typed(actor, field, data)
    status = 409 if told else 422
    return _editor(
        request, actor, spec, instance, field, given, version or instance.version, sentences, status=status, told=told
    )


def _row(actor: Actor, record_id: int, field: Field, row: Markup, *, changed: bool) -> HttpResponse:
    act = latest_act(actor, record_id) if changed else None  # nothing changed: nothing to take back
    response = HttpResponse(row)
    if act:
        toast(response, _("%(label)s saved.") % {"label": field.label}, undo_url=f"/acts/{act}/undo")
    return response


def _says(sentence: str) -> HttpResponse:
    response = HttpResponse(status=204)
    toast(response, sentence, tone="grey")
    return response


def _editor(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, instance: Any, field: Field, value: Any, version: int = 0,
    errors: Sequence[str] = (), *, status: int = 200, told: Sequence[str] = (),
) -> HttpResponse:  # fmt: skip
    context = {
        "control": forms.control(actor, field, value, errors, record_id=instance.pk),
        "label": _("%(label)s of %(name)s") % {"label": field.label, "name": instance.title or _("No name")},
        "version": version or instance.version,
        "conflict": told,
    }
    return render(request, "list/cell.html", context, fragment="editor", status=status)
