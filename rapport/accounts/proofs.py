"""Tables of how people prove who they are: second factors, sessions, and the provider of single sign-on."""

from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """One browser in which somebody is signed in (``user``), or has yet to finish signing in.

    ``seen_at`` is rounded down to some minutes, so that reading a page is not a write.
    """

    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="sessions")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()


class Totp(models.Model):
    """The authenticator app of a user. ``secret`` is encrypted; ``last_step`` is the newest half minute used up."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="totp")
    secret = models.CharField(max_length=200)
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()


class Passkey(models.Model):
    """A key on a device, by the name its user gave it. ``credential`` is its public half, as WebAuthn writes it."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)  # of the credential's id, which may be a kilobyte
    credential = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]


class RecoveryCode(models.Model):
    """One code of ten for the day the phone is lost. ``hashed`` slowly; the codes of one user share a salt."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="recovery_codes")
    hashed = models.CharField(max_length=200)
    used_at = models.DateTimeField(null=True)


class UsedChallenge(models.Model):
    """A challenge that a passkey has answered, for as long as it would be good: no answer counts twice."""

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(db_index=True)


class SignInProvider(models.Model):
    """The one OpenID Connect provider of the workspace. ``secret`` is encrypted.

    ``domains`` (one on each line) and ``role`` say which unknown people get an account; without a role nobody does.
    ``worked_at`` is the last time somebody signed in by it; ``asks_factor``: it asks for a second factor itself.
    """

    is_on = models.BooleanField(default=False)
    label = models.CharField(max_length=60)
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=200)
    secret = models.CharField(max_length=1000)
    domains = models.TextField(default="", blank=True)
    role = models.ForeignKey("accounts.Role", models.PROTECT, null=True, related_name="+")
    asks_factor = models.BooleanField(default=False)
    worked_at = models.DateTimeField(null=True)


class ProviderAccount(models.Model):
    """Who somebody is at the provider: the subject never changes there, an e-mail may."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="provider_accounts")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["issuer", "subject"], name="provider_subject_once")]
