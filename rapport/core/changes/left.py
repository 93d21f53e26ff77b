"""What an undo leaves as it is, and why: in sentences that tell nobody more than they may see."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.accounts.actor import Actor
from rapport.core.access.levels import all_called, readable_fields
from rapport.core.access.visible import visible_to
from rapport.core.changes.steps import Step
from rapport.core.events.models import Act, Change
from rapport.core.objects import registry

SHOWN = 100  # reasons that are kept and shown; beyond, they are counted
_MOST_LATER = 2_000  # later changes looked at to tell who made them


@dataclass(frozen=True)
class Left:
    """One record that stays, or some ``fields`` of it. ``why``: changed, gone, trash, restore, closed or refused."""

    step: Step
    why: str
    fields: tuple[str, ...] = ()
    message: str = ""


@dataclass
class Leavings:
    """The first reasons, and how many records or values there are in all."""

    count: int = 0
    first: list[Left] = field(default_factory=list)

    def add(self, left: Left) -> None:
        """Notes one more."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(left)


@dataclass(frozen=True)
class Reason:
    """A reason in words; ``by`` and ``at`` (UTC) say who changed it since, where that is known and may be seen."""

    record_id: int
    sentence: str
    by: str = ""
    at: datetime.datetime | None = None


def sentences(actor: Actor, lefts: Sequence[Left]) -> list[str]:
    """The reasons in words."""
    names = _names(actor, lefts)
    return [_sentence(actor, left, names.get(left.step.record_id, "")) for left in lefts]


def told(actor: Actor, act: Act, lefts: Sequence[Left]) -> list[Reason]:
    """The reasons in words, with who changed it since and when."""
    names = _names(actor, lefts)
    later = _later(act, {left.step.record_id for left in lefts if left.why in ("changed", "fields")})
    found = []
    for left in lefts:
        name = names.get(left.step.record_id, "")
        change = next((one for one in later[left.step.record_id] if _concerns(one, left)), None) if name else None
        who = (change.event.user.name if change.event.user else "Rapport") if change else ""
        at = change.event.at if change else None
        found.append(Reason(left.step.record_id, _sentence(actor, left, name), who, at))
    return found


def _concerns(change: Change, left: Left) -> bool:
    since = change.event_id > left.step.event_id
    return since and (left.why == "changed" or bool(set(left.fields) & set(change.fields)))


def _later(act: Act, ids: Collection[int]) -> dict[int, list[Change]]:
    """The changes of these records by other acts, newest first."""
    found: dict[int, list[Change]] = defaultdict(list)
    if ids:
        rows = Change.objects.filter(record_id__in=ids).exclude(event__act=act).select_related("event__user")
        for change in rows.order_by("-pk")[:_MOST_LATER]:
            found[change.record_id].append(change)
    return found


def _names(actor: Actor, lefts: Sequence[Left]) -> dict[int, str]:
    """What the records are called, for those who may still see them."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for left in lefts:
        by_kind[left.step.kind].add(left.step.record_id)
    names: dict[int, str] = {}
    for kind, ids in by_kind.items():
        if (spec := registry.find(kind)) is not None:
            for live in (True, False):
                rows = visible_to(actor, spec, live=live).filter(pk__in=ids).values_list("pk", "title")
                names |= all_called(actor, spec, rows)
    return names


def _sentence(actor: Actor, left: Left, name: str) -> str:
    title = name or f"#{left.step.record_id}"
    plain = {
        "changed": _("%(title)s was changed since and stays."),
        "gone": _("%(title)s is in the trash or not yours to change."),
        "trash": _("%(title)s is in the trash or not yours to trash."),
        "restore": _("%(title)s is out of the trash already, or not yours to restore."),
        "closed": _("%(title)s: what you may not change stays."),
    }
    if left.why in plain:
        return plain[left.why] % {"title": title}
    if left.why == "refused":
        return f"{title}: {left.message}"
    spec = registry.get(left.step.kind)
    readable = readable_fields(actor, spec)
    labels = [str(readable[key].label) if key in readable else _("a hidden field") for key in left.fields]
    sentence = ngettext(
        "%(title)s: %(field)s was changed since and stays.", "%(title)s: %(field)s were changed since and stay.",
        len(labels),
    )  # fmt: skip
    return sentence % {"title": title, "field": ", ".join(dict.fromkeys(labels))}
