"""What happens to objects and their fields, as the audit tells it."""

from django.utils.translation import gettext_lazy as _

from rapport.core.events.kinds import EventKind, declare

declare(
    EventKind("object.created", _("made the object “%(name)s”"), icon="plus", tone="green", privacy="business"),
    EventKind("object.changed", _("changed the object “%(name)s”"), icon="pencil", tone="amber", privacy="business"),
    EventKind("object.archived", _("archived the object “%(name)s”"), icon="archive", tone="red", privacy="business"),
    EventKind("object.brought_back", _("brought back the object “%(name)s”"), icon="archive-restore", tone="green",
              privacy="business"),
    EventKind("field.created", _("made the field “%(name)s”"), icon="plus", tone="green", privacy="business"),
    EventKind("field.changed", _("changed the field “%(name)s”"), icon="pencil", tone="amber", privacy="business"),
    EventKind("field.reordered", _("put fields in another order"), icon="list-ordered", privacy="business"),
    EventKind("field.archived", _("archived the field “%(name)s”"), icon="archive", tone="red", privacy="business"),
    EventKind("field.converted", _("converted the field “%(name)s”"), icon="git-merge", tone="amber",
              privacy="business"),
    EventKind("field.brought_back", _("brought back the field “%(name)s”"), icon="archive-restore", tone="green",
              privacy="business"),
)  # fmt: skip
