"""Verbs on users: make, invite, change, switch off and on, set a password, set up one's own profile."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, Session, Team, User
from rapport.core.access.special import demand_right
from rapport.core.audit.notes import changed, tell
from rapport.core.errors import Invalid, NotAllowed, NotFound
from rapport.core.events.emit import acting
from rapport.lib import clock
from rapport.lib.emails import check_email, normalise_email
from rapport.workspace.actions.common import clean_name, refuse_stale, state
from rapport.workspace.actions.giving import demand_account, demand_role, demand_team
from rapport.workspace.actions.links import INVITATION, INVITATION_LASTS, MadeLink, make_sign_in_link, void_links

MOST_PASSWORD = 1_000
THEMES = ("", "light", "dark")


@dataclass(frozen=True)
class UserData:
    """What an administrator decides about a user. ``team_id`` None: in no team."""

    name: str
    email: str
    role_id: int
    team_id: int | None = None


@dataclass(frozen=True)
class Profile:
    """What users decide about themselves.

    ``time_zone`` is a name like ``Europe/Berlin``; ``theme`` light, dark or "" (as the device); ``has_keys``: single
    letters press buttons.
    """

    name: str
    language: str
    time_zone: str
    theme: str = ""
    has_keys: bool = True


@dataclass(frozen=True)
class NewPassword:
    """A password to be. ``current`` proves who asks; ``proven``: a sign-in link has just done so."""

    password: str
    current: str = ""
    proven: bool = False


def user_state(user: User) -> str:
    """What a form saw of this user; :func:`change_user` refuses to write over anything newer."""
    return state([user.name, user.email, user.role_id, user.team_id, user.is_active])


def create_user(actor: Actor, data: UserData, *, password: str = "") -> User:
    """A new user. Without a password nobody can sign in as them, except by a link."""
    demand_right(actor, "users")
    name, email, role, team = _checked(data)
    demand_role(actor, role)
    demand_team(actor, team)
    made = User(name=name, email=email, role=role, team=team)
    if password:
        check_password(password, made)
        made.set_password(password)
    else:
        made.set_unusable_password()
    try:
        with acting(actor, "user.created") as act:
            made.save()
            act.label = f"{name} (#{made.pk}): role {role.name}"[:200]
            act.save(update_fields=["label"])
            tell(actor, act, "user.created", {"user": made.pk, "changes": changed({}, _audited(made))})
    except IntegrityError:
        raise Invalid({"email": [_taken()]}) from None
    return made


def invite_user(actor: Actor, data: UserData) -> tuple[User, MadeLink]:
    """A new user and the link with which they sign in for the first time. The link is shown once, to be passed on."""
    with transaction.atomic():
        user = create_user(actor, data)
        return user, make_sign_in_link(actor, user, lasts=INVITATION_LASTS, purpose=INVITATION)


def change_user(actor: Actor, user_id: int, data: UserData, *, seen: str = "") -> User:
    """Changes name, e-mail, role and team. ``seen`` is the :func:`user_state` the change was made on."""
    demand_right(actor, "users")
    name, email, role, team = _checked(data, besides=user_id)
    with acting(actor, "user.changed") as act:
        _lock_administrators()
        user = get_user(user_id)
        demand_account(actor, user)
        refuse_stale(seen, user_state(user))
        _demand_change(actor, user, role, team)
        if role.pk != user.role_id:
            if actor.user_id == user.pk:
                raise NotAllowed(_("Nobody changes their own role. Ask another administrator."))
            _keep_one_administrator(user, stays=role.is_admin)
        act.label = f"{user.name} (#{user.pk}): {_told(user, name, email, role, team)}"[:200]
        act.save(update_fields=["label"])
        if email != user.email:
            void_links(user)
        before = _audited(user)
        user.name, user.email, user.role, user.team = name, email, role, team
        tell(actor, act, "user.changed", {"user": user.pk, "changes": changed(before, _audited(user))})
        try:
            user.save(update_fields=["name", "email", "role", "team"])
        except IntegrityError:
            raise Invalid({"email": [_taken()]}) from None
    return user


def _demand_change(actor: Actor, user: User, role: Role, team: Team | None) -> None:
    demand_role(actor, role)
    if team == user.team:
        return
    if actor.user_id == user.pk and not actor.all_rights:
        raise NotAllowed(_("Nobody changes their own team. Ask an administrator."))
    demand_team(actor, team)


def switch_off(actor: Actor, user_id: int) -> User:
    """Ends a user's access: sessions and links stop working. What they own stays theirs."""
    demand_right(actor, "users")
    with acting(actor, "user.switched_off") as act:
        _lock_administrators()
        user = get_user(user_id)
        demand_account(actor, user)
        if actor.user_id == user.pk:
            raise NotAllowed(_("Nobody switches off their own account. Ask another administrator."))
        _keep_one_administrator(user, stays=False)
        _set_active(user, False)
        void_links(user)
        end_sessions(user)
        act.label = f"{user.name} (#{user.pk})"[:200]
        act.save(update_fields=["label"])
        tell(actor, act, "user.switched_off", {"user": user.pk, "changes": {"active": [True, False]}})
    return user


def switch_on(actor: Actor, user_id: int) -> User:
    """Lets a user in again, with the password they had. Sessions from before stay ended."""
    demand_right(actor, "users")
    user = get_user(user_id)
    demand_account(actor, user)
    with acting(actor, "user.switched_on", label=f"{user.name} (#{user.pk})"[:200]) as act:
        was = user.is_active
        _set_active(user, True)
        tell(actor, act, "user.switched_on", {"user": user.pk, "changes": {"active": [was, True]}})
    return user


def set_password(actor: Actor, user_id: int, new: NewPassword) -> User:
    """A new password for oneself; only the house itself (the terminal) sets one for others. Other sessions end."""
    user = get_user(user_id)
    if actor.user_id != user.pk and not (actor.all_rights and actor.user_id is None):
        raise NotAllowed(_("Only the user can set this password. Give them a sign-in link instead."))
    needs_proof = actor.user_id is not None and user.has_usable_password() and not new.proven
    if needs_proof and not user.check_password(new.current):
        raise Invalid({"current": [_("This is not your present password.")]})
    check_password(new.password, user)
    with acting(actor, "user.password_set", label=f"{user.name} (#{user.pk})"[:200]) as act:
        tell(actor, act, "user.password_set", {"user": user.pk})
        user.set_password(new.password)
        user.save(update_fields=["password"])
        void_links(user)
        end_sessions(user)
    return user


def change_profile(actor: Actor, profile: Profile) -> User:
    """Name, language, time zone, theme and keys of the actor."""
    user = get_user(actor.user_id or 0)
    name = clean_name(profile.name)
    if profile.language not in dict(settings.LANGUAGES):
        raise Invalid({"language": [_("Choose a language from the list.")]})
    try:
        clock.zone_named(profile.time_zone)
    except ValueError as error:
        raise Invalid({"time_zone": [str(error)]}) from None
    if profile.theme not in THEMES:
        raise Invalid({"theme": [_("Choose a theme from the list.")]})
    with acting(actor, "user.profile_changed", label=f"{user.name} (#{user.pk})"[:200]) as act:
        before = {key: getattr(user, key) for key in ("name", "language", "time_zone", "theme", "has_keys")}
        user.name, user.language, user.time_zone = name, profile.language, profile.time_zone
        user.theme, user.has_keys = profile.theme, profile.has_keys
        after = {key: getattr(user, key) for key in before}
        tell(actor, act, "user.profile_changed", {"user": user.pk, "changes": changed(before, after)})
        user.save(update_fields=list(before))
    return user


def get_user(user_id: int) -> User:
    """The user with role and team, or NotFound."""
    user = User.objects.select_related("role", "team").filter(pk=user_id).first()
    if user is None:
        raise NotFound(_("There is no such user any more."))
    return user


def _checked(data: UserData, *, besides: int = 0) -> tuple[str, str, Role, Team | None]:
    """The data made usable; Invalid with everything that is wrong at once."""
    errors: dict[str, list[str]] = {}
    name = email = ""
    try:
        name = clean_name(data.name)
    except Invalid as invalid:
        errors.update(invalid.errors)
    try:
        email = normalise_email(check_email(data.email))
        if User.objects.filter(email=email).exclude(pk=besides).exists():
            errors["email"] = [_taken()]
    except ValueError as error:
        errors["email"] = [str(error)]
    role = Role.objects.filter(pk=data.role_id).first()
    if role is None:
        errors["role"] = [_("Choose a role.")]
    team = Team.objects.filter(pk=data.team_id).first() if data.team_id is not None else None
    if data.team_id is not None and team is None:
        errors["team"] = [_("This team is no longer there. Choose another one.")]
    if errors or role is None:
        raise Invalid(errors)
    return name, email, role, team


def _audited(user: User) -> dict[str, object]:
    """What the audit keeps of an account, before and after: no password, no link."""
    return {
        "name": user.name,
        "email": user.email,
        "role": user.role.name,
        "team": user.team.name if user.team else None,
    }


def _taken() -> str:
    return _("Somebody already signs in with this e-mail.")


def _told(user: User, name: str, email: str, role: Role, team: Team | None) -> str:
    """What changes, in words for the history: roles and teams by name, e-mails not."""
    told = [f"name → {name}"] if name != user.name else []
    told += ["e-mail"] if email != user.email else []
    told += [f"role {user.role.name} → {role.name}"] if role.pk != user.role_id else []
    there = team.pk if team else None
    told += [f"team {user.team or '–'} → {team or '–'}"] if there != user.team_id else []
    return ", ".join(told) or "nothing"


def _lock_administrators() -> None:
    """Two administrators who demote each other at the same moment take turns."""
    admins = User.objects.select_for_update(of=("self",)).filter(role__is_admin=True, is_active=True)
    list(admins.order_by("pk").values_list("pk", flat=True))


def _keep_one_administrator(user: User, *, stays: bool) -> None:
    if stays or not (user.is_active and user.role.is_admin):
        return
    if not User.objects.filter(role__is_admin=True, is_active=True).exclude(pk=user.pk).exists():
        raise NotAllowed(_("This is the last active administrator. Make somebody else administrator first."))


def _set_active(user: User, active: bool) -> None:
    user.is_active = active
    user.save(update_fields=["is_active"])


def end_sessions(user: User) -> None:
    """Removes the sessions of a user: whoever sits at one is out with the next click, and stays out."""
    Session.objects.filter(user=user).delete()


def check_password(password: str, user: User) -> None:
    """Invalid, at ``password``, for one that is too short, too long or among those that everybody guesses."""
    if len(password) > MOST_PASSWORD:
        raise Invalid(
            {"password": [_("This password is too long: at most %(most)s characters.") % {"most": MOST_PASSWORD}]}
        )
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({"password": [str(message) for message in error.messages]}) from None
