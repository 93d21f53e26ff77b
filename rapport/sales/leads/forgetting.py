"""Whoever was erased stays forgotten: nobody makes a lead of them from an old list.

No name and no address is kept, only a digest that this workspace alone can make; see docs/decisions/0052.
"""

from collections.abc import Collection, Iterable

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from rapport.core.errors import Invalid
from rapport.core.events.models import Event, EventLink
from rapport.core.records import wipes
from rapport.core.records.among import among
from rapport.core.records.models import Record
from rapport.lib import clock
from rapport.people.identities import norm
from rapport.people.models import Identity
from rapport.sales.leads.models import Forgotten, Lead

SENTENCE = _("This person asked to be forgotten, so no lead is made.")


def digest(kind: str, normalised: str) -> str:
    """What stands in the table in place of an address (``email``) or a number (``phone``)."""
    return salted_hmac("rapport.leads.forgotten", f"{kind} {normalised}", algorithm="sha256").hexdigest()


def is_forgotten(email: str = "", phones: Iterable[str] = ()) -> bool:
    """Whether one of these belonged to somebody who was erased. One query."""
    given = [("email", norm("email", email)), *(("phone", norm("phone", phone)) for phone in phones)]
    wanted = [digest(kind, normalised) for kind, normalised in given if normalised]
    return bool(wanted) and Forgotten.objects.filter(digest__in=wanted).exists()


def among_people(ids: Collection[int]) -> set[int]:
    """Those of some people whose address or number belonged to somebody who was erased. At most three queries."""
    if not Forgotten.objects.exists():
        return set()
    rows = Identity.objects.filter(among("record_id", ids)).values_list("record_id", "kind", "norm")
    by_digest = {digest(kind, normalised): pk for pk, kind, normalised in rows}
    found = Forgotten.objects.filter(among("digest", list(by_digest))).values_list("digest", flat=True)
    return {by_digest[one] for one in found}


def allow(email: str) -> None:
    """Somebody wants to hear from us again: their address is known no more. Invalid if it was not."""
    if not Forgotten.objects.filter(digest=digest("email", norm("email", email))).delete()[0]:
        raise Invalid({"allow": [str(_("Nobody with this address was erased."))]})


@wipes.of_people
def forget(ids: Collection[int]) -> None:
    """Keeps the digests of erased people, and takes what came in from leads of theirs that stay.

    The made-up people of a sample asked for nothing.
    """
    made_up = Event.objects.filter(subject_id__in=ids, kind="person.created", act__kind="sample").values("subject_id")
    known = Identity.objects.filter(record_id__in=ids, record__kind="person").exclude(record_id__in=made_up)
    rows = known.values_list("kind", "norm")
    now = clock.now()
    made = [Forgotten(digest=digest(kind, normalised), at=now) for kind, normalised in rows if normalised]
    Forgotten.objects.bulk_create(made, ignore_conflicts=True)
    people = Record.objects.filter(pk__in=ids, kind="person").values("pk")
    # By the history: the links themselves are gone by now.
    theirs = EventLink.objects.filter(record_id__in=people, event__subject__kind="lead").values("event__subject_id")
    Lead.objects.filter(pk__in=theirs).update(payload="")
