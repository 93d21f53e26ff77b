"""The addresses of every package, one after the other."""

from django.urls import URLPattern, URLResolver, path

from rapport.activities.urls import urlpatterns as activities
from rapport.catalog.urls import urlpatterns as catalog
from rapport.people.urls import urlpatterns as people
from rapport.sales.urls import urlpatterns as sales
from rapport.ui.quality.screens import urlpatterns as quality
from rapport.ui.screens.files import urlpatterns as files
from rapport.ui.screens.importing import urlpatterns as importing
from rapport.ui.screens.mentions import urlpatterns as mentions
from rapport.ui.screens.notices import urlpatterns as notices
from rapport.ui.urls import urlpatterns as objects
from rapport.web import app, health, session
from rapport.web.app_icon import SIZES
from rapport.web.help import urlpatterns as help_pages
from rapport.web.home import home
from rapport.web.palette import palette
from rapport.web.tour import urlpatterns as tour
from rapport.workspace.urls import urlpatterns as workspace

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    *tour,
    *help_pages,
    path("palette", palette, name="palette"),
    path("session", session.who, name="session"),
    path("signed-in", session.signed_in, name="signed-in"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("sw.js", app.service_worker, name="service-worker"),
    path("offline", app.offline, name="offline"),
    path("app-icon.svg", app.icon, name="app-icon"),
    *(path(f"app-icon-{size}.png", app.picture, {"size": size}, name=f"app-icon-{size}") for size in SIZES),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    *workspace,
    *people,
    *catalog,
    *activities,
    *sales,
    *importing,
    *files,
    *mentions,
    *notices,
    *quality,
    *objects,
]

handler400 = "rapport.web.errors.bad_request"
handler403 = "rapport.web.errors.forbidden"
handler404 = "rapport.web.errors.not_found"
handler500 = "rapport.web.errors.failed"
