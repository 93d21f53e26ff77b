"""The doors by which somebody acts (``Act.via``), in words."""

from django.utils.translation import gettext_lazy as _

_NAMES = {
    "screen": _("Screen"),
    "api": _("API"),
    "command": _("Terminal"),
    "import": _("Import"),
    "job": _("Background work"),
    "flow": _("Automatic"),
    "system": _("Rapport itself"),
}
_BY = {
    "screen": _("in Rapport"),
    "import": _("by an import"),
    "command": _("by a command"),
    "api": _("through the API"),
    "job": _("by the worker"),
}


def all_named() -> list[tuple[str, str]]:
    """Every door with what it is called, for a select."""
    return [(via, str(name)) for via, name in _NAMES.items()]


def name_of(via: str) -> str:
    """What a door is called: “Terminal”."""
    return str(_NAMES.get(via, via))


def by(via: str) -> str:
    """How something was done, inside a sentence: “by a command”."""
    return str(_BY.get(via) or name_of(via))
