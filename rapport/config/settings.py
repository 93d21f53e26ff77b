"""Settings of one workspace. Everything that differs between machines comes from :mod:`.environment`."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from rapport.config import environment

DATA_FOLDER = environment.data_folder()
SECRET_KEY = environment.secret_key(DATA_FOLDER)
BASE_URL = environment.base_url(DATA_FOLDER)
DATABASES = {"default": environment.database(DATA_FOLDER)}
# Django's tasks interface: what an app of somebody else's enqueues goes into our queue.
TASKS = {"default": {"BACKEND": "rapport.core.jobs.tasks.QueueBackend", "QUEUES": []}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DEBUG = False
_https = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"]
# The reverse proxy that may tell us the visitor's address (X-Forwarded-For); empty: nobody is believed.
TRUSTED_PROXY = os.environ.get("RAPPORT_TRUSTED_PROXY", "")

# Names in the house's own network that Rapport may connect to when somebody enters them; all others must be public.
INTERNAL_HOSTS = frozenset(filter(None, os.environ.get("RAPPORT_INTERNAL_HOSTS", "").split(",")))

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "rapport.accounts",
    "rapport.core",
    "rapport.ui",
    "rapport.workspace",
    "rapport.people",
    "rapport.catalog",
    "rapport.segments",
    "rapport.activities",
    "rapport.sales",
    "rapport.sample",
    "rapport.web",
]

MIDDLEWARE = [
    "rapport.web.security.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "rapport.web.packing.PackedPages",
    "rapport.web.doorway.LimitedBodies",
    "rapport.web.errors.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rapport.web.actor.ActorMiddleware",
    "rapport.workspace.second_step.FactorDemanded",
    "rapport.web.viewing_as.ViewingAs",
    "rapport.web.doorway.KnownNumbers",
    "rapport.web.recent.Recent",
    "rapport.web.errors.ErrorPages",
]

ROOT_URLCONF = "rapport.config.urls"
WSGI_APPLICATION = "rapport.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "NAME": "jinja2",
        "OPTIONS": {
            "environment": "rapport.ui.templating.environment",
            "context_processors": ["rapport.web.shell.shell"],
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["rapport.accounts.backend.Backend"]
LOGIN_URL = "/sign-in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "rapport.accounts.sessions"
SESSION_COOKIE_NAME = "rapport_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "rapport_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "rapport.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# E-mails of the house itself; without a server for them none are sent.
_mail = environment.mail()
MAIL_ON = _mail is not None
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if _mail else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT = (_mail.host, _mail.port) if _mail else ("", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (_mail.user, _mail.password) if _mail else ("", "")
EMAIL_USE_SSL, EMAIL_USE_TLS = (_mail.is_ssl, _mail.starts_tls) if _mail else (False, False)
DEFAULT_FROM_EMAIL = os.environ.get("RAPPORT_MAIL_FROM") or f"rapport@{urlsplit(BASE_URL).hostname or 'localhost'}"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_FOLDER / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "rapport.ui.assets.HashedStatic"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Files on records: the most bytes of one, and of all together.
FILE_BYTES = environment.megabytes("RAPPORT_FILE_MB", 25)
FILES_QUOTA = environment.megabytes("RAPPORT_FILES_MB", 10_240)

# Never a personal datum in a log: no query strings, no bodies, no values.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "rapport.config.log_format.Discreet",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # A wrong Host is refused with 400; anybody can send them, so they do not fill the log.
    "loggers": {"django.security.DisallowedHost": {"handlers": [], "propagate": False}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("RAPPORT_LOG_LEVEL", "WARNING")},
}
