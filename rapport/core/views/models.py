"""Tables of saved views and of what each user makes of them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.accounts.models import Role, Team


class View(models.Model):
    """A list of ``kind`` with a name. ``condition`` is a tree of the query language as JSON, ``columns`` are keys of
    fields (none: the usual ones), ``sort`` and ``find`` as in an address. ``show`` is how it is shown (empty: as a
    table), ``details`` what an address says beside that, by name: ``by``, ``sum``, ``span`` and, of a
    table, ``sums``.

    ``shared`` is empty (its user alone), ``team`` (those of ``team`` and of the teams below) or ``all``. A view shows
    nobody more than they may see anyway. ``deleted_at`` (UTC): gone, but Undo brings it back. ``key`` never changes: by
    it a file of the configuration means this view, however it is called.
    """

    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    key = models.CharField(max_length=60, default="")
    condition = models.JSONField(default=dict)
    sort = models.CharField(max_length=80, default="")
    find = models.CharField(max_length=100, default="")
    columns = models.JSONField(default=list)
    show = models.CharField(max_length=10, default="")
    details = models.JSONField(default=dict)
    shared = models.CharField(max_length=4, default="")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], condition=~models.Q(key=""), name="view_key")
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "shared"], name="view_kind")]


class ViewChoice(models.Model):
    """What one user makes of a view: its place among the tabs, if any, and whether the list opens on it."""

    view = models.ForeignKey(View, models.CASCADE, related_name="choices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    place = models.IntegerField(default=0)
    is_pinned = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "view"], name="viewchoice_once")]


class RoleView(models.Model):
    """The view on which the list of ``kind`` opens for all who hold a role and have chosen none themselves."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    view = models.ForeignKey(View, models.CASCADE, related_name="roles")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["role", "kind"], name="roleview_once")]


class ListSetting(models.Model):
    """What one user has set for all lists: ``density`` of the rows is compact, relaxed or empty (the usual one)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    density = models.CharField(max_length=8, default="")
