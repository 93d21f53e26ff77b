"""The composer on a record's page: its tabs, and what was typed into them and not saved yet."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.access.visible import get_record
from rapport.core.errors import NotFound
from rapport.core.objects import registry
from rapport.core.objects.registry import Composer
from rapport.core.objects.spec import ObjectSpec
from rapport.core.unsent import keeping
from rapport.core.unsent.keeping import Kept
from rapport.lib.text import harmless
from rapport.lib.tokens import new_token
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import actor_of, is_part

NOT_TYPED = ("csrfmiddlewaretoken", "form_token")
FILE = Composer(
    "file", gettext_lazy("File"), "paperclip", "record/file_tab.html", lambda pk: f"/files/on/{pk}", "f", 90
)


def tabs_of(actor: Actor, spec: ObjectSpec, record: Any, *, may_edit: bool, wanted: str = "") -> list[dict[str, Any]]:
    """The tabs with what they hold; that which has something unsent is in front, or ``wanted``. One query."""
    composers = registry.contributions(spec.key).composers
    if not composers or not record.live:
        return []
    kept = keeping.kept(actor, record.pk)
    tabs = [_tab(actor, each, record.pk, kept.get(each.key)) for each in (*composers, *([FILE] if may_edit else []))]
    last = max(kept, key=lambda key: kept[key].at, default="")
    front = next((tab for key in (wanted, last) for tab in tabs if tab["key"] == key), tabs[0])
    front["is_front"] = True
    return tabs


def draft_screen(request: HttpRequest, spec: ObjectSpec, record_id: int, key: str) -> HttpResponse:
    """POST: keeps what was typed into a tab (204)."""
    actor = actor_of(request)
    get_record(actor, spec, record_id)
    _composer(spec, key)
    keep_posted(request, actor, record_id, key)
    return HttpResponse(status=204)


def keep_posted(request: HttpRequest, actor: Actor, record_id: int, key: str) -> None:
    """Keeps a posted form as what was typed into the tab ``key``: also one that was refused and has no script."""
    given = request.POST
    fields = {name: [harmless(text) for text in given.getlist(name)] for name in given if name not in NOT_TYPED}
    keeping.keep(actor, record_id, key, fields)


def discard_screen(request: HttpRequest, spec: ObjectSpec, record_id: int, key: str) -> HttpResponse:
    """POST: forgets what was typed into a tab; answers with the tab as it is without."""
    actor = actor_of(request)
    record = get_record(actor, spec, record_id)
    composer = _composer(spec, key)
    keeping.drop(actor, record_id, key)
    if not is_part(request):
        flash(request, _("Draft discarded."))
        return HttpResponseRedirect(f"/{spec.path}/{record_id}")
    tab = _tab(actor, composer, record_id, None) | {"is_front": True}
    context = {"spec": spec, "record": record, "tab": tab, "form_token": new_token()}
    return render(request, "record/composer_tab.html", context)


def _composer(spec: ObjectSpec, key: str) -> Composer:
    found = next((each for each in registry.contributions(spec.key).composers if each.key == key), None)
    if found is None:
        raise NotFound(_("There is no such record, or nothing can be written on it."))
    return found


def _tab(actor: Actor, composer: Composer, record_id: int, kept: Kept | None) -> dict[str, Any]:
    own: Mapping[str, Any] = composer.values(actor, record_id) if composer.values else {}
    return {
        "key": composer.key,
        "label": composer.label,
        "icon": composer.icon,
        "shortcut": composer.shortcut,
        "template": composer.template,
        "url": composer.url(record_id),
        "own": own,
        "given": _given(kept.fields) if kept else {},
        "is_restored": kept is not None,
        "keeps_drafts": composer is not FILE,
        "is_front": False,
    }


def _given(fields: Mapping[str, list[str]]) -> QueryDict:
    """What was typed, as a posted form would give it."""
    given = QueryDict(mutable=True)
    for name, values in fields.items():
        given.setlist(name, values)
    return given
