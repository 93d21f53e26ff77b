"""The imports of archives: begun with a copy of the file, found again where one broke off, and ended."""

from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.special import demand_right
from rapport.core.archives import storing
from rapport.core.archives.checking import Archive
from rapport.core.archives.models import ArchiveRun
from rapport.core.errors import Conflict, NotFound
from rapport.core.jobs import queue
from rapport.lib import clock

GOING = ("queued", "running")


def kept(actor: Actor, source: Any, name: str, size: int) -> ArchiveRun:
    """A new import with its own copy of the archive. Invalid with a sentence if it is none."""
    demand_right(actor, "everything")
    storing.drop_old()
    stored = storing.keep(source, size)
    run = ArchiveRun(user_id=actor.user_id, file_name=name[:255], stored_name=stored, created_at=clock.now())
    try:
        Archive(storing.path_of(run)).__exit__(None, None, None)
    except BaseException:
        storing.path_of(run).unlink(missing_ok=True)
        raise
    run.save()
    return run


def broken(actor: Actor, archive: Path | ArchiveRun) -> ArchiveRun | None:
    """The actor's import of the same bytes that broke off and can go on; None if there is none.

    A command that was killed still stands as running. It is asked for by a path; a second one that is at it meanwhile
    stops at its next chunk. A new import that is given makes way for the one that is found.
    """
    new = archive if isinstance(archive, ArchiveRun) else None
    path = archive if isinstance(archive, Path) else storing.path_of(archive)
    stopped = Q(state="failed") if new else Q(state="failed") | Q(state="running", job=None)
    # What was undone since begins anew.
    found = ArchiveRun.objects.filter(stopped, user=actor.user_id, act__isnull=False, act__undone_by__isnull=True)
    run = next((one for one in found.exclude(stored_name="").order_by("-pk") if storing.is_of(one, path)), None)
    if run is not None and new is not None:
        storing.forget(new)
        new.delete()
    return run


def break_off(run: ArchiveRun) -> None:
    """Ends an import that no job goes on with. What it did so far stays; its file goes if that is nothing."""
    sentence = _("It broke off. Bring the same archive in again: it goes on where it stopped.")
    ArchiveRun.objects.filter(pk=run.pk, state__in=GOING).update(state="failed", error=sentence, ended_at=clock.now())
    run.refresh_from_db()
    if run.act_id is None:
        storing.forget(run)


def get_run(actor: Actor, run_id: int) -> ArchiveRun:
    """An import of an archive, for one who may bring archives in."""
    demand_right(actor, "everything")
    found = ArchiveRun.objects.select_related("job", "user").filter(pk=run_id).first()
    if found is None:
        raise NotFound(_("There is no such import, or it is not yours."))
    return found


def undoable(run: ArchiveRun) -> int | None:
    """The act that takes an import back; None where nothing came of it, or it is at work."""
    return run.act_id if run.act is not None and run.act.counts and run.state not in GOING else None


def cancel(actor: Actor, run_id: int) -> None:
    """Ends an import; what it brought so far stays and can be undone."""
    run = get_run(actor, run_id)
    if run.state not in GOING:
        raise Conflict(_("This import is not at work."))
    if run.job is not None:
        queue.cancel(Actor.system(via=actor.via), run.job.pk)
    elif ArchiveRun.objects.filter(pk=run.pk, state__in=GOING).update(state="cancelled", ended_at=clock.now()):
        storing.forget(run)  # a command that is still at it stops at its next chunk
