"""Moving a card: an ordinary change of one field, with its toast and Undo. Boards and calendars do it alike."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.visible import get_record
from rapport.core.changes.acts import latest_act
from rapport.core.errors import Conflict, NotAllowed
from rapport.core.fields import Field
from rapport.core.objects import saving
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.rendering import flash, toast, trigger
from rapport.ui.screens.form_values import stored_values
from rapport.ui.screens.list_rows import why_fixed

Place = Callable[[Any], tuple[str, Any]]  # from a value to the key of the place where it stands, and its name


def movable(actor: Actor, spec: ObjectSpec, record_id: int, by: Field) -> tuple[Any, Any]:
    """The record, which the actor sees, and its value of ``by``. NotAllowed with a sentence if it stays put."""
    if why := why_fixed(actor, spec)(by):
        raise NotAllowed(why)
    record = get_record(actor, spec, record_id, "edit")
    return record, stored_values(actor, spec, record_id, {by.key: by})[by.key]


def moved(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, record: Any, by: Field, value: Any, place: Place, back: str
) -> HttpResponse:
    """Gives the field its new value and says where the card stands now. ``back`` leads to where it was moved."""
    saved = saving.update(actor, spec, record.pk, {by.key: value}, version=record.version)
    act = latest_act(actor, record.pk) if saved.version != record.version else None
    undo_url = f"/acts/{act}/undo" if act else None
    key, label = place(stored_values(actor, spec, record.pk, {by.key: by})[by.key])
    text = _("“%(title)s” moved to %(column)s") % {"title": record.title or _("No name"), "column": label}
    if not getattr(request, "htmx", None):
        flash(request, text, undo_url=undo_url)
        return HttpResponseRedirect(back)
    response = HttpResponse(status=204)
    toast(response, text, undo_url=undo_url)
    trigger(response, "card:moved")
    if key != place(value)[0]:  # a rule of the object put it somewhere else
        trigger(response, "record:changed", {"id": record.pk})
    return response


def refuse_moved(was: str, now: tuple[str, Any]) -> None:
    """Conflict if a card no longer stands where it was taken from: two who move it do not overwrite each other."""
    if was != now[0]:
        raise Conflict(_("Somebody has moved it to “%(column)s” meanwhile. Load the page again.") % {"column": now[1]})
