"""Stages that ask for fields: such a field is not archived; one that is converted is asked for as its successor."""

from collections.abc import Iterable

from rapport.core.definitions.field_types import names_fields, needs_fields
from rapport.sales.pipelines.models import Stage


def add_needs() -> None:
    """Lets the fields of deals heed what stages ask for."""
    needs_fields(_who, follows=True)
    names_fields(_uses, _follow)


def _asking(key: str) -> list[Stage]:
    return [stage for stage in Stage.objects.select_related("pipeline") if key in stage.required]


def _who(kind: str, key: str) -> str:
    return next((str(stage.name) for stage in _asking(key) if stage.archived_at is None), "") if kind == "deal" else ""


def _uses(_kind: str, _key: str) -> Iterable[str]:
    return ()  # what asks for it keeps it from being archived, and is named there


def _follow(kind: str, old: str, new: str) -> None:
    for stage in _asking(old) if kind == "deal" else ():
        stage.required = [new if key == old else key for key in stage.required]
        stage.save(update_fields=["required"])
