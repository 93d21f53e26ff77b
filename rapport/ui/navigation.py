"""The entries of the sidebar and of the settings. Packages add theirs when their screens are loaded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.access.special import may_right

Right = Callable[[Actor], bool]
SETTINGS_GROUPS = (_("You"), _("Workspace"), _("Data"), _("Sales"), _("Developers"))


def everyone(_actor: Actor) -> bool:
    """A right that all have."""
    return True


def administrators(actor: Actor) -> bool:
    """A right of administrators."""
    return actor.all_rights


def holders(right: str) -> Right:
    """The right of those whose role has this special right."""
    return lambda actor: may_right(actor, right)


@dataclass(frozen=True)
class Entry:
    """One place: its group's title ("" for the top), label, icon, address and who sees it.

    ``count_url`` answers with a number beside the label, asked for when the page has come.
    """

    group: Any
    label: Any
    icon: str
    url: str
    order: int
    right: Right
    key: str = ""
    count_url: str = ""


_menu: list[Entry] = []
_sources: list[Callable[[], Iterable[Entry]]] = []
_settings: list[Entry] = []


def add(
    group: Any, label: Any, icon: str, url: str, *,
    order: int = 50, right: Right = everyone, key: str = "", count_url: str = "",
) -> None:  # fmt: skip
    """Adds a place to the sidebar. ``key`` is the letter that goes there after “g”; ``count_url``: see Entry."""
    _menu.append(Entry(group, label, icon, url, order, right, key, count_url))


def add_source(entries: Callable[[], Iterable[Entry]]) -> None:
    """Adds places to the sidebar that may be others with each request."""
    _sources.append(entries)


def add_settings(group: Any, label: Any, icon: str, url: str, *, order: int = 50, right: Right = everyone) -> None:
    """Adds a page to the settings; ``group`` is one of ``SETTINGS_GROUPS``."""
    _settings.append(Entry(group, label, icon, url, order, right))


def menu(actor: Actor, path: str) -> list[dict[str, Any]]:
    """The sidebar for this actor, grouped, with the entry of ``path`` marked."""
    entries = [*_menu, *(entry for source in _sources for entry in source())]
    return _grouped(sorted(entries, key=lambda entry: entry.order), actor, path)


def with_keys() -> list[Entry]:
    """The places that a key leads to, in their order, whoever asks."""
    return [entry for entry in sorted(_menu, key=lambda entry: entry.order) if entry.key]


def settings_menu(actor: Actor, path: str) -> list[dict[str, Any]]:
    """The list on the left of the settings for this actor."""
    rank = {str(group): number for number, group in enumerate(SETTINGS_GROUPS)}
    return _grouped(sorted(_settings, key=lambda entry: (rank.get(str(entry.group), 9), entry.order)), actor, path)


def _grouped(entries: list[Entry], actor: Actor, path: str) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    # A page belongs to the entry that names it most closely: /profile/sessions not to /profile.
    above = [entry.url for entry in entries if path == entry.url or path.startswith(entry.url.rstrip("/") + "/")]
    closest = max(above, key=len, default="")
    for entry in entries:
        if entry.right(actor):
            here = entry.url == closest and (path == entry.url or entry.url != "/")
            item = {"label": entry.label, "icon": entry.icon, "url": entry.url, "current": here, "key": entry.key}
            groups.setdefault(str(entry.group), []).append({**item, "count": None, "count_url": entry.count_url})
    return [{"label": label, "items": items} for label, items in groups.items()]
