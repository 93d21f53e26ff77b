"""Mentions in texts: who is named, whether they may see it, and the rows that tell them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.access.visible import seen_among
from rapport.core.errors import Invalid
from rapport.core.events.models import Act
from rapport.core.fields import Field, RichText
from rapport.core.mentions.models import Mention
from rapport.core.objects.saver import Draft
from rapport.lib import clock
from rapport.lib.wording import inside

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

TELLING_DOORS = ("screen", "api")  # an import or a command tells nobody
MOST_NAMED = 20  # in one text
MOST_PLACES = 200  # of “@” that are looked at in one text: all of it happens while the save holds the database
_AT = re.compile(r"(?<![\w@.+-])@(?=\w)")


@dataclass(frozen=True)
class Named:
    """A user in a text, and how the text says it."""

    user_id: int
    written: str


def note_mentions(actor: Actor, spec: "ObjectSpec", drafts: Sequence[Draft], act: Act) -> dict[int, list[int]]:
    """Notes users who are named in texts that were just stored; called inside the transaction of the save.

    Returns those who were not named there before, by record.

    Invalid where somebody is named who may not see the record: the mention would not reach them.
    """
    if actor.via not in TELLING_DOORS or act.kind == "undo":
        return {}
    texts = [(draft, field, text) for draft, field, text in _texts(spec, drafts) if _AT.search(text)]
    if not texts:
        return {}
    names = Names()
    found = [(draft, field, named) for draft, field, text in texts for named in named_in(text, names)]
    if not found:
        return {}
    by_user: dict[int, set[int]] = defaultdict(set)
    for draft, _field, named in found:
        by_user[named.user_id].add(draft.instance.pk)
    users = {user.pk: user for user in User.objects.select_related("role", "team").filter(pk__in=by_user)}
    seen = {
        user_id: set(seen_among(Actor.of(users[user_id]), spec, ids).values_list("pk", flat=True))
        for user_id, ids in by_user.items()
    }
    problems: dict[str, list[str]] = {}
    for draft, field, named in found:
        if draft.instance.pk not in seen[named.user_id]:
            sentence = _(
                "%(name)s may not see this %(label)s, so a mention would not reach them. Share it first, or leave "
                "out the @."
            )
            values = {"name": users[named.user_id].name, "label": inside(spec.label)}
            problems.setdefault(field.key, []).append(sentence % values)
    if problems:
        raise Invalid({key: list(dict.fromkeys(sentences)) for key, sentences in problems.items()})
    return _store(actor, found)


def _store(actor: Actor, found: Sequence[tuple[Draft, Field, Named]]) -> dict[int, list[int]]:
    pairs = {(draft.instance.pk, named.user_id): named.written for draft, _field, named in found}
    rows = Mention.objects.filter(record_id__in={pk for pk, _user_id in pairs})
    known: set[tuple[int, int]] = set(rows.values_list("record_id", "user_id"))
    now, new = clock.now(), defaultdict(list)
    fresh = []
    for (pk, user_id), written in pairs.items():
        if (pk, user_id) not in known:  # once for each record, however often and whenever it is said again
            fresh.append(Mention(record_id=pk, user_id=user_id, by_id=actor.user_id, name=written, at=now))
            new[pk].append(user_id)
    Mention.objects.bulk_create(fresh, ignore_conflicts=True)
    return new


def _texts(spec: "ObjectSpec", drafts: Sequence[Draft]) -> Iterator[tuple[Draft, Field, str]]:
    """The words in which somebody may be named, of fields that were given."""
    for field in spec.all_fields:
        if not field.mentions:
            continue
        for draft in drafts:
            value = draft.values.get(field.key)
            if value and "@" in value:
                yield draft, field, field.to_plain(value) if isinstance(field, RichText) else value


def named_in(text: str, names: "Names | None" = None) -> list[Named]:
    """The users a text names with “@”, by full name or e-mail address; the longest name that fits counts."""
    places = [match.end() for match in islice(_AT.finditer(text), MOST_PLACES)]
    if not places:
        return []
    names = names or Names()
    found: dict[int, Named] = {}
    for place in places:
        named = names.at_start_of(text[place : place + 260])
        if named and len(found) < MOST_NAMED:
            found.setdefault(named.user_id, named)
    return list(found.values())


class Names:
    """What users can be called. A text is compared once for each length of a name, however many users there are."""

    def __init__(self) -> None:
        self._by_words: dict[tuple[int, str], int] = {}
        rows = User.objects.filter(is_active=True).order_by("pk").values_list("pk", "name", "email")
        for pk, name, email in rows:
            for word in filter(None, (name, email)):  # of two with one name the one who came first
                self._by_words.setdefault((len(word), word.casefold()), pk)
        self._lengths = sorted({length for length, _word in self._by_words}, reverse=True)

    def at_start_of(self, text: str) -> Named | None:
        """Who is named at the very start of a text: the longest name that fits and ends where a word ends."""
        for length in self._lengths:
            after = text[length : length + 1]
            if after.isalnum() or after == "_":
                continue
            user_id = self._by_words.get((length, text[:length].casefold()))
            if user_id is not None:
                return Named(user_id, text[:length])
        return None


def names_on(record_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """How the texts of records name users, by record; one query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows: Any = Mention.objects.filter(record_id__in=record_ids).values_list("record_id", "name")
    for record_id, name in rows:
        found[record_id].append(name)
    return found
