"""Writes what is taken from packages into ``static/vendor/``: the font, the icons, htmx.

``python -m rapport.ui.build_assets``; nothing is fetched, nothing of it is committed. A second run does nothing unless
a source or this recipe has changed.
"""

import hashlib
import importlib.util
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from xml.etree import ElementTree

from rapport.ui.icons import ICONS

VENDOR = Path(__file__).resolve().parent / "static" / "vendor"
STAMP = "built.txt"
SOURCES = ("django-htmx", "fontpkg-inter", "fonttools", "lucide")
FONT_FEATURES = ("calt", "ccmp", "kern", "locl", "mark", "mkmk", "tnum")
AXES = {"opsz": 14, "wght": (400, 600)}  # the one optical size and the weights that tokens.css knows

# The same ranges stand in css/fonts.css: a browser fetches a file only for characters of its ranges.
# Every page needs the first; the letters of Europe's other Latin alphabets come in the second, which stays small.
FONTS = {
    "inter-latin": (
        "0000-00FF 0131 0152-0153 02BB-02BC 02C6 02DA 02DC 2000-206F 20AC 2122 2190-2193 21B5 2212 2215 2318 232B FEFF "
        "FFFD"
    ),
    "inter-europe": "0100-0130 0132-0151 0154-017F 0218-021B 1E9E",
    "inter-greek": "0370-03FF 1F00-1FFF",
    "inter-cyrillic": "0400-052F 1C80-1C8A A640-A69F",
    "inter-more": (
        "0180-0217 021C-02BA 02BD-02C5 02C7-02CC 02CE-02D7 02DD-02FF 1D00-1DBF 1E00-1E9D 1E9F-1EFF 20A0-20AB 20AD-20C0 "
        "2113 2116 2C60-2C7F A720-A7FF"
    ),
}


class NotBuilt(Exception):
    """A package that the recipe needs is not installed; the text says which."""


def build(folder: Path = VENDOR, *, force: bool = False) -> bool:
    """Fill ``folder``; True when something was written, False when everything was there already."""
    stamp = _stamp()
    stamp_file = folder / STAMP
    if not force and stamp_file.exists() and stamp_file.read_text() == stamp:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / "icons.svg").write_text(icon_sprite(ICONS), encoding="utf-8")
    (folder / "htmx.min.js").write_bytes(_package_file("django_htmx", "static/django_htmx/htmx-2.min.js").read_bytes())
    _write_fonts(folder)
    _write_licences(folder)
    stamp_file.write_text(stamp)
    return True


def icon_sprite(names: Iterable[str]) -> str:
    """One SVG with a ``<symbol>`` for each Lucide icon; line width and colour come from the page."""
    from lucide import _load_icon  # the package offers whole icons only; a sprite needs their paths

    symbols = []
    for name in names:
        icon = _load_icon(name)
        paths = "".join(ElementTree.tostring(node, encoding="unicode").strip() for node in icon)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def characters(ranges: str) -> set[int]:
    """The code points of ranges such as ``"0041-005A 00C4"``."""
    points: set[int] = set()
    for part in ranges.split():
        first, _, last = part.partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return points


def _write_fonts(folder: Path) -> None:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    source = _package_file("fontpkg_inter", "files/Inter[opsz,wght].ttf")
    for name, ranges in FONTS.items():
        options = Options()
        options.layout_features = list(FONT_FEATURES)
        options.hinting = False
        options.notdef_outline = True
        options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=characters(ranges))
        with TTFont(source, lazy=True) as font:
            subsetter.subset(font)
            instancer.instantiateVariableFont(font, AXES, inplace=True)
            font.flavor = "woff2"
            font.save(folder / f"{name}.woff2")


def _write_licences(folder: Path) -> None:
    parts = []
    for package, what in (("fontpkg-inter", "Inter"), ("lucide", "Lucide icons"), ("django-htmx", "htmx")):
        texts = [
            Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")
            for file in distribution(package).files or []
            if "license" in file.name.lower() and file.suffix in ("", ".txt", ".md")
        ]
        parts.append(f"{what}\n{'=' * len(what)}\n\n" + "\n\n".join(dict.fromkeys(texts)))
    (folder / "LICENSES.txt").write_text("\n\n".join(parts), encoding="utf-8")


def _package_file(package: str, path: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise NotBuilt(f"The package {package!r} is not installed; run “make setup” first.")
    return Path(next(iter(spec.submodule_search_locations))) / path


def _stamp() -> str:
    """Changes with this recipe, the list of icons and the versions of what is taken."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    digest.update("\n".join(ICONS).encode())
    for package in SOURCES:
        try:
            digest.update(f"{package} {version(package)}".encode())
        except PackageNotFoundError:
            raise NotBuilt(f"The package {package!r} is not installed; run “make setup” first.") from None
    return digest.hexdigest()


def main() -> int:
    """Build and say in one line what was done; 1 when a package is missing."""
    try:
        written = build(force="--force" in sys.argv[1:])
    except NotBuilt as missing:
        print(missing, file=sys.stderr)
        return 1
    print(f"{VENDOR}: {'built' if written else 'up to date'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
