"""Telling the users who are asked to a meeting, or whose meeting was moved."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.activities.meetings.models import Attendee
from rapport.core.notices import kinds
from rapport.core.notices.kinds import NoticeKind
from rapport.core.notices.telling import tell
from rapport.core.objects.saver import Draft

kinds.register(
    NoticeKind(
        "meeting",
        _("Invitations"),
        "calendar",
        sentence=_("%(name)s asks you to come"),
        hint=_("Somebody asks you to come to a meeting."),
    ),
    NoticeKind(
        "meeting_moved",
        _("Moved meetings"),
        "calendar",
        sentence=_("%(name)s moved the meeting"),
        hint=_("Somebody moves a meeting that you were asked to come to."),
    ),
)


def tell_guests(actor: Actor, draft: Draft) -> None:
    """Tells who is newly asked to come and, if the meeting moved, everybody else who was."""
    meeting = draft.instance
    new = _users(draft.values.get("attendees", ())) - _users(draft.before.get("attendees", ()))
    if new:
        # By its version: who was taken off and is asked again hears of it again.
        once = f"meeting {meeting.pk} asked {meeting.version}"
        tell(new, "meeting", record_id=meeting.pk, by_id=actor.user_id, once=once)
    # Of one that leaves its series “before” is what it takes over from there.
    if draft.before.get("starts_at") in (None, meeting.starts_at):
        return
    rows = Attendee.objects.filter(meeting_id=meeting.pk, user_id__isnull=False)
    others = set(rows.values_list("user_id", flat=True)) - new
    if others:
        once = f"meeting {meeting.pk} moved {meeting.version}"
        tell(others, "meeting_moved", record_id=meeting.pk, by_id=actor.user_id, once=once)


def _users(guests: Any) -> set[int]:
    return {guest["id"] for guest in guests if guest["kind"] == "user"}
