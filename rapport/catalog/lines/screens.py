"""The editor of lines: a page of its own below a record, whole without JavaScript, in parts with it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.catalog.lines import changing, drawing, values
from rapport.catalog.products.object import RECURRING
from rapport.core.access.levels import readable_fields, writable_fields
from rapport.core.access.may import allowed
from rapport.core.access.visible import get_record, visible_to
from rapport.core.changes.acts import latest_act
from rapport.core.errors import BadQuery, Conflict, Invalid, NotFound
from rapport.core.objects import registry
from rapport.core.objects.registry import Panel
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.money import parse_amount
from rapport.lib.numbers import parse_decimal
from rapport.lib.text import clean_line, fold
from rapport.ui.rendering import flash, render, toast
from rapport.ui.screens.asking import actor_of

MOST_IN_PANEL = 6


def addresses(kind: str, place: str) -> list[URLPattern]:
    """The editor for one kind of record, below ``place``/<number>."""

    def of(screen: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def answer(request: HttpRequest, record_id: int, **more: int) -> HttpResponse:
            return screen(request, registry.get(kind), record_id, **more)

        return answer

    base = f"{place}/<int:record_id>/lines"
    return [
        path(base, require_safe(of(lines_screen)), name=f"{kind}-lines"),
        path(f"{base}/add", require_POST(of(add_screen)), name=f"{kind}-lines-add"),
        path(f"{base}/decide", require_POST(of(decide_screen)), name=f"{kind}-lines-decide"),
        path(f"{base}/<int:number>", require_POST(of(line_screen)), name=f"{kind}-line"),
    ]


def lines_panel(kind: str) -> Panel:
    """The panel on the page of a record: the first lines, what they come to, and the way to the editor."""

    def rows(actor: Actor, record_id: int) -> list[dict[str, Any]]:
        spec = registry.get(kind)
        if changing.FIELD not in readable_fields(actor, spec):
            return []
        lines = changing.stored_lines(spec, record_id)
        shown = drawing.rows(actor, lines[:MOST_IN_PANEL])
        more = len(lines) - len(shown)
        return [{"lines": shown, "more": more, "count": sum(not one["heading"] for one in lines),
                 "sums": drawing.sums(actor, lines), **drawing.remarks(actor, lines),
                 "url": f"/{spec.path}/{record_id}/lines"}]  # fmt: skip

    return Panel("lines", registry.get(kind).by_key[changing.FIELD].label, rows, template="catalog/lines_panel.html")


def lines_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET the lines; ``edit`` is the number of one that is shown with all its fields."""
    given = request.GET.get("edit", "")
    return _page(request, spec, record_id, edit=int(given) if given.isdecimal() and len(given) < 10 else 0)


def add_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """POST one more line: ``product`` (chosen) or ``product_text`` (typed), ``quantity``; ``heading`` makes it one."""
    actor = actor_of(request)

    def add() -> Any:
        return changing.add_line(actor, spec, record_id, _new_line(actor, request.POST))

    return _done(request, spec, record_id, add, is_added=True)


def line_screen(request: HttpRequest, spec: ObjectSpec, record_id: int, number: int) -> HttpResponse:
    """POST what to do with a line: ``do`` is save, move (to the place ``to``, from 0), remove or price."""
    actor, data = actor_of(request), request.POST
    to = data.get("to", "0")
    place = int(to) if to.isdecimal() and len(to) < 6 else 0
    verbs: dict[str, Callable[[], Any]] = {
        "save": lambda: changing.change_line(
            actor, spec, record_id, number, _read(actor, spec, record_id, number, data)
        ),
        "move": lambda: changing.move_line(actor, spec, record_id, number, place),
        "remove": lambda: changing.remove_line(actor, spec, record_id, number),
        "price": lambda: changing.ask_price_again(actor, spec, record_id, number),
    }
    get_record(actor, spec, record_id, "edit")  # who may not see it hears nothing else of it
    if data.get("do", "save") not in verbs:
        raise BadQuery(_("A line is saved, moved or removed, or its price is asked for again."))
    return _done(request, spec, record_id, verbs[data.get("do", "save")], edit=number if "whole" in data else 0)


def decide_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """POST ``do``: approve or decline, with a ``reason`` and the ``version`` of the record that was looked at."""
    actor, approve = actor_of(request), request.POST.get("do") == "approve"
    reason, seen = request.POST.get("reason", ""), request.POST.get("version", "")
    if not seen.isdecimal() or len(seen) > 18:
        raise BadQuery(_("Say which version was looked at. Load the page again."))
    return _done(
        request, spec, record_id,
        lambda: changing.decide_discounts(actor, spec, record_id, version=int(seen), approve=approve, reason=reason),
    )  # fmt: skip


# -------------------------------------------------------------------- pieces
def _done(
    request: HttpRequest, spec: ObjectSpec, record_id: int, verb: Callable[[], Any], *, edit: int = 0,
    is_added: bool = False,
) -> HttpResponse:  # fmt: skip
    """Does it and answers with the lines as they are then, or with what is wrong above them."""
    actor = actor_of(request)
    before = get_record(actor, spec, record_id).version
    try:
        record = verb()
    except (Invalid, Conflict) as refused:
        errors = getattr(refused, "errors", None) or {"": [str(refused)]}
        sentences = list(dict.fromkeys(said for some in errors.values() for said in some))
        return _page(request, spec, record_id, edit=edit, sentences=sentences, status=refused.status)
    is_gone = request.POST.get("do") == "remove"  # what changed otherwise is seen where it was changed
    act = latest_act(actor, record_id) if is_gone and record.version != before else None
    undo_url, text = f"/acts/{act}/undo" if act else None, _("The line was removed.")
    if not getattr(request, "htmx", None):
        if act:
            flash(request, text, undo_url=undo_url)
        return HttpResponseRedirect(f"/{spec.path}/{record_id}/lines", status=303)
    response = _page(request, spec, record_id, is_added=is_added)
    if act:
        toast(response, text, undo_url=undo_url)
    return response


def _page(
    request: HttpRequest, spec: ObjectSpec, record_id: int, *, edit: int = 0, sentences: list[str] | None = None,
    status: int = 200, is_added: bool = False,
) -> HttpResponse:  # fmt: skip
    actor = actor_of(request)
    record = get_record(actor, spec, record_id)
    if changing.FIELD not in readable_fields(actor, spec):
        raise NotFound(_("There is no such field, or you may not see it."))
    lines = changing.stored_lines(spec, record_id)
    terms, price_list = changing.terms_of(actor, spec, record, lines)
    may_edit = "edit" in allowed(actor, spec, record, ("edit",)) and changing.FIELD in writable_fields(actor, spec)
    context = {
        "spec": spec,
        "record": record,
        "url": f"/{spec.path}/{record_id}/lines",
        "rows": drawing.rows(actor, lines),
        "sums": drawing.sums(actor, lines),
        **drawing.remarks(actor, lines),
        "may_edit": may_edit,
        "edit": edit if may_edit else 0,
        "sees_costs": drawing.sees_costs(actor),
        "currency": terms.currency,
        "price_list": price_list if price_list and drawing.lists_seen(actor, [price_list.title]) else None,
        "recurring": [(option.key, option.label) for option in RECURRING],
        "sentences": sentences or [],
        "is_added": is_added,
    }
    fragment = "lines" if getattr(request, "htmx", None) else None
    return render(request, "catalog/lines.html", context, fragment=fragment, status=status)


def _new_line(actor: Actor, data: QueryDict) -> dict[str, Any]:
    """What is to be added. A product that was typed and not chosen is looked for by its SKU and its name."""
    text, chosen = clean_line(data.get("product_text", "")[:300], 300), data.get("product", "").strip()
    if data.get("heading"):
        if not text:
            raise Invalid({"product": [_("Type the heading first.")]})
        return {"heading": True, "title": text}
    quantity = data.get("quantity", "").strip() or "1"
    try:
        line: dict[str, Any] = {"quantity": values.plain(parse_decimal(quantity))}
    except ValueError as error:
        raise Invalid({"quantity": [f"{_('Quantity')}: {error}"]}) from error
    if chosen.isdecimal() and len(chosen) <= 18:
        return {**line, "product": int(chosen)}
    if not text:
        raise Invalid({"product": [_("Choose a product, or type what it is.")]})
    products = registry.get("product")
    offered = visible_to(actor, products).filter(active=True)
    by_sku = [offered.filter(sku=text)] if "sku" in readable_fields(actor, products) else []
    for found in (*by_sku, offered.filter(title_key=fold(text))):
        ids = list(found.values_list("pk", flat=True)[:2])
        if len(ids) == 1:
            return {**line, "product": ids[0]}
    return {**line, "title": text}


def _read(actor: Actor, spec: ObjectSpec, record_id: int, number: int, data: QueryDict) -> dict[str, Any]:
    """What a form says of a line. Invalid with a sentence for each value that cannot be read."""
    stored = next((line for line in changing.stored_lines(spec, record_id) if line["id"] == number), None)
    if stored is None:
        raise NotFound(_("This line is no longer there."))
    given: dict[str, Any] = {key: data.get(key, "") for key in ("title", "note", "unit", "recurring") if key in data}
    errors: dict[str, list[str]] = {}

    def take(key: str, label: str, read: Callable[[str], Any]) -> None:
        if key in data:
            try:
                given[key] = read(data.get(key, ""))
            except ValueError as error:
                errors[key] = [f"{label}: {error}"]

    def number_in(text: str) -> str:
        return values.plain(parse_decimal(text.replace("%", "").strip() or "0"))

    for key, label in (("quantity", _("Quantity")), ("discount", _("Discount")), ("tax", _("Tax"))):
        take(key, label, number_in)
    currency = stored["currency"]
    take("price", _("Price"), lambda text: parse_amount(text, currency) if text.strip() else 0)
    take("off", _("Discount"), lambda text: parse_amount(text, currency) if text.strip() else 0)
    if drawing.sees_costs(actor):
        take("cost", _("Cost"), lambda text: parse_amount(text, currency) if text.strip() else None)
    take("periods", _("How often"), lambda text: int(parse_decimal(text)) if text.strip() else 1)
    if errors:
        raise Invalid(errors)
    if "whole" in data:
        given["optional"] = "optional" in data
    return given
