"""Labels that a workspace has given in several languages."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language


def spoken(label: str, labels: Mapping[str, str]) -> Any:
    """A label in the reader's language, where there is one in it."""
    return _said(label, dict(labels)) if labels else label


def _in_language(label: str, labels: Mapping[str, str]) -> str:
    language = get_language() or ""
    return labels.get(language) or labels.get(language.partition("-")[0]) or label


_said = lazy(_in_language, str)
