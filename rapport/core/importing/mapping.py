"""Which column of a file becomes which field: guessed from the headers, corrected by people, checked before use."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.errors import Invalid
from rapport.core.fields import Email, Field, LongText, Phone, Text
from rapport.core.importing.cells import list_of
from rapport.core.importing.options import MODES, UPDATE
from rapport.core.importing.targets import EXTERNAL_ID, RECORD_ID, Target, squeezed, targets

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

Columns = dict[int, str]  # column number from 0 → key of a target
TITLE = "title"


def guess(actor: Actor, spec: "ObjectSpec", header: Sequence[str], empty: Collection[int] = ()) -> Columns:
    """What the headers say. A target is given to one column, what else goes by its name joins the list of all such
    values (a second phone); columns that say nothing are left out, as are those known to be ``empty``.
    """
    known = targets(actor, spec)
    names = [squeezed(name) if number not in empty else "" for number, name in enumerate(header)]
    columns: Columns = {}
    # A field's own key and label beat the other titles: “Company name” goes to Company, unless there is a “Company”.
    for exact in (True, False):
        for number, name in enumerate(names):
            if name and number not in columns and (target := _called(known, name, columns, exact=exact)):
                columns[number] = target.key
    taken = set(columns.values())
    for number, name in enumerate(names):
        if name and number not in columns and (further := _further(spec, known, name)):
            columns[number] = further.key
    _combine(known, names, columns, taken)
    return dict(sorted(columns.items()))


def _called(known: Mapping[str, Target], name: str, columns: Columns, *, exact: bool) -> Target | None:
    """The first target that is called so and that no column goes to yet."""
    for target in known.values():
        own = {squeezed(target.key), squeezed(target.label)}
        if not target.combined and target.key not in columns.values() and name in (own if exact else target.titles):
            return target
    return None


def _combine(known: Mapping[str, Target], names: Sequence[str], columns: Columns, taken: set[str]) -> None:
    """Gives columns to targets that feed several fields, where no column feeds one of these already."""
    for target in known.values():
        if target.combined and not taken.intersection(target.combined.unless):
            for number, name in enumerate(names):
                if name in target.titles:
                    columns[number] = target.key
                    break


def _further(spec: "ObjectSpec", known: Mapping[str, Target], name: str) -> Target | None:
    """Where a second column of one title goes: to the list of which the field holds the first value."""
    for target in known.values():
        field = target.field
        if not isinstance(field, Email | Phone) or target.inner or name not in target.titles:
            continue
        several = list_of(spec, field)
        return known.get(several.key) if several else None
    return None


def carried(old_header: Sequence[str], old: Columns, header: Sequence[str]) -> Columns:
    """The mapping of another file, for the columns of this one that have the same names."""
    by_name = {squeezed(old_header[number]): key for number, key in old.items() if number < len(old_header)}
    columns: Columns = {}
    for number, name in enumerate(header):
        if (key := by_name.pop(squeezed(name), None)) is not None:
            columns[number] = key
    return columns


def named(actor: Actor, spec: "ObjectSpec", header: Sequence[str], wanted: Mapping[str, str]) -> Columns:
    """The mapping ``{header: field}`` that somebody wrote. Invalid names what is unknown."""
    places = {squeezed(name): number for number, name in reversed(list(enumerate(header)))}
    columns: Columns = {}
    for name, key in wanted.items():
        number = places.get(squeezed(name))
        if number is None:
            raise Invalid(
                {
                    "": [
                        _("The file has no column “%(name)s”. It has: %(known)s.")
                        % {"name": name, "known": ", ".join(header)}
                    ]
                }
            )
        if key:
            columns[number] = key
    check(actor, spec, columns)
    return columns


def check(actor: Actor, spec: "ObjectSpec", columns: Columns) -> dict[int, Target]:
    """The targets of the columns. Invalid if one is unknown, not the actor's to write, given twice, or none is left."""
    known = targets(actor, spec)
    chosen: dict[int, Target] = {}
    for number, key in sorted(columns.items()):
        if key not in known:
            raise Invalid(
                {
                    key: [
                        _("“%(key)s” is no field to import into. Known: %(known)s.")
                        % {"key": key, "known": ", ".join(known)}
                    ]
                }
            )
        if not known[key].takes_several and any(target.key == key for target in chosen.values()):
            raise Invalid({key: [_("Two columns go to “%(label)s”. Choose one.") % {"label": known[key].label}]})
        chosen[number] = known[key]
    if not any(target.key not in (RECORD_ID, EXTERNAL_ID) and not target.beside for target in chosen.values()):
        raise Invalid({"": [_("No column of this file goes to a field. Choose at least one.")]})
    return chosen


def matchable(actor: Actor, spec: "ObjectSpec") -> dict[str, str]:
    """By what records that are there already can be found: ``{key: label}``."""
    found = {
        target.key: target.label
        for target in targets(actor, spec).values()
        if target.field and not target.part and not target.inner and _can_match(target.field)
    }
    return {
        **found,
        TITLE: _("Name as shown"),
        RECORD_ID: _("Number in Rapport"),
        EXTERNAL_ID: _("Number in the other system"),
    }


def usual_match(spec: "ObjectSpec", columns: Columns) -> str:
    """Find by the other system's number where the file has it, else by e-mail, else by the name if that is a field of
    its own, else not at all.
    """
    mapped = set(columns.values())
    if EXTERNAL_ID in mapped:
        return EXTERNAL_ID
    for field in spec.all_fields:
        if isinstance(field, Email) and field.key in mapped:
            return field.key
    for field in spec.all_fields:
        if field.path == TITLE and field.key in mapped:
            return field.key
    return ""


def check_match(actor: Actor, spec: "ObjectSpec", columns: Columns, match: str) -> None:
    """Invalid unless records can be found by ``match`` with these columns."""
    if not match:
        return
    known = matchable(actor, spec)
    if match not in known:
        raise Invalid(
            {
                "match": [
                    _("Records cannot be found by “%(key)s”. Known: %(known)s.")
                    % {"key": match, "known": ", ".join(known)}
                ]
            }
        )
    if match != TITLE and match not in columns.values():
        raise Invalid(
            {"match": [_("To find records by “%(label)s”, a column must go there.") % {"label": known[match]}]}
        )


def check_mode(mode: str, match: str) -> str:
    """The mode again; Invalid if there is none of that name, or it needs records to be found."""
    if mode not in MODES:
        raise Invalid({"mode": [_("There is no mode “%(mode)s”. Known: %(known)s.")
                                % {"mode": mode, "known": ", ".join(MODES)}]})  # fmt: skip
    if mode == UPDATE and not match:
        raise Invalid({"mode": [_("To update records only, say by which field they are found.")]})
    return mode


def _can_match(field: Field) -> bool:
    return isinstance(field, Text) and not isinstance(field, LongText)
