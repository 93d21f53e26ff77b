"""Findings as rows: the record, what is wrong in one sentence, and the fields that can be changed on the spot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.access.fetching import fetch
from rapport.core.access.levels import called, locale_of, readable_fields
from rapport.core.access.visible import titles_seen
from rapport.core.objects.linking import show_seen
from rapport.core.objects.spec import ObjectSpec
from rapport.core.quality.checks import Check, months_of
from rapport.core.quality.reading import Shown
from rapport.lib import clock
from rapport.lib.date_words import ago
from rapport.ui.cells import avatar, drawn_brief
from rapport.ui.screens.list_rows import why_fixed


@dataclass(frozen=True)
class Row:
    """A row. ``says`` is what is wrong, empty where it is put right; ``field`` can be changed here if ``can_mend``."""

    id: int
    title: str
    url: str
    mark: Markup
    says: str
    field: str
    value: Markup | str
    can_mend: bool
    owner: Markup | str
    when: str
    left: str
    why: str


def drawn(actor: Actor, spec: ObjectSpec, check: Check, shown: Sequence[Shown]) -> list[Row]:
    """The rows of some findings."""
    readable = readable_fields(actor, spec)
    keys = {one.finding.field or _usual(check) for one in shown}
    wanted = [readable[key] for key in (*keys, "owner", spec.picture) if key in readable]
    values = _values(actor, spec, [one.record.pk for one in shown], wanted)
    others = titles_seen(actor, spec, [one.finding.other_id for one in shown if one.finding.other_id])
    names = dict(User.objects.filter(pk__in=[one.finding.left_by_id for one in shown]).values_list("pk", "name"))
    months, fixed = months_of(spec.key, check), why_fixed(actor, spec)
    rows = []
    for one in shown:
        key = one.finding.field or _usual(check)
        field = readable.get(key)
        cells = _cells(actor, spec, values[one.record.pk])
        told = {
            "value": cells.get(key, ("", ""))[0],
            "field": field.label if field else "",
            "other": others.get(one.finding.other_id or 0, ""),
            "months": months,
        }
        rows.append(
            Row(
                **_head(actor, spec, one.record, values[one.record.pk]),
                says=_sentence(
                    check, one.finding.why, told, is_hidden=bool(one.finding.other_id and not told["other"])
                ),
                field=key,
                value=cells.get(key, ("", ""))[1],
                can_mend=bool(one.finding.field and field and not fixed(field)),
                owner=cells.get("owner", ("", ""))[1],
                when=ago(one.finding.found_at, clock.now(), actor.language),
                left=_left(one, names, actor),
                why=one.finding.left_why,
            )
        )
    return rows


def mended(actor: Actor, spec: ObjectSpec, check: Check, record: Any, key: str) -> Row:
    """The row of a record of which the check says nothing any more; ``key`` is the field that was changed."""
    readable = readable_fields(actor, spec)
    key = key if key in check.fields or key in readable else _usual(check)
    wanted = [readable[name] for name in (key, "owner", spec.picture) if name in readable]
    values = _values(actor, spec, [record.pk], wanted)[record.pk]
    cells = _cells(actor, spec, values)
    return Row(
        **_head(actor, spec, record, values), says="", field=key, value=cells.get(key, ("", ""))[1], can_mend=False,
        owner=cells.get("owner", ("", ""))[1], when="", left="", why="",
    )  # fmt: skip


# -------------------------------------------------------------------- pieces
def _usual(check: Check) -> str:
    """The field that a check shows where none is to be mended."""
    return check.fields[0] if check.fields else ""


def _values(actor: Actor, spec: ObjectSpec, ids: Sequence[int], wanted: Sequence[Any]) -> dict[int, dict[str, Any]]:
    fields = list(dict.fromkeys(wanted))
    rows = {row.id: row.values for row in fetch(spec, list(ids), fields)} if ids else {}
    show_seen(actor, fields, list(rows.values()))
    return rows


def _cells(actor: Actor, spec: ObjectSpec, values: dict[str, Any]) -> dict[str, tuple[str, Markup]]:
    """By field its value as text and as it is drawn."""
    locale = locale_of(actor)
    return {
        key: (spec.by_key[key].show(value, locale).text, drawn_brief(spec.by_key[key].brief(value, locale)))
        for key, value in values.items()
        if key != spec.picture and not spec.by_key[key].is_empty(value)
    }


def _head(actor: Actor, spec: ObjectSpec, record: Any, values: dict[str, Any]) -> dict[str, Any]:
    title = called(actor, spec, record.title) or _("No name")
    picture = values.get(spec.picture)
    return {
        "id": record.pk,
        "title": title,
        "url": f"/{spec.path}/{record.pk}",
        "mark": avatar(title, spec.mark, "", picture.thumbnail_url if picture else ""),
    }


def _sentence(check: Check, why: str, told: dict[str, Any], *, is_hidden: bool) -> str:
    says = check.says.get("?" if is_hidden else why) or check.says.get(why) or check.label
    return str(says) % told


def _left(one: Shown, names: dict[int, str], actor: Actor) -> str:
    if one.finding.left_at is None:
        return ""
    told = {"name": names.get(one.finding.left_by_id or 0, _("somebody"))}
    return f"{_('Left by %(name)s') % told} · {ago(one.finding.left_at, clock.now(), actor.language)}"
