"""What happens to the rules of the catalogue, as the audit tells it."""

from django.utils.translation import gettext_lazy as _

from rapport.core.events.kinds import EventKind, declare

declare(
    EventKind("discount_limit.changed", _("changed how much discount %(name)s may give"), icon="hash", tone="amber",
              privacy="none"),
)  # fmt: skip
