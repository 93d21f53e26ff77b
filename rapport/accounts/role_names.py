"""The roles every workspace starts with, as people read them in their own language."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

# By the name they are stored with. Whoever renames a role is shown the own name.
_NAMES: Final[dict[str, str | Promise]] = {
    "Administrator": pgettext_lazy("role", "Administrator"),
    "Manager": pgettext_lazy("role", "Manager"),
    "Member": pgettext_lazy("role", "Member"),
    "Read only": pgettext_lazy("role", "Read only"),
}


def shown_role(name: str) -> str:
    """The name of a role in the reader's language, if it is still called as it came."""
    return str(_NAMES.get(name, name))
