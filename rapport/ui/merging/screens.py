"""Merging on screen: choosing whom with, two to four records side by side, and the merge itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from markupsafe import Markup

from rapport.accounts.actor import Actor
from rapport.core.access.fetching import fetch
from rapport.core.access.levels import called, locale_of, readable_fields, writable_fields
from rapport.core.access.visible import get_record, not_found, visible_to
from rapport.core.errors import BadQuery, Refused
from rapport.core.fields import Field, Links, Locale
from rapport.core.merging import pointing
from rapport.core.merging.combining import is_united
from rapport.core.merging.merge import MOST, demand_merge, merge
from rapport.core.objects.linking import show_seen
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.numbers import number_in
from rapport.lib.text import fold, harmless
from rapport.lib.wording import grouped, inside
from rapport.ui.cells import avatar, draw
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import actor_of, is_part
from rapport.ui.screens.bulks import is_page, to_page
from rapport.ui.screens.going import is_own_path


@dataclass(frozen=True)
class Row:
    """A field of the records side by side: what each says, and which one is chosen where they differ.

    ``cells`` are (record id, drawn value or ""); of a list, or where all agree, ``all`` is what will be there.
    """

    key: str
    label: Any
    cells: tuple[tuple[int, Markup | str], ...]
    chosen: int = 0
    all: Markup | str = ""


def choose_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET: whom to merge this record with. POST ``with`` (a record, or its name): to the two side by side."""
    actor = actor_of(request)
    demand_merge(actor, spec)
    record = get_record(actor, spec, record_id, "edit")
    problem = ""
    if request.method == "POST":
        other = _chosen(actor, spec, record_id, request.POST.get("with", ""), request.POST.get("with_text", ""))
        if other:
            return to_page(request, place(spec, [record_id, other]))
        problem = _("Choose another one from the list.")
    context = {"spec": spec, "record": record, "title": record.title or _("No name"), "problem": problem}
    fragment = "form" if is_part(request) else None
    return render(request, "merging/choose.html", context, fragment=fragment, status=422 if problem else 200)


def _chosen(actor: Actor, spec: ObjectSpec, record_id: int, given: str, text: str) -> int:
    """The other record, by its number or as the only one of its name; 0 if there is no such."""
    others = visible_to(actor, spec).exclude(pk=record_id)
    found = (
        others.filter(pk=number_in(given))
        if number_in(given)
        else others.filter(title_key=fold(harmless(text).strip()))
    )
    ids = list(found.values_list("pk", flat=True)[:2])
    return ids[0] if len(ids) == 1 else 0


def merge_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET ``ids``: the records side by side, ``keep`` the one that stays. POST the same with the choices: merges."""
    actor = actor_of(request)
    demand_merge(actor, spec)
    given = request.POST if request.method == "POST" else request.GET
    ids = list(dict.fromkeys(filter(None, map(number_in, given.getlist("ids")))))
    if not 2 <= len(ids) <= MOST:
        raise BadQuery(_("Choose two to %(most)s records to merge.") % {"most": MOST})
    back = given.get("back", "")
    back = back if is_own_path(back) else ""
    if request.method != "POST":
        return render(request, "merging/merge.html", _page(actor, spec, ids, number_in(given.get("keep", "")), back))
    keep = number_in(given.get("keep", ""))
    if keep not in ids:
        raise BadQuery(_("Choose the record that stays."))
    picks = {key.removeprefix("pick."): number_in(given.get(key, "")) for key in given if key.startswith("pick.")}
    versions = {pk: number_in(given.get(f"version.{pk}", "")) for pk in ids if given.get(f"version.{pk}")}
    try:
        done = merge(actor, spec, keep, [pk for pk in ids if pk != keep], picks, versions=versions)
    except Refused as refused:
        if not is_page(request):
            raise
        page = _page(actor, spec, ids, keep, back, problem=refused.message, picks=picks)
        return render(request, "merging/merge.html", page, status=refused.status)
    flash(request, _("%(count)s records are one now.") % {"count": len(ids)}, undo_url=f"/acts/{done.act.pk}/undo")
    return HttpResponseRedirect(back or f"/{spec.path}/{keep}")


def place(spec: ObjectSpec, ids: Sequence[int], **more: Any) -> str:
    """The address of some records side by side."""
    return f"/{spec.path}/merge?{urlencode([('ids', pk) for pk in ids] + list(more.items()))}"


# -------------------------------------------------------------------- pieces
def _page(
    actor: Actor,
    spec: ObjectSpec,
    ids: Sequence[int],
    keep: int,
    back: str,
    *,
    problem: str = "",
    picks: dict[str, int] | None = None,
) -> dict[str, Any]:
    instances = {row.pk: row for row in visible_to(actor, spec).filter(pk__in=ids)}
    if len(instances) < len(ids):
        raise not_found(spec)
    locale = locale_of(actor)
    shown = [field for field in readable_fields(actor, spec).values() if field.control != "none"]
    values = {row.id: row.values for row in fetch(spec, list(ids), shown)}
    show_seen(actor, shown, [values[pk] for pk in ids])
    fields = [field for field in shown if not field.read_only]
    if keep not in ids:
        keep = max(ids, key=lambda pk: (sum(not field.is_empty(values[pk][field.key]) for field in fields), -pk))
    rows = _rows(fields, values, [keep, *(pk for pk in ids if pk != keep)], ids, locale, picks or {})
    writable = writable_fields(actor, spec)
    asked = [row for row in rows if row.chosen and row.key in writable]
    losers = [pk for pk in ids if pk != keep]
    more = {"back": back} if back else {}
    return {
        "spec": spec,
        "keep": keep,
        "back": back,
        "problem": problem,
        "heads": [_head(actor, spec, instances[pk], values[pk], place(spec, ids, keep=pk, **more)) for pk in ids],
        "asked": asked,
        "united": [row for row in rows if row.all and not row.chosen],
        "given": [row for row in rows if row.chosen and row.key not in writable],
        "moving": [
            (count.spec.icon, _amount(count), inside(count.spec.label if count.count == 1 else count.spec.plural))
            for count in pointing.count(actor, spec, losers)
        ],
        "cancel": back or f"/{spec.path}/{keep}",
        "button": _("Merge %(count)s records") % {"count": len(ids)},
    }


def _amount(count: pointing.Count) -> str:
    return _("more than %(count)s") % {"count": grouped(count.count)} if count.is_more else grouped(count.count)


def _head(actor: Actor, spec: ObjectSpec, instance: Any, values: dict[str, Any], keep_url: str) -> dict[str, Any]:
    title = called(actor, spec, instance.title) or _("No name")
    picture = values.get(spec.picture)
    created = spec.by_key["created_at"]
    return {
        "id": instance.pk,
        "title": title,
        "mark": avatar(title, spec.mark, "md", picture.image_url if picture else ""),
        "detail": spec.byline(values) if spec.byline else "",
        "created": draw(created.cell(instance.created_at, locale_of(actor))) if "created_at" in values else "",
        "version": instance.version,
        "url": f"/{spec.path}/{instance.pk}",
        "keep_url": keep_url,
    }


def _rows(
    fields: Sequence[Field],
    values: dict[int, dict[str, Any]],
    order: Sequence[int],
    ids: Sequence[int],
    locale: Locale,
    picks: dict[str, int],
) -> list[Row]:
    """The fields that say something; ``order`` begins with the record that stays."""
    rows = []
    for field in fields:
        filled = [pk for pk in order if not field.is_empty(values[pk][field.key])]
        if not filled or any(not is_united(field) and other in values[order[0]] for other in field.repeats):
            continue
        drawn = {pk: draw(field.cell(values[pk][field.key], locale)) for pk in filled}
        cells = tuple((pk, drawn.get(pk, "")) for pk in ids)
        if is_united(field):
            rows.append(Row(field.key, field.label, cells, all=draw(field.cell(_union(field, values, order), locale))))
        elif len({repr(field.to_json(values[pk][field.key])) for pk in filled}) == 1:
            rows.append(Row(field.key, field.label, cells, all=drawn[filled[0]]))
        else:
            chosen = picks.get(field.key, filled[0])
            rows.append(Row(field.key, field.label, cells, chosen=chosen if chosen in filled else filled[0]))
    return rows


def _union(field: Field, values: dict[int, dict[str, Any]], order: Sequence[int]) -> Any:
    """All items of a list. Links keep the titles that are at hand."""
    locale = Locale()
    found: list[Any] = []
    for pk in order:
        found += [item for item in values[pk][field.key] if item not in found]
    return found if isinstance(field, Links) else field.clean(found, locale)
