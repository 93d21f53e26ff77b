"""Where the address of a record that was merged away leads."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from rapport.core.access.visible import titles_seen
from rapport.core.errors import Conflict
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.aliases import current
from rapport.ui.screens.asking import actor_of


def moved_to(request: HttpRequest, spec: ObjectSpec, record_id: int | None) -> HttpResponse | None:
    """The same page of the record it was merged into, where the actor may see that; None for what was not merged.

    Conflict for what was sent to be saved: it was meant for another record.
    """
    winner = current(record_id) if record_id else record_id
    if record_id is None or winner is None or winner == record_id:
        return None
    titles = titles_seen(actor_of(request), spec, [winner])
    if not titles:
        return None
    if request.method not in ("GET", "HEAD"):
        sentence = _("This record was merged into “%(title)s” meanwhile. Open that one and try again.")
        raise Conflict(sentence % {"title": titles[winner]})
    place = f"/{spec.path}/{record_id}"
    return HttpResponseRedirect(f"/{spec.path}/{winner}" + request.get_full_path().removeprefix(place))
