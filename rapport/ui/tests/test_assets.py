"""What the browser is given: built from packages, named by hash, and nothing that the rules of the house forbid."""

import gzip
import re
from pathlib import Path
from xml.etree import ElementTree

import lucide
import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from rapport.ui import build_assets
from rapport.ui.assets import SHEETS, HashedStatic, asset, joined_name, sheet_names, slim, slim_style
from rapport.ui.icons import ICONS
from rapport.ui.templating import template_folders

ROOT = Path(build_assets.__file__).resolve().parent
CSS = ROOT / "static" / "css"
SCRIPTS = ROOT / "static" / "js"
PRODUCT = ROOT.parent
# Scripts that only some pages load are not part of an ordinary page.
# Fetched when something on a page asks for them: see LATER in app.js.
ONLY_SOMETIMES = {
    "arrange.js", "bell.js", "blocks.js", "board.js", "calendar.js", "columns.js", "combobox.js", "days.js",
    "drafts.js", "drop.js", "editor.js", "facts.js", "grid.js", "house.js", "keys.js", "mentions.js", "moves.js",
    "news.js", "outbox.js", "palette.js", "passkey.js", "peek.js", "place.js", "record.js", "reload.js", "session.js",
    "store.js", "suggesting.js", "tips.js", "tour.js", "upload.js", "zone.js",
}  # fmt: skip
PAGE_BUDGET = 30 * 1024  # bytes, packed: htmx and the scripts of an ordinary page


def test_every_icon_of_the_list_exists_and_the_list_is_sorted() -> None:
    assert list(ICONS) == sorted(set(ICONS))
    for name in ICONS:
        lucide._load_icon(name)


def test_templates_and_code_use_only_listed_icons() -> None:
    used: dict[str, str] = {}
    for path in (file for folder in template_folders() for file in folder.rglob("*.html")):
        for name in re.findall(r"""(?:icon\(|icon=|"icon": ?)["']([a-z][a-z0-9-]+)["']""", path.read_text()):
            used[name] = str(path)
    for path in PRODUCT.rglob("*.py"):
        if "tests" not in path.parts:
            for name in re.findall(r"""(?:\bicon(?:: str)? ?= ?|"icon": ?)"([a-z][a-z0-9-]+)\"""", path.read_text()):
                used[name] = str(path)
    assert {name: where for name, where in used.items() if name not in ICONS} == {}


def test_the_sprite_holds_a_symbol_for_each_icon() -> None:
    sprite = ElementTree.fromstring(build_assets.icon_sprite(("mail", "x")))
    assert [symbol.get("id") for symbol in sprite] == ["mail", "x"]
    assert all(len(symbol) for symbol in sprite)


def test_ranges_are_read_as_code_points() -> None:
    assert build_assets.characters("0041-0043 20AC") == {0x41, 0x42, 0x43, 0x20AC}


def test_the_style_sheet_asks_for_the_characters_that_were_cut() -> None:
    rules = re.findall(r"unicode-range: ([^;]+);", (CSS / "fonts.css").read_text())
    written = [rule.replace("U+", "").replace(", ", " ").replace(",", " ") for rule in rules]
    assert written == list(build_assets.FONTS.values())


@pytest.mark.slow
def test_assets_are_built_without_network_and_only_once(tmp_path: Path) -> None:
    assert build_assets.build(tmp_path)
    sizes = {file.name: file.stat().st_size for file in tmp_path.iterdir()}
    assert set(sizes) == {
        *(f"{name}.woff2" for name in build_assets.FONTS),
        "icons.svg",
        "htmx.min.js",
        "LICENSES.txt",
        "built.txt",
    }
    assert sizes["inter-latin.woff2"] < 32 * 1024
    assert "SIL OPEN FONT LICENSE" in (tmp_path / "LICENSES.txt").read_text().upper()
    assert not build_assets.build(tmp_path)


def test_colours_and_font_sizes_stand_in_the_tokens_only() -> None:
    for path in CSS.rglob("*.css"):
        if path.name == "tokens.css":
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            where = f"{path.relative_to(CSS)}:{number}: {line.strip()}"
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\b(?:oklch|oklab|rgba?|hsla?)\(", line), where
            assert not re.search(r"font-size:\s*[\d.]", line), where


def test_styles_know_no_left_and_no_right() -> None:
    """What is written from right to left needs no styles of its own."""
    sided = re.compile(
        r"(?:^|[\s-])(?:left|right)\s*:|-(?:left|right)(?:-\w+)?:|(?:text-align|float|clear): ?(?:left|right)"
    )
    for path in CSS.rglob("*.css"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert not sided.search(line), f"{path.relative_to(CSS)}:{number}: {line.strip()}"


def test_every_style_sheet_is_linked() -> None:
    linked = sorted(name for names in SHEETS.values() for name in names)
    assert linked == sorted(f"css/{path.relative_to(CSS).as_posix()}" for path in CSS.rglob("*.css"))
    assert SHEETS["app"][0] == "css/tokens.css"  # it names the order of the layers


def test_a_slim_style_sheet_has_lost_its_comments_only() -> None:
    assert slim_style("/* What.\n   More. */\n.a {\n  color: red; /* why */\n\n  b {\n  }\n}\n") == (
        ".a {\ncolor: red; \nb {\n}\n}\n"
    )
    for path in CSS.rglob("*.css"):
        assert "/*" not in re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S), path.name


def test_the_scripts_of_an_ordinary_page_stay_small() -> None:
    sizes = {path.name: len(gzip.compress(slim(path.read_text()).encode(), mtime=0)) for path in SCRIPTS.glob("*.js")}
    sizes["htmx"] = len(gzip.compress((build_assets.VENDOR / "htmx.min.js").read_bytes(), mtime=0))
    ordinary = {name: size for name, size in sizes.items() if name not in ONLY_SOMETIMES}
    assert sum(ordinary.values()) <= PAGE_BUDGET, ordinary


def test_a_slim_script_has_lost_its_comments_only() -> None:
    script = '/** What.\n *  More. */\nimport "./a.js";\n\n  // why\n  const a = "// no /* comment */"; // goes\n'
    assert slim(script) == 'import "./a.js";\nconst a = "// no /* comment */";\n'
    assert slim('say("a; // b");\nsay(`c, // d`);\n') == 'say("a; // b");\nsay(`c, // d`);\n'
    for path in SCRIPTS.glob("*.js"):
        assert all(line.count("`") % 2 == 0 for line in path.read_text().splitlines()), path.name


def test_scripts_keep_no_data_in_the_browser_and_run_no_text() -> None:
    for path in SCRIPTS.glob("*.js"):
        source = path.read_text()
        assert "localStorage" not in source
        assert "sessionStorage.setItem" not in source
        assert "eval(" not in source
        assert "new Function" not in source


def test_templates_hold_no_inline_scripts_styles_or_handlers() -> None:
    for path in (file for folder in template_folders() for file in folder.rglob("*.html")):
        source = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
        assert not re.search(r"""\sstyle=|\son[a-z]+=["']|<style|<script(?![^>]*\bsrc=)""", source), path


def test_a_file_that_was_not_collected_keeps_its_plain_name(tmp_path: Path) -> None:
    assert HashedStatic(location=str(tmp_path), base_url="/static/").stored_name("css/base.css") == "css/base.css"


def test_style_sheets_are_collected_into_one_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    storage = HashedStatic(location=str(tmp_path), base_url="/static/")
    for name in (name for names in SHEETS.values() for name in names):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"/* {name} */\n.from-{Path(name).stem} {{\n}}\n")
    monkeypatch.setattr(staticfiles_storage, "_wrapped", storage)
    assert sheet_names("app") == SHEETS["app"]  # nothing was collected yet
    assert list(storage.post_process({}))
    assert sheet_names("app") == ("css/app.css",)
    joined = (tmp_path / storage.stored_name(joined_name("app"))).read_text()
    assert joined.startswith(".from-tokens {")
    assert joined.count("{") == len(SHEETS["app"])
    assert "/*" not in joined


def test_a_collected_file_is_asked_for_by_its_hash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    storage = HashedStatic(location=str(tmp_path), base_url="/static/")
    storage.hashed_files = {"css/base.css": "css/base.0123456789ab.css"}
    monkeypatch.setattr(staticfiles_storage, "_wrapped", storage)
    monkeypatch.setattr("django.conf.settings.DEBUG", False)
    asset.cache_clear()
    assert asset("css/base.css") == "/static/css/base.0123456789ab.css"
    asset.cache_clear()
