"""Tables of the house itself: its logo, and how far each user has come with getting to know it."""

from django.conf import settings
from django.db import models


class Logo(models.Model):
    """The one picture of the workspace. ``kind`` is its media type by content, ``digest`` says which picture it is."""

    content = models.BinaryField()
    kind = models.CharField(max_length=40)
    digest = models.CharField(max_length=16)


class Beginning(models.Model):
    """One user's first steps. ``done`` lists the keys of steps that were done once, ``is_hidden``: the list of them is
    not shown. ``toured_at``: when the tour was ended (UTC).
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True)
    done = models.JSONField(default=list)
    is_hidden = models.BooleanField(default=False)
    toured_at = models.DateTimeField(null=True)
