"""What every sort of configuration can do: say what there is, as its files would, and make it what files say."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.workspace.configuration.files import Told

Files = dict[str, Told]


class Part:
    """One sort of things. ``folder`` is where their files lie; ``shape`` the keys of a file with the type of their
    value; ``optional`` those that may be left out. ``archives``: what files lack is taken out of sight, and comes back
    with its values; else it is left alone.
    """

    folder: ClassVar[str]
    shape: ClassVar[Mapping[str, type | tuple[type, ...]]]
    optional: ClassVar[frozenset[str]] = frozenset()
    archives: ClassVar[bool] = True

    def now(self) -> dict[str, dict[str, Any]]:
        """What there is: by path, what the file would say."""
        raise NotImplementedError

    def plain(self, data: Mapping[str, Any]) -> Any:
        """What is compared: the same for two ways of saying one thing."""
        return {**self.usual, **data}

    usual: ClassVar[Mapping[str, Any]] = {}  # values of keys that are left out

    def check(self, told: Told) -> None:
        """Refuses, with file and line, keys that are not known and values that are of no use."""
        for key in told.data:
            if key not in self.shape:
                known = ", ".join(self.shape)
                sentence = _("“%(key)s” is not known here. Known are: %(known)s.")
                told.refuse(sentence % {"key": key[:60], "known": known}, key)
        for key, kind in self.shape.items():
            if key not in told.data and key not in self.optional:
                told.refuse(_("“%(key)s” is missing.") % {"key": key})
            value = told.data.get(key)
            if key in told.data and (not isinstance(value, kind) or (isinstance(value, bool) and kind is int)):
                told.refuse(_("“%(key)s” has a value of another sort.") % {"key": key}, key)

    def make(self, actor: Actor, told: Told) -> None:
        """Makes a thing that is not here. Wrong where it needs another one that comes later: it is tried again."""
        raise NotImplementedError

    def change(self, actor: Actor, told: Told) -> None:
        """Brings a thing that is here in line."""
        raise NotImplementedError

    def archive(self, actor: Actor, path: str) -> None:
        """Takes a thing out of sight that no file names."""
        raise NotImplementedError

    def settle(self, actor: Actor, told: Sequence[Told]) -> None:
        """After all things of the part are there: what they need of each other, and their order."""


def spec_of(told: Told, key: str = "kind") -> ObjectSpec:
    """The object that a file names; refused where there is none."""
    found = registry.find(told.data[key])
    if found is None:
        told.refuse(_("There is no object called “%(key)s”.") % {"key": str(told.data[key])[:60]}, told.data[key])
    return found
