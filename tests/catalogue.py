"""The texts of the interface, collected: ``python -m tests.catalogue`` brings every catalogue up to date.

New texts come in without a translation, and a test fails until they have one; texts that are gone are dropped. The
file changes only when texts do: it is sorted, knows files but no lines, and keeps its dates.
"""

from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "rapport"
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "_now": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def collected() -> Catalog:
    """Every text that Python files and templates ask to be translated."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)
    found = Catalog(charset="utf-8")
    for file, _line, texts, comments, context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        found.add(texts, None, [(file, None)], auto_comments=comments, context=context)
    return found


def catalogues() -> dict[str, Path]:
    """Language → file of its translations."""
    return {path.parts[-3]: path for path in sorted((PACKAGE / "locale").glob("*/LC_MESSAGES/django.po"))}


def read(path: Path) -> Catalog:
    """The translations of one file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def main() -> None:
    """Bring all catalogues up to date and say how many texts wait for words."""
    template = collected()
    for language, path in catalogues().items():
        catalogue = read(path)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, sort_output=True, ignore_obsolete=True)
        waiting = sum(1 for message in catalogue if message.id and not all(_strings(message)))
        print(f"{language}: {len(catalogue)} texts, {waiting} without translation")


def _strings(message: Any) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


if __name__ == "__main__":
    main()
