"""``ObjectSpec``: the one declaration that list, page, forms, import, export, rights, search and audit derive from."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.events.kinds import EventKind
from rapport.core.fields import Field, Locale, Moment, Tags, TeamLink, User, snapshot
from rapport.core.objects.saver import Saver
from rapport.core.records.models import RecordModel
from rapport.core.segments.fields import Segments
from rapport.core.segments.models import FIELD as SEGMENTS
from rapport.core.segments.models import KEY as SEGMENT

Words = str | Promise
CUSTOMERS = _("Customers")
FewOf = Callable[[str], list[int] | None]  # ids of all live records of a kind that an actor sees, None if many


_OWNER_TITLES = (
    "Contact owner", "Company owner", "Account owner", "Record owner", "Person - Owner", "Organization - Owner",
    "Besitzer", "Zuständig", "Inhaber", "Propriétaire", "Propietario",
)  # fmt: skip
_TAGS_TITLES = (
    "Tags", "Labels", "Group membership", "Categories", "Person - Label", "Organization - Label",
    "Schlagworte", "Schlagwörter", "Kategorien", "Gruppen", "Étiquettes", "Catégories", "Etiquetas", "Categorías",
)  # fmt: skip
_SEGMENTS_TITLES = (
    "Segments", "Lists", "Static lists", "List memberships", "Segmente", "Listen", "Listes", "Listas",
)  # fmt: skip


def standard_fields(*more: Field) -> tuple[Field, ...]:
    """The fields that every object has, and ``more`` among them, behind the tags."""
    upkeep = _("Upkeep")
    return (
        User("owner", _("Owner"), group=upkeep, headers=_OWNER_TITLES),
        TeamLink("team", _("Team"), group=upkeep, headers=("Team",)),
        Tags("tags", _("Tags"), group=upkeep, headers=_TAGS_TITLES),
        *more,
        Moment("created_at", _("Created"), group=upkeep, read_only=True, sortable=True, privacy="none"),
        Moment("updated_at", _("Changed"), group=upkeep, read_only=True, privacy="none"),
    )


@dataclass(frozen=True)
class Telling:
    """What a timeline says of a record that is an activity: a heading, one line, details and a quotation."""

    heading: Words
    text: str = ""
    detail: str = ""
    quote: str = ""


@dataclass(frozen=True, eq=False)
class ObjectSpec:
    """What an object is called, what it holds and how it behaves.

    ``key`` names it in the code, the address of the API and the audit; ``path`` in the browser's address.
    ``columns`` are the fields of its list, ``phone_columns`` those of the two-line rows on a phone (second line,
    then the right side). ``find`` lists the folded columns, and fields that know how to find, of whose beginnings the
    best hits of a search are made. ``parents`` lists
    the kinds whose visibility decides over this one (a note is seen by who sees what it is about).
    ``few(actor, most, few_of)`` gives ids among which is all that the actor sees; None if there are more than ``most``.
    ``beside(ids, record)`` gives those of its records that are about another one, and so are seen by who sees that.
    ``goes_with(ids, record)`` gives those that are erased with another one; without it that is what ``beside`` gives.
    ``byline`` makes the line under a record's name from its values; ``telling`` what a timeline says of one
    that is an activity, with the event that made it. ``mark`` is the shape of its avatars: person (round) or company
    (square), ``picture`` the field with the image that takes the place of initials in them. ``warns_of_doubles``: its
    page ``doubles`` names likely doubles while a new one is being typed. ``new_page`` and ``edit_page`` are what the
    pages are called, below those of the object and of a record, where it is made and changed: an object with a form of
    its own names that instead of the one that follows from its fields. ``paste_page``: where one is made of a pasted
    text. ``titled_by``: the fields of whose words its title is made, where that is none of its own; from whom one of
    them is hidden, from them the title is, too. ``section`` is the heading in the sidebar under which it stands,
    ``rank`` orders objects there, the smallest first. ``comes_in``: home tells what is new of it.
    """

    key: str
    model: type[RecordModel]
    label: Words
    plural: Words
    icon: str
    path: str
    fields: tuple[Field, ...]
    columns: tuple[str, ...]
    phone_columns: tuple[str, ...] = ()
    default_sort: str = "-created_at"
    saver: type[Saver] = Saver
    events: tuple[EventKind, ...] = ()
    find: tuple[str, ...] = ("title_key",)
    parents: Callable[..., Any] | None = None
    few: Callable[[Actor, int, FewOf], list[int] | None] | None = None
    beside: Callable[[Collection[int], int], set[int]] | None = None
    goes_with: Callable[[Collection[int], int], set[int]] | None = None
    byline: Callable[[Mapping[str, Any]], Words] | None = None
    telling: Callable[[Any, Locale], Telling] | None = None
    main_event: EventKind | None = None
    in_navigation: bool = True
    section: Words = CUSTOMERS
    rank: int = 0
    comes_in: bool = True
    mark: str = "person"
    picture: str = ""
    warns_of_doubles: bool = False
    new_page: str = "new"
    paste_page: str = ""
    edit_page: str = "edit"
    titled_by: tuple[str, ...] = ()

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """Its own fields, those made at run time and those that every object has, as the pinned snapshot knows them."""
        return snapshot.current().of(self).all_fields

    @property
    def by_key(self) -> dict[str, Field]:
        """All fields by their key."""
        return snapshot.current().of(self).by_key

    @property
    def searched(self) -> tuple[Field, ...]:
        """The fields that search looks into, what the record is called first."""
        return snapshot.current().of(self).searched

    @property
    def retired(self) -> dict[str, Field]:
        """Archived fields by their key: the history tells of them, and erasing reaches what they lead to."""
        return snapshot.current().of(self).retired

    @property
    def has_segments(self) -> bool:
        """Whether its records can be put into segments: what is about others, or part of them, is found by those."""
        return self.in_navigation and self.parents is None and self.key != SEGMENT

    def usual_fields(self) -> tuple[Field, ...]:
        """Those that every object has."""
        return standard_fields(self._segments()) if self.has_segments else standard_fields()

    def _segments(self) -> Field:
        return Segments(
            SEGMENTS, pgettext_lazy("of a record", "Segment"), group=_("Upkeep"), headers=_SEGMENTS_TITLES, to=SEGMENT,
            reverse=_("In this segment"), of=self.key,
        )  # fmt: skip

    def field(self, key: str) -> Field:
        """The field called ``key``; KeyError if there is none."""
        return self.by_key[key]

    @cached_property
    def event_kinds(self) -> dict[str, EventKind]:
        """Its own events and those that every object has."""
        usual = (
            self.main_event or EventKind(f"{self.key}.created", _("created"), icon="plus", tone="green"),
            EventKind(f"{self.key}.updated", pgettext_lazy("event", "changed"), icon="pencil", tone="grey"),
            EventKind(f"{self.key}.trashed", _("moved to the trash"), icon="trash-2", tone="red"),
            EventKind(f"{self.key}.restored", _("restored from the trash"), icon="undo-2", tone="green"),
            EventKind(f"{self.key}.merged", _("merged with %(name)s"), icon="git-merge", tone="violet"),
            EventKind(f"{self.key}.erased", _("erased for good"), icon="trash-2", tone="red", privacy="none"),
            EventKind(f"{self.key}.shared", _("shared"), icon="share-2", tone="blue", privacy="none"),
            EventKind(f"{self.key}.unshared", _("no longer shared"), icon="share-2", privacy="none"),
        )
        return {kind.key: kind for kind in (*usual, *self.events)}
