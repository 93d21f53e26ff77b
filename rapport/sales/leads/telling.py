"""Scores and decisions in words, for people: each reason stands beside what it did."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.models import User
from rapport.sales.leads import routing, scoring
from rapport.sales.leads.models import Lead, Route

_UNFIT = {
    "country": gettext_lazy("another country"),
    "postcode": gettext_lazy("another postcode"),
    "size": gettext_lazy("another size"),
    "source": gettext_lazy("another source"),
    "product": gettext_lazy("another product"),
    "": gettext_lazy("fits, but nobody was free"),
}
_WHY = {
    routing.NEXT: gettext_lazy("was next in turn"),
    routing.LATER: gettext_lazy("had a turn later"),
    routing.AWAY: gettext_lazy("was away"),
    routing.FULL: gettext_lazy("had enough open leads"),
    routing.LEFT: gettext_lazy("is switched off"),
    routing.FALLBACK: gettext_lazy("takes what no rule gives out"),
}


def score_lines(lead: Lead) -> list[dict[str, Any]]:
    """The reasons of a score, the largest first: signed points and the name of the rule."""
    if not lead.score_reasons:
        return []
    known = scoring.names()
    return [
        {"points": signed(points), "is_good": points > 0, "text": known.get(rule, _("A rule that is gone"))}
        for rule, points in lead.score_reasons
    ]


def signed(points: int) -> str:
    """“+20”, “−30”."""
    return f"+{points}" if points > 0 else f"−{-points}"


def why(decision: Mapping[str, Any]) -> dict[str, Any]:
    """A decision in words: ``owner``, ``rules`` (name, words, is_used) and ``people`` (name, words, is_chosen)."""
    if not decision:
        return {}
    names = dict(Route.objects.values_list("pk", "name"))
    ids = [user for user, _reason in decision.get("people", ())]
    users = dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
    asked = decision.get("rules", ())
    used = asked[-1][0] if asked and not asked[-1][1] and not _is_fallback(decision) else None
    return {
        "owner": users.get(decision.get("owner") or 0, ""),
        "rules": [
            {
                "name": names.get(route, _("A rule that is gone")),
                "words": _("fits") if route == used else str(_UNFIT.get(unfit, unfit)),
                "is_used": route == used,
            }
            for route, unfit in asked
        ],
        "people": [
            {
                "name": users.get(user, _("somebody who is gone")),
                "words": str(_WHY.get(reason, reason)),
                "is_chosen": reason in (routing.NEXT, routing.FALLBACK),
            }
            for user, reason in decision.get("people", ())
        ],
    }


def _is_fallback(decision: Mapping[str, Any]) -> bool:
    return any(reason == routing.FALLBACK for _user, reason in decision.get("people", ()))
