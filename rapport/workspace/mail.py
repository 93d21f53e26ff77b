"""E-mails of the house itself: a reset, an invitation, the confirmation of an address. Plain text, one link each.

They go out by the server in the settings (``RAPPORT_SMTP_URL``); without one nothing is sent and the pages say so.
"""

import logging
import smtplib
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from rapport.accounts import workspace

Text = str | Promise
TIMEOUT = 10  # seconds
log = logging.getLogger(__name__)


def can_send() -> bool:
    """Whether the machine can send e-mails."""
    return bool(settings.MAIL_ON)


def send(to: str, language: str, subject: Text, lines: Sequence[Text], address: str) -> bool:
    """Sends one e-mail now; False (and a line in the log, without values) when the server did not take it.

    ``subject`` and ``lines`` are lazy texts of the catalogue, said in ``language``; ``%(workspace)s`` is the name of
    the house.
    """
    if not can_send():
        return False
    with translation.override(language):
        names = {"workspace": " ".join(workspace.current().name.split())}
        said = [str(line) % names for line in lines]
        body = "\n\n".join([*said, address, _("If you did not expect this e-mail, you need not do anything.")])
        head = str(subject) % names
    try:
        connection = get_connection(timeout=TIMEOUT)
        EmailMessage(head, body + "\n", settings.DEFAULT_FROM_EMAIL, [to], connection=connection).send()
    except (OSError, smtplib.SMTPException) as error:
        log.error("An e-mail was not sent: %s", type(error).__name__)
        return False
    return True
