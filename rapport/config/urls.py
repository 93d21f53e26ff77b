"""Every address of the product; each is declared in the package that answers it."""

from django.urls import URLPattern, URLResolver

from rapport.sample.urls import urlpatterns as sample
from rapport.web.urls import handler400, handler403, handler404, handler500
from rapport.web.urls import urlpatterns as web

urlpatterns: list[URLPattern | URLResolver] = [*sample, *web]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
