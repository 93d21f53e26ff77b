"""Fields as the facts of a record's page: in groups, as a layout has them or as they were declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rapport.accounts.actor import Actor
from rapport.core.access.levels import readable_fields
from rapport.core.arranging.arrangement import Arrangement
from rapport.core.fields import Field
from rapport.core.objects.spec import ObjectSpec


@dataclass
class Placed:
    """A group of facts with its heading, and the keys of its fields in order, also of those that are left out.

    ``name`` and ``like`` as in ``arrangement.Group``.
    """

    label: str
    keys: list[str] = field(default_factory=list)
    name: str = ""
    like: str = ""
    is_folded: bool = False


def shown_fields(actor: Actor, spec: ObjectSpec) -> dict[str, Field]:
    """The fields that stand among the facts of a kind, as declared; tags have a place of their own."""
    readable = readable_fields(actor, spec)
    return {key: one for key, one in readable.items() if one.control != "none" and key != "tags"}


def group_of(spec: ObjectSpec, one: Field) -> str:
    """The heading under which a field stands as it was declared."""
    return str(one.group or spec.label)


def placed(spec: ObjectSpec, fields: Mapping[str, Field], layout: Arrangement) -> list[Placed]:
    """The fields in their groups. One that the layout does not know (a new one) joins those it was declared with."""
    found, seen = list[Placed](), set[str]()
    for group in layout.groups:
        keys = [key for key in group.keys if key in fields and key not in seen]
        seen.update(keys)
        like = spec.by_key.get(group.like or next(iter(keys), ""))
        declared = group_of(spec, like) if like is not None else str(spec.label)
        found.append(Placed(group.name or declared, keys, group.name, group.like, group.is_folded))
    homes = {_home(spec, one): one for one in reversed(found)}
    for key, one in layout.ordered(fields).items():
        if key in seen:
            continue
        label = group_of(spec, one)
        if label not in homes:
            homes[label] = Placed(label, like=key)
            found.append(homes[label])
        homes[label].keys.append(key)
    return found


def _home(spec: ObjectSpec, group: Placed) -> str:
    """The declared heading whose new fields a group takes in; a group that somebody made takes none."""
    like = spec.by_key.get(group.like)
    return group_of(spec, like) if like is not None else ""
