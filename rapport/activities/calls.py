"""What calls are to the engine, and their composer."""

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.activities.about import About
from rapport.activities.models import Call
from rapport.activities.saving import ActivitySaver
from rapport.activities.sight import about_record, few_seen, seen_through_records
from rapport.core.events.kinds import EventKind
from rapport.core.fields import Choice, Integer, Locale, LongText, Moment, Option
from rapport.core.objects import registry
from rapport.core.objects.registry import Composer
from rapport.core.objects.spec import ObjectSpec, Telling
from rapport.lib.dates import format_duration

DIRECTIONS = (
    Option("out", _("Outgoing"), "teal", ("ausgehend",)),
    Option("in", _("Incoming"), "green", ("eingehend",)),
)
OUTCOMES = (
    Option("connected", _("Connected"), "green", ("erreicht",)),
    Option("no_answer", _("No answer"), "amber", ("nicht erreicht",)),
    Option("voicemail", _("Voicemail"), "blue", ("Mailbox",)),
    Option("busy", _("Busy"), "amber", ("besetzt",)),
    Option("wrong_number", _("Wrong number"), "red", ("falsche Nummer",)),
)


def tell_call(call: Call, locale: Locale) -> Telling:
    """What a timeline says of a call."""
    labels: dict[str, Any] = {option.key: option.label for option in (*DIRECTIONS, *OUTCOMES)}
    parts = [str(labels.get(call.outcome, call.outcome))]
    if call.duration:
        parts.append(format_duration(call.duration))
    headings = {"in": _now("Incoming call"), "out": _now("Outgoing call")}
    return Telling(headings.get(call.direction, _now("Call")), text=" · ".join(filter(None, parts)), quote=call.body)


CALL = registry.register(
    ObjectSpec(
        key="call", model=Call, label=_("Call"), plural=_("Calls"), icon="phone", path="calls",
        fields=(
            Choice("direction", _("Direction"), options=DIRECTIONS, default="out", required=True, quick=True),
            Choice("outcome", _("Outcome"), options=OUTCOMES, default="connected", required=True, quick=True),
            Integer("duration", _("Seconds"), minimum=0, maximum=86_400),
            Moment("happened_at", _("Time")),
            LongText("body", _("Summary"), quick=True, search=3, privacy="personal", mentions=True),
            About("about", pgettext_lazy("note or call", "About"), privacy="none"),
        ),
        columns=("direction", "outcome", "duration", "owner", "created_at"),
        phone_columns=("outcome", "created_at"),
        saver=ActivitySaver,
        parents=seen_through_records,
        few=few_seen,
        beside=about_record,
        telling=tell_call,
        main_event=EventKind("call.created", _("logged a call"), icon="phone", tone="green", main=True),
        in_navigation=False,
        titled_by=("body",),
    )
)  # fmt: skip

COMPOSER = Composer(
    "call", _("Call"), "phone", "activities/call_form.html", lambda pk: f"/activities/{pk}/call", "l", 20
)
