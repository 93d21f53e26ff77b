"""Data quality on screen: the score and the checks of a kind, and one check with what it found."""

import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from markupsafe import Markup

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, demand, level_of, readable_fields
from rapport.core.access.special import may_right
from rapport.core.access.visible import seen_among, sees_all
from rapport.core.errors import NotFound, Refused
from rapport.core.objects.bulk import Order, carry_out, editable_fields
from rapport.core.objects.spec import ObjectSpec
from rapport.core.quality import checks, leaving, reading, running
from rapport.core.quality.checks import Check, Counted
from rapport.core.quality.models import MOST_WHY
from rapport.core.quality.settling import settle
from rapport.lib import clock
from rapport.lib.date_words import format_moment
from rapport.lib.numbers import number_in
from rapport.lib.wording import grouped
from rapport.ui import navigation
from rapport.ui.quality import chart as charts
from rapport.ui.quality import rows as drawing
from rapport.ui.rendering import flash, render, template_environment, toast
from rapport.ui.screens import choosing
from rapport.ui.screens.asking import Pairs, actor_of, is_part
from rapport.ui.screens.bulks import done_words, is_page
from rapport.ui.screens.inplace import cell_screen
from rapport.ui.screens.list_rows import why_fixed
from rapport.ui.screens.peeking import peek_screen

_MOST_IDS = 200  # in one form; a page shows far fewer


@require_safe
def overview_screen(request: HttpRequest, kind: str = "") -> HttpResponse:
    """GET the score of a kind, and its checks with how many findings each has."""
    actor = actor_of(request)
    kinds = _kinds(actor)
    spec = _spec(actor, kind) if kind else (kinds[0] if kinds else _spec(actor, "person"))
    run = reading.last_run(spec)
    found = [(check, reading.count(actor, spec, check)) for check in reading.told(actor, spec).values()]
    context = {
        "spec": spec,
        "tabs": [_tab(one, spec) for one in kinds],
        "checks": [_line(spec, check, count) for check, count in found],
        "queues": [
            {"label": one.label, "icon": one.icon, "url": one.url, "count": _counted(count), "none": not count.number}
            for one in checks.queues(spec.key)
            if (count := one.count(actor)) is not None
        ],
        "score": _score(actor, spec),
        "checked": format_moment(run.ended_at, actor.time_zone, actor.language) if run and run.ended_at else "",
        "looked_at": grouped(run.looked_count) if run and sees_all(actor, spec) else "",
        "may_run": actor.all_rights,
    }
    return render(request, "quality/overview.html", context)


@require_POST
def run_screen(request: HttpRequest, kind: str) -> HttpResponse:
    """POST: a check of all records of a kind begins; to its job."""
    actor = actor_of(request)
    return HttpResponseRedirect(f"/jobs/{running.look(actor, _spec(actor, kind)).pk}")


@require_safe
def check_screen(request: HttpRequest, kind: str, check: str) -> HttpResponse:
    """GET what a check found, the newest first; ``left`` what stays as it is, ``after`` pages."""
    actor = actor_of(request)
    spec, one = _check(actor, kind, check)
    left, after = request.GET.get("left") == "1", number_in(request.GET.get("after", ""))
    page = reading.page(actor, spec, one, after=after or None, left=left)
    here = _place(spec, one)
    query = f"{here}?left=1" if left else here
    readable = readable_fields(actor, spec)
    usual = next((str(readable[key].label) for key in one.fields if key in readable), _("Value"))
    may_edit = level_of(actor, spec.key, "edit") is not Level.NONE
    context = {
        "spec": spec,
        "check": one,
        "here": here,
        "tabs": [
            {"label": _("To do"), "url": here, "current": not left},
            {"label": _("Left as it is"), "url": f"{here}?left=1", "current": left},
        ],
        "left": left,
        "rows": drawing.drawn(actor, spec, one, page.rows),
        "value_label": usual,
        "shows_value": one.fields != ("owner",),
        "owner": readable.get("owner"),
        "may_own": "owner" in readable and not why_fixed(actor, spec)(readable["owner"]),
        "may_edit": may_edit,
        "most_why": MOST_WHY,
        "owners": choosing.options(readable["owner"], {}) if _may_assign(actor, spec) else (),
        "months": checks.months_of(spec.key, one) if actor.all_rights else 0,
        "most_months": checks.MOST_MONTHS,
        "older": f"{query}{'&' if left else '?'}after={page.after}" if page.after else "",
        "newer": query if after else "",
        "has_run": reading.last_run(spec) is not None,
    }
    return render(request, "quality/check.html", context)


@require_POST
def decide_screen(request: HttpRequest, kind: str, check: str) -> HttpResponse:
    """POST what becomes of findings: ``leave`` or ``again`` one record, or ``do`` that, or assign, to ``ids``."""
    actor = actor_of(request)
    spec, one = _check(actor, kind, check)
    single = request.POST.get("leave", "") or request.POST.get("again", "")
    do = "leave" if request.POST.get("leave") else "again" if request.POST.get("again") else request.POST.get("do", "")
    ids = list(filter(None, map(number_in, ([single] if single else request.POST.getlist("ids"))[:_MOST_IDS])))
    try:
        if do == "explain":
            return _explain(request, spec, one)
        text, undo_url = _decide(actor, spec, one, do, ids, request.POST)
    except Refused as refused:
        if not is_page(request):
            raise
        flash(request, refused.message, tone="red")
        return HttpResponseRedirect(_place(spec, one))
    if single and is_part(request):
        response = HttpResponse(_row_again(actor, spec, one, ids[0]))
        toast(response, text, undo_url=undo_url)
        return response
    flash(request, text, undo_url=undo_url)
    return HttpResponseRedirect(_place(spec, one))


def finding_cell_screen(request: HttpRequest, kind: str, check: str, record_id: int, key: str) -> HttpResponse:
    """GET the editor of a field of a finding's record; POST saves it, looks again and answers with the row."""
    spec, one = _check(actor_of(request), kind, check)

    def again(actor: Actor, spec: ObjectSpec, record_id: int, _pairs: Pairs) -> Markup:
        if request.method == "POST":
            with transaction.atomic():
                settle(spec, [record_id])
        return _row_again(actor, spec, one, record_id, key)

    return cell_screen(request, spec, record_id, key, again=again)


@require_safe
def beside_screen(request: HttpRequest, kind: str, check: str, record_id: int) -> HttpResponse:
    """GET the record of a finding, to be looked at beside the list."""
    spec, _one = _check(actor_of(request), kind, check)
    return peek_screen(request, spec, record_id)


@require_POST
def months_screen(request: HttpRequest, kind: str, check: str) -> HttpResponse:
    """POST ``months``: after so many a record counts as stale. Looks at all records again."""
    actor = actor_of(request)
    spec, one = _check(actor, kind, check)
    try:
        leaving.set_months(actor, spec, one, request.POST.get("months", ""))
    except Refused as refused:
        if not is_page(request):
            raise
        flash(request, refused.message, tone="red")
        return HttpResponseRedirect(_place(spec, one))
    flash(request, _("Saved. All records are looked at again."))
    return HttpResponseRedirect(f"/jobs/{running.look(actor, spec).pk}")


# -------------------------------------------------------------------- pieces
def _kinds(actor: Actor) -> list[ObjectSpec]:
    return [spec for spec in checks.kinds() if level_of(actor, spec.key, "view") is not Level.NONE]


def _spec(actor: Actor, kind: str) -> ObjectSpec:
    found = next((spec for spec in checks.kinds() if spec.key == kind), None)
    if found is None:
        raise NotFound(_("There is no check of that kind of record."))
    demand(actor, found, "view")
    return found


def _check(actor: Actor, kind: str, key: str) -> tuple[ObjectSpec, Check]:
    spec = _spec(actor, kind)
    check = reading.told(actor, spec).get(key)
    if check is None:
        raise NotFound(_("There is no such check, or it is about fields that you may not see."))
    return spec, check


def _place(spec: ObjectSpec, check: Check) -> str:
    return f"/quality/{spec.key}/{check.key}"


def _tab(one: ObjectSpec, current: ObjectSpec) -> dict[str, Any]:
    return {"label": one.plural, "url": f"/quality/{one.key}", "icon": one.icon, "current": one is current}


def _line(spec: ObjectSpec, check: Check, count: Counted) -> dict[str, Any]:
    return {
        "label": check.label,
        "icon": check.icon,
        "url": _place(spec, check),
        "count": _counted(count),
        "none": not count.number and not count.is_more,
    }


def _counted(count: Counted) -> str:
    return f"{grouped(count.number)}+" if count.is_more else grouped(count.number)


def _score(actor: Actor, spec: ObjectSpec) -> dict[str, Any] | None:
    """The score of the last check and its line over ninety days; None before the first one."""
    today = clock.today(workspace.current().time_zone)
    days = reading.days(spec, today)
    if not days:
        return None
    now, before = round(charts.score_of(days[-1])), round(charts.score_of(days[0]))
    line = charts.chart(days, today - datetime.timedelta(days=reading.DAYS), today) if len(days) > 1 else None
    told = {"before": before, "now": now, "days": (days[-1].on - days[0].on).days}
    return {
        "now": now,
        "change": now - before if line else 0,
        "line": line,
        "days": reading.DAYS,
        "width": charts.WIDTH,
        "height": charts.HEIGHT,
        "words": _("The score went from %(before)s %% to %(now)s %% in %(days)s days.") % told,
        "clean": grouped(days[-1].clean_count) if sees_all(actor, spec) else "",
        "records": grouped(days[-1].record_count) if sees_all(actor, spec) else "",
    }


def _may_assign(actor: Actor, spec: ObjectSpec) -> bool:
    return may_right(actor, "bulk") and "owner" in editable_fields(actor, spec)


def _decide(
    actor: Actor, spec: ObjectSpec, check: Check, do: str, ids: list[int], given: QueryDict
) -> tuple[str, str | None]:
    """Does it; what is said then, and where it is undone."""
    if do == "assign":
        act, outcome = carry_out(actor, spec, Order("edit", "owner", given.get("owner", "")), ids)
        with transaction.atomic():
            settle(spec, ids)
        return done_words("edit", outcome.changed), f"/acts/{act.pk}/undo" if outcome.changed else None
    if do == "leave":
        act = leaving.leave(actor, spec, check, ids, given.get("why", ""))
        count = sum(act.counts.values())
        said = ngettext("%(count)s record is left as it is.", "%(count)s records are left as they are.", count)
        return said % {"count": grouped(count)}, f"/acts/{act.pk}/undo"
    if do == "again":
        count = sum(leaving.ask_again(actor, spec, check, ids).counts.values())
        said = ngettext("%(count)s record waits again.", "%(count)s records wait again.", count)
        return said % {"count": grouped(count)}, None
    raise NotFound(_("There is no such decision."))


def _explain(request: HttpRequest, spec: ObjectSpec, check: Check) -> HttpResponse:
    """Keeps the reasons that were typed, ``why.<record>``; back to what is left."""
    given = {
        number: str(why)
        for name, why in list(request.POST.items())[:_MOST_IDS]
        if (number := number_in(name.removeprefix("why.")))
    }
    if leaving.explain(actor_of(request), spec, check, given):
        flash(request, _("Saved."))
    return HttpResponseRedirect(f"{_place(spec, check)}?left=1")


def _row_again(actor: Actor, spec: ObjectSpec, check: Check, record_id: int, key: str = "") -> Markup:
    """The row of a record as it is now; empty for one that the actor does not see any more."""
    record = seen_among(actor, spec, [record_id]).first()
    if record is None:
        return Markup("")
    finding = reading.of_record(actor, spec, check, record_id)
    if finding is None:
        row = drawing.mended(actor, spec, check, record, key)
    else:
        (row,) = drawing.drawn(actor, spec, check, [reading.Shown(finding, record)])
    readable = readable_fields(actor, spec)
    context = {
        "row": row,
        "here": _place(spec, check),
        "shows_value": check.fields != ("owner",),
        "owner": readable.get("owner"),
        "may_own": "owner" in readable and not why_fixed(actor, spec)(readable["owner"]),
        "may_edit": level_of(actor, spec.key, "edit") is not Level.NONE,
        "most_why": MOST_WHY,
    }
    return Markup(template_environment().get_template("quality/row.html").render(context))  # noqa: S704 - escaped there


def _right(actor: Actor) -> bool:
    return any(level_of(actor, spec.key, "edit") is not Level.NONE for spec in checks.kinds())


urlpatterns: list[URLPattern] = [
    path("quality", overview_screen, name="quality"),
    path("quality/<slug:kind>", overview_screen, name="quality-kind"),
    path("quality/<slug:kind>/now", run_screen, name="quality-run"),
    path("quality/<slug:kind>/<slug:check>", check_screen, name="quality-check"),
    path("quality/<slug:kind>/<slug:check>/decide", decide_screen, name="quality-decide"),
    path("quality/<slug:kind>/<slug:check>/months", months_screen, name="quality-months"),
    path("quality/<slug:kind>/<slug:check>/<int:record_id>/peek", beside_screen, name="quality-peek"),
    path(
        "quality/<slug:kind>/<slug:check>/<int:record_id>/cell/<slug:key>",
        require_http_methods(["GET", "HEAD", "POST"])(finding_cell_screen),
        name="quality-cell",
    ),
]
navigation.add(
    gettext_lazy("Customers"), gettext_lazy("Data quality"), "shield-check", "/quality", order=16, right=_right, key="q"
)
