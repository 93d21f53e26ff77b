"""Static files under names that carry their hash, and the helper that templates ask for an address."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.templatetags.static import static
from whitenoise.storage import CompressedManifestStaticFilesStorage

# What pages link, sheet by sheet: served joined into one file each ("css/app.css"), where the files were collected.
# Every page links "app", whose first file names the layers; the others are for pages that few open often, and a page
# asks for them in its block "sheets".
SHEETS: dict[str, tuple[str, ...]] = {
    "app": (
        "css/tokens.css",
        "css/fonts.css",
        "css/base.css",
        "css/layout.css",
        "css/folding.css",
        "css/components/badges.css",
        "css/components/buttons.css",
        "css/components/dialogs.css",
        "css/components/drop.css",
        "css/components/editor.css",
        "css/components/feedback.css",
        "css/components/fields.css",
        "css/components/floating.css",
        "css/components/lines.css",
        "css/components/menus.css",
        "css/components/notices.css",
        "css/components/panels.css",
        "css/components/facts.css",
        "css/components/table.css",
        "css/components/bulk.css",
        "css/components/tabs.css",
        "css/components/timeline.css",
        "css/components/changes.css",
        "css/components/composer.css",
        "css/components/rights.css",
        "css/components/tour.css",
        "css/pages/meetings.css",
        "css/pages/form.css",
        "css/pages/home.css",
        "css/pages/list.css",
        "css/pages/record.css",
        "css/pages/leads.css",
        "css/pages/tasks.css",
        "css/pages/board.css",
        "css/pages/lines.css",
        "css/pages/deals.css",
        "css/pages/list_days.css",
        "css/pages/composer.css",
    ),
    "calendar": (
        "css/pages/calendar/hours.css",
        "css/pages/calendar/month.css",
        "css/pages/calendar/agenda.css",
        "css/pages/calendar/times.css",
        "css/pages/calendar/lanes.css",
        "css/pages/calendar/calendar.css",
    ),
    # Settings, import, jobs and help; signing in; the welcome of the first hour
    "rare": (
        "css/pages/account.css",
        "css/pages/help.css",
        "css/pages/import.css",
        "css/pages/jobs.css",
        "css/pages/merging.css",
        "css/pages/plain.css",
        "css/pages/quality.css",
        "css/pages/settings.css",
        "css/pages/teams.css",
        "css/pages/fields.css",
        "css/pages/audit.css",
        "css/pages/welcome.css",
    ),
}


# Every script of ours: what the service worker keeps, for pages that ask for more while there is no net.
SCRIPTS = tuple(sorted(f"js/{path.name}" for path in (Path(__file__).parent / "static" / "js").glob("*.js")))

_CSS_COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
_COMMENTS = re.compile(r"^[ \t]*(?:/\*.*?\*/[ \t]*$|//[^\n]*$)", re.MULTILINE | re.DOTALL)


# Behind a statement, and with no quotation mark in it: so it stands in no text.
_REMARKS = re.compile(r"""(?<=[;{},()]) +//[^\n"'`]*$""", re.MULTILINE)


def slim(script: str) -> str:
    """A script of ours as browsers get it: without comments on lines of their own or behind a statement, and without
    indents.

    Nothing else within a line is touched, so this needs to understand no JavaScript; but a text over several lines
    (between backticks) would lose its indents, and a test keeps them out.
    """
    return re.sub(r"\n\s+", "\n", _REMARKS.sub("", _COMMENTS.sub("", script))).lstrip()


def slim_style(sheet: str) -> str:
    """A style sheet as browsers get it: without comments, indents and empty lines."""
    return re.sub(r"\n\s+", "\n", _CSS_COMMENTS.sub("", sheet)).lstrip()


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

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Writes the joined style sheets beside the collected files, so that they are hashed and packed like them."""
        if not dry_run:
            for sheet, names in SHEETS.items():
                joined = "".join(slim_style(Path(self.path(name)).read_text(encoding="utf-8")) for name in names)
                name = joined_name(sheet)
                Path(self.path(name)).write_text(joined, encoding="utf-8")
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def stored_name(self, name: str) -> str:
        """The hashed name, or ``name`` itself where the manifest does not know it."""
        known: str | None = self.hashed_files.get(self.hash_key(self.clean_name(name)))
        return known or name


def joined_name(sheet: str) -> str:
    """The name under which a sheet of SHEETS is served in one file."""
    return f"css/{sheet}.css"


def sheet_names(sheet: str) -> tuple[str, ...]:
    """What a page links for a sheet of SHEETS: the joined file, or its parts where nothing was collected."""
    collected: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    return (joined_name(sheet),) if joined_name(sheet) in collected else SHEETS[sheet]


@lru_cache(maxsize=256)
def asset(path: str) -> str:
    """The address of a static file, for example ``asset("css/base.css")``; kept for the life of the process."""
    return static(path)
