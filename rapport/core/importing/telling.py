"""Who is told of an import when it has ended: who started it, and owners of what came in if that was asked for."""

from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.importing.models import ImportRow, ImportRun
from rapport.core.importing.options import Options
from rapport.core.importing.reading import CREATED, FAILED, UPDATED
from rapport.core.notices.telling import tell
from rapport.lib.wording import grouped

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


def tell_of_end(actor: Actor, spec: "ObjectSpec", run: ImportRun) -> None:
    """Called in the transaction that ends a run; its counts are stored already."""
    if run.job_id is not None and run.user_id is not None:  # at a terminal somebody waits for it
        counts = {key: grouped(run.counts.get(key, 0)) for key in (CREATED, UPDATED, FAILED)}
        sentence = _("%(file)s is imported: %(created)s new, %(updated)s changed, %(failed)s failed")
        text = sentence % {"file": run.file_name, **counts}
        tell(
            [run.user_id],
            "job",
            record_id=None,
            by_id=None,
            text=text,
            url=f"/import/{run.pk}",
            once=f"import:{run.pk}",
        )
    if Options.of(run.options).tells:
        _tell_owners(actor, spec, run)


def _tell_owners(actor: Actor, spec: "ObjectSpec", run: ImportRun) -> None:
    made = ImportRow.objects.filter(run=run, is_trial=False, outcome=CREATED).values("record_id")
    rows = spec.model._default_manager.filter(pk__in=made, live=True, owner__isnull=False).order_by()
    counts = dict(rows.values_list("owner_id").annotate(count=Count("pk")))
    for user in User.objects.filter(pk__in=counts, is_active=True):
        with translation.override(user.language):
            text = ngettext(
                "%(count)s new record of “%(file)s” is yours", "%(count)s new records of “%(file)s” are yours",
                counts[user.pk],
            ) % {"count": grouped(counts[user.pk]), "file": run.file_name}  # fmt: skip
        tell(
            [user.pk], "assignment", record_id=None, by_id=actor.user_id, text=text,
            url=f"/{spec.path}?owner=me&sort=-created_at", once=f"import:{run.pk}:yours",
        )  # fmt: skip
