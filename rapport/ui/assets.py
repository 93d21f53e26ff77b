"""Static files under names that carry their hash, and the helper that templates ask for an address."""

from functools import lru_cache

from django.templatetags.static import static
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Hashed, compressed static files; a file that was not collected is served under its plain name.

    Without a collected folder (tests, a development server) there is no manifest, and every name stays as it is.
    """

    manifest_strict = False
    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """The hashed name, or ``name`` itself where the manifest does not know it."""
        known: str | None = self.hashed_files.get(self.hash_key(self.clean_name(name)))
        return known or name


@lru_cache(maxsize=256)
def asset(path: str) -> str:
    """The address of a static file, for example ``asset("css/base.css")``; kept for the life of the process."""
    return static(path)
