"""Lifecycle: what somebody is to us, derived from what we did together, unless set by hand with a reason.

The first that holds: customer, former customer, opportunity, lead, subscriber, contact. Each room that knows
one of these contributes a function from ids to those of them for which it holds.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.core.fields import Choice, Option
from rapport.core.records.among import among
from rapport.people.models import Person

OPTIONS = (
    Option("customer", _("Customer"), "green", ("Kunde", "Kundin", "client")),
    Option("former_customer", _("Former customer"), "red", ("Ehemaliger Kunde", "churned")),
    Option("opportunity", _("Opportunity"), "violet", ("Chance", "prospect", "Interessent")),
    Option("lead", _("Lead"), "blue"),
    Option("subscriber", _("Subscriber"), "grey", ("Abonnent",)),
    Option("contact", _("Contact"), "grey", ("Kontakt",)),
)
ORDER = tuple(option.key for option in OPTIONS)
Evidence = Callable[[Collection[int]], Iterable[int]]
_evidence: dict[str, list[Evidence]] = {}


@dataclass(frozen=True, eq=False)
class LifecycleField(Choice):
    """The stage. What is written here counts as set by hand; writing nothing goes back to the derived stage.

    Lists and pages show the stage that holds; history and undo deal with what was set.
    """

    kept_in: str = "lifecycle_set"

    def get(self, instance: Any) -> Any:
        return instance.lifecycle_set

    def set(self, instance: Any, value: Any) -> tuple[str, ...]:
        instance.lifecycle_set = value
        instance.lifecycle = value or instance.lifecycle
        return ("lifecycle", "lifecycle_set")


def contribute(stage: str, holds_for: Evidence) -> None:
    """Lets a room say for whom ``stage`` holds."""
    if stage not in ORDER:
        raise ValueError(f"“{stage}” is no stage of the lifecycle.")
    _evidence.setdefault(stage, []).append(holds_for)


def derive(ids: Collection[int]) -> dict[int, str]:
    """The derived stage of each person: the first in the order for which a room has evidence, else contact."""
    stages = dict.fromkeys(ids, "contact")
    open_ids = set(ids)
    for stage in ORDER:
        for holds_for in _evidence.get(stage, ()):
            for person_id in open_ids & set(holds_for(open_ids)):
                stages[person_id] = stage
                open_ids.discard(person_id)
    return stages


def refresh(ids: Collection[int]) -> None:
    """Brings the stored stage of people that were not set by hand up to what holds now: a write for each stage."""
    found: dict[str, list[int]] = {}
    for person_id, stage in sorted(derive(ids).items()):
        found.setdefault(stage, []).append(person_id)
    for stage, those in found.items():
        stale = Person.objects.filter(among("pk", those), lifecycle_set="").exclude(lifecycle=stage)
        stale.update(lifecycle=stage)
