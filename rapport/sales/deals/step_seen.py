"""What somebody may know of next steps: nothing, that there is one, or what it is."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, field_rule, level_of, readable_fields
from rapport.core.objects import registry

_KINDS = ("task", "meeting")  # what a next step may be


@dataclass(frozen=True)
class StepsSeen:
    """``is_told``: whether the reader may see next steps at all. ``kinds``: of which activities she may read what they
    are called.
    """

    is_told: bool
    kinds: frozenset[str]

    @classmethod
    def of(cls, actor: Actor) -> "StepsSeen":
        """What a reader may know."""
        kinds = frozenset(
            kind
            for kind in _KINDS
            if level_of(actor, kind, "view") is not Level.NONE and field_rule(actor, kind, "title") != "hidden"
        )
        return cls("next_step_at" in readable_fields(actor, registry.get("deal")), kinds)

    def called(self, step: str, kind: str) -> str:
        """The step as the reader may read it."""
        return step if kind in self.kinds else _("An activity")
