"""Single sign-on: the workspace's one provider, and which account somebody who comes from there has."""

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from rapport.accounts.actor import Actor
from rapport.accounts.models import ProviderAccount, SignInLink, SignInProvider, User
from rapport.core.audit.notes import note
from rapport.core.errors import Invalid
from rapport.lib import clock, vault
from rapport.lib.emails import normalise_email
from rapport.workspace.actions.links import INVITATION
from rapport.workspace.actions.users import UserData, create_user
from rapport.workspace.oidc import Claims, Client

CALLBACK = "/sign-in/provider/done"
VAULT = "provider secret"


@dataclass(frozen=True)
class Shown:
    """What the sign-in page says of the provider."""

    label: str


def current() -> SignInProvider | None:
    """The provider, if there is one and it is switched on."""
    return SignInProvider.objects.select_related("role").filter(is_on=True).order_by("pk").first()


def shown() -> Shown | None:
    """The button of the sign-in page."""
    row = current()
    return Shown(row.label) if row else None


def client_of(row: SignInProvider) -> Client:
    """Who we are there. CannotUnlock when the secret was kept under another workspace's key."""
    secret = vault.unlock(row.secret, VAULT) if row.secret else ""
    return Client(row.issuer, row.client_id, secret, settings.BASE_URL + CALLBACK)


def account_of(row: SignInProvider, claims: Claims) -> User | None:
    """The user who has signed in there: known by the subject; else by a verified e-mail, then remembered by subject.

    Somebody unknown gets an account where the settings say so. None: no account, or one that is switched off.
    """
    users = User.objects.select_related("role", "team")
    link = ProviderAccount.objects.filter(issuer=row.issuer, subject=claims.subject).first()
    if link is not None:
        return users.filter(pk=link.user_id, is_active=True).first()
    email = normalise_email(claims.email) if claims.email else ""
    if not email:
        return None
    user = users.filter(email=email).first() or _made(row, claims, email)
    if user is None or not user.is_active or _is_linked(row, user):
        return None
    try:
        with transaction.atomic():
            ProviderAccount.objects.create(user=user, issuer=row.issuer, subject=claims.subject)
            SignInLink.objects.filter(user=user, purpose=INVITATION, used_at=None).delete()  # accepted in this way
            note(Actor.of(user), "user.provider_linked", {"user": user.pk, "issuer": row.issuer})
    except IntegrityError:
        return None
    return user


def _is_linked(row: SignInProvider, user: User) -> bool:
    """Whether somebody else of this provider is the user: an address that was given to another person is no proof."""
    return ProviderAccount.objects.filter(user=user, issuer=row.issuer).exists()


def worked(row: SignInProvider) -> None:
    """Somebody has signed in by it just now."""
    SignInProvider.objects.filter(pk=row.pk).update(worked_at=clock.now())


def _made(row: SignInProvider, claims: Claims, email: str) -> User | None:
    """An account for somebody of a domain that may have one."""
    domain = email.rpartition("@")[2]
    if row.role is None or domain not in row.domains.split():
        return None
    data = UserData(claims.name or email.partition("@")[0], email, row.role.pk)
    try:
        return create_user(Actor.system(via="screen"), data)
    except Invalid:
        return None
