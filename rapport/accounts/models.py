"""Tables of the people who work here: users, teams, roles, sign-in links and sign-in tries.

Second factors, sessions and the provider of single sign-on stand in ``proofs``.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.accounts.proofs import (
    Passkey,
    ProviderAccount,
    RecoveryCode,
    Session,
    SignInProvider,
    Totp,
    UsedChallenge,
)
from rapport.accounts.role_names import shown_role

__all__ = [
    "Passkey",
    "ProviderAccount",
    "RecoveryCode",
    "Role",
    "Session",
    "SignInLink",
    "SignInProvider",
    "SignInTry",
    "Team",
    "Totp",
    "UsedChallenge",
    "User",
    "Workspace",
]

if TYPE_CHECKING:
    Manager = BaseUserManager["User"]
else:  # the class takes no parameter when the program runs
    Manager = BaseUserManager


class Team(models.Model):
    """A node of the team tree. ``path`` lists the ids from the root down to itself: ``/1/4/``."""

    name = models.CharField(_("Name"), max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=500, default="", db_index=True, editable=False)

    class Meta:
        ordering: ClassVar = ["path"]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """0 for a team at the top of the tree."""
        return max(self.path.count("/") - 2, 0)


class Role(models.Model):
    """What its holders may do.

    ``levels`` maps an object's key, or ``*`` for every object not named, to ``{action: level}`` with the
    actions view, create, edit, trash, export and import and the levels none, own, team, team_below and all.
    ``field_rules`` maps an object's key to ``{field key: "hidden" | "read_only"}``.
    ``filters`` maps an object's key to a condition (in the query language's JSON form) that every record its
    holders see must meet.
    ``rights`` lists the special rights (``rapport.core.access.special``).
    """

    name = models.CharField(_("Name"), max_length=120, unique=True)
    key = models.SlugField(max_length=60, unique=True)
    is_admin = models.BooleanField(_("Administrator"), default=False)
    levels = models.JSONField(default=dict)
    field_rules = models.JSONField(default=dict)
    filters = models.JSONField(default=dict)
    rights = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> str:
        """The name in the reader's language, if it still is the one it came with."""
        return shown_role(self.name)


class UserManager(Manager):
    """Finds users by e-mail, whatever the case it was typed in."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who can sign in. ``email`` is kept in lower case and is the name for signing in."""

    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    role = models.ForeignKey(Role, models.PROTECT, related_name="users")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="users")
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=60, default="UTC")
    theme = models.CharField(max_length=5, default="", blank=True)  # "" is what the device says, else light or dark
    has_keys = models.BooleanField(default=True)  # single letters press buttons
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)


class SignInLink(models.Model):
    """A link that works once. Only the token's digest is kept.

    ``purpose``: ``sign_in`` signs its user in, ``invitation`` lets them set up their account first, ``reset`` sets a
    new password and signs nobody in, ``email`` confirms that ``email`` is theirs.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_in_links")
    purpose = models.CharField(max_length=12, default="sign_in")
    email = models.EmailField(default="")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SignInTry(models.Model):
    """One failed try to sign in, for throttling. ``subject`` is an HMAC of the account or the address."""

    subject = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "at"], name="try_subject_at")]


def usual_hours() -> list[list[list[str]]]:
    """Monday to Friday from nine to five, as :mod:`rapport.lib.working_time` writes it."""
    return [[["09:00", "17:00"]]] * 5 + [[], []]


class Workspace(models.Model):
    """The one row that says what this installation is called and how it behaves.

    ``first_weekday`` counts from Monday (0), ``fiscal_month`` from January (1); ``hours`` and ``holidays`` are the
    rows of :mod:`rapport.lib.working_time`, read in ``time_zone``. ``logo`` is the beginning of the picture's digest,
    empty where there is none. ``trade`` is the blueprint that was chosen, ``sample`` the key of the sample company
    that is in here; ``is_sample_kept``: nobody wants to be reminded of it. ``welcomed_at``: somebody has answered the
    questions of the first sign-in, or left them (UTC). ``works_as``: the role with whose rights administrators work
    until they open a staff session; None: they always have all rights.
    """

    name = models.CharField(_("Name"), max_length=120, default="Rapport")
    hue = models.PositiveSmallIntegerField(_("Brand colour"), default=264)
    currency = models.CharField(_("Currency"), max_length=3, default="EUR")
    country = models.CharField(_("Country"), max_length=2, default="DE")
    # Who must have a second factor: "" nobody, "administrators", "everybody".
    second_factor = models.CharField(max_length=16, default="", blank=True)
    has_passwords = models.BooleanField(default=True)  # False: no sign-in by password
    unique_identities = models.BooleanField(_("An e-mail or phone belongs to one live record only"), default=True)
    time_zone = models.CharField(_("Time zone"), max_length=60, default="UTC")
    first_weekday = models.PositiveSmallIntegerField(_("First day of the week"), default=0)
    fiscal_month = models.PositiveSmallIntegerField(_("Fiscal year begins in"), default=1)
    hours = models.JSONField(default=usual_hours)
    holidays = models.JSONField(default=list)
    logo = models.CharField(max_length=16, default="")
    trade = models.CharField(max_length=20, default="")
    sample = models.CharField(max_length=20, default="")
    is_sample_kept = models.BooleanField(default=False)
    welcomed_at = models.DateTimeField(null=True)
    works_as = models.ForeignKey(Role, models.PROTECT, null=True, related_name="+")
