"""The Jinja2 environment that every page is written in.

Undefined names are errors, everything is escaped, texts go through gettext, and the component macros of
``templates/components/`` are reachable everywhere as ``ui.button(…)``: as a global, because an ``{% import %}`` at the
top of a template is lost when only one of its blocks is rendered.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from rapport.lib.wording import file_size, grouped, inside
from rapport.ui import keymap
from rapport.ui.assets import asset, sheet_names
from rapport.ui.cells import avatar
from rapport.ui.chips import chips_in_text

PACKAGES = ("ui", "workspace", "people", "catalog", "segments", "activities", "sales", "sample", "web")
COMPONENTS = "components/"
_ROOT = Path(__file__).resolve().parent.parent
_ATTRIBUTE_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9:.-]*\Z")


def template_folders() -> list[Path]:
    """The folders that hold templates, in the order in which they are asked; those that do not exist are left out."""
    folders = [_ROOT / package / "templates" for package in PACKAGES]
    return [folder for folder in folders if folder.is_dir()]


def attributes(*mappings: Mapping[str, Any] | None) -> Markup:
    """HTML attributes with a leading blank, later mappings winning.

    ``_`` in a name becomes ``-`` (``hx_get`` → ``hx-get``, ``class_`` → ``class``); ``True`` gives the bare name,
    ``None`` and ``False`` give nothing, lists and mappings become JSON. A name that could break out of the tag, or
    that would run a script, raises ``ValueError``.
    """
    merged: dict[str, Any] = {}
    for mapping in mappings:
        for name, value in (mapping or {}).items():
            merged[_attribute(name)] = value
    if len(merged.get("data-key") or "") == 1:  # assistive technology knows no keys pressed one after the other
        merged["aria-keyshortcuts"] = merged["data-key"]
    parts = []
    for name, value in merged.items():
        if value is None or value is False:
            continue
        if value is True:
            parts.append(f" {name}")
            continue
        if isinstance(value, (dict, list, tuple)):
            value = json.dumps(value)
        parts.append(f' {name}="{escape(value)}"')
    return Markup("".join(parts))


@lru_cache(maxsize=1024)
def _attribute(name: str) -> str:
    written = name.rstrip("_").replace("_", "-")
    lower = written.lower()
    if not _ATTRIBUTE_NAME.match(written) or lower.startswith(("on", "hx-on")) or lower == "style":
        raise ValueError(f"{written!r} may not be an attribute: no inline scripts and styles.")
    return written


@lru_cache(maxsize=512)
def button_classes(variant: str, small: bool, icon_only: bool, wide: bool, extra: str) -> str:
    """The classes of a button or of a link that looks like one."""
    looks = {"sm": small, "icon": icon_only, "wide": wide}
    chosen = [name for name, wanted in looks.items() if wanted]
    return " ".join(filter(None, ["btn", variant.replace("danger-solid", "danger solid"), *chosen, extra]))


def aria(id: str, hint: Any = "", errors: Any = ()) -> dict[str, Any]:
    """The attributes that tie a control to its hint and errors: ``id``, ``aria-invalid``, ``aria-describedby``."""
    described = [f"{id}-error"] if errors else []
    if hint:
        described.append(f"{id}-hint")
    return {
        "id": id,
        "aria-invalid": "true" if errors else None,
        "aria-describedby": " ".join(described) or None,
    }


class Components:
    """The macros of ``components/*.html`` as attributes, loaded at the first use and kept.

    Where templates are reloaded (development), a changed component file is read again.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._templates: list[Template] = []
        self._macros: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if not self._macros or (self._environment.auto_reload and not all(t.is_up_to_date for t in self._templates)):
            self._load()
        try:
            return self._macros[name]
        except KeyError:
            raise AttributeError(f"No component is called {name!r}.") from None

    def names(self) -> list[str]:
        """The names of all macros, sorted."""
        if not self._macros:
            self._load()
        return sorted(self._macros)

    def _load(self) -> None:
        files = self._environment.list_templates(filter_func=lambda name: name.startswith(COMPONENTS))
        self._templates = [self._environment.get_template(name) for name in files]
        macros: dict[str, Any] = {}
        for template in self._templates:
            for name, macro in vars(template.module).items():
                if name.startswith("_") or not callable(macro):
                    continue
                if name in macros:
                    raise ValueError(f"Two component files define {name!r}; the second is {template.name}.")
                macros[name] = macro
        # A page draws a hundred icons, and an icon with the same arguments is always the same.
        macros["icon"] = lru_cache(maxsize=512)(macros["icon"])
        macros["keymap"] = _by_language(macros["keymap"])
        self._macros = macros


def _by_language(macro: Callable[[], Any]) -> Callable[[], Any]:
    """A macro without arguments, drawn once for each language: it stands on every page and is always the same."""

    @lru_cache(maxsize=32)
    def kept(_language: str | None) -> Any:
        return macro()

    return lambda: kept(get_language())


def quick_gettext(text: str) -> str:
    """Django's gettext for templates, which ask for the same few hundred texts on every page."""
    return _translated(get_language(), text)


def wording(text: str, /, **values: Any) -> Markup:
    """What ``_("…")`` gives in a template: as Jinja2's own, which looks up half a dozen things for each text."""
    return _worded(get_language(), text) if not values else Markup(quick_gettext(text)) % values


@lru_cache(maxsize=8192)
def _worded(_language: str | None, text: str) -> Markup:
    return Markup(gettext(text)) % {}


@lru_cache(maxsize=8192)
def _translated(_language: str | None, text: str) -> str:
    return gettext(text)


def sheet_links(sheet: str) -> Markup:
    """The ``<link>`` elements of one of the sheets of :mod:`rapport.ui.assets`."""
    link = Markup('<link rel="stylesheet" href="{}">')
    return Markup("\n").join(link.format(asset(name)) for name in sheet_names(sheet))


def environment(**options: Any) -> Environment:
    """The environment for Django's Jinja2 backend (``OPTIONS["environment"]``); ``options`` are Jinja2's own."""
    options.update(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(template_folders()),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings.DEBUG,
        cache_size=-1,
    )
    made = Environment(**options)  # noqa: S701 - autoescape is on, in the options
    made.policies["ext.i18n.trimmed"] = True
    install: Callable[..., None] = made.install_gettext_callables  # type: ignore[attr-defined]
    install(quick_gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext)
    made.globals["_"] = wording
    # A lazy translation can be iterated over like a list, so options ask for what really is one.
    made.tests["pairs"] = lambda value: isinstance(value, list | tuple)
    made.filters.update(bytes=file_size, chips=chips_in_text, inside=inside, grouped=grouped, keys=keymap.keys)
    made.filters.update(mark=avatar)
    made.globals.update(most_file_bytes=lambda: settings.FILE_BYTES)
    made.globals.update(keymap_groups=keymap.groups)
    made.globals.update(aria=aria, asset=asset, attributes=attributes, button_classes=button_classes)
    made.globals.update(sheet_links=sheet_links, ui=Components(made))
    return made
