"""One-time sign-in links: made for a user, shown once, used once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import SignInLink, User
from rapport.core.audit.notes import tell
from rapport.core.errors import Invalid
from rapport.core.events.emit import acting
from rapport.lib import clock
from rapport.lib.tokens import digest, new_token
from rapport.workspace.actions.common import demand_administrator

LASTS = timedelta(minutes=15)
INVITATION_LASTS = timedelta(days=3)
FIRST_RUN_LASTS = timedelta(hours=24)
_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class MadeLink:
    """The full address of a link, which nobody can read again later, and when it stops working (UTC)."""

    address: str
    expires_at: datetime


def make_sign_in_link(actor: Actor, user: User, *, lasts: timedelta = LASTS) -> MadeLink:
    """A link that signs ``user`` in once; links made for the same user before stop working."""
    demand_administrator(actor)
    if not user.is_active:
        raise Invalid({"": [_("%(name)s is switched off. Switch the account on first.") % {"name": user.name}]})
    token, now = new_token(), clock.now()
    with acting(actor, "user.link_made", label=f"{user.name} (#{user.pk})"[:200]) as act:
        void_links(user)
        SignInLink.objects.filter(expires_at__lt=now - _KEPT).delete()
        SignInLink.objects.create(user=user, digest=digest(token), expires_at=now + lasts)
        tell(actor, act, "user.link_made", {"user": user.pk, "until": (now + lasts).isoformat(timespec="seconds")})
    return MadeLink(f"{settings.BASE_URL}/sign-in/{token}", now + lasts)


def void_links(user: User) -> None:
    """Makes every unused link of this user worthless."""
    SignInLink.objects.filter(user=user, used_at=None).delete()


def link_is_good(token: str) -> bool:
    """Whether the link would sign somebody in now. Uses nothing up."""
    return _good_link(token) is not None


def use_link(token: str) -> User | None:
    """The user whom the link signs in; None for a used, expired or unknown one. Of two at once, one gets in."""
    link = _good_link(token)
    if link is None or not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=clock.now()):
        return None
    return link.user


def _good_link(token: str) -> SignInLink | None:
    links = SignInLink.objects.select_related("user__role", "user__team")
    return links.filter(digest=digest(token), used_at=None, expires_at__gt=clock.now(), user__is_active=True).first()
