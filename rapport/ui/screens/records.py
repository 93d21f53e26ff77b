"""The page of any record: what it is (facts), what happened (timeline), what belongs to it (related)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from rapport.accounts.actor import Actor
from rapport.core.access.fetching import fetch
from rapport.core.access.levels import locale_of, readable_fields, writable_fields
from rapport.core.access.may import allowed, find_record
from rapport.core.access.sharing import shared_with
from rapport.core.access.special import may_right
from rapport.core.access.visible import get_record
from rapport.core.arranging.facts import placed, shown_fields
from rapport.core.arranging.layouts import FACTS, PANELS, Own, own_of, standing
from rapport.core.errors import NotFound, Refused
from rapport.core.fields import Field, Locale
from rapport.core.fields.cell import EMPTY
from rapport.core.mentions.noting import names_on
from rapport.core.merging.merge import can_merge
from rapport.core.objects import registry, saving
from rapport.core.objects.conditional import not_asked
from rapport.core.objects.linking import show_seen
from rapport.core.objects.registry import Panel
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.aliases import current
from rapport.core.records.models import Record
from rapport.lib.tokens import new_token
from rapport.lib.wording import inside
from rapport.ui.cells import avatar, draw, draw_link, drawn_brief
from rapport.ui.chips import chips_in_html
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import actor_of
from rapport.ui.screens.composing import tabs_of
from rapport.ui.screens.following import follow_values
from rapport.ui.screens.shaping import add_field_url
from rapport.ui.screens.timeline import history_values

MOST_TAGS = 10  # shown at once
MOST_TILES = 4  # above the timeline; those that rooms add come first
MOST_ROWS = 8  # of a related panel that are shown at once
PANES = ("activity", "details", "related")


def record_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET the page of one record, also of one in the trash (with a banner and “Restore”)."""
    actor = actor_of(request)
    instance = find_record(actor, spec, record_id)
    values = _values(actor, spec, record_id)
    locale = locale_of(actor)
    title = instance.title or _("No name")
    pane = request.GET.get("pane", "activity")
    given, panels = registry.contributions(spec.key), registry.panels(actor, spec.key)
    may = _may(actor, spec, instance)
    own = own_of(actor, spec)
    context = {
        "spec": spec,
        "record": instance,
        "title": title,
        "mark": avatar(title, spec.mark, "lg", picture.image_url if (picture := values.get(spec.picture)) else ""),
        "byline": _byline(spec, values, locale),
        "badges": _badges(actor, spec, values, locale),
        "tags": values.get("tags") or [],
        "contact": {key: values.get(key) or "" for key in ("email", "phone")},
        "groups": _facts(actor, spec, instance, values, locale, own, may_edit=may["edit"] and instance.live),
        "highlights": [(tile.label, draw(tile.cell(actor, instance))) for tile in given.highlights]
        + _tiles(values, locale, spec)[: max(0, MOST_TILES - len(given.highlights))],
        "bars": [(bar.template, bar.values(actor, instance)) for bar in given.bars],
        "panels": [_panel(actor, panel, record_id) for panel in _shown_panels(actor, spec, panels, own)],
        "can_arrange_panels": len(panels) > 1,
        "most_tags": MOST_TAGS,
        "most_rows": MOST_ROWS,
        "tabs": tabs_of(actor, spec, instance, may_edit=may["edit"], wanted=request.GET.get("compose", "")),
        "form_token": new_token(),
        "pane": pane if pane in PANES else "activity",
        "walk": urlencode({"in": request.GET["in"]}) if request.GET.get("in") else "",
        "may": may,
        "shared": shared_with(record_id) if may["edit"] else [],
        "add_field_url": add_field_url(actor, spec, f"/{spec.path}/{record_id}?pane=details"),
        "follow": follow_values(actor, record_id) if instance.live else None,
        **history_values(request, actor, spec, instance),
    }
    return render(request, "record/record.html", context)


def trash_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """POST: to the trash, with Undo."""
    actor = actor_of(request)
    record = get_record(actor, spec, record_id, "trash")
    saving.trash(actor, spec, [record_id])
    text = _("%(title)s is in the trash.") % {"title": record.title or spec.label}
    flash(request, text, undo_url=f"/{spec.path}/{record_id}/restore")
    return HttpResponseRedirect(f"/{spec.path}")


def restore_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """POST: out of the trash again."""
    actor = actor_of(request)
    get_record(actor, spec, record_id, "trash", live=False)
    try:
        saving.restore(actor, spec, [record_id])
    except Refused as refused:
        flash(request, refused.message, tone="red")
    else:
        flash(request, _("Restored."))
    url = f"/{spec.path}/{record_id}"
    if getattr(request, "htmx", None):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)


def any_record(request: HttpRequest, record_id: int) -> HttpResponse:
    """GET ``/r/<id>``: the page of whatever has this id, if it may be seen."""
    actor = actor_of(request)
    record_id = current(record_id)
    kind = Record.objects.filter(pk=record_id).values_list("kind", flat=True).first()
    spec = registry.find(kind or "")
    nothing = NotFound(_("There is nothing at this address, or you may not see it."))
    if spec is None:
        raise nothing
    try:
        find_record(actor, spec, record_id)
    except NotFound:  # names what it is: here nobody has asked for a kind
        raise nothing from None
    return HttpResponseRedirect(f"/{spec.path}/{record_id}")


def _values(actor: Actor, spec: ObjectSpec, record_id: int) -> dict[str, Any]:
    """All values that the actor may see. Links to records that are not visible keep their title: a name is no page."""
    shown = [field for field in readable_fields(actor, spec).values() if field.control != "none"]
    (row,) = fetch(spec, [record_id], shown)
    show_seen(actor, shown, [row.values])
    return row.values


def _facts(
    actor: Actor, spec: ObjectSpec, instance: Any, values: dict[str, Any], locale: Locale, own: Own, *, may_edit: bool
) -> list[dict[str, Any]]:
    writable = writable_fields(actor, spec) if may_edit else {}
    layout, fields = standing(actor, spec, FACTS, own).arrangement, shown_fields(actor, spec)
    unasked = not_asked(spec, instance, locale)
    groups = []
    for group in placed(spec, fields, layout):
        facts = [
            fact(spec, instance.pk, fields[key], values[key], locale, editable=key in writable, is_asked=is_asked)
            for key, is_asked in ((key, key not in unasked) for key in group.keys if key not in layout.left_out)
            if not _says_nothing(fields[key], values, is_asked=is_asked)
        ]
        if facts:
            groups.append({"label": group.label, "facts": facts, "folded": group.is_folded})
    return groups


def _shown_panels(actor: Actor, spec: ObjectSpec, panels: Sequence[Panel], own: Own) -> list[Panel]:
    """The related panels in their order, without those that are left out."""
    layout = standing(actor, spec, PANELS, own).arrangement
    ordered = layout.ordered({panel.key: panel for panel in panels})
    return [panel for key, panel in ordered.items() if key not in layout.left_out]


def _says_nothing(field: Field, values: dict[str, Any], *, is_asked: bool) -> bool:
    """True for “All e-mails” of somebody who has one: the fact above says it. And for what is not asked, and empty."""
    if not is_asked and field.is_empty(values[field.key]):
        return True
    return any(other in values for other in field.repeats) and len(values.get(field.key) or ()) < 2


def _byline(spec: ObjectSpec, values: dict[str, Any], locale: Locale) -> Markup:
    """The line under the name, with links to the records it names."""
    line = escape(spec.byline(values)) if spec.byline else Markup()
    for key, field in spec.by_key.items():
        cell = field.cell(values[key], locale) if field.type == "link" and values.get(key) else EMPTY
        name = escape(cell.text)
        if cell.href.startswith("/") and name and name in line:
            return Markup(str(line).replace(name, draw_link(cell), 1))  # noqa: S704 - both parts are escaped
    return line


def fact(
    spec: ObjectSpec, record_id: int, field: Field, value: Any, locale: Locale, *, editable: bool, is_asked: bool = True
) -> dict[str, Any]:
    """One row of the facts. ``is_asked``: False where a condition says that it is not, though it has a value."""
    cell = field.cell(value, locale)
    html = draw(cell) if cell is not EMPTY else ""
    if cell.shape == "rich" and "@" in cell.hint:
        html = Markup(chips_in_html(str(html), names_on([record_id]).get(record_id, ())))  # noqa: S704 - sanitised
    return {
        "key": field.key,
        "label": field.label,
        "html": html,
        "note": "" if is_asked else _("Not asked any more"),
        "linked": bool(cell.href) or cell.shape in ("rich", "links"),
        "edit_url": f"/{spec.path}/{record_id}/fact/{field.key}" if editable else "",
        "empty": _("Add %(label)s") % {"label": inside(field.label)} if editable else "",
    }


def _may(actor: Actor, spec: ObjectSpec, instance: Any) -> dict[str, bool]:
    may = allowed(actor, spec, instance, ("edit", "trash"))
    gone = not instance.live
    return {
        "edit": "edit" in may,
        "trash": "trash" in may and not gone,
        "restore": "trash" in may and gone,
        "explain": "edit" in may or may_right(actor, "users"),
        "audit": may_right(actor, "audit"),
        "merge": {"edit", "trash"} <= may and not gone and can_merge(actor, spec),
    }


def _badges(actor: Actor, spec: ObjectSpec, values: dict[str, Any], locale: Locale) -> list[Any]:
    """The choice that says most about the record: its lifecycle, or the first badge among its columns."""
    for key in ("lifecycle", *spec.columns):
        if values.get(key) and spec.by_key[key].type == "choice":
            return [draw(spec.by_key[key].cell(values[key], locale))]
    return []


def _tiles(values: dict[str, Any], locale: Locale, spec: ObjectSpec) -> list[tuple[Any, Any]]:
    keys = [key for key in ("last_activity_at", "owner", "source", "industry", "created_at") if key in values][:4]
    return [(spec.by_key[key].label, drawn_brief(spec.by_key[key].cell(values[key], locale))) for key in keys]


def _panel(actor: Actor, panel: Panel, record_id: int) -> dict[str, Any]:
    rows = panel.rows(actor, record_id)
    return {
        "count": len(rows),
        "more": bool(panel.most) and len(rows) >= panel.most,
        "all_url": panel.all_url(record_id) if panel.all_url else "",
        "empty": panel.empty or _("None yet"),
        "key": panel.key,
        "title": panel.title,
        "template": panel.template,
        "rows": rows
        if panel.template
        else [(row, avatar(row.title, row.shape, "md") if row.shape in ("person", "company") else "") for row in rows],
        "add_url": panel.add_url(record_id) if panel.add_url else "",
        "add_label": panel.add_label,
    }
