"""One-time sign-in links: made for a user, shown once, used once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import SignInLink, User
from rapport.core.audit.notes import tell
from rapport.core.errors import Invalid
from rapport.core.events.emit import acting
from rapport.lib import clock
from rapport.lib.tokens import digest, new_token
from rapport.workspace.actions.giving import demand_account

LASTS = timedelta(minutes=15)
INVITATION_LASTS = timedelta(days=3)
FIRST_RUN_LASTS = timedelta(hours=24)
RESET_LASTS = timedelta(minutes=30)
EMAIL_LASTS = timedelta(hours=24)
_KEPT = timedelta(days=1)
SIGN_IN, INVITATION, RESET, EMAIL = "sign_in", "invitation", "reset", "email"


@dataclass(frozen=True)
class MadeLink:
    """The full address of a link, which nobody can read again later, and when it stops working (UTC)."""

    address: str
    expires_at: datetime


def make_sign_in_link(actor: Actor, user: User, *, lasts: timedelta = LASTS, purpose: str = SIGN_IN) -> MadeLink:
    """A link that signs ``user`` in once, or (an invitation) lets them set up their account; earlier ones are void."""
    demand_account(actor, user)
    if not user.is_active:
        raise Invalid({"": [_("%(name)s is switched off. Switch the account on first.") % {"name": user.name}]})
    with acting(actor, "user.link_made", label=f"{user.name} (#{user.pk})"[:200]) as act:
        made = make_link(user, purpose, lasts)
        until = made.expires_at.isoformat(timespec="seconds")
        tell(actor, act, "user.link_made", {"user": user.pk, "until": until, "purpose": purpose})
    return made


def make_link(user: User, purpose: str, lasts: timedelta, *, email: str = "") -> MadeLink:
    """A link for one purpose, which voids those made before: one that a stranger can ask for, or that is to prove an
    e-mail, only those for the same. Notes nothing: that is for the verb that wants it."""
    token, now = new_token(), clock.now()
    with transaction.atomic():
        earlier = SignInLink.objects.filter(user=user, used_at=None)
        alone = purpose in (EMAIL, RESET)
        (earlier.filter(purpose=purpose) if alone else earlier.exclude(purpose=EMAIL)).delete()
        SignInLink.objects.filter(expires_at__lt=now - _KEPT).delete()
        SignInLink.objects.create(user=user, purpose=purpose, email=email, digest=digest(token), expires_at=now + lasts)
    return MadeLink(f"{settings.BASE_URL}/sign-in/{token}", now + lasts)


def void_links(user: User) -> None:
    """Makes every unused link of this user worthless."""
    SignInLink.objects.filter(user=user, used_at=None).delete()


def good_link(token: str) -> SignInLink | None:
    """The link, with its user, if it would work now. Uses nothing up."""
    links = SignInLink.objects.select_related("user__role", "user__team")
    return links.filter(digest=digest(token), used_at=None, expires_at__gt=clock.now(), user__is_active=True).first()


def use_up(link: SignInLink) -> bool:
    """Whether it was good until now; of two who use it at once, one gets True."""
    return bool(SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=clock.now()))


def invitation_of(user: User) -> SignInLink | None:
    """The invitation that waits to be accepted."""
    return SignInLink.objects.filter(user=user, purpose=INVITATION, used_at=None, expires_at__gt=clock.now()).first()
