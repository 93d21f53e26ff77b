"""The checklist of a task, as a field: small steps in an order, each done or not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from rapport.core.fields import Cell, Field, Locale
from rapport.core.fields.operators import Operator
from rapport.lib.text import clean_line

MOST_STEPS = 100
STEP_LIMIT = 300  # characters of one step
_WRITTEN = re.compile(r"\s*(?:[-*]\s+)?(?:\[([ xX]?)\])?\s*(.*)")


@dataclass(frozen=True, eq=False)
class Checklist(Field):
    """Steps as ``{"id", "text", "done"}``. In files each is a line of its own, “[x] text” or “[ ] text”.

    The form of the whole record leaves it alone; its own panel changes it step by step.
    """

    type: ClassVar[str] = "checklist"
    control: ClassVar[str] = "none"
    operators: ClassVar[tuple[Operator, ...]] = ()
    empty: ClassVar[Any] = []

    def from_text(self, text: str, locale: Locale) -> Any:
        steps = []
        for line in text.splitlines():
            match = _WRITTEN.fullmatch(line)
            if match and match[2].strip():
                steps.append({"text": match[2], "done": (match[1] or "").lower() == "x"})
        return self.accept(steps, locale)

    def accept(self, value: Any, locale: Locale) -> Any:
        if not isinstance(value, list | tuple) or not all(isinstance(step, Mapping) for step in value):
            return super().accept(value, locale)
        if len(value) > MOST_STEPS:
            raise ValueError(_("A checklist holds at most %(count)d steps.") % {"count": MOST_STEPS})
        steps: list[dict[str, Any]] = []
        for given in value:
            text = clean_line(str(given.get("text", "")), STEP_LIMIT)
            if text:
                known = {step["id"] for step in steps}
                number = given.get("id")
                is_free = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 10**9
                fresh = number if is_free and number not in known else self.next_id([*value, *steps])
                steps.append({"id": fresh, "text": text, "done": bool(given.get("done"))})
        return steps

    @staticmethod
    def next_id(steps: list[Any]) -> int:
        """A number that no step has."""
        used = [step["id"] for step in steps if isinstance(step.get("id"), int) and 0 < step["id"] < 10**9]
        return max(used, default=0) + 1

    def to_text(self, value: Any) -> str:
        return "\n".join(f"[{'x' if step['done'] else ' '}] {step['text']}" for step in value or [])

    def to_json(self, value: Any) -> Any:
        return [dict(step) for step in value or []]

    def from_json(self, value: Any) -> Any:
        return [dict(step) for step in value or []]

    def is_empty(self, value: Any) -> bool:
        return not value

    def show(self, value: Any, locale: Locale) -> Cell:
        done = sum(1 for step in value if step["done"])
        return Cell(_("%(done)d of %(all)d") % {"done": done, "all": len(value)})
