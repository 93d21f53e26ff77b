"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
_django = get_wsgi_application()

from rapport.web.doorway import Doorway  # noqa: E402 - needs the settings

application = Doorway(_django)
