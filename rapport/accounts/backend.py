"""How a signed-in user is found again at each request: with role and team; switched-off users not at all."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from rapport.accounts.models import User


class Backend(ModelBackend):
    """Signs in by e-mail and password. There are no rights of Django's here: those are roles and levels."""

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.select_related("role", "team").filter(pk=user_id, is_active=True).first()
