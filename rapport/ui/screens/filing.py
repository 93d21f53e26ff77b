"""Fields with files in a form: what was sent is kept at once, and held by a ticket while the form is corrected.

A browser does not fill a field for files again, so whoever got another field wrong would have to choose it anew.
"""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of
from rapport.core.errors import Invalid
from rapport.core.fields import Field, FileField, Locale
from rapport.core.fields.file import IMAGE
from rapport.core.files import incoming
from rapport.core.files.incoming import Incoming
from rapport.lib.file_kinds import IMAGES
from rapport.ui.cells import draw


def posted(request: HttpRequest, fields: Mapping[str, Field]) -> QueryDict:
    """The posted form, with the files of those fields that hold one; files under other names are not looked at."""
    keys = [key for key, field in fields.items() if isinstance(field, FileField) and key in request.FILES]
    if not keys:
        return request.POST
    data = request.POST.copy()
    for key in keys:
        data[key] = request.FILES[key]  # type: ignore[assignment]
    return data


def chosen(actor: Actor, field: FileField, data: QueryDict) -> Any:
    """What a form says of a field: a file that was chosen, or one that was held; None to take away what is there.

    A file that was chosen now leaves its ticket in ``data``. ValueError with a sentence if it cannot be taken.
    """
    given: Any = data.get(field.key)
    if isinstance(given, UploadedFile):
        return _taken(actor, field, given, data)
    if given:
        return given  # no browser sends text here; the field says so
    held = data.get(f"{field.key}_kept", "")
    return field.clean(incoming.redeem(actor, held), locale_of(actor)) if held else None


def _taken(actor: Actor, field: FileField, given: UploadedFile, data: QueryDict) -> Incoming:
    data.pop(f"{field.key}_kept", None)  # this one takes its place
    try:
        file = incoming.take_in(actor, given.name or "", given.chunks(), size=given.size or 0, most=field.most)
    except Invalid as invalid:
        raise ValueError(invalid.message) from None
    try:
        field.clean(file, locale_of(actor))
    except ValueError:
        incoming.discard(file)
        raise
    data[f"{field.key}_kept"] = incoming.ticket(file)
    return file


def typed(actor: Actor, field: FileField, data: QueryDict, now: Any) -> dict[str, Any]:
    """What :func:`rapport.ui.screens.forms.control` shows again; ``now`` is the stored value."""
    held = data.get(f"{field.key}_kept", "")
    try:
        name = incoming.redeem(actor, held).name if held else ""
    except ValueError:
        held = name = ""
    return {"now": now, "kept": held, "name": name, "remove": bool(data.get(f"{field.key}_remove"))}


def drawn(field: FileField, value: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    """What the template needs besides, to draw the input: the file that is there, and what may be chosen."""
    return {
        "shown": draw(field.cell(value["now"], locale)) if value["now"] else "",
        "limits": field.limits(),
        "accept": ",".join(sorted(IMAGES)) if field.accepts == IMAGE else None,
    }


def let_go(values: Mapping[str, Any]) -> None:
    """Forgets the files of a form that made nothing because it had been sent before."""
    for value in values.values():
        if isinstance(value, Incoming):
            incoming.discard(value)
