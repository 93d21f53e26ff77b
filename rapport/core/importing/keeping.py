"""Mappings kept under a name: put away from a draft, found again for a file with the same columns, used, removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.audit.notes import tell
from rapport.core.errors import Invalid, NotAllowed, NotFound
from rapport.core.events.emit import acting
from rapport.core.events.kinds import EventKind, declare
from rapport.core.importing import mapping, runs
from rapport.core.importing.mapping import Columns
from rapport.core.importing.models import ImportRun, KeptMapping
from rapport.core.importing.options import BOTH, Options
from rapport.core.importing.targets import squeezed, targets
from rapport.lib import clock
from rapport.lib.text import clean_line

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MOST_NAME = 60
MOST = 50  # of one user for one kind
_ENOUGH = 0.8  # of a mapping's columns that a file must have, to be taken for one of that layout
declare(
    EventKind("mapping.kept", gettext_lazy("kept a mapping of imports"), icon="table-2", privacy="business"),
    EventKind("mapping.removed", gettext_lazy("removed a mapping of imports"), icon="trash-2", privacy="business"),
)


@dataclass(frozen=True)
class Kept:
    """A mapping as a file uses it."""

    id: int
    name: str
    columns: dict[str, str]
    match: str
    mode: str
    options: dict[str, Any]

    def columns_for(self, header: Sequence[str]) -> Columns:
        """The mapping for the columns of this file that have the same titles."""
        by_title = {squeezed(title): key for title, key in self.columns.items()}
        return {number: key for number, title in enumerate(header) if (key := by_title.get(squeezed(title)))}


def known(actor: Actor, spec: "ObjectSpec") -> list[KeptMapping]:
    """The mappings the actor may use for files of this kind, by name."""
    return list(_seen(actor).filter(kind=spec.key).order_by("name", "pk"))


def fitting(actor: Actor, spec: "ObjectSpec", header: Sequence[str]) -> Kept | None:
    """The kept mapping that most columns of the file speak for; one's own goes ahead of others'."""
    titles = {squeezed(title) for title in header} - {""}
    best: tuple[float, bool, int] | None = None
    found = None
    for one in known(actor, spec):
        wanted = {squeezed(title) for title in one.columns}
        share = len(wanted & titles) / len(wanted) if wanted else 0
        rank = (share, one.user_id == actor.user_id, one.pk)
        if share >= _ENOUGH and (best is None or rank > best):
            best, found = rank, one
    return _as_used(actor, spec, found) if found else None


def use(actor: Actor, run: ImportRun, kept_id: int) -> None:
    """Sets a draft as a kept mapping says; Invalid if none of its columns is in the file."""
    spec, header = runs.spec_of(run), run.format["header"]
    kept = _as_used(actor, spec, _get(actor, spec, kept_id))
    columns = kept.columns_for(header)
    if not columns:
        raise Invalid({"": [_("The file has none of the columns of “%(name)s”.") % {"name": kept.name}]})
    options = Options.of({**kept.options, "sheet": Options.of(run.options).sheet})
    match = match_for(actor, spec, columns, kept)
    runs.choose(actor, run.pk, columns, match, mode=kept.mode if match else BOTH, options=options)


def keep(actor: Actor, run: ImportRun, name: str, *, is_shared: bool) -> KeptMapping:
    """Keeps what a draft has settled, under a name; one's own mapping of that name is replaced."""
    name = clean_line(name, MOST_NAME)
    if not name:
        raise Invalid({"name": [_("Give the mapping a name.")]})
    mine = KeptMapping.objects.filter(kind=run.kind, user_id=actor.user_id or 0)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise Invalid({"name": [_("You have %(most)s mappings of this kind. Remove one first.") % {"most": MOST}]})
    header = run.format["header"]
    columns = {header[number]: key for number, key in runs.columns_of(run).items() if header[number].strip()}
    options = Options.of(run.options)
    # Texts of the file are kept only where they mean something here.
    options.values = {key: {text: meant for text, meant in values.items() if meant is not None}
                      for key, values in options.values.items()}  # fmt: skip
    values = {"is_shared": is_shared, "columns": columns, "match": run.match, "mode": run.mode,
              "options": options.as_json(), "created_at": clock.now()}  # fmt: skip
    with acting(actor, "mapping.kept", label=name) as act:
        kept, _made = KeptMapping.objects.update_or_create(
            kind=run.kind, user_id=actor.user_id or 0, name=name, defaults=values
        )
        tell(actor, act, "mapping.kept", {"kind": run.kind, "name": name, "shared": is_shared})
    return kept


def remove(actor: Actor, spec: "ObjectSpec", kept_id: int) -> None:
    """Forgets a mapping; runs that used it stay as they are. NotAllowed unless it is one's own."""
    kept = _get(actor, spec, kept_id)
    if kept.user_id != actor.user_id and not actor.all_rights:
        raise NotAllowed(_("This mapping is somebody else's."))
    with acting(actor, "mapping.removed", label=kept.name) as act:
        KeptMapping.objects.filter(pk=kept.pk).delete()
        tell(actor, act, "mapping.removed", {"kind": kept.kind, "name": kept.name})


def _seen(actor: Actor) -> QuerySet[KeptMapping]:
    return KeptMapping.objects.filter(Q(user_id=actor.user_id or 0) | Q(is_shared=True))


def _get(actor: Actor, spec: "ObjectSpec", kept_id: int) -> KeptMapping:
    found = _seen(actor).filter(kind=spec.key, pk=kept_id).first()
    if found is None:
        raise NotFound(_("There is no such mapping, or it is not yours."))
    return found


def _as_used(actor: Actor, spec: "ObjectSpec", kept: KeptMapping) -> Kept:
    """Without columns that go where the actor may not write, or where nothing is any more."""
    places = targets(actor, spec)
    columns = {title: key for title, key in kept.columns.items() if key in places}
    return Kept(kept.pk, kept.name, columns, kept.match, kept.mode, kept.options)


def match_for(actor: Actor, spec: "ObjectSpec", columns: Columns, kept: Kept) -> str:
    """By what records are found: as the mapping says, or as is usual where this file lacks that column."""
    try:
        mapping.check_match(actor, spec, columns, kept.match)
    except Invalid:
        return mapping.usual_match(spec, columns)
    return kept.match
