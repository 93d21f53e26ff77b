"""Lets the first administrator follow some sample customers and be told of them, so that home shows what it is for."""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from rapport.accounts.models import User
from rapport.core.events.models import Act, Event, EventLink
from rapport.core.notices.models import Follow, Notice
from rapport.core.notices.telling import tell
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.sample.staff import Colleague

FOLLOWED = 6  # records with the latest notes and calls
TOLD = 9  # of what happened on these, the latest
READ = 4  # of it that was read already


def enliven(act: Act, colleagues: Sequence[Colleague], language: str) -> None:
    """Called in the transaction that loads a sample. Where nobody is there yet, nobody is told."""
    ids = [colleague.user_id for colleague in colleagues]
    reader = User.objects.filter(is_active=True, role__is_admin=True).exclude(pk__in=ids).order_by("pk").first()
    if reader is None:
        return
    happened = _latest(act)
    followed = list(dict.fromkeys(record_id for record_id, _event in happened))[:FOLLOWED]
    Follow.objects.bulk_create(
        [Follow(user=reader, record_id=pk, at=clock.now()) for pk in followed], ignore_conflicts=True
    )
    told = [(record_id, event) for record_id, event in happened if record_id in followed][:TOLD]
    for record_id, event in reversed(told):
        with clock.frozen(event.at):
            tell(
                [reader.pk], "change", record_id=record_id, by_id=event.user_id, event_id=event.pk,
                once=f"event:{event.pk}",
            )  # fmt: skip
    old = Notice.objects.filter(user=reader, event__act=act).order_by("pk").values_list("pk", flat=True)[:READ]
    Notice.objects.filter(pk__in=list(old)).update(read_at=clock.now())
    if followed:
        _mention(act, colleagues[0], reader, followed[0], language)


def _latest(act: Act) -> list[tuple[int, Event]]:
    """People with the notes and calls of a sample, the latest first."""
    links = EventLink.objects.filter(event__act=act, event__kind__in=("note.created", "call.created"))
    links = (
        links.filter(record__kind="person", at__lte=clock.now()).select_related("event").order_by("-at", "-event_id")
    )
    return [(link.record_id, link.event) for link in links[:60]]


def _mention(act: Act, by: Colleague, reader: User, record_id: int, language: str) -> None:
    with translation.override(language):
        body = _("@%(name)s This is a mention: who is named in a note finds it here and under the bell.")
        body %= {"name": reader.name}
    note = saving.create(
        by.actor().through("screen"), registry.get("note"), {"body": body, "about": [record_id]}, act=act
    )
    tell([reader.pk], "mention", record_id=note.pk, by_id=by.user_id, once=f"mention:{note.pk}")
