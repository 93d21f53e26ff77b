"""Every address of the product; each is declared in the package that answers it."""

from rapport.web.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
