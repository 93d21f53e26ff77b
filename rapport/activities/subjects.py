"""What activities may be about, and the composers on the pages of these records.

A package adds its objects with :func:`add`; activities add their composers with :func:`add_composer`. Whichever comes
first, every subject gets every composer.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from rapport.core.objects import registry
from rapport.core.objects.registry import Composer
from rapport.people.models import Person


@dataclass(frozen=True)
class Subject:
    """A kind of record that activities may be about.

    ``also`` gives, for ids of such records, another record that what is about them is about, too (her company).
    ``has_clock``: its table has ``last_activity_at``, the clock of the last activity.
    """

    kind: str
    also: Callable[[Collection[int]], Mapping[int, int]] | None = None
    has_clock: bool = False


_subjects: dict[str, Subject] = {}
_composers: list[Composer] = []


def add(subject: Subject) -> None:
    """Lets activities be about records of this kind, and puts their composers on its page."""
    _subjects[subject.kind] = subject
    registry.contribute(subject.kind, composers=_composers)


def add_composer(composer: Composer) -> None:
    """Puts a composer on the page of every record that activities may be about."""
    _composers.append(composer)
    for kind in _subjects:
        registry.contribute(kind, composers=[composer])


def kinds() -> tuple[str, ...]:
    """The kinds of records that activities may be about."""
    return tuple(_subjects)


def with_clock() -> tuple[str, ...]:
    """Those of them that keep the moment of the last activity."""
    return tuple(kind for kind, subject in _subjects.items() if subject.has_clock)


def also_about(ids: Collection[int]) -> dict[int, set[int]]:
    """For each of some records what else an activity about it is about. One query for each kind that has such."""
    found: dict[int, set[int]] = {}
    for subject in _subjects.values():
        for pk, other in (subject.also(ids) if subject.also else {}).items():
            found.setdefault(pk, set()).add(other)
    return found


def _companies(ids: Collection[int]) -> Mapping[int, int]:
    return dict(Person.objects.filter(pk__in=ids, company__isnull=False).values_list("pk", "company_id"))


add(Subject("person", also=_companies, has_clock=True))
add(Subject("company", has_clock=True))
