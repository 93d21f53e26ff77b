"""The paste box: a text becomes people that are looked over before they are kept. Works without JavaScript."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand
from rapport.core.errors import Invalid
from rapport.core.importing.models import ImportRow, ImportRun
from rapport.core.importing.reading import FAILED
from rapport.core.objects import registry
from rapport.lib.text import harmless
from rapport.people import pasting
from rapport.people.pasted import MOST_PEOPLE, MOST_TEXT, people_in
from rapport.people.queries import likely_doubles
from rapport.ui.rendering import flash, render
from rapport.ui.screens import importing
from rapport.ui.screens.asking import actor_of

importing.ways.append(importing.Way(gettext_lazy("Paste people"), "/paste", "clipboard-paste"))
_LOOKED_AT = 20  # people for whom doubles are looked up on the page; the import itself finds all


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """GET the box. POST a text: who is in it, to be looked over; POST those people: keep them."""
    actor = actor_of(request)
    demand(actor, registry.get("person"), "import")
    if request.method != "POST":
        return _box(request, "", "")
    if request.POST.get("do") == "keep":
        return _keep(request, actor)
    text = harmless(request.POST.get("text", ""))
    if len(text) > MOST_TEXT:
        return _box(request, text[:MOST_TEXT], _("This text is too long. Save it as a file and import that."), 413)
    try:
        if pasting.table_in(actor, text):
            return HttpResponseRedirect(f"/import/{pasting.as_file(actor, text).pk}")
    except Invalid as invalid:
        return _box(request, text, invalid.message, 422)
    found = people_in(text)
    if not found:
        problem = _("No name with an e-mail address or a phone number was found in this text.")
        return _box(request, text, problem, 422)
    people = [{part: _text(getattr(person, part)) for part in pasting.PARTS} for person in found]
    return _review(request, actor, people, "")


def _text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)


def _keep(request: HttpRequest, actor: Actor) -> HttpResponse:
    people = _posted(request.POST)
    chosen = [one for one in people if one["take"]]
    try:
        run = pasting.bring(actor, chosen)
    except Invalid as invalid:
        return _review(request, actor, people, invalid.message, 422)
    rows = ImportRow.objects.filter(run=run).order_by("line").values_list("outcome", "reason")
    told = [(one, reason) for one, (outcome, reason) in zip(chosen, rows, strict=False) if outcome == FAILED]
    if told and len(told) == len(chosen):
        # Nothing came of it: the texts stay on the page, each with what is wrong with it.
        for one, reason in told:
            one["problem"] = reason
        return _review(request, actor, people, _("Nothing was kept yet. Mend what is marked, then keep again."), 422)
    return _kept(request, run)


def _kept(request: HttpRequest, run: ImportRun) -> HttpResponse:
    counts = run.counts
    done = counts.get("created", 0) + counts.get("updated", 0)
    text = ngettext("%(num)s person kept.", "%(num)s people kept.", done) % {"num": done}
    flash(request, text, undo_url=f"/acts/{run.act_id}/undo" if run.act_id else None)
    rows = ImportRow.objects.filter(run=run, record__isnull=False).values_list("record_id", flat=True)[:2]
    if counts.get("rows") == 1 and len(rows) == 1:
        return HttpResponseRedirect(f"/people/{rows[0]}")
    return HttpResponseRedirect(f"/import/{run.pk}")


def _posted(given: Mapping[str, str]) -> list[dict[str, Any]]:
    """The people of the form: ``<number>.<part>``, and ``<number>.take`` for those to keep."""
    count = given.get("count", "0")
    wanted = min(int(count), MOST_PEOPLE) if count.isdecimal() and len(count) < 6 else 0
    return [
        {
            **{part: harmless(given.get(f"{number}.{part}", "")).strip() for part in pasting.PARTS},
            "take": bool(given.get(f"{number}.take")),
        }
        for number in range(wanted)
    ]


def _review(
    request: HttpRequest, actor: Actor, people: list[dict[str, Any]], problem: str, status: int = 200
) -> HttpResponse:
    spec, known = registry.get("person"), pasting.places(actor)
    for number, person in enumerate(people):
        doubles = likely_doubles(actor, spec, person, 1) if number < _LOOKED_AT else []
        person["double"] = doubles[0] if doubles else None
    values = {"people": people, "labels": known, "problem": problem, "spec": spec}
    return render(request, "people/paste_review.html", values, status=status)


def _box(request: HttpRequest, text: str, problem: str, status: int = 200) -> HttpResponse:
    return render(request, "people/paste.html", {"text": text, "problem": problem}, status=status)
