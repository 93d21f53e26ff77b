"""Giving somebody sight of one record, and taking it back. Both stand in the record's history."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team, User
from rapport.core.access.models import Share
from rapport.core.access.visible import get_record
from rapport.core.errors import Invalid
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.objects.spec import ObjectSpec


def share(actor: Actor, spec: ObjectSpec, record_id: int, target: str, *, can_edit: bool = False) -> Share:
    """Shares a record the actor may edit with ``user:<id>`` or ``team:<id>``. Emits ``<kind>.shared``."""
    kind, _colon, number = target.partition(":")
    model = {"user": User, "team": Team}.get(kind)
    found = (
        model._default_manager.filter(pk=int(number)).first()
        if model and number.isdecimal() and len(number) <= 18
        else None
    )
    if found is None:
        raise Invalid({"with": [_("Choose a user or a team.")]})
    with acting(actor, f"{spec.key}.share", label=str(found)) as act:
        get_record(actor, spec, record_id, "edit")
        made, _new = Share.objects.update_or_create(
            record_id=record_id, **{f"{kind}_id": found.pk}, defaults={"can_edit": can_edit}
        )
        emit(actor, act, [Fact(f"{spec.key}.shared", record_id, data={"with": target, "edit": can_edit})])
    return made


def unshare(actor: Actor, spec: ObjectSpec, record_id: int, share_id: int) -> None:
    """Takes a share back. Emits ``<kind>.unshared``."""
    with acting(actor, f"{spec.key}.unshare") as act:
        get_record(actor, spec, record_id, "edit")
        found = Share.objects.filter(pk=share_id, record_id=record_id).first()
        if found is None:
            raise Invalid({"with": [_("This is not shared any more.")]})
        target = f"user:{found.user_id}" if found.user_id else f"team:{found.team_id}"
        found.delete()
        emit(actor, act, [Fact(f"{spec.key}.unshared", record_id, data={"with": target})])


def shares_of(record_id: int) -> "QuerySet[Share]":
    """Who has been given sight of a record."""
    return Share.objects.filter(record_id=record_id).select_related("user", "team").order_by("pk")
