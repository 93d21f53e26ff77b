"""The pages of leads that are not derived: the paste box, converting, disqualifying."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand, locale_of, writable_fields
from rapport.core.access.visible import get_record, visible_to
from rapport.core.changes.acts import latest_act
from rapport.core.errors import Conflict, Invalid, Refused
from rapport.core.objects import registry
from rapport.core.objects.once import once
from rapport.lib.text import harmless
from rapport.lib.tokens import new_token
from rapport.people import pasting
from rapport.people.pasted import MOST_TEXT
from rapport.sales.leads import finding, mails
from rapport.sales.leads.actions import LeadInput, convert_lead, disqualify_lead, make_lead, take_on_lead
from rapport.sales.leads.models import OPEN, Lead
from rapport.sales.leads.object import REASONS
from rapport.ui.rendering import flash, render
from rapport.ui.screens import importing
from rapport.ui.screens.asking import actor_of

importing.ways.append(importing.Way(gettext_lazy("Paste a mail as a lead"), "/leads/paste", "clipboard-paste"))
_SHOWN = ("first_name", "last_name", "email", "phone", "company", "job_title")
_MOST_DEALS = 20
UTM = ("source", "medium", "campaign", "term", "content")


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """GET the box. POST a text: what it proposes, to be looked over; POST that: the lead."""
    actor = actor_of(request)
    demand(actor, registry.get("lead"), "create")
    if request.method != "POST":
        return _box(request, "", "")
    text = harmless(request.POST.get("text", ""))
    if request.POST.get("do") == "keep":
        return _keep(request, actor, text)
    if len(text) > MOST_TEXT:
        return _box(request, text[:MOST_TEXT], _("This text is too long. Paste the part with the inquiry."), 413)
    found = mails.proposal(text)
    if not found.is_somebody:
        problem = _("No name with an e-mail address or a phone number was found in this text.")
        return _box(request, text, problem, 422)
    called = " ".join(filter(None, (found.who.get("first_name"), found.who.get("last_name")))) or found.who.get("email")
    given = {
        "name": found.wish or _("Inquiry from %(name)s") % {"name": called},
        "source": "",
        "note": found.note,
        "task": _("Answer %(name)s") % {"name": called},
        **{f"utm_{key}": value for key, value in found.utm.items()},
    }
    return _review(request, actor, text, found.who, given)


def _keep(request: HttpRequest, actor: Actor, text: str) -> HttpResponse:
    posted = request.POST
    who = {part: harmless(posted.get(f"who.{part}", "")).strip() for part in mails.PARTS}
    given = {key: harmless(posted.get(key, "")) for key in ("name", "source", "note", "task")}
    utm = {key: harmless(posted.get(f"utm_{key}", "")) for key in UTM if posted.get(f"utm_{key}")}
    person = posted.get("person", "")
    wanted = LeadInput(
        given["name"], who, int(person) if person.isdecimal() and len(person) < 16 else None, given["source"],
        utm=utm, payload=text, note=given["note"], task=given["task"] if posted.get("has_task") else "",
    )  # fmt: skip
    joined = False

    def make() -> int:
        nonlocal joined
        made = make_lead(actor, wanted)
        joined = made.joined
        return int(made.lead.pk)

    try:
        pk, _fresh = once(actor, posted.get("form_token", ""), make)
    except Refused as refused:
        kept = {**given, **{f"utm_{key}": value for key, value in utm.items()}}
        return _review(request, actor, text, who, kept, refused)
    act = latest_act(actor, pk)
    said = _("Added to the open lead of this person.") if joined else _("The lead is there.")
    flash(request, said, undo_url=f"/acts/{act}/undo" if act else None)
    seen = visible_to(actor, registry.get("lead")).filter(pk=pk).exists()
    return HttpResponseRedirect(f"/leads/{pk}" if seen else "/leads")


def _review(
    request: HttpRequest,
    actor: Actor,
    text: str,
    who: Mapping[str, str],
    given: Mapping[str, str],
    refused: Refused | None = None,
) -> HttpResponse:
    company = finding.likely_company(actor, who)
    double = finding.likely_person(actor, who, company)
    seen = visible_to(actor, registry.get("lead")).filter(status__in=OPEN)
    companies = visible_to(actor, registry.get("company"))
    labels = pasting.places(actor)
    context = {
        "text": text,
        "who": who,
        "given": given,
        "labels": {part: labels[part] for part in mails.PARTS if part in labels and (who.get(part) or part in _SHOWN)},
        "double": double,
        "company": companies.filter(pk=company).values_list("title", flat=True).first() if company else None,
        "open_lead": seen.filter(person_id=double.id).first() if double else None,
        "errors": refused.errors if isinstance(refused, Invalid) else {},
        "problem": refused.message if refused else "",
        "form_token": new_token(),
    }
    return render(request, "leads/review.html", context, status=refused.status if refused else 200)


def _box(request: HttpRequest, text: str, problem: str, status: int = 200) -> HttpResponse:
    return render(request, "leads/paste.html", {"text": text, "problem": problem}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def convert(request: HttpRequest, record_id: int) -> HttpResponse:
    """GET what the deal will be; POST makes it, or joins one that is there."""
    actor = actor_of(request)
    lead: Lead = get_record(actor, registry.get("lead"), record_id, "edit")
    demand(actor, registry.get("deal"), "create")
    if request.method != "POST":
        return _convert_page(request, actor, lead, {"name": lead.title}, None)
    posted = request.POST
    deal = posted.get("deal", "")
    fields = writable_fields(actor, registry.get("deal"))
    try:
        values: dict[str, Any] = {
            key: fields[key].from_form(posted) for key in ("name", "amount", "closes_on") if key in fields
        }
        made = convert_lead(
            actor, record_id, deal=int(deal) if deal.isdecimal() and len(deal) < 16 else None, values=values
        )
    except Refused as refused:
        return _convert_page(request, actor, lead, posted, refused)
    act = latest_act(actor, record_id)
    flash(request, _("The lead is a deal now."), undo_url=f"/acts/{act}/undo" if act else None)
    return HttpResponseRedirect(f"/deals/{made.pk}", status=303)


def _convert_page(
    request: HttpRequest, actor: Actor, lead: Lead, given: Mapping[str, str], refused: Refused | None
) -> HttpResponse:
    deals = visible_to(actor, registry.get("deal"), "edit").filter(status="open")
    theirs = deals.none()
    if lead.company_id or lead.person_id:
        theirs = (deals.filter(company_id=lead.company_id) if lead.company_id else deals.none()) | (
            deals.filter(person_id=lead.person_id) if lead.person_id else deals.none()
        )
    context = {
        "lead": lead,
        "given": given,
        "deals": list(theirs.order_by("-pk").values_list("pk", "title")[:_MOST_DEALS]),
        "person": lead.person.title if lead.person else "",
        "company": lead.company.title if lead.company else "",
        "currency": locale_of(actor).currency,
        "errors": refused.errors if isinstance(refused, Invalid) else {},
        "problem": refused.message if refused else "",
    }
    return render(request, "leads/convert.html", context, status=refused.status if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def disqualify(request: HttpRequest, record_id: int) -> HttpResponse:
    """GET the question why; POST the reason and what was learned."""
    actor = actor_of(request)
    lead = get_record(actor, registry.get("lead"), record_id, "edit")
    errors: Mapping[str, Any] = {}
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            disqualify_lead(actor, record_id, reason=reason, note=harmless(request.POST.get("note", "")))
        except Refused as refused:
            errors = refused.errors if isinstance(refused, Invalid) else {"": [refused.message]}
        else:
            return _done(request, actor, record_id, _("The lead is disqualified."))
    context = {
        "lead": lead,
        "reasons": [(option.key, option.label) for option in REASONS],
        "given": request.POST,
        "errors": errors,
    }
    return render(request, "leads/disqualify.html", context, status=422 if errors else 200)


@require_POST
def take(request: HttpRequest, record_id: int) -> HttpResponse:
    """POST: the actor works on it; also on one that was closed."""
    actor = actor_of(request)
    try:
        take_on_lead(actor, record_id)
    except (Conflict, Invalid) as refused:
        flash(request, refused.message, tone="red")
        return HttpResponseRedirect(f"/leads/{record_id}", status=303)
    return _done(request, actor, record_id, _("You work on this lead now."))


def _done(request: HttpRequest, actor: Actor, record_id: int, text: str) -> HttpResponse:
    act = latest_act(actor, record_id)
    flash(request, text, undo_url=f"/acts/{act}/undo" if act else None)
    return HttpResponseRedirect(f"/leads/{record_id}", status=303)
