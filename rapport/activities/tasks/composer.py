"""The composer of tasks on the pages of what they may be about."""

from django.utils.translation import gettext_lazy as _

from rapport.core.objects.registry import Composer

COMPOSER = Composer("task", _("Task"), "circle-check", "tasks/form.html", lambda pk: f"/activities/{pk}/task", "t", 30)
