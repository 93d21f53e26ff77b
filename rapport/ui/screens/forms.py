"""Create and edit any object: on a page of its own, in the drawer, or one fact in its place."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import called, demand, locale_of, writable_fields
from rapport.core.access.special import may_right
from rapport.core.access.visible import get_record
from rapport.core.arranging.layouts import quick_fields
from rapport.core.changes.acts import latest_act
from rapport.core.errors import Invalid, NotFound
from rapport.core.fields import Field, FileField, Link, Links
from rapport.core.objects import saving
from rapport.core.objects.merging import Merged
from rapport.core.objects.once import made_by, once
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.money import CURRENCIES
from rapport.lib.tokens import new_token
from rapport.lib.wording import inside
from rapport.ui.rendering import flash, render, toast, trigger
from rapport.ui.screens import choosing, conflicts, filing, under
from rapport.ui.screens.asking import actor_of, is_on_record, is_part
from rapport.ui.screens.form_values import (
    Errors,
    blank,
    form_fields,
    read_form,
    stored_values,
    untouched,
    version_in,
)
from rapport.ui.screens.records import fact
from rapport.ui.screens.typed import typed, typed_in

Values = Mapping[str, Any]


def create_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET the form of a new record; POST makes it, once, however often the form is sent."""
    actor = actor_of(request)
    demand(actor, spec, "create")
    fields = form_fields(actor, spec)
    if request.method != "POST":
        return new_form(request, spec, request.GET)
    data = filing.posted(request, fields)
    token = data.get("form_token", "")
    if (before := made_by(actor, token)) is not None:  # not read again: a file that it held has its place by now
        return _created(request, spec, before)
    values, errors = read_form(actor, spec, fields, data)
    if not errors:
        try:
            record_id, fresh = once(actor, token, lambda: _make(actor, spec, values))
        except Invalid as invalid:
            errors = invalid.errors
        else:
            if not fresh:
                filing.let_go(values)
            return _created(request, spec, record_id)
    shown = typed_in(actor, fields, data)
    return _form(request, spec, fields, shown, errors, token=token or new_token(), status=422)


def new_form(request: HttpRequest, spec: ObjectSpec, given: Mapping[str, str]) -> HttpResponse:
    """The form of a new record, with what an address gives."""
    actor = actor_of(request)
    return _form(request, spec, form_fields(actor, spec), blank(actor, spec, given), {}, token=new_token())


def edit_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET the form of a record; POST saves it if nobody else has saved since."""
    actor = actor_of(request)
    instance = get_record(actor, spec, record_id, "edit")
    fields = form_fields(actor, spec)
    stored = stored_values(actor, spec, record_id, fields)
    if request.method != "POST":
        locale = locale_of(actor)
        values = {key: field.form_value(stored[key], locale) for key, field in fields.items()}
        return _form(request, spec, fields, values, {}, instance=instance, version=instance.version)
    data = filing.posted(request, fields)
    fields = conflicts.wanted_of(fields, data)
    values, errors = read_form(actor, spec, fields, data)
    for key in untouched(actor, fields, stored, data):
        values.pop(key, None)
    version = version_in(data)
    if not errors:
        try:
            saved, by, question = merge_record(actor, spec, record_id, fields, values, version)
        except Invalid as invalid:
            errors = invalid.errors
        else:
            if question:
                return conflicts.ask(request, actor, spec, instance, f"/{spec.path}/{record_id}/edit", data, question)
            return _saved(request, actor, spec, record_id, changed=saved.version != instance.version, by=by)
    fields = form_fields(actor, spec)
    shown = typed_in(actor, fields, data, stored)
    return _form(request, spec, fields, shown, errors, instance=instance, version=version or 0, status=422)


def fact_screen(request: HttpRequest, spec: ObjectSpec, record_id: int, key: str) -> HttpResponse:
    """GET the editor of one fact, or with ``shown`` the fact again; POST saves it."""
    actor = actor_of(request)
    instance = get_record(actor, spec, record_id, "edit")
    field = writable_fields(actor, spec).get(key)
    if field is None:
        raise NotFound(_("There is no such field, or you may not change it."))
    if request.method != "POST":
        value = stored_values(actor, spec, record_id, {key: field})[key]
        if "shown" in request.GET and key == "tags":  # they have no row of their own
            return HttpResponse()
        if "shown" in request.GET:
            return _fact(request, actor, spec, record_id, field)
        return _editor(request, spec, instance, field, field.form_value(value, locale_of(actor)), instance.version)
    data = filing.posted(request, {key: field})
    version = version_in(data)
    fields = conflicts.wanted_of({key: field}, data)
    values, errors = read_form(actor, spec, fields, data)
    if not errors:
        try:
            saved, by, question = merge_record(actor, spec, record_id, fields, values, version)
        except Invalid as invalid:
            errors = invalid.errors
        else:
            if question:
                action = f"/{spec.path}/{record_id}/fact/{key}"
                return conflicts.ask(request, actor, spec, instance, action, data, question)
            changed = saved.version != instance.version
            answer = _fact_saved(request, actor, spec, record_id, field, changed=changed, by=by)
            return conflicts.settled(request, answer)
    shown = typed(actor, field, data, lambda: stored_values(actor, spec, record_id, {key: field})[key])
    sentences = [sentence for sentences in errors.values() for sentence in sentences]
    return _editor(request, spec, instance, field, shown, version or instance.version, sentences, status=422)


def _make(actor: Actor, spec: ObjectSpec, values: Mapping[str, Any]) -> int:
    """The id of a new record, made together with what the form only named."""
    made: int = choosing.save_with_named(
        actor, f"{spec.key}.create", values, lambda whole, act: saving.create(actor, spec, whole, act=act).pk
    )
    return made


def change_record(
    actor: Actor, spec: ObjectSpec, record_id: int, values: Mapping[str, Any], version: int | None
) -> Any:
    """The record after the save, together with what the form only named."""
    return choosing.save_with_named(
        actor,
        f"{spec.key}.update",
        values,
        lambda whole, act: saving.update(actor, spec, record_id, whole, version=version, act=act),
    )


def merge_record(
    actor: Actor, spec: ObjectSpec, record_id: int, fields: Mapping[str, Field], values: Values, version: int | None
) -> tuple[Any, str, tuple[Merged, int] | None]:
    """Saves what a form holds beside what others saved meanwhile: see :func:`conflicts.save`."""
    return conflicts.save(
        fields,
        values,
        version,
        lambda some, at: change_record(actor, spec, record_id, some, at),
        lambda: stored_values(actor, spec, record_id, fields),
    )


def _form(
    request: HttpRequest,
    spec: ObjectSpec,
    fields: Mapping[str, Field],
    values: Mapping[str, Any],
    errors: Errors,
    *,
    instance: Any = None,
    version: int = 0,
    token: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    new = instance is None
    hidden = [sentence for key, sentences in errors.items() if key not in fields for sentence in sentences]
    quick = quick_fields(actor, spec, fields) if new else []
    in_front: dict[str, dict[str, Any]] = {}
    groups: dict[str, list[dict[str, Any]]] = {}
    known: choosing.Known = {}
    for key, field in fields.items():
        record_id = 0 if new else instance.pk
        part = control(actor, field, values.get(key), errors.get(key, ()), record_id=record_id, known=known)
        if key in quick:
            in_front[key] = part
        else:
            groups.setdefault(str(field.group or ""), []).append(part)
    short = [in_front[key] for key in quick]
    under.mark(request, spec, fields, instance, (short, *groups.values()))
    context = {
        "spec": spec,
        "record": instance,
        "title": (_("New %(label)s") % {"label": inside(spec.label)}) if new else (instance.title or _("No name")),
        "short": short,
        "groups": groups,
        "unfold": any(part["errors"] for parts in groups.values() for part in parts),
        "general": hidden,
        "action": f"/{spec.path}/new" if new else f"/{spec.path}/{instance.pk}/edit",
        "version": version,
        "form_token": token,
        "beside": "1" if "beside" in request.GET or request.POST.get("beside") else "",
        "sends_files": any(isinstance(field, FileField) for field in fields.values()),
        "cancel_url": f"/{spec.path}" if new else f"/{spec.path}/{instance.pk}",
        "conditions_url": under.url_of(spec, instance),
        "arrange_url": _arrange_url(request, spec) if new and may_right(actor, "shape") else "",
        "doubles_url": f"/{spec.path}/doubles" if new and spec.warns_of_doubles else "",
    }
    fragment = "form" if is_part(request) else None
    return render(request, "record/form.html", context, fragment=fragment, status=status)


def _arrange_url(request: HttpRequest, spec: ObjectSpec) -> str:
    """Where who shapes the workspace says which fields stand in front; it leads back to this form."""
    given = request.GET.urlencode() if request.method == "GET" else ""
    return f"/{spec.path}/arrange/quick" + (f"?{urlencode({'in': given})}" if given else "")


def control(
    actor: Actor,
    field: Field,
    value: Any,
    errors: Sequence[str],
    *,
    record_id: int = 0,
    known: choosing.Known | None = None,
) -> dict[str, Any]:
    """What the template needs to draw one input. ``record_id`` is the record that it belongs to, 0 for a new one;
    ``known``: lists of options that the fields of one form share.
    """
    return {
        "field": field,
        "kind": field.control,
        "value": value,
        "errors": list(errors),
        "id": f"f-{field.key}",
        "options": choosing.options(field, {} if known is None else known, value),
        "url": field.choose_url if isinstance(field, Link | Links) else "",
        "mentions_url": f"/mentions/users?record={record_id}" if field.mentions else "",
        **(filing.drawn(field, value, locale_of(actor)) if isinstance(field, FileField) else {}),
        "currencies": [(code, code) for code in sorted(CURRENCIES)] if field.control == "money" else (),
    }


def _created(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    actor = actor_of(request)
    url = f"/{spec.path}/{record_id}"
    another = bool(request.POST.get("another"))
    act = latest_act(actor_of(request), record_id)
    title = visible_title(actor, spec, record_id)
    text, undo_url = _("%(title)s was created.") % {"title": title}, f"/acts/{act}/undo" if act else None
    target = f"/{spec.path}/new" if another else url
    if getattr(request, "htmx", None) and another:
        response = new_form(request, spec, {})
        toast(response, text, undo_url=undo_url)
        trigger(response, "record:changed", {"id": record_id})
        return response
    if getattr(request, "htmx", None) and request.POST.get("beside"):
        return stays(record_id, text, undo_url)
    flash(request, text, undo_url=undo_url)
    if getattr(request, "htmx", None):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = target
        return response
    return HttpResponseRedirect(target)


def stays(record_id: int, text: str, undo_url: str | None) -> HttpResponse:
    """The page below the drawer stays, with what is typed there, and is told what changed."""
    response = HttpResponse(status=204)
    toast(response, text, undo_url=undo_url)
    trigger(response, "record:changed", {"id": record_id})
    return response


def visible_title(actor: Actor, spec: ObjectSpec, record_id: int) -> str:
    """What the record that was just saved is called to whoever saved it."""
    title = spec.model._default_manager.filter(pk=record_id).values_list("title", flat=True).first()
    return called(actor, spec, title) if title else str(spec.label)


def _saved(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, record_id: int, *, changed: bool, by: str
) -> HttpResponse:
    act = latest_act(actor, record_id) if changed else None  # nothing changed: nothing to take back
    text, undo_url = _beside(_("Saved."), by), f"/acts/{act}/undo" if act else None
    if is_on_record(request):
        return stays(record_id, text, undo_url)
    flash(request, text, undo_url=undo_url)
    if getattr(request, "htmx", None):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = f"/{spec.path}/{record_id}"
        return response
    return HttpResponseRedirect(f"/{spec.path}/{record_id}")


def _beside(text: str, by: str) -> str:
    """What happened, and that what somebody else saved meanwhile stayed, too."""
    stayed = _("What %(names)s changed meanwhile stayed, too.") % {"names": by} if by else ""
    return f"{text} {stayed}".strip()


def _editor(
    request: HttpRequest, spec: ObjectSpec, instance: Any, field: Field, value: Any, version: int,
    errors: Sequence[str] = (), *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "spec": spec,
        "record": instance,
        "title": instance.title or _("No name"),
        "control": control(actor_of(request), field, value, errors, record_id=instance.pk),
        "action": f"/{spec.path}/{instance.pk}/fact/{field.key}",
        "version": version,
    }
    fragment = "editor" if getattr(request, "htmx", None) else None
    return render(request, "record/fact.html", context, fragment=fragment, status=status)


def _fact(request: HttpRequest, actor: Actor, spec: ObjectSpec, record_id: int, field: Field) -> HttpResponse:
    value = stored_values(actor, spec, record_id, {field.key: field})[field.key]
    row = fact(spec, record_id, field, value, locale_of(actor), editable=True)
    return render(request, "record/fact.html", {"fact": row}, fragment="fact")


def _fact_saved(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, record_id: int, field: Field, *, changed: bool, by: str
) -> HttpResponse:
    act = latest_act(actor, record_id) if changed else None  # nothing changed: nothing to take back
    undo_url = f"/acts/{act}/undo" if act else None
    text = _beside(_("%(label)s saved.") % {"label": field.label}, by)
    if not getattr(request, "htmx", None):
        flash(request, text, undo_url=undo_url)
        return HttpResponseRedirect(f"/{spec.path}/{record_id}")
    response = HttpResponse() if field.key == "tags" else _fact(request, actor, spec, record_id, field)
    toast(response, text, undo_url=undo_url)
    trigger(response, "record:changed", {"id": record_id})
    return response
