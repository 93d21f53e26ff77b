"""What notes are to the engine, and their composer."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.activities.about import About
from rapport.activities.models import Note
from rapport.activities.saving import ActivitySaver
from rapport.activities.sight import about_record, few_seen, seen_through_records
from rapport.core.events.kinds import EventKind
from rapport.core.fields import Locale, LongText
from rapport.core.objects import registry
from rapport.core.objects.registry import Composer
from rapport.core.objects.spec import ObjectSpec, Telling


def tell_note(note: Note, locale: Locale) -> Telling:
    """What a timeline says of a note."""
    return Telling(_("Note"), quote=note.body)


NOTE = registry.register(
    ObjectSpec(
        key="note", model=Note, label=_("Note"), plural=_("Notes"), icon="sticky-note", path="notes",
        fields=(
            LongText("body", _("Note"), required=True, quick=True, search=3, privacy="personal", mentions=True),
            About("about", pgettext_lazy("note or call", "About"), privacy="none"),
        ),
        columns=("owner", "created_at"),
        phone_columns=("owner", "created_at"),
        saver=ActivitySaver,
        parents=seen_through_records,
        few=few_seen,
        beside=about_record,
        telling=tell_note,
        main_event=EventKind("note.created", _("wrote a note"), icon="sticky-note", tone="amber", main=True),
        in_navigation=False,
        titled_by=("body",),
    )
)  # fmt: skip

COMPOSER = Composer(
    "note", _("Note"), "sticky-note", "activities/note_form.html", lambda pk: f"/activities/{pk}/note", "n", 10
)
