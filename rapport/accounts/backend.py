"""How a signed-in user is found again at each request: with role and team; switched-off users not at all."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from rapport.accounts.models import User
from rapport.lib.prepared import Prepared, hole

_USER = Prepared(lambda: User.objects.select_related("role", "team").filter(pk=hole("user"), is_active=True))


class Backend(ModelBackend):
    """Signs in by e-mail and password. There are no rights of Django's here: those are roles and levels."""

    def get_user(self, user_id: Any) -> User | None:
        return next(iter(_USER(user=int(user_id))), None)
