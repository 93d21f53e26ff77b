"""Every address of the product; each is declared in the package that answers it."""

from rapport.web.urls import urlpatterns

__all__ = ["urlpatterns"]
