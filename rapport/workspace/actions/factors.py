"""Verbs on one's own second factors: authenticator app, passkeys, recovery codes; and taking those of others away."""

import hashlib
import secrets

from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import Passkey, RecoveryCode, Totp, User
from rapport.core.access.special import demand_right
from rapport.core.audit.notes import tell
from rapport.core.errors import Invalid, NotAllowed
from rapport.core.events.emit import acting
from rapport.lib import clock, totp, vault
from rapport.lib.tokens import same
from rapport.workspace.actions.common import clean_name
from rapport.workspace.actions.giving import demand_account
from rapport.workspace.actions.users import end_sessions, get_user
from rapport.workspace.webauthn import Registered

VAULT = "totp"
CODES = 10
MOST_PASSKEYS = 20
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read as something else
_CODE_LENGTH = 10
HASH_COST = 2**14  # scrypt's N: 16 MB and some 40 ms for each guess


def has_factor(user_id: int) -> bool:
    """Whether the user has an authenticator app or a passkey. Recovery codes alone are none."""
    return Totp.objects.filter(user=user_id).exists() or Passkey.objects.filter(user=user_id).exists()


def must_have_factor(user: User) -> bool:
    """Whether the workspace demands a second factor of this user."""
    rule = workspace.current().second_factor
    return rule == "everybody" or (rule == "administrators" and user.role.is_admin)


def add_totp(actor: Actor, secret: str, typed: str) -> list[str]:
    """Connects an authenticator app that shows the right code; it replaces the one before.

    The recovery codes, where there were none yet: they are told this once.
    """
    user = get_user(actor.user_id or 0)
    step = totp.matching_step(secret, typed, clock.now().timestamp())
    if step is None:
        raise Invalid({"code": [_("This code is not right. Wait for the next one in the app and type that.")]})
    with acting(actor, "user.factor_added", label="app") as act:
        tell(actor, act, "user.factor_added", {"user": user.pk, "factor": "app"})
        values = {"secret": vault.lock(secret, VAULT), "last_step": step, "created_at": clock.now()}
        Totp.objects.update_or_create(user=user, defaults=values)
        return _first_codes(user)


def remove_totp(actor: Actor) -> None:
    """Disconnects the authenticator app."""
    user = get_user(actor.user_id or 0)
    with acting(actor, "user.factor_removed", label="app") as act:
        tell(actor, act, "user.factor_removed", {"user": user.pk, "factor": "app"})
        Totp.objects.filter(user=user).delete()
        _keep_what_is_demanded(user)


def use_totp(user: User, typed: str) -> bool:
    """Whether the app shows this code now. Each code is good once; of two who type it at the same moment, for one."""
    row = Totp.objects.filter(user=user).first()
    if row is None:
        return False
    try:
        secret = vault.unlock(row.secret, VAULT)
    except vault.CannotUnlock:
        return False  # another workspace's key: passkeys and recovery codes still work
    step = totp.matching_step(secret, typed, clock.now().timestamp())
    if step is None:
        return False
    return bool(Totp.objects.filter(pk=row.pk, last_step__lt=step).update(last_step=step))


def add_passkey(actor: Actor, name: str, made: Registered) -> list[str]:
    """Keeps a new passkey. The recovery codes, where there were none yet: they are told this once."""
    user = get_user(actor.user_id or 0)
    name = clean_name(name or _("Passkey"))[:60]
    if Passkey.objects.filter(user=user).count() >= MOST_PASSKEYS:
        raise Invalid({"": [_("You have %(most)s passkeys. Remove one first.") % {"most": MOST_PASSKEYS}]})
    if Passkey.objects.filter(digest=made.digest).exists():
        raise Invalid({"": [_("This passkey is known already.")]})
    with acting(actor, "user.factor_added", label="passkey") as act:
        tell(actor, act, "user.factor_added", {"user": user.pk, "factor": "passkey"})
        Passkey.objects.create(
            user=user, name=name, digest=made.digest, credential=made.credential,
            sign_count=made.sign_count, created_at=clock.now(),
        )  # fmt: skip
        return _first_codes(user)


def rename_passkey(actor: Actor, passkey_id: int, name: str) -> None:
    """Another name for one of one's own passkeys."""
    Passkey.objects.filter(pk=passkey_id, user=actor.user_id).update(name=clean_name(name)[:60])


def remove_passkey(actor: Actor, passkey_id: int) -> None:
    """Forgets one of one's own passkeys."""
    user = get_user(actor.user_id or 0)
    with acting(actor, "user.factor_removed", label="passkey") as act:
        tell(actor, act, "user.factor_removed", {"user": user.pk, "factor": "passkey"})
        Passkey.objects.filter(pk=passkey_id, user=user).delete()
        _keep_what_is_demanded(user)


def new_codes(actor: Actor) -> list[str]:
    """Ten new recovery codes, told this once; those before no longer work."""
    user = get_user(actor.user_id or 0)
    if not has_factor(user.pk):
        raise Invalid({"": [_("Set up an authenticator app or a passkey first.")]})
    with acting(actor, "user.recovery_codes_made") as act:
        tell(actor, act, "user.recovery_codes_made", {"user": user.pk})
        return _make_codes(user)


def codes_left(user: User) -> int:
    """How many recovery codes are still good."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def use_code(user: User, typed: str) -> bool:
    """Whether this is a recovery code that was not used yet; now it is. One hash, however many codes there are."""
    typed = "".join(one for one in typed.lower() if one.isascii() and one.isalnum())
    codes = list(RecoveryCode.objects.filter(user=user, used_at=None))
    if len(typed) != _CODE_LENGTH or not codes:
        return False
    hashed = _hashed(typed, codes[0].hashed.partition("$")[0])
    found = next((one for one in codes if same(one.hashed, hashed)), None)
    return found is not None and bool(
        RecoveryCode.objects.filter(pk=found.pk, used_at=None).update(used_at=clock.now())
    )


def remove_factors_of(actor: Actor, user_id: int) -> User:
    """An administrator lets somebody in again who lost phone and codes: their factors go, their sessions end."""
    demand_right(actor, "users")
    user = get_user(user_id)
    demand_account(actor, user)
    if actor.user_id == user.pk:
        raise NotAllowed(_("Remove your own second factors under “Sign-in and security”."))
    with acting(actor, "user.factor_removed", label=f"{user.name} (#{user.pk})"[:200]) as act:
        tell(actor, act, "user.factor_removed", {"user": user.pk, "factor": "all"})
        Totp.objects.filter(user=user).delete()
        Passkey.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()
        end_sessions(user)
    return user


def _keep_what_is_demanded(user: User) -> None:
    """Refuses (and takes back) to remove the last factor of somebody who must have one; without any, no codes."""
    if has_factor(user.pk):
        return
    if must_have_factor(user):
        raise NotAllowed(_("This workspace asks you for a second factor. Set up another one before you remove this."))
    RecoveryCode.objects.filter(user=user).delete()


def _first_codes(user: User) -> list[str]:
    return [] if codes_left(user) else _make_codes(user)


def _make_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(CODES)]
    salt = secrets.token_hex(16)
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, hashed=_hashed(one, salt)) for one in codes)
    return [f"{one[:5]}-{one[5:]}" for one in codes]


def _hashed(code: str, salt: str) -> str:
    """Slow, as of a password. With one salt for all codes of a user, so that looking for one of ten is one hash."""
    hashed = hashlib.scrypt(code.encode(), salt=bytes.fromhex(salt), n=HASH_COST, r=8, p=1, dklen=32)
    return f"{salt}${hashed.hex()}"
