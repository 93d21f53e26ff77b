"""Acting on many records of a list."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand, locale_of
from rapport.core.access.pages import ListQuery, rows_matching
from rapport.core.access.special import demand_right
from rapport.core.access.visible import visible_to
from rapport.core.changes.bulk_runs import start
from rapport.core.errors import BadQuery, Invalid, NotFound, Refused
from rapport.core.fields import Field, Link
from rapport.core.merging.merge import MOST
from rapport.core.objects.bulk import AT_ONCE, Order, Outcome, carry_out, editable_fields
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.wording import grouped
from rapport.ui.rendering import flash, render
from rapport.ui.screens import choosing, segments
from rapport.ui.screens.asking import Pairs, actor_of, address, ask
from rapport.ui.screens.forms import control
from rapport.ui.screens.typed import typed

_MOST_IDS = 1000  # in one form; a page shows far fewer


def bulk_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """POST ``do`` to the ``ids``, or with ``all`` to everything the list shows. Many go to the worker."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    pairs = _pairs(request)
    verb = request.POST.get("do", "")
    if verb in ("edit", "assign"):
        return edit_screen(request, spec)
    if verb in ("segment", "unsegment"):
        return segment_screen(request, spec)
    if verb == "merge":
        return _to_merge(request, actor, spec, pairs)
    order = Order(verb, value=request.POST.get("tag", ""))
    wanted = _wanted(actor, spec, order, pairs, request)
    try:
        return _carry_out(request, actor, spec, order, wanted, pairs)
    except Refused as refused:
        if not is_page(request):
            raise
        flash(request, refused.message, tone="red")
        return HttpResponseRedirect(address(spec, pairs))


def _to_merge(request: HttpRequest, actor: Actor, spec: ObjectSpec, pairs: Pairs) -> HttpResponse:
    """The few that were selected, side by side."""
    ids = _few(actor, spec, Order("trash"), _wanted(actor, spec, Order("trash"), pairs, request)) or []
    if not 2 <= len(ids) <= MOST:
        flash(request, _("Choose two to %(most)s records to merge.") % {"most": MOST}, tone="red")
        return to_page(request, address(spec, pairs))
    back = [("back", address(spec, pairs))]
    return to_page(request, f"/{spec.path}/merge?{urlencode([*(('ids', pk) for pk in ids), *back])}")


def edit_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """POST the selection: the form in which a field and its value are chosen.

    ``save=1`` gives the records that value, ``save=empty`` takes theirs away: nobody empties a field by not choosing.
    """
    actor = actor_of(request)
    pairs, key = _pairs(request), request.POST.get("field", "")
    if request.POST.get("do") == "assign":
        key = key or "owner"
    fields = editable_fields(actor, spec)
    field = fields.get(key)
    errors: list[str] = []
    if field is not None and request.POST.get("save"):
        try:
            order = Order("edit", key, _given(actor, field, request))
            return _carry_out(request, actor, spec, order, _wanted(actor, spec, order, pairs, request), pairs)
        except (ValueError, Invalid) as error:
            errors = [error.message if isinstance(error, Invalid) else str(error)]
    wanted = _wanted(actor, spec, Order("edit"), pairs, request)
    context = {
        "spec": spec,
        "pairs": pairs,
        "ids": () if isinstance(wanted, ListQuery) else wanted,
        "all": isinstance(wanted, ListQuery),
        "count": _count(actor, spec, wanted),
        "fields": sorted(((key, field.label) for key, field in fields.items()), key=lambda one: str(one[1]).lower()),
        "key": key,
        "control": _control(actor, field, request, errors) if field else None,
        "may_empty": field is not None and not field.required and not isinstance(_nothing(field), bool),
        "back": address(spec, pairs),
    }
    fragment = "form" if getattr(request, "htmx", None) else None
    return render(request, "list/bulk.html", context, fragment=fragment, status=422 if errors else 200)


def segment_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """POST the selection: the form in which a segment is chosen; with ``save`` they are put into it, or out of it."""
    actor, pairs, error = actor_of(request), _pairs(request), ""
    demand_right(actor, "bulk")
    demand(actor, spec, "edit")
    order = Order(request.POST["do"])
    wanted = _wanted(actor, spec, order, pairs, request)
    if request.POST.get("save"):
        try:
            order = Order(order.verb, value=segments.chosen(actor, spec, request))
            return _carry_out(request, actor, spec, order, wanted, pairs)
        except (Invalid, NotFound) as refused:
            error = refused.message
    count = _count(actor, spec, wanted)
    context = {**segments.form_values(request, actor, spec, wanted, pairs, error), "count": count}
    fragment = "form" if getattr(request, "htmx", None) else None
    return render(request, "list/segment.html", context, fragment=fragment, status=422 if error else 200)


def _pairs(request: HttpRequest) -> Pairs:
    return [(name[3:], value) for name, values in request.POST.lists() if name.startswith("in.") for value in values]


def _wanted(actor: Actor, spec: ObjectSpec, order: Order, pairs: Pairs, request: HttpRequest) -> ListQuery | list[int]:
    """What was selected: some records, or all that the list shows."""
    if request.POST.get("all") == "1":
        return ask(actor, spec, pairs)
    given = request.POST.getlist("ids")
    if len(given) > _MOST_IDS or not all(text.isdecimal() and len(text) <= 18 for text in given):
        raise BadQuery(_("The selection could not be read. Select the records again."))
    rows = visible_to(actor, spec, order.action, live=order.verb != "restore").filter(
        pk__in=[int(text) for text in given]
    )
    return list(rows.values_list("pk", flat=True))


def _carry_out(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, order: Order, wanted: ListQuery | list[int], pairs: Pairs
) -> HttpResponse:
    ids = _few(actor, spec, order, wanted)
    if ids is None:
        # The condition goes along, not its hundreds of thousands of records.
        return to_page(request, f"/jobs/{start(actor, spec, order, wanted).pk}")
    if not ids:
        flash(request, _("Nothing was selected."), tone="red")
        return to_page(request, address(spec, pairs))
    act, outcome = carry_out(actor, spec, order, ids)
    text = done_words(order.verb, outcome.changed)
    if outcome.left_count:
        text = " ".join((text, _("Left as they are: %(count)s.") % {"count": outcome.left_count}, *outcome.left[:2]))
    text = " ".join((text, *_others(request, len(ids), outcome)))
    undo_url = f"/acts/{act.pk}/undo" if outcome.changed else None
    flash(request, text, undo_url=undo_url, tone="green" if outcome.changed else "grey")
    return to_page(request, address(spec, pairs))


def _others(request: HttpRequest, tried: int, outcome: Outcome) -> list[str]:
    """Why fewer changed than were selected: the others were so already, or may not be changed."""
    same = tried - outcome.changed - outcome.left_count
    barred = len(set(request.POST.getlist("ids"))) - tried if request.POST.get("all") != "1" else 0
    told = []
    if same > 0:
        told.append(ngettext("%(count)s was so already.", "%(count)s were so already.", same))
    if barred > 0:
        told.append(ngettext("%(count)s you may not change.", "%(count)s you may not change.", barred))
    numbers = [number for number in (same, barred) if number > 0]
    return [text % {"count": grouped(number)} for text, number in zip(told, numbers, strict=True)]


def _few(actor: Actor, spec: ObjectSpec, order: Order, wanted: ListQuery | list[int]) -> list[int] | None:
    """The ids where they are few enough to be done at once, else None."""
    if isinstance(wanted, ListQuery):
        rows = rows_matching(actor, spec, wanted, order.action).order_by().values_list("pk", flat=True)
        wanted = list(rows[: AT_ONCE + 1])
    return sorted(wanted) if len(wanted) <= AT_ONCE else None


def _count(actor: Actor, spec: ObjectSpec, wanted: ListQuery | list[int]) -> str:
    """How many records these are, in words, without counting millions."""
    if not isinstance(wanted, ListQuery):
        return grouped(len(wanted))
    few = _few(actor, spec, Order("edit"), wanted)
    return grouped(len(few)) if few is not None else _("more than %(count)s") % {"count": AT_ONCE}


def _control(actor: Actor, field: Field, request: HttpRequest, errors: list[str]) -> dict[str, Any]:
    blank = field.form_value(_nothing(field), locale_of(actor))
    shown = blank
    if request.POST.get("save"):
        shown = typed(actor, field, request.POST)
    return {**control(actor, field, shown, errors), "choose": _("Choose…")}


def _nothing(field: Field) -> Any:
    """The value of an empty field."""
    return None if field.nullable or isinstance(field, Link) else field.empty


def _given(actor: Actor, field: Field, request: HttpRequest) -> Any:
    """The value in the form, as the save path takes it. ValueError if none was given."""
    if request.POST["save"] == "empty" and not field.required:
        return _nothing(field)
    if isinstance(field, Link) and field.to:
        chosen = choosing.chosen(actor, field, request.POST)
        if isinstance(chosen, choosing.Named):
            raise ValueError(_("There is no “%(name)s” yet. Choose one from the list.") % {"name": chosen.name})
        value: Any = chosen
    else:
        value = field.from_form(request.POST)
    if value is None or value in ("", [], (), {}):
        raise ValueError(
            _("Choose a value.") if field.required else _("Give a value, or press “Empty the field” to take it away.")
        )
    return value


def done_words(verb: str, count: int) -> str:
    """What was done, in a sentence."""
    sentences = {
        "trash": ngettext("%(count)s record is in the trash.", "%(count)s records are in the trash.", count),
        "restore": ngettext("%(count)s record was restored.", "%(count)s records were restored.", count),
        "tag": ngettext("%(count)s record was tagged.", "%(count)s records were tagged.", count),
        "untag": ngettext("The tag was removed from %(count)s record.", "The tag was removed from %(count)s records.",
                          count),
        "segment": ngettext("%(count)s record was added to the segment.",
                            "%(count)s records were added to the segment.", count),
        "unsegment": ngettext("%(count)s record was removed from the segment.",
                              "%(count)s records were removed from the segment.", count),
        "mine": ngettext("%(count)s record is yours now.", "%(count)s records are yours now.", count),
        "edit": ngettext("%(count)s record was changed.", "%(count)s records were changed.", count),
    }  # fmt: skip
    return sentences[verb] % {"count": grouped(count)}


def is_page(request: HttpRequest) -> bool:
    """True for a form sent by a whole page; scripts and programs get the refusal itself, with its status."""
    return not getattr(request, "htmx", None) and "text/html" in request.headers.get("Accept", "text/html")


def to_page(request: HttpRequest, url: str) -> HttpResponse:
    """Leads to another page, whoever asks: a browser or htmx."""
    if getattr(request, "htmx", None):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)
