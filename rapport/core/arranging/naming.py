"""Layouts name fields: this is told before one is archived, and follows when one is converted."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from rapport.core.arranging.arrangement import named_in, renamed
from rapport.core.arranging.models import Layout
from rapport.core.definitions.field_types import names_fields


def _uses(kind: str, key: str) -> Iterator[str]:
    layouts = Layout.objects.filter(kind=kind, user=None, shape__isnull=False).select_related("role")
    naming = [layout for layout in layouts if key in named_in(layout.shape)]
    names = [layout.role.shown if layout.role else _("Everybody") for layout in naming]
    if names:
        yield _("Pages were arranged with it, for: %(names)s") % {"names": ", ".join(dict.fromkeys(names))}


def _follow(kind: str, old: str, new: str) -> None:
    for layout in Layout.objects.filter(kind=kind):
        layout.shape = None if layout.shape is None else renamed(layout.shape, old, new)
        layout.before = None if layout.before is None else renamed(layout.before, old, new)
        layout.save(update_fields=["shape", "before"])


names_fields(_uses, _follow)
