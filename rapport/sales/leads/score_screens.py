"""Settings: the rules by which leads are scored, with what they would change; from when on leads are warm or hot."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import Term, understand
from rapport.core.access.words import words
from rapport.core.definitions.speaking import spoken
from rapport.core.errors import BadQuery, Invalid
from rapport.core.fields.base import join_values, split_values
from rapport.core.objects import registry
from rapport.lib import clock
from rapport.sales.leads import rules, scoring, setting
from rapport.sales.leads.models import OPEN, Lead, ScoreRule
from rapport.sales.leads.object import WARMTHS
from rapport.sales.leads.setting import RuleData
from rapport.sales.leads.telling import signed
from rapport.ui.rendering import flash, render
from rapport.ui.screens.filters import control_of, filter_paths
from rapport.workspace.screens.frame import Errors, actor_of, for_administrators, number, problems

PAGE = "/settings/leads"
COUNTS = (
    ("", gettext_lazy("once, where the conditions hold")),
    ("connected", gettext_lazy("for each call that got through")),
    ("call", gettext_lazy("for each call")),
    ("meeting", gettext_lazy("for each meeting that took place")),
    ("task", gettext_lazy("for each task that was done")),
    ("note", gettext_lazy("for each note")),
)
JOINTS = (("all", gettext_lazy("all of these hold")), ("any", gettext_lazy("any of these holds")))
_TRIED = 500  # the latest open leads, on which a change is tried
_SHOWN = 8


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """GET the rules and limits. POST the limits, or with ``allow`` an address that is forgotten no more."""
    actor = actor_of(request)
    errors: Errors = {}
    if request.method == "POST":
        given = request.POST
        try:
            if "allow" in given:
                setting.allow_again(actor, given["allow"])
                flash(request, _("This person may be a lead again."))
            else:
                warm, hot, hours = (_whole(given.get(key, "")) for key in ("warm_from", "hot_from", "answer_hours"))
                setting.keep_limits(actor, warm or 0, hot or 0, hours or 0)
                flash(request, _("Saved. Leads are scored anew."))
            return HttpResponseRedirect(PAGE, status=303)
        except Invalid as refused:
            errors = problems(refused)
    row = rules.current()
    values = {key: request.POST.get(key, getattr(row, key)) for key in ("warm_from", "hot_from", "answer_hours")}
    context = {
        "rules": [_line(actor, rule) for rule in ScoreRule.objects.all()],
        "values": values,
        "allow": request.POST.get("allow", ""),
        "errors": errors,
    }
    return render(request, "leads/settings.html", context, status=422 if errors else 200)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """GET the form of a rule; POST makes it, switched off: conditions come next, then what it would change."""
    actor = actor_of(request)
    if request.method != "POST":
        return _page(request, actor, ScoreRule(points=10), {})
    try:
        made = setting.keep_rule(actor, None, _data(request.POST))
    except Invalid as refused:
        return _page(request, actor, ScoreRule(points=10), problems(refused), status=422)
    return HttpResponseRedirect(f"{PAGE}/rules/{made.pk}", status=303)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def edit_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """GET a rule with its conditions and what it does. POST changes it; ``do`` says what: keep (or none), preview,
    remove, term, untie, joint; with ``next`` only what comes next is drawn.
    """
    actor = actor_of(request)
    rule = get_object_or_404(ScoreRule, pk=rule_id)
    do = request.POST.get("do", "")
    if request.method != "POST" or "next" in request.POST or do == "preview":
        return _page(request, actor, rule, {})
    try:
        _change(actor, rule, do, request)
    except Invalid as refused:
        return _page(request, actor, rule, problems(refused), status=422)
    if do == "remove":
        flash(request, _("The rule was removed. Leads are scored anew."))
        return HttpResponseRedirect(PAGE, status=303)
    if do == "keep":
        flash(request, _("Saved. Leads are scored anew."))
    return HttpResponseRedirect(f"{PAGE}/rules/{rule_id}", status=303)


def _change(actor: Actor, rule: ScoreRule, do: str, request: HttpRequest) -> None:
    if do == "remove":
        setting.remove_rule(actor, rule)
    elif do == "term":
        setting.add_term(actor, rule, _term(request))
    elif do == "untie":
        setting.remove_term(actor, rule, number(request.POST.get("number")) - 1)
    elif do == "joint":
        setting.join_terms(actor, rule, request.POST.get("joint", ""))
    else:
        setting.keep_rule(actor, rule, _data(request.POST))


def _data(given: Mapping[str, str]) -> RuleData:
    return RuleData(
        given.get("name", ""), _whole(given.get("points", "")) or 0, given.get("counts", ""),
        _small(given.get("half_life", "")), _small(given.get("cap", "")), bool(given.get("is_active")),
    )  # fmt: skip


def _whole(text: str) -> int | None:
    plain = text.strip().replace("−", "-").lstrip("+")
    digits = plain.removeprefix("-")
    return int(plain) if digits.isascii() and digits.isdecimal() and len(digits) < 6 else None


def _small(text: str) -> int | None:
    found = _whole(text)
    return found if found and 0 < found <= 10_000 else None


def _term(request: HttpRequest) -> Term:
    given = request.POST if request.method == "POST" else request.GET
    values = given.getlist("v")
    return Term(given.get("f", ""), given.get("o", ""), join_values(values) if len(values) > 1 else given.get("v", ""))


def _page(request: HttpRequest, actor: Actor, rule: ScoreRule, errors: Errors, *, status: int = 200) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    typed = "points" in given
    data = _data(given) if typed else None
    joint, terms = setting.parts(rule)
    tried = _tried(rule, data) if rule.pk and not errors else None
    context = {
        "rule": rule,
        "called": given.get("name", "") if typed else str(spoken(rule.name, rule.names)),
        "values": {key: given.get(key, "") for key in _values(rule)} if typed else _values(rule),
        "is_active": bool(given.get("is_active")) if typed else rule.is_active,
        "counts": COUNTS,
        "joint": joint,
        "joints": JOINTS,
        "terms": [_words(actor, term) for term in terms],
        "paths": filter_paths(actor, registry.get("lead")) if rule.pk else [],
        "building": "add" in given or bool(given.get("f")),
        "built": _built(actor, _term(request)) if given.get("f") else None,
        "effect": tried,
        "errors": errors,
    }
    return render(request, "leads/rule.html", context, status=status)


def _values(rule: ScoreRule) -> dict[str, Any]:
    return {"points": rule.points, "counts": rule.counts, "half_life": rule.half_life, "cap": rule.cap}


def _line(actor: Actor, rule: ScoreRule) -> dict[str, Any]:
    joint, terms = setting.parts(rule)
    told = [str(dict(COUNTS)[rule.counts])] if rule.counts else []
    said = (_(" or ") if joint == "any" else _(" and ")).join(_words(actor, term) for term in terms)
    return {
        "rule": rule,
        "name": spoken(rule.name, rule.names),
        "points": signed(rule.points),
        "is_good": rule.points > 0,
        "words": " · ".join([*told, *([said] if said else [])]),
    }


def _words(actor: Actor, term: Any) -> str:
    try:
        return words(actor, registry.get("lead"), term)
    except BadQuery:
        return _("A field that is not there any more. This condition does not count.")


def _built(actor: Actor, term: Term) -> dict[str, Any] | None:
    """The operators and the input for the field that was chosen."""
    lead = registry.get("lead")
    try:
        meaning = understand(actor, lead, term.path)
        if term.operator in {known.key for known in meaning.field.operators}:
            meaning = understand(actor, lead, term.path, term.operator)
    except BadQuery:
        return None
    return {
        "path": term.path,
        "operator": meaning.operator.key,
        "operators": [(known.key, known.words) for known in meaning.field.operators],
        "control": control_of(meaning),
        "value": term.value,
        "chosen": split_values(term.value),
        "label": meaning.label,
    }


def _tried(rule: ScoreRule, data: RuleData | None) -> dict[str, Any]:
    """What would change among the latest open leads: with the rule as it is typed, or switched the other way."""
    ids = list(Lead.objects.filter(live=True, status__in=OPEN).order_by("-pk").values_list("pk", flat=True)[:_TRIED])
    others = [one for one in scoring.active_rules() if one.pk != rule.pk]
    if data is None:
        with_it = ScoreRule.objects.get(pk=rule.pk)
        before, after = ([*others, with_it], others) if rule.is_active else (others, [*others, with_it])
    else:
        changed = ScoreRule(
            pk=rule.pk, name=data.name, condition=rule.condition, counts=data.counts, points=data.points,
            half_life=data.half_life, cap=data.cap,
        )  # fmt: skip
        before = [*others, rule] if rule.is_active else others
        after = [*others, changed] if data.is_active else others
    return {"is_typed": data is not None, "is_on": rule.is_active, **_compared(ids, before, after)}


def _compared(ids: Sequence[int], before: Sequence[ScoreRule], after: Sequence[ScoreRule]) -> dict[str, Any]:
    now, limits = clock.now(), rules.current()
    was, will = scoring.scores(ids, before, now), scoring.scores(ids, after, now)
    changed = [pk for pk in ids if was[pk].points != will[pk].points]
    titles = dict(Lead.objects.filter(pk__in=changed[:_SHOWN]).values_list("pk", "title"))
    counts = [Counter(scoring.warmth(score.points, limits) for score in found.values()) for found in (was, will)]
    return {
        "looked_at": len(ids),
        "changed": len(changed),
        "warmths": [(option.label, option.tone, counts[0][option.key], counts[1][option.key]) for option in WARMTHS],
        "examples": [(pk, titles[pk], was[pk].points, will[pk].points) for pk in changed[:_SHOWN]],
    }
