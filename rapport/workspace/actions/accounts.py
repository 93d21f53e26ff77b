"""Verbs that a link from an e-mail leads to: accept an invitation, set a forgotten password, confirm an address."""

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.accounts.models import SignInLink, User
from rapport.core.access.special import demand_right
from rapport.core.audit.notes import tell
from rapport.core.errors import Invalid
from rapport.core.events.emit import acting
from rapport.core.jobs import queue
from rapport.lib import clock
from rapport.lib.emails import check_email, normalise_email
from rapport.workspace import mail
from rapport.workspace.actions.common import clean_name
from rapport.workspace.actions.giving import demand_account
from rapport.workspace.actions.links import EMAIL, EMAIL_LASTS, MadeLink, make_link, use_up, void_links
from rapport.workspace.actions.users import check_password, end_sessions, get_user

RESET_JOB = "account.reset"


@dataclass(frozen=True)
class Accepted:
    """What somebody says of themselves when they accept an invitation. ``password`` "": they sign in another way."""

    name: str
    password: str
    language: str
    time_zone: str


def accept_invitation(link: SignInLink, said: Accepted) -> User | None:
    """Sets the account up and uses the link up. None: somebody was quicker."""
    user = link.user
    name = clean_name(said.name)
    if said.language not in dict(settings.LANGUAGES):
        raise Invalid({"language": [_("Choose a language from the list.")]})
    try:
        clock.zone_named(said.time_zone)
    except ValueError as error:
        raise Invalid({"time_zone": [str(error)]}) from None
    if said.password:
        check_password(said.password, user)
    with acting(Actor.of(user), "user.invitation_used", label=f"{name} (#{user.pk})"[:200]) as act:
        if not use_up(link):
            return None
        tell(Actor.of(user), act, "user.invitation_used", {"user": user.pk})
        user.name, user.language, user.time_zone = name, said.language, said.time_zone
        if said.password:
            user.set_password(said.password)
        user.save(update_fields=["name", "language", "time_zone", "password"])
    return user


def send_invitation(user: User, link: MadeLink) -> bool:
    """E-mails an invitation; False where the machine sends none or the server did not take it."""
    subject = gettext_lazy("Your invitation to %(workspace)s")
    lines = [
        gettext_lazy("You are invited to work in %(workspace)s."),
        gettext_lazy("With this link, which works once and for three days, you set up your account:"),
    ]
    return mail.send(user.email, user.language, subject, lines, link.address)


def revoke_invitation(actor: Actor, user_id: int) -> User:
    """The link of an invitation stops working. The account stays, and nobody can sign in to it."""
    demand_right(actor, "users")
    user = get_user(user_id)
    demand_account(actor, user)
    with acting(actor, "user.invitation_revoked", label=f"{user.name} (#{user.pk})"[:200]) as act:
        tell(actor, act, "user.invitation_revoked", {"user": user.pk})
        void_links(user)
    return user


def ask_for_reset(email: str) -> None:
    """Puts the answer into the queue, whether there is such an account or not: the time must not tell."""
    known = User.objects.filter(email=email, is_active=True).values_list("pk", flat=True).first()
    queue.enqueue(RESET_JOB, {"user": known or 0}, Actor.system(via="screen"))


def reset_password(link: SignInLink, password: str) -> bool:
    """Sets the password and ends all sessions; signs nobody in, so a second factor is asked for as ever.

    False: somebody was quicker.
    """
    user = link.user
    check_password(password, user)
    with acting(Actor.of(user), "user.password_set", label=f"{user.name} (#{user.pk})"[:200]) as act:
        if not use_up(link):
            return False
        tell(Actor.of(user), act, "user.password_set", {"user": user.pk, "how": "reset"})
        user.set_password(password)
        user.save(update_fields=["password"])
        void_links(user)
        end_sessions(user)
    return True


def ask_for_email(actor: Actor, email: str) -> bool:
    """Sends a link to the new address, which confirms it. Whether somebody else has it is not told here.

    False: the e-mail could not be sent, nothing changed.
    """
    user = get_user(actor.user_id or 0)
    try:
        email = normalise_email(check_email(email))
    except ValueError as error:
        raise Invalid({"email": [str(error)]}) from None
    if email == user.email:
        raise Invalid({"email": [_("This is your e-mail already.")]})
    with acting(actor, "user.email_asked", label=f"{user.name} (#{user.pk})"[:200]) as act:
        tell(actor, act, "user.email_asked", {"user": user.pk})
        link = make_link(user, EMAIL, EMAIL_LASTS, email=email)
    subject = gettext_lazy("Confirm your e-mail for %(workspace)s")
    lines = [gettext_lazy("With this link you sign in to %(workspace)s under this address from now on:")]
    return mail.send(email, user.language, subject, lines, link.address)


def confirm_email(link: SignInLink) -> bool:
    """The user has the address now. False: somebody was quicker, or signs in with it already."""
    user, before = link.user, link.user.email
    try:
        with transaction.atomic(), acting(Actor.of(user), "user.email_changed", label=f"#{user.pk}") as act:
            if not use_up(link):
                return False
            tell(Actor.of(user), act, "user.email_changed", {"user": user.pk})
            user.email = link.email
            user.save(update_fields=["email"])
            void_links(user)
    except IntegrityError:
        return False
    told = [
        gettext_lazy(
            "The e-mail of your account in %(workspace)s was changed. Tell an administrator if it was not you."
        )
    ]
    mail.send(before, user.language, gettext_lazy("Your e-mail for %(workspace)s has changed"), told, settings.BASE_URL)
    return True
