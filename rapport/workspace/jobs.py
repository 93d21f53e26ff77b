"""Work of the house that is done later: the e-mail for a forgotten password; sessions that have expired."""

from typing import Any

from django.utils.translation import gettext_lazy

from rapport.accounts import workspace
from rapport.accounts.models import Session, User
from rapport.core.audit.notes import note
from rapport.core.jobs.handlers import JobAtWork, job
from rapport.core.jobs.schedules import schedule
from rapport.lib import clock
from rapport.workspace import mail
from rapport.workspace.actions.accounts import RESET_JOB
from rapport.workspace.actions.links import RESET, RESET_LASTS, make_link

_CHUNK = 500  # rows of one statement: others want to write, too
SUBJECT = gettext_lazy("A new password for %(workspace)s")
LINES = [
    gettext_lazy("Somebody, probably you, has asked for a new password for %(workspace)s."),
    gettext_lazy("With this link, which works once and for half an hour, you set one:"),
]


@job(RESET_JOB, title=gettext_lazy("E-mail for a forgotten password"))
def send_reset(at_work: JobAtWork) -> dict[str, Any]:
    """Makes the link and sends it. For somebody unknown there is nothing to do, and nothing is told."""
    user = User.objects.filter(pk=at_work.args["user"], is_active=True).first()
    if user is None or not mail.can_send() or not workspace.current().has_passwords:
        return {}
    link = make_link(user, RESET, RESET_LASTS)
    note(at_work.actor, "user.reset_asked", {"user": user.pk})
    if not mail.send(user.email, user.language, SUBJECT, LINES, link.address):
        raise ConnectionError("The e-mail was not taken; it is tried again.")
    return {}


@schedule("50 3 * * *", "account.purge", title=gettext_lazy("Tidying up of sessions"))
def purge(at_work: JobAtWork) -> dict[str, Any]:
    """Takes away sessions that have expired; started again it goes on."""
    gone = 0
    old = Session.objects.filter(expire_date__lt=clock.now()).order_by("expire_date").values_list("pk", flat=True)
    while keys := list(old[:_CHUNK]):
        Session.objects.filter(pk__in=keys).delete()
        gone += len(keys)
        at_work.progress(gone)
    return {"sessions": gone}
