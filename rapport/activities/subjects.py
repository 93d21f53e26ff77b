"""What activities may be about, and what they show on the pages of these records: composers, what is to come.

A package adds its objects with :func:`add`; activities add what they show with :func:`show`. Whichever comes first,
every subject gets all of it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapport.core.objects import registry
from rapport.core.objects.registry import Composer, Upcoming
from rapport.people.models import Person


@dataclass(frozen=True)
class Subject:
    """A kind of record that activities may be about.

    ``also`` gives, for ids of such records, others that what is about them is about, too (her company).
    ``has_clock``: its table has ``last_activity_at``, the clock of the last activity. ``is_closest``: where room is
    short it is named before what else the activity is about.
    """

    kind: str
    also: Callable[[Collection[int]], Mapping[int, Collection[int]]] | None = None
    has_clock: bool = False
    is_closest: bool = False


Coming = Callable[[Any, int], Sequence[Upcoming]]

_subjects: dict[str, Subject] = {}
_composers: list[Composer] = []
_upcoming: list[Coming] = []


def add(subject: Subject) -> None:
    """Lets activities be about records of this kind, and shows on their pages what activities have to show."""
    _subjects[subject.kind] = subject
    registry.contribute(subject.kind, composers=_composers, upcoming=_upcoming)


def show(composer: Composer, upcoming: Coming | None = None) -> None:
    """Puts a composer, and what is to come, on the page of every record that activities may be about."""
    coming = [upcoming] if upcoming else []
    _composers.append(composer)
    _upcoming.extend(coming)
    for kind in (*_subjects, registry.MADE):
        registry.contribute(kind, composers=[composer], upcoming=coming)


def kinds() -> tuple[str, ...]:
    """The kinds of records that activities may be about: all that are made at run time are among them."""
    return (*_subjects, *(spec.key for spec in registry.made()))


def in_order() -> tuple[str, ...]:
    """The kinds in the order in which they are named: a deal before its person, she before her company."""
    return tuple(sorted(kinds(), key=lambda kind: kind not in _subjects or not _subjects[kind].is_closest))


def with_clock() -> tuple[str, ...]:
    """Those of them that keep the moment of the last activity."""
    return tuple(kind for kind, subject in _subjects.items() if subject.has_clock)


def also_about(ids: Collection[int]) -> dict[int, set[int]]:
    """For each of some records what else an activity about it is about. One query for each kind that has such."""
    found: dict[int, set[int]] = {}
    for subject in _subjects.values():
        for pk, others in (subject.also(ids) if subject.also else {}).items():
            found.setdefault(pk, set()).update(others)
    return found


def _companies(ids: Collection[int]) -> Mapping[int, Collection[int]]:
    rows = Person.objects.filter(pk__in=ids, company__isnull=False).values_list("pk", "company_id")
    return {pk: (company,) for pk, company in rows}


add(Subject("person", also=_companies, has_clock=True))
add(Subject("company", has_clock=True))
