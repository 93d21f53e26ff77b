"""The lines of the command palette: what leads to records, to what can be done, and to places."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from rapport.accounts.actor import Actor
from rapport.core.access.bylines import bylines
from rapport.core.access.levels import Level, level_of
from rapport.core.access.may import Standing, find_record
from rapport.core.errors import Refused
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.search.searching import Hit
from rapport.lib.text import fold
from rapport.lib.wording import inside
from rapport.people.names import split_name
from rapport.ui import navigation, palette_actions
from rapport.ui.cells import avatar
from rapport.ui.palette_actions import Action

Line = dict[str, Any]


def of_hits(actor: Actor, hits: Sequence[Hit], text: str = "") -> list[Line]:
    """Hits of any kinds as lines, in their order; one query for each kind that has something to tell beside names."""
    told: dict[int, str] = {}
    for kind in dict.fromkeys(hit.kind for hit in hits):
        told |= bylines(actor, registry.get(kind), [hit.id for hit in hits if hit.kind == kind])
    return [_of_hit(hit, told.get(hit.id, ""), text) for hit in hits]


def _of_hit(hit: Hit, byline: str, text: str) -> Line:
    """A hit with an avatar where its kind has one, else with the kind's icon."""
    spec = registry.get(hit.kind)
    title = hit.title or _("No name")
    return {
        "url": f"/{spec.path}/{hit.id}",
        "title": marked(title, text),
        "sub": marked(byline, text),
        "mark": avatar(title, spec.mark, "xs") if spec.in_navigation else "",
        "icon": "" if spec.in_navigation else spec.icon,
        "record": hit.id,
    }


def marked(shown: str, text: str) -> Markup:
    """The text with what was typed in <mark>, once in each word."""
    typed = sorted((part for part in fold(text).split()), key=len, reverse=True)
    words = []
    for word in shown.split(" "):
        folded = fold(word)
        # Where folding changes the length (ß, ligatures) places in both do not agree.
        part = next((part for part in typed if part in folded and len(folded) == len(word)), "")
        start = folded.find(part)
        end = start + len(part)
        shown_word = Markup("{}<mark>{}</mark>{}").format(word[:start], word[start:end], word[end:])
        words.append(shown_word if part else escape(word))
    return Markup(" ").join(words)


def on_record(actor: Actor, kind: str, record_id: int, text: str = "") -> tuple[str, list[Line]]:
    """The name of a record and what this actor can do to it; nothing where it is not to be seen."""
    spec = registry.find(kind)
    if spec is None:
        return "", []
    try:
        record = find_record(actor, spec, record_id)
    except Refused:
        return "", []
    if not record.live:
        return record.title or _("No name"), []
    actions = [*_composing(spec), *palette_actions.on_record(actor, kind, Standing(actor, spec, record).may)]
    lines = [_of_action(action, spec, record_id) for action in actions]
    return record.title or _("No name"), _fitting(lines, text)


def _composing(spec: ObjectSpec) -> Iterable[Action]:
    """What can be written on a record: one action for each tab of its composer."""
    for composer in registry.contributions(spec.key).composers:
        url = f"/{{path}}/{{id}}#compose-{composer.key}"
        yield Action(composer.key, composer.label, composer.icon, url, keys=composer.shortcut, on=spec.key)


def _of_action(action: Action, spec: ObjectSpec | None = None, record_id: int = 0) -> Line:
    url = action.url.replace("{id}", str(record_id))
    if spec is not None:
        url = url.replace("{path}", spec.path).replace("{edit}", spec.edit_page)
    shown = "⌫" if action.keys == "Backspace" else action.keys.upper()
    return {
        "url": url,
        "title": str(action.label),
        "icon": action.icon,
        "way": action.way,
        "press": action.keys,
        "key": shown,
    }


def anywhere(actor: Actor, text: str) -> list[Line]:
    """What can be created and started from everywhere; once something is typed also what can be taken out."""
    shown = [spec for spec in registry.every() if spec.in_navigation]
    lines: list[Line] = [
        {
            "url": f"/{spec.path}/{spec.new_page}",
            "title": _("New %(label)s") % {"label": inside(spec.label)},
            "icon": "plus",
            "way": "drawer",
        }
        for spec in shown
        if level_of(actor, spec.key, "create") > Level.NONE
    ]
    lines += [_of_action(action) for action in palette_actions.anywhere(actor)]
    if not text:
        return lines
    lines += [
        {
            "url": f"/{spec.path}/export",
            "title": _("Export %(plural)s") % {"plural": inside(spec.plural)},
            "icon": "download",
        }
        for spec in shown
        if level_of(actor, spec.key, "export") > Level.NONE
    ]
    return _fitting(lines, text)


def to_make(actor: Actor, text: str) -> list[Line]:
    """Somebody of the name, address or number that was typed and not found: the form of a new one, filled with it."""
    lines: list[Line] = []
    for kind, read in _READ.items():
        spec = registry.find(kind)
        if spec is None or level_of(actor, kind, "create") is Level.NONE:
            continue
        label = _("New %(label)s “%(name)s”") % {"label": inside(spec.label), "name": text}
        url = f"/{spec.path}/{spec.new_page}?{urlencode(read(text))}"
        lines.append({"url": url, "title": label, "icon": "plus", "way": "drawer"})
    return lines


def _contact(text: str, named: Mapping[str, str]) -> Mapping[str, str]:
    """The field that the text fills: an address, a number, or what a name is made of."""
    if "@" in text:
        return {"email": text}
    is_number = any(sign.isdecimal() for sign in text) and not any(sign.isalpha() for sign in text)
    return {"phone": text} if is_number else named


_READ: Mapping[str, Callable[[str], Mapping[str, str]]] = {
    "person": lambda text: _contact(text, split_name(text)),
    "company": lambda text: _contact(text, {"name": text}),
}


def _fitting(lines: list[Line], text: str) -> list[Line]:
    return [line for line in lines if fold(text) in fold(str(line["title"]))]


def places(actor: Actor, text: str) -> list[Line]:
    """Places by their names; the pages of the settings also by the word “Settings”, which stands beside each."""
    word = _("Settings")
    main = [item for group in navigation.menu(actor, "") for item in group["items"]]
    lines = [_of_place(item, key=f"G {item['key'].upper()}" if item["key"] else "") for item in main]
    pages = [item for group in navigation.settings_menu(actor, "") for item in group["items"]]
    lines += [_of_place(item, detail=word) for item in pages]
    return [
        line
        for line in lines
        if fold(text) in fold(str(line["title"])) or (line["detail"] and fold(word).startswith(fold(text)))
    ]


def _of_place(item: dict[str, Any], detail: str = "", key: str = "") -> Line:
    return {"url": item["url"], "title": str(item["label"]), "icon": item["icon"], "detail": detail, "key": key}
