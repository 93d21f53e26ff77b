"""The board's own addresses: itself anew, more cards, what is new, and moving a card with what its stage asks for."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand, locale_of, readable_fields, writable_fields
from rapport.core.access.visible import get_record
from rapport.core.changes.acts import latest_act
from rapport.core.errors import BadQuery, Conflict, Invalid, NotAllowed, NotFound
from rapport.core.fields import Field
from rapport.core.objects import registry
from rapport.core.objects.merging import Merged
from rapport.sales.deals import board
from rapport.sales.deals.actions import move_deal, place_deal, reopen_deal
from rapport.sales.deals.models import Deal
from rapport.sales.pipelines import reading
from rapport.sales.pipelines.models import LOST, OPEN, WON
from rapport.sales.pipelines.reading import StageInfo
from rapport.ui.rendering import flash, render, toast, trigger
from rapport.ui.screens import conflicts
from rapport.ui.screens.asking import Pairs, actor_of, address
from rapport.ui.screens.form_values import Errors, read_form, stored_values
from rapport.ui.screens.forms import control
from rapport.ui.screens.typed import typed_in

# What is asked for when a deal ends, whether it must be answered or not.
ASKED = {WON: ("closed_on", "amount", "outcome_note"), LOST: ("lost_reason", "competitors", "outcome_note")}


@require_safe
def board_screen(request: HttpRequest) -> HttpResponse:
    """GET the board alone, with its totals: after a move, or because somebody else has moved something."""
    actor = actor_of(request)
    _demand_board(actor)
    values = {"board": board.draw(actor, _pairs(request)), "spec": registry.get("deal"), "is_part": True}
    return render(request, "deals/board.html", values, fragment="board")


@require_safe
def more_screen(request: HttpRequest) -> HttpResponse:
    """GET the next cards of the column ``stage``, behind the deal ``after``."""
    actor = actor_of(request)
    _demand_board(actor)
    stage = reading.current().stages.get(request.GET.get("stage", ""))
    if stage is None:
        raise BadQuery(_("There is no such stage."))
    values = {"more": board.more(actor, stage, _number(request.GET.get("after", "")) or 0, _pairs(request))}
    return render(request, "deals/board.html", values, fragment="more")


@require_safe
def stamp_screen(request: HttpRequest) -> HttpResponse:
    """GET what changes whenever a deal does."""
    demand(actor_of(request), registry.get("deal"), "view")
    return HttpResponse(board.stamp(), content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
def move_screen(request: HttpRequest, record_id: int) -> HttpResponse:
    """GET where a deal can go; POST ``to`` takes it there, below the deal ``above`` if that is said.

    ``was`` is the stage it was taken from: Conflict if somebody else has moved it since. Where the stage asks for
    something that is not said yet, the answer is a form with just that, and nothing has moved. ``version`` is the one
    that this form was given out with: what others changed since is kept, or asked about.
    """
    actor = actor_of(request)
    deal: Deal = get_record(actor, registry.get("deal"), record_id, "edit")
    stages, given = reading.current().stages, request.POST
    back = _back(given or request.GET, record_id)
    if request.method != "POST":
        return _menu(request, actor, deal, back)
    stage = stages.get(given.get("to", ""))
    if stage is None:
        raise BadQuery(_("There is no such stage."))
    _demand_there(deal, given.get("was", deal.stage))
    above = _number(given.get("above", ""))
    if stage.key == deal.stage:
        place_deal(actor, deal.pk, above)
        return HttpResponse(status=204) if getattr(request, "htmx", None) else HttpResponseRedirect(back)
    fields = conflicts.wanted_of(_asked(actor, deal, stage), given)
    if fields and not given.get("said"):
        return _form(request, actor, deal, stage, fields, {}, back, status=200)
    values, errors = read_form(actor, registry.get("deal"), fields, given)
    if not errors:
        try:
            question = _move(actor, deal, stage, fields, values, _number(given.get("version", "")))
            if question is not None:
                there = f"/deals/{deal.pk}/move"
                return conflicts.ask(request, actor, registry.get("deal"), deal, there, given, question)
            return _moved(request, actor, deal, stage, above, back)
        except Invalid as invalid:
            errors = invalid.errors
            fields = {**fields, **_fields(actor, [key for key in errors if key not in fields])}
            if not set(errors) & fields.keys():
                raise
    return _form(request, actor, deal, stage, fields, errors, back)


@require_POST
def reopen_screen(request: HttpRequest, record_id: int) -> HttpResponse:
    """POST: open again, where it stood before it was closed."""
    actor = actor_of(request)
    reopen_deal(actor, record_id)
    act = latest_act(actor, record_id)
    text, undo_url = _("The deal is open again"), f"/acts/{act}/undo" if act else None
    if not getattr(request, "htmx", None):
        flash(request, text, undo_url=undo_url)
        return HttpResponseRedirect(f"/deals/{record_id}")
    response = HttpResponse(status=204)
    toast(response, text, undo_url=undo_url)
    trigger(response, "record:changed", {"id": record_id})
    return response


def _demand_board(actor: Actor) -> None:
    spec = registry.get("deal")
    demand(actor, spec, "view")
    if "stage" not in readable_fields(actor, spec):
        raise NotAllowed(_("You may not see the stages of deals."))


def _demand_there(deal: Deal, was: str) -> None:
    """Conflict if the deal is in another stage than it ``was``."""
    if was != deal.stage:
        now = reading.current().stages.get(deal.stage)
        sentence = _("Somebody has moved it to “%(column)s” meanwhile. Load the page again.")
        raise Conflict(sentence % {"column": now.name if now else deal.stage})


def _move(
    actor: Actor,
    deal: Deal,
    stage: StageInfo,
    fields: Mapping[str, Field],
    values: Mapping[str, Any],
    version: int | None,
) -> tuple[Merged, int] | None:
    """Moves the deal. Where others changed what was typed here, too, it stays, and that is the question."""
    spec = registry.get("deal")

    def change(values: Mapping[str, Any], version: int | None) -> Deal:
        return move_deal(actor, deal.pk, stage.key, values=values, version=version)

    def read() -> Mapping[str, Any]:
        _demand_there(get_record(actor, spec, deal.pk, "edit"), deal.stage)
        return stored_values(actor, spec, deal.pk, fields) if fields else {}

    _record, _by, question = conflicts.save(fields, values, version or deal.version, change, read)
    return question


def _moved(
    request: HttpRequest,
    actor: Actor,
    deal: Deal,
    stage: StageInfo,
    above: int | None,
    back: str,
) -> HttpResponse:
    if above is not None:
        with suppress(NotFound):  # the card above has gone meanwhile: the deal stands on top then
            place_deal(actor, deal.pk, above)
    act = latest_act(actor, deal.pk)
    undo_url = f"/acts/{act}/undo" if act else None
    title = deal.title or _("No name")
    text = _told(stage) % {"title": title, "column": stage.name}
    if not getattr(request, "htmx", None):
        flash(request, text, undo_url=undo_url)
        return HttpResponseRedirect(back)
    response = HttpResponse(status=204)
    toast(response, text, undo_url=undo_url)
    trigger(response, "card:moved")
    if request.POST.get("said"):
        trigger(response, "drawer:close")
    if request.POST.get("page"):
        trigger(response, "record:changed", {"id": deal.pk})
    return response


def _told(stage: StageInfo) -> str:
    if stage.kind == WON:
        return _("“%(title)s” is won")
    return _("“%(title)s” is lost") if stage.kind == LOST else _("“%(title)s” moved to %(column)s")


def _menu(request: HttpRequest, actor: Actor, deal: Deal, back: str) -> HttpResponse:
    pipelines = reading.current()
    pipeline = pipelines.by_key[deal.pipeline]
    now = pipelines.stages[deal.stage]
    ends = [one for one in (pipeline.ending(WON), pipeline.ending(LOST)) if now.kind == OPEN]
    wanted = request.GET.get("to", "")
    values = {
        "deal": deal, "now": now, "stages": [one for one in pipeline.open if one.key != deal.stage], "endings": ends,
        "inside": request.GET.get("in", ""), "back": back, "page": request.GET.get("page", ""),
    }  # fmt: skip
    if wanted in pipelines.stages and wanted != deal.stage:  # a link that leads straight to what a stage asks for
        stage = pipelines.stages[wanted]
        return _form(request, actor, deal, stage, _asked(actor, deal, stage), {}, back, status=200)
    fragment = "menu" if getattr(request, "htmx", None) else None
    return render(request, "deals/move.html", values, fragment=fragment)


def _asked(actor: Actor, deal: Deal, stage: StageInfo) -> dict[str, Field]:
    """What entering a stage asks for: what it needs and is empty, and what is told when a deal ends."""
    stored = {
        key: field for key, field in writable_fields(actor, registry.get("deal")).items() if key in stage.required
    }
    values = stored_values(actor, registry.get("deal"), deal.pk, stored) if stored else {}
    missing = [key for key, field in stored.items() if field.is_empty(values[key])]
    return _fields(actor, [*ASKED.get(stage.kind, ()), *missing])


def _fields(actor: Actor, keys: list[str]) -> dict[str, Field]:
    writable = writable_fields(actor, registry.get("deal"))
    return {key: writable[key] for key in dict.fromkeys(keys) if key in writable}


def _form(
    request: HttpRequest,
    actor: Actor,
    deal: Deal,
    stage: StageInfo,
    fields: Mapping[str, Field],
    errors: Errors,
    back: str,
    status: int = 422,
) -> HttpResponse:
    spec, locale = registry.get("deal"), locale_of(actor)
    stored = stored_values(actor, spec, deal.pk, fields) if fields else {}
    if request.POST.get("said"):
        shown = typed_in(actor, fields, request.POST, stored)
    else:
        shown = {key: field.form_value(stored[key], locale) for key, field in fields.items()}
    must = {"lost_reason", *stage.required} if stage.kind == LOST else set(stage.required)
    given = request.POST or request.GET
    values = {
        "deal": deal, "stage": stage, "back": back, "inside": given.get("in", ""), "page": given.get("page", ""),
        "above": given.get("above", ""), "must": must,
        "version": given.get("version") or deal.version,
        "controls": [
            control(actor, field, shown.get(key), errors.get(key, ()), record_id=deal.pk)
            for key, field in fields.items()
        ],
        "general": [text for key, texts in errors.items() if key not in fields for text in texts],
    }  # fmt: skip
    is_part = bool(getattr(request, "htmx", None))
    response = render(request, "deals/ask.html", values, fragment="form" if is_part else None, status=status)
    if is_part and not request.POST.get("said"):
        response.headers["HX-Retarget"] = "#drawer"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _back(given: Mapping[str, str], record_id: int) -> str:
    """Where a page without scripts goes on: to the board, or to the page of the deal."""
    return f"/deals/{record_id}" if given.get("page") else address(registry.get("deal"), parse_qsl(given.get("in", "")))


def _pairs(request: HttpRequest) -> Pairs:
    return parse_qsl(request.GET.get("in", ""))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 18 else None
