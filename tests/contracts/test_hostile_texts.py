"""Whatever people write into whatever field, every page shows it as text, and no page breaks."""

from html import unescape
from typing import Any

import pytest

from rapport.core.errors import Invalid
from rapport.core.fields import Text
from rapport.core.fields.tags import TAG_LIMIT
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from tests.contracts.stock import SPECS, TEXTS, make
from tests.world import World

pytestmark = pytest.mark.django_db

PAYLOADS = {
    "script": "<script>alert('xss')</script>",
    "end of script": "</script><script>alert(1)//",
    "svg": "<svg/onload=alert(1)>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "single quote": "' onmouseover='alert(1)' x='",
    "comment": "--><script>alert(1)</script><!--",
    "template": "{{ 1234*4321 }}{% raise %}${1234*4321}#{1234*4321}",
    "handlebars": "{{constructor.constructor('alert(1)')()}}",
    "htmx": "<b hx-get=/acts/1/undo hx-trigger=load>",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "emoji": "👩🏽‍💼🏴‍☠️ Zoë “Łódź” 北京 שלום",
    "right to left": "abc\u202etxt.exe",
    "NUL": "before\x00after\ud800",
    "percent": "%s %(name)s %% {0} {name}",
}
PAGES = ("", "/{pk}", "/{pk}/edit", "/{pk}/history", "/{pk}/share", "/filter?f=tags", "?q=%3Cscript%3E")
RAW = ("<script>alert", "<svg/onload", "<img src=x", "<b hx-get", "5332114", "\u202e", "\x00")


def hostile(spec: ObjectSpec, payload: str) -> dict[str, Any]:
    """The payload in every field that takes free text."""
    values: dict[str, Any] = {
        field.key: payload[: field.limit]
        for field in spec.all_fields
        if isinstance(field, Text) and field.type in TEXTS and not field.read_only
    }
    values["tags"] = [payload[:TAG_LIMIT]]
    if "address" in spec.by_key:
        values["address"] = dict.fromkeys(("street", "postcode", "city", "region", "country"), payload)
    if "emails" in spec.by_key:
        values["emails"] = [{"value": "a@hostile.example", "label": payload[:60]}]
        values.pop("email", None)
    return values


@pytest.fixture(params=SPECS)
def spec(request: pytest.FixtureRequest) -> ObjectSpec:
    return registry.get(request.param)


@pytest.mark.parametrize("name", list(PAYLOADS))
def test_it_works(world: World, spec: ObjectSpec, name: str) -> None:
    ann = world.actor("ann")
    record = make(ann, spec, 7)
    values = hostile(spec, PAYLOADS[name])
    saving.update(ann, spec, record.pk, {key: value for key, value in values.items() if key != "emails"})
    if "emails" in values:
        saving.update(ann, spec, record.pk, {"emails": values["emails"]})
    browser = world.client("ann")
    for page in PAGES:
        response = browser.get(f"/{spec.path}{page.format(pk=record.pk)}")
        assert response.status_code == 200, page
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        text = response.content.decode()
        for raw in RAW:
            assert raw not in text, (page, raw)
        assert "onmouseover='alert" not in text and "' onmouseover=" not in text, page
    kept = PAYLOADS[name].replace("\u202e", "").replace("\x00", "").replace("\ud800", "")
    edit = unescape(browser.get(f"/{spec.path}/{record.pk}/edit").content.decode())
    assert kept in edit or name == "entity", "what was written can be read again"
    conflict = browser.post(f"/{spec.path}/{record.pk}/edit", {"version": "1", **_form(values)})
    assert conflict.status_code in (409, 302, 422)
    for raw in RAW[:5]:
        assert raw not in conflict.content.decode(), ("after a conflict", raw)


def _form(values: dict[str, Any]) -> dict[str, str]:
    return {key: value.encode("utf-8", "replace").decode() for key, value in values.items() if isinstance(value, str)}


@pytest.mark.parametrize("name", ["script", "attribute", "template", "NUL"])
def test_a_form_that_is_refused_shows_what_was_typed_as_text(world: World, spec: ObjectSpec, name: str) -> None:
    browser = world.client("ann")
    data = _form(hostile(spec, PAYLOADS[name])) | {
        "email": PAYLOADS[name].encode("utf-8", "replace").decode(),
        "about": "x",
    }
    data = {key: value for key, value in data.items() if key in spec.by_key}
    response = browser.post(f"/{spec.path}/new", data)
    assert response.status_code in (302, 422)
    for raw in RAW[:5]:
        assert raw not in response.content.decode()


def test_ten_thousand_characters_fit_where_they_may_and_are_refused_elsewhere(world: World, spec: ObjectSpec) -> None:
    ann = world.actor("ann")
    record = make(ann, spec, 7)
    long = "x" * 10_000
    for field in spec.all_fields:
        if not isinstance(field, Text) or field.read_only or field.type not in TEXTS:
            continue
        if field.limit >= len(long):
            saving.update(ann, spec, record.pk, {field.key: long})
        else:
            with pytest.raises(Invalid) as refused:
                saving.update(ann, spec, record.pk, {field.key: long})
            assert "10,000 characters" in refused.value.errors[field.key][0]
    for page in ("", f"/{record.pk}", f"/{record.pk}/edit", f"/{record.pk}/history"):
        assert world.client("ann").get(f"/{spec.path}{page}").status_code == 200
