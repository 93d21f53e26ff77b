"""Static files under names that carry their hash, and the helper that templates ask for an address."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.templatetags.static import static
from whitenoise.storage import CompressedManifestStaticFilesStorage

# In the order in which pages link them; tokens.css names the layers and comes first.
STYLESHEETS = (
    "css/tokens.css",
    "css/fonts.css",
    "css/base.css",
    "css/layout.css",
    "css/folding.css",
    "css/components/badges.css",
    "css/components/buttons.css",
    "css/components/dialogs.css",
    "css/components/editor.css",
    "css/components/feedback.css",
    "css/components/fields.css",
    "css/components/floating.css",
    "css/components/menus.css",
    "css/components/notices.css",
    "css/components/panels.css",
    "css/components/table.css",
    "css/components/tabs.css",
    "css/components/timeline.css",
    "css/pages/first.css",
    "css/pages/calendar.css",
    "css/pages/form.css",
    "css/pages/home.css",
    "css/pages/import.css",
    "css/pages/jobs.css",
    "css/pages/list.css",
    "css/pages/plain.css",
    "css/pages/record.css",
    "css/pages/account.css",
    "css/pages/settings.css",
    "css/pages/tasks.css",
)


# Every script of ours: what the service worker keeps, for pages that ask for more while there is no net.
SCRIPTS = tuple(sorted(f"js/{path.name}" for path in (Path(__file__).parent / "static" / "js").glob("*.js")))

_COMMENTS = re.compile(r"^[ \t]*(?:/\*.*?\*/[ \t]*$|//[^\n]*$)", re.MULTILINE | re.DOTALL)


def slim(script: str) -> str:
    """A script of ours as browsers get it: without the comments that stand on lines of their own, and without indents.

    Nothing within a line is touched, so this needs to understand no JavaScript; but a text over several lines
    (between backticks) would lose its indents, and a test keeps them out.
    """
    return re.sub(r"\n\s+", "\n", _COMMENTS.sub("", script)).lstrip()


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Hashed, compressed static files; a file that was not collected is served under its plain name.

    Without a collected folder (tests, a development server) there is no manifest, and every name stays as it is.
    """

    manifest_strict = False
    support_js_module_import_aggregation = True

    def _save(self, name: str, content: Any) -> str:
        """Keeps our own scripts slim."""
        if name.startswith("js/") and name.endswith(".js"):
            content.seek(0)  # the hash of its name was made of it
            content = ContentFile(slim(content.read().decode()).encode())
        saved: str = super()._save(name, content)
        return saved

    def stored_name(self, name: str) -> str:
        """The hashed name, or ``name`` itself where the manifest does not know it."""
        known: str | None = self.hashed_files.get(self.hash_key(self.clean_name(name)))
        return known or name


@lru_cache(maxsize=256)
def asset(path: str) -> str:
    """The address of a static file, for example ``asset("css/base.css")``; kept for the life of the process."""
    return static(path)
