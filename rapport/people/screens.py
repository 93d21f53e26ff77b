"""The warning about likely doubles, while a new person or company is being typed."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from rapport.core.access.levels import demand
from rapport.core.objects import registry
from rapport.lib.text import harmless
from rapport.people.queries import likely_doubles, trashed_twin
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of


@require_POST
def doubles(request: HttpRequest, kind: str) -> HttpResponse:
    """POST what was typed so far; answers with who might be meant. Posted, so that names stay out of addresses."""
    actor = actor_of(request)
    spec = registry.get(kind)
    demand(actor, spec, "create")
    typed = {
        key: harmless(request.POST.get(key, ""))[:300]
        for key in ("first_name", "last_name", "name", "email", "phone", "company")
    }
    context = {
        "spec": spec,
        "doubles": likely_doubles(actor, spec, typed),
        "twin": trashed_twin(actor, spec, typed["email"]) if typed["email"] else None,
    }
    return render(request, "people/doubles.html", context)
