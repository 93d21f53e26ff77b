"""Merging many duplicates at once, on screen: what would happen, with examples, and the order to do it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from rapport.accounts.actor import Actor
from rapport.core.access.levels import called
from rapport.core.access.visible import seen_among
from rapport.core.errors import NotFound
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.numbers import number_in
from rapport.lib.wording import grouped
from rapport.people.duplicates import many
from rapport.people.duplicates.many import Plan, Wanted
from rapport.people.duplicates.running import KINDS
from rapport.people.duplicates.words import score_words
from rapport.ui.cells import avatar
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of, is_part

_EXAMPLES = 5
_LIKENESSES = (990, 980, 950, 900, 850, 800, 700)
_MOST_PAIRS = 100  # in one form; a page shows far fewer


def many_screen(request: HttpRequest, kind: str) -> HttpResponse:
    """GET what would be merged: ``likeness`` and ``rule``, or selected ``pairs``. POST the same: to the job."""
    actor = actor_of(request)
    spec = registry.find(kind) if kind in KINDS else None
    if spec is None:
        raise NotFound(_("There is no search for duplicates of that kind."))
    given = request.POST if request.method == "POST" else request.GET
    wanted = Wanted(
        given.get("rule", many.OLDER),
        number_in(given.get("likeness", "")) or many.LIKELY,
        tuple(filter(None, map(number_in, given.getlist("pairs")[:_MOST_PAIRS]))),
    )
    many.check(actor, spec, wanted)
    if request.method == "POST":
        return HttpResponseRedirect(f"/jobs/{many.start(actor, spec, wanted).pk}")
    made = many.plan(actor, spec, wanted, most=many.PREVIEWED)
    context = {
        "spec": spec,
        "wanted": wanted,
        "likenesses": [(str(one), score_words(one)) for one in sorted({*_LIKENESSES, wanted.likeness}, reverse=True)],
        "rules": list(many.RULES.items()),
        "count": len(made.groups),
        "words": _words(made),
        "asides": many.left_aside(made),
        "examples": [_example(actor, spec, group, wanted.rule) for group in made.groups[:_EXAMPLES]],
        "back": f"/duplicates/{spec.key}",
    }
    return render(request, "people/merge_many.html", context, fragment="preview" if is_part(request) else None)


# -------------------------------------------------------------------- pieces
def _words(made: Plan) -> str:
    going = sum(len(group) - 1 for group in made.groups)
    pairs = ngettext("%(count)s pair", "%(count)s pairs", made.pairs) % {"count": grouped(made.pairs)}
    said = ngettext(
        "%(pairs)s: %(count)s record goes, %(stay)s stay.", "%(pairs)s: %(count)s records go, %(stay)s stay.", going
    )
    told = said % {"pairs": pairs, "count": grouped(going), "stay": grouped(len(made.groups))}
    if made.is_more:
        return (
            _("The first %(count)s pairs were looked at; all others follow in the same way.")
            % {"count": grouped(many.PREVIEWED)}
            + f" {told}"
        )
    return told


def _example(actor: Actor, spec: ObjectSpec, ids: list[int], rule: str) -> list[dict[str, Any]]:
    """The records of a group, the one that stays first."""
    rows = {row.pk: row for row in seen_among(actor, spec, ids)}
    titles = {pk: called(actor, spec, rows[pk].title) or _("No name") for pk in rows}
    return [
        {"title": titles[pk], "url": f"/{spec.path}/{pk}", "mark": avatar(titles[pk], spec.mark), "stays": place == 0}
        for place, pk in enumerate(many.stays_of(actor, spec, [ids], rule)[0])
    ]


urlpatterns = [
    path(
        "duplicates/<slug:kind>/many",
        require_http_methods(["GET", "HEAD", "POST"])(many_screen),
        name="duplicates-many",
    ),
]
