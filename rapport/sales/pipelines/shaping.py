"""What the verbs on pipelines and on stages share: who may, the lock, names and keys, and how the audit hears of it."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.audit.notes import tell
from rapport.core.definitions import loading
from rapport.core.errors import Conflict, Invalid, NotFound
from rapport.core.events.models import Act
from rapport.lib.text import clean_line, fold
from rapport.sales.pipelines.models import Pipeline, Stage

MOST_SIGNS = 60  # of a name
_KEY = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)


def locked() -> list[Pipeline]:
    """All pipelines, locked: whoever shapes them waits for whoever does so already."""
    return list(Pipeline.objects.select_for_update())


def pipeline_of(key: str) -> Pipeline:
    """The pipeline with this key; NotFound."""
    found = Pipeline.objects.filter(key=key).first()
    if found is None:
        raise NotFound(_("There is no such pipeline."))
    return found


def stage_of(key: str) -> Stage:
    """The stage with this key, with its pipeline; NotFound."""
    found = Stage.objects.select_related("pipeline").filter(key=key).first()
    if found is None:
        raise NotFound(_("There is no such stage."))
    return found


def named(name: str, names: Mapping[str, str]) -> dict[str, Any]:
    """A name and what it is in other languages, in order; Invalid with a sentence by part of the form."""
    own = _line("name", name)
    if not own:
        raise Invalid({"name": [_("Enter a name.")]})
    others = {code: _line(f"name.{code}", str(names.get(code) or "")) for code, _language in settings.LANGUAGES}
    return {"name": own, "names": {code: text for code, text in others.items() if text and text != own}}


def refuse_same(name: str, others: Iterable[Pipeline | Stage], sentence: str) -> None:
    """Invalid with this sentence where another one that is not archived is called so."""
    if any(fold(one.name) == fold(name) for one in others if one.archived_at is None):
        raise Invalid({"name": [sentence % {"name": name}]})


def free_key(name: str, taken: Collection[str]) -> str:
    """A key made of the name that none has or had: it stands in addresses and files."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in fold(name))
    base = "_".join(part for part in plain.split("_") if part)[:30] or "stage"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}_{number}"
    return key


def given_key(key: str, taken: Collection[str]) -> str:
    """A key that comes from another workspace. Invalid where it is none, or taken."""
    if not _KEY.fullmatch(key) or key in taken:
        raise Invalid({"key": [_("“%(key)s” cannot be the key of a pipeline or stage here.") % {"key": key[:60]}]})
    return key


def settled_state(audited: Mapping[str, Any]) -> str:
    """What a form saw of a pipeline or a stage."""
    return hashlib.sha256(orjson.dumps(audited, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def demand_unchanged(seen: str, now: str) -> None:
    """Conflict where a form saw something else than is there now."""
    if seen and seen != now:
        raise Conflict(_("Somebody else changed this in the meantime. Look at it again, then change it."))


def told(actor: Actor, act: Act, kind: str, row: Pipeline | Stage, changes: Mapping[str, Any] | None = None) -> None:
    """Writes what happened under an open act, and lets every process read the pipelines anew."""
    act.label = row.name
    act.save(update_fields=["label"])
    noun = "stage" if isinstance(row, Stage) else "pipeline"
    data = {noun: row.key, "name": row.name}
    tell(actor, act, kind, {**data, "changes": dict(changes)} if changes else data)
    loading.renew()


def keep(actor: Actor, act: Act, kind: str, row: Pipeline | Stage, changes: Mapping[str, Any] | None = None) -> None:
    """Stores a pipeline or a stage, and tells of it."""
    row.save()
    told(actor, act, kind, row, changes)


def _line(name: str, text: str) -> str:
    try:
        return clean_line(text, MOST_SIGNS)
    except ValueError as error:
        raise Invalid({name: [str(error)]}) from None
