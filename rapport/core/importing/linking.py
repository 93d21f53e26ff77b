"""Links in a file: titles become ids of records that are there, or of records made on the way."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of, locale_of
from rapport.core.access.visible import visible_to
from rapport.core.events.models import Act
from rapport.core.fields import Link
from rapport.core.importing.reading import FAILED, Line, LinkText
from rapport.core.importing.targets import taken_apart
from rapport.core.objects import registry, saving
from rapport.core.records.aliases import currents
from rapport.core.records.among import among
from rapport.core.records.titles import oldest_by_title, title_key
from rapport.lib.wording import inside

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


_MAIL = "\0"  # no title begins so


def resolve(actor: Actor, spec: "ObjectSpec", lines: Sequence[Line], stored: Mapping[int, Any], act: Act) -> None:
    """Puts the id of every linked record into the values of its line; a line whose link leads nowhere fails.

    A title means the oldest visible record that is called so; where there is none it is made, if the actor may. Where
    the row says an e-mail of a linked record whose title is made of its fields (a person), that decides: namesakes
    are others.
    A number counts only where the record it names has the title of the row. ``stored`` holds the records that
    lines will change, by id: one linked to a record of that title already stays as it is.
    """
    for key in dict.fromkeys(key for line in lines for key in line.links):
        field = spec.by_key[key]
        target = registry.find(field.to) if isinstance(field, Link) else None
        if target is None:
            continue
        mine = [line for line in lines if key in line.links and not line.outcome]
        ids, titles = _known(actor, target, field, mine, stored)
        wanted = _called(actor, target, key, mine, titles)
        for line in mine:
            _settle(line, field, line.links[key], stored.get(line.record_id or 0), ids, titles, wanted[line.number])
        left = [line for line in mine if key not in line.values and key in line.links]
        _make(actor, target, key, left, titles, wanted, act)


def _called(
    actor: Actor, target: "ObjectSpec", key: str, lines: Sequence[Line], titles: dict[str, int]
) -> dict[int, str]:
    """By what each line's record is known in ``titles``: its folded title, or its e-mail; these are added there."""
    saver = target.saver(target, actor, locale_of(actor))
    mails: dict[int, str] = {}
    for line in lines if taken_apart(target.key, "") else ():
        said = line.inner[key].values.get("email") if key in line.inner else ""
        if said and (normalised := saver.match_key("email", said)):
            mails[line.number] = normalised
    if mails:
        found = saver.match("email", set(mails.values()))
        some = {pk for pks in found.values() for pk in pks}
        seen = set(visible_to(actor, target).filter(among("pk", some)).values_list("pk", flat=True))
        titles.update({f"{_MAIL}{mail}": pk for mail, pks in found.items() for pk in pks[:1] if pk in seen})
    return {
        line.number: f"{_MAIL}{mails[line.number]}" if line.number in mails else title_key(line.links[key].title)
        for line in lines
    }


def _known(
    actor: Actor, target: "ObjectSpec", field: Any, lines: Iterable[Line], stored: Mapping[int, Any]
) -> tuple[dict[int, str], dict[str, int]]:
    """Titles by id and the oldest id by title, of all visible records that the lines may mean."""
    said = [line.links[field.key] for line in lines]
    _follow(target, said)
    current = [field.get(stored[line.record_id]) for line in lines if line.record_id and line.record_id in stored]
    numbers = [*(link.number for link in said if link.number), *(pk for pk in current if pk)]
    rows = visible_to(actor, target)
    ids = dict(rows.filter(among("pk", numbers)).values_list("pk", "title_key"))
    return ids, oldest_by_title(rows, {title_key(link.title) for link in said if link.title})


def _follow(target: "ObjectSpec", said: Iterable[LinkText]) -> None:
    """The number of a record that was merged away means the one that stayed, if the row calls it as it was called."""
    moved = currents([link.number for link in said if link.number])
    if not moved:
        return
    former = dict(target.model._default_manager.filter(among("pk", moved)).values_list("pk", "title_key"))
    for link in said:
        if link.number in moved and title_key(link.title) in ("", former.get(link.number)):
            link.number, link.title = moved[link.number], ""


def _settle(
    line: Line,
    field: Any,
    link: LinkText,
    record: Any,
    ids: Mapping[int, str],
    titles: Mapping[str, int],
    wanted: str,
) -> None:
    key = field.key
    now = field.get(record) if record is not None else None
    if now and ids.get(now) == title_key(link.title):
        line.links.pop(key)
    elif link.number and link.number in ids and title_key(link.title) in ("", ids[link.number]):
        line.values[key] = link.number
    elif wanted in titles:
        line.values[key] = titles[wanted]
    elif not wanted:
        line.end(FAILED, _("There is no record number %(id)s that you may see.") % {"id": link.number})


def _make(
    actor: Actor,
    target: "ObjectSpec",
    key: str,
    lines: Sequence[Line],
    titles: dict[str, int],
    called: Mapping[int, str],
    act: Act,
) -> None:
    missing = {called[line.number]: line.links[key].title for line in lines if not line.outcome}
    missing.pop("", None)
    if not missing:
        return
    label = str(target.label)
    name = next((field.key for field in target.all_fields if field.path == "title"), "")
    problems: dict[str, str] = {}
    if level_of(actor, target.key, "create") is Level.NONE or not (name or taken_apart(target.key, "")):
        problems = {
            wanted: _("There is no %(label)s “%(title)s” that you may see, and you may not create one.")
            % {"label": inside(label), "title": title}
            for wanted, title in missing.items()
        }
    else:
        # What the first row that names it says of it comes along; later rows fill what is still empty.
        along = {called[line.number]: line.inner[key].values for line in reversed(lines) if key in line.inner}
        given = [{**along.get(wanted, {}), **_titled(actor, target, name, title)} for wanted, title in missing.items()]
        drafts = saving.create_many(actor, target, given, act=act, cleaned=True)
        for wanted, draft in zip(missing, drafts, strict=True):
            if draft.errors:
                problems[wanted] = f"{label}: " + " ".join(text for texts in draft.errors.values() for text in texts)
            else:
                titles[wanted] = draft.instance.pk
    for line in lines:
        wanted = called[line.number]
        if line.outcome:
            continue
        if wanted in problems:
            line.end(FAILED, problems[wanted])
        else:
            line.values[key] = titles[wanted]


def _titled(actor: Actor, target: "ObjectSpec", name: str, title: str) -> dict[str, Any]:
    """The fields that make the title: one of its own, or the parts of a whole name."""
    if name:
        return {name: _clean_title(actor, target, name, title)}
    return {key: _clean_title(actor, target, key, text) for key, text in taken_apart(target.key, title).items()}


def _clean_title(actor: Actor, target: "ObjectSpec", name: str, title: str) -> Any:
    """The title as its field keeps it; one that the field refuses is left as it is, for the rules to say why."""
    try:
        return target.by_key[name].clean(title, locale_of(actor))
    except ValueError:
        return title


def titles_of(spec: "ObjectSpec", records: Sequence[Any], keys: Iterable[str]) -> dict[tuple[str, int], str]:
    """The folded titles of what records are linked to: ``{(field key, record id): title}``."""
    found: dict[tuple[str, int], str] = {}
    for key in keys:
        field = spec.by_key[key]
        target = registry.find(field.to) if isinstance(field, Link) else None
        if target is None:
            continue
        ids = {record.pk: field.get(record) for record in records}
        names = dict(target.model._default_manager.filter(pk__in=set(ids.values())).values_list("pk", "title_key"))
        found.update({(key, pk): names.get(linked, "") for pk, linked in ids.items()})
    return found
