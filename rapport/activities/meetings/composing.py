"""Posting from the composer of a record: a meeting about it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from rapport.accounts.actor import Actor
from rapport.activities.meetings import guests, reading
from rapport.activities.meetings.screens import plan_from
from rapport.activities.screens import post_activity


@require_POST
def post_meeting(request: HttpRequest, record_id: int) -> HttpResponse:
    """POST: plans a meeting about the record, once; the timeline comes back with it."""

    def typed(actor: Actor, own: Mapping[str, Any]) -> Mapping[str, Any]:
        chosen = guests.chosen(actor, request.POST.getlist("attendee"))
        return {"given": {**reading.as_typed(request.POST), "typed": True}, "own": {**own, "guests": chosen}}

    return post_activity(request, record_id, "meeting", lambda actor: plan_from(actor, request, record_id), typed)
