"""Building a filter: choose a field, an operator and a value; every step is a page of its own if it must be."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import BESIDE, AllOf, Term, from_address, understand
from rapport.core.access.levels import demand, locale_of, readable_fields
from rapport.core.access.visible import visible_to
from rapport.core.access.words import field_target, link_words, words
from rapport.core.errors import BadQuery
from rapport.core.fields import Address, Choice, LabelledLinks, Link, Links, YesNo
from rapport.core.fields.address import PARTS
from rapport.core.fields.base import join_values, split_values
from rapport.core.fields.date import PERIODS
from rapport.core.fields.labelled_links import LABEL
from rapport.core.notices.filtering import BY, FOLLOWED, ME, Followed
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.text import fold, harmless
from rapport.lib.wording import inside
from rapport.ui.rendering import render
from rapport.ui.screens import list_chips
from rapport.ui.screens.asking import Pairs, actor_of, address, pairs_of, parts_of, to_list, with_condition, without

_OWN = ("f", "o", "v", "v_text", "was", "part", "or", "add")  # what the builder is told besides the list
SPANS = (
    ("7d", gettext_lazy("7 days")), ("30d", gettext_lazy("30 days")), ("60d", gettext_lazy("60 days")),
    ("90d", gettext_lazy("90 days")), ("1y", gettext_lazy("1 year")),
)  # fmt: skip


def filter_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET the builder for the list in ``in``; with ``add`` the condition is put into the list's address."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    given = request.GET
    pairs = parse_qsl(given["in"]) if "in" in given else without(pairs_of(request), *_OWN)
    error = ""
    if given.get("add") and given.get("f"):
        try:
            return _to_list(request, actor, spec, pairs, read_term(actor, spec, given), given.get("was", ""))
        except BadQuery as refused:
            error = refused.message
    # A chip draws the whole form, and the next thing to type is the value; a select that draws what comes behind
    # it keeps the focus, or a letter typed ahead would be lost.
    leads_on = bool(given.get("f")) and not error and "HX-Target" not in request.headers
    context = {**builder_values(actor, spec, given, pairs, error=error), "leads_on": leads_on}
    fragment = "builder" if getattr(request, "htmx", None) else None
    return render(request, "list/filter.html", context, fragment=fragment, status=422 if error else 200)


def builder_values(
    actor: Actor, spec: ObjectSpec, given: Mapping[str, Any], pairs: Pairs, *, error: str = ""
) -> dict[str, Any]:
    """What the template of the builder shows for the condition that is ``given`` so far, in a list."""
    path, operator, was = given.get("f", ""), given.get("o", ""), given.get("was", "")
    value = _value_of(given)
    meaning = understand(actor, spec, path) if path else None
    if meaning and operator:
        known = {known.key for known in meaning.field.operators}
        meaning = understand(actor, spec, path, operator if operator in known else "")
    return {
        "spec": spec,
        "action": f"/{spec.path}/filter",
        "inside": urlencode(pairs),
        "paths": filter_paths(actor, spec),
        "path": path,
        "meaning": meaning,
        "operators": [(known.key, known.words) for known in meaning.field.operators] if meaning else [],
        "control": control_of(meaning) if meaning else {},
        "value": value,
        "values": split_values(value),
        "value_text": given.get("v_text", "") or _title_of(actor, meaning, value),
        "was": was,
        "part": given.get("part", "") if was else "",
        "or": given.get("or", ""),
        "beside": _beside(actor, spec, pairs) if not was else [],
        "quick": _quick(actor, spec) if not path else [],
        "followed_url": "" if path or was else _followed_url(spec, pairs, given.get("or", "")),
        "tree_url": "" if was else f"/{spec.path}/filter/tree?{urlencode({'in': urlencode(pairs)})}",
        "step": "",
        "error": error,
    }


def read_term(actor: Actor, spec: ObjectSpec, given: QueryDict) -> Term:
    """The condition that a form gives. BadQuery where it cannot be read, to be told beside its field."""
    path, operator = given.get("f", ""), given.get("o", "")
    value = _value_of(given) or _typed_name(actor, spec, path, harmless(given.get("v_text", "")))
    if understand(actor, spec, path).operator.key == operator:
        operator = ""  # the one that is meant where none is named
    meaning = understand(actor, spec, path, operator)
    if meaning.operator.takes != "nothing":
        meaning.field.where(meaning.operator, value, locale_of(actor))
    return Term(path, operator, value)


def _value_of(given: Mapping[str, Any]) -> str:
    values = given.getlist("v") if isinstance(given, QueryDict) else [given.get("v", "")]
    return join_values(values) if len(values) > 1 else str(given.get("v", ""))


def _to_list(request: HttpRequest, actor: Actor, spec: ObjectSpec, pairs: Any, term: Term, was: str) -> HttpResponse:
    before = parts_of(from_address(actor, spec, pairs))
    beside, _inner = list_chips.spot(request.GET.get("or", ""))
    if not was and beside is not None and beside < len(before):
        whole = list_chips.join(before, beside, term)
    else:
        whole = list_chips.put(before, was, term)
    from_address(actor, spec, with_condition([], whole))
    return to_list(request, address(spec, with_condition(list(pairs), whole)))


def _typed_name(actor: Actor, spec: ObjectSpec, path: str, name: str) -> str:
    """The id of the record of this name, for a combobox in which nothing was chosen (or without scripts)."""
    field = understand(actor, spec, path).field
    target = registry.find(field.to) if name.strip() and isinstance(field, Link | Links) and field.to else None
    if target is None:
        return ""
    rows = visible_to(actor, target).filter(field.takes() if isinstance(field, Links) else Q())
    found = list(rows.filter(title_key=fold(name.strip())).values_list("pk", flat=True)[:2])
    if len(found) == 1:
        return str(found[0])
    if found:
        raise BadQuery(_("Several are called “%(name)s”: choose one from the list.") % {"name": name})
    raise BadQuery(_("There is no %(label)s called “%(name)s”.") % {"label": inside(target.label), "name": name})


def _title_of(actor: Actor, meaning: Any, value: str) -> str:
    """What the record that a combobox shows is called."""
    field = meaning.field if meaning else None
    return link_words(actor, field, value) if value and isinstance(field, Link | Links) and field.to else ""


def filter_paths(actor: Actor, spec: ObjectSpec) -> list[tuple[str, Any]]:
    """Everything the list can be filtered by: fields, parts of addresses, and fields one hop away."""
    own: list[tuple[str, Any]] = []
    groups: list[tuple[str, Any]] = []
    for key, field in readable_fields(actor, spec).items():
        if not field.operators:
            continue
        own.append((key, field.label))
        if isinstance(field, Address):
            own += [(f"{key}.{part}", label) for part, label in PARTS.items()]
        if isinstance(field, LabelledLinks) and (said := field.part(LABEL)):
            own.append((said.key, said.label))
        target = registry.find(field.to) if isinstance(field, Link | Links) and field.to else None
        if target is not None:
            far = [
                (f"{key}.{other_key}", other.label)
                for other_key, other in readable_fields(actor, target).items()
                if other.operators and not (isinstance(other, Link) and other.to)
            ]
            groups.append((str(field.label), far))
    own += [(key, field.label) for key, field in BESIDE.items() if key not in dict(own)]
    return [(str(spec.label), sorted(own, key=lambda pair: str(pair[1]).lower())), *groups]


def _followed_url(spec: ObjectSpec, pairs: Any, alternative: str) -> str:
    """Where one press adds “Followed by me”."""
    asked = {"in": urlencode(pairs), "f": FOLLOWED.key, "o": BY.key, "v": ME, "add": "1", "or": alternative}
    return f"/{spec.path}/filter?{urlencode(asked)}"


def _beside(actor: Actor, spec: ObjectSpec, pairs: Any) -> list[tuple[str, str]]:
    """The conditions that a new one may stand beside as an alternative, in words."""
    parts = parts_of(from_address(actor, spec, pairs))
    return [(str(number), _("or: %(condition)s") % {"condition": words(actor, spec, part)})
            for number, part in enumerate(parts) if not isinstance(part, AllOf)]  # fmt: skip


def _quick(actor: Actor, spec: ObjectSpec) -> list[tuple[str, Any]]:
    """What people filter by most: owner and tags, choices, and what the list shows."""
    fields = readable_fields(actor, spec)
    choices = [key for key, field in fields.items() if isinstance(field, Choice) and key in spec.columns]
    known = dict.fromkeys(
        ("owner", *choices, "company", "address", "tags", "segments", "last_activity_at", "created_at")
    )
    return [
        (f"{key}.city", PARTS["city"]) if isinstance(fields[key], Address) else (key, fields[key].label)
        for key in known
        if key in fields and fields[key].operators
    ]


def control_of(meaning: Any) -> dict[str, Any]:
    """Which input the operator wants, and its options."""
    field, takes = meaning.field, meaning.operator.takes
    if takes == "nothing":
        return {"kind": "nothing"}
    if takes == "span":
        return {"kind": "select", "options": SPANS}
    if takes == "period":
        return {"kind": "select", "options": list(PERIODS.items())}
    if isinstance(field, Choice):
        return {"kind": "checks", "options": [(option.key, option.label) for option in field.options]}
    if isinstance(field, Followed):
        return {"kind": "select", "options": [(ME, pgettext("followed by", "me"))]}
    if isinstance(field, YesNo):
        return {"kind": "select", "options": [("yes", _("yes")), ("no", _("no"))]}
    if isinstance(field, Link | Links):
        return _link_control(field)
    if takes == "range":
        return {"kind": "text", "placeholder": "1..5"}
    return {"kind": "date" if field.type in ("date", "moment") else "text", "placeholder": ""}


def _link_control(field: Link | Links) -> dict[str, Any]:
    if field.to:
        return {"kind": "combobox", "url": field.choose_url}
    model = field_target(field)
    names = model._default_manager.order_by(field.title_path).values_list("pk", field.title_path)[:200] if model else []
    special = ("me", _("me")) if field.type == "user" else ("mine", _("my team"))
    return {"kind": "select", "options": [special, *((str(pk), name) for pk, name in names)]}
