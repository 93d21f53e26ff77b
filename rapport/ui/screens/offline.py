"""The forms that can be filled in while there is no net: for new records, with what asks nothing of the server."""

from typing import Any

from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec

OFFLINE_PAGE = "/offline"
_PLAIN = ("text", "email", "phone", "tel", "url")  # controls that need no choices of the workspace


def forms() -> list[dict[str, Any]]:
    """One form for each kind that is quickly made of a few plain fields: title, address and controls."""
    made = [(spec, _controls(spec)) for spec in registry.declared() if spec.in_navigation]
    return [{"spec": spec, "url": f"/{spec.path}/new", "controls": controls} for spec, controls in made if controls]


def _controls(spec: ObjectSpec) -> list[dict[str, Any]]:
    return [
        {
            "field": field,
            "kind": field.control,
            "value": "",
            "errors": [],
            "id": f"f-{spec.key}-{field.key}",
            "options": (),
            "url": "",
            "mentions_url": "",
            "currencies": (),
        }
        for field in spec.fields
        if field.quick and field.control in _PLAIN
    ]
