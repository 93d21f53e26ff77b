"""Names in a query come from a list: an unknown one is a 400 with a sentence, never an error, never other records."""
# ruff: noqa: E501 - tables of what is sent

import json
from urllib.parse import urlencode

import pytest

from rapport.core.objects import registry, saving
from tests.world import World

pytestmark = pytest.mark.django_db

NAMES = (
    "owner__password", "owner.password", "owner.email", "owner__email", "owner.name.contains", "team.path", "company.owner.name",
    "company__owner__password", "record__kind", "record_id", "pk", "id", "live", "version", "custom", "custom__x", "custom.x",
    "title", "title_key", "last_key", "company_id", "company.custom", "company.record", "first_name__regex", "first_name.regex",
    "first_name.iregex", "first_name__startswith", "first_name.__class__", "__class__", "__init__.__globals__", "first_name.__len__",
    "_connector", "_negated", "first_name) OR 1=1 --", "first_name; DROP TABLE people_person", "'", '"', "first_name\" OR \"1", "*",
    "first_name,last_name", "(SELECT password FROM accounts_user)", "first_name::text", "first_name->x", "$.c_x", "c_x", "c_x'", "c_",
    "first_name.", ".first_name", "..", "first_name..contains", "address.street.city", "address.zzz", "tags.name", "tags__name",
    "emails.value", "about__icontains", "first_name.contains.contains", "FIRST_NAME", "first_nаme", "ﬁrst_name", "first_name\u200b",
    "first_name\x00", "\x00", "a" * 10_000, "é" * 1_000, "💣", "any.1.owner__password", "any.1.", "any..", "any.1.any.1.first_name",
    "constructor", "__proto__", "events", "identities", "identities.norm", "affiliations.company.title", "lifecycle_set", "user.password",
)  # fmt: skip
SORTS = (
    *NAMES,
    "-owner__password",
    "?",
    "--first_name",
    "-",
    "first_name desc",
    "1",
    "RANDOM()",
    "email",
    "owner.password",
)
SORTABLE = {"title", "-title", "email", "first_name,last_name"}


@pytest.fixture
def people(world: World) -> World:
    for number in range(3):
        saving.create(world.actor("ann"), registry.get("person"), {"first_name": f"P{number}", "last_name": "Q"})
    return world


@pytest.mark.parametrize("name", NAMES, ids=lambda name: repr(name)[:40])
def test_an_unknown_name_is_refused_by_name(people: World, name: str) -> None:
    browser = people.client("ann")
    for path in ("/people", "/people/count", "/people/export"):
        response = browser.get(f"{path}?{urlencode({name: 'x'})}", headers={"accept": "application/json"})
        assert response.status_code == 400, (path, response.status_code)
        assert "“" in response.json()["error"], "a sentence that names it"
    where = json.dumps({"any": [{"all": [{"field": name, "operator": "is", "value": "x"}]}]})
    assert browser.get("/people", {"where": where}).status_code == 400


@pytest.mark.parametrize("name", [name for name in SORTS if name not in SORTABLE], ids=lambda name: repr(name)[:40])
def test_an_unknown_sort_is_refused(people: World, name: str) -> None:
    response = people.client("ann").get("/people", {"sort": name}, headers={"accept": "application/json"})
    assert response.status_code == 400 and "“" in response.json()["error"]


def test_an_unknown_operator_is_refused(people: World) -> None:
    browser = people.client("ann")
    for operator in (
        "regex",
        "iregex",
        "search",
        "isnull",
        "in",
        "raw",
        "extra",
        "date__year",
        "is__not",
        "x" * 10_000,
        "\x00",
    ):
        where = json.dumps({"field": "first_name", "operator": operator, "value": "x"})
        assert browser.get("/people", {"where": where}).status_code in ((400, 200) if operator == "\x00" else (400,))


def test_bombs_are_refused_at_once(people: World) -> None:
    browser = people.client("ann")
    leaf = '{"field":"first_name","value":"P"}'
    for bomb in ('{"all":[' * 7 + leaf + "]}" * 7, '{"all":[' * 20_000, "[" * 50_000, '{"any":[' + ",".join([leaf] * 61) + "]}",
                 '{"field":' * 1000, "9" * 50_000, "NaN", '{"all":[null]}', '{"all":{"field":"x"}}'):  # fmt: skip
        assert browser.get("/people", {"where": bomb}).status_code == 400, bomb[:40]
    assert browser.get("/people?" + "&".join(["first_name=x"] * 61)).status_code == 400
    assert browser.get("/people?" + "&".join(f"any.{n}.first_name=x" for n in range(61))).status_code == 400


def test_hostile_values_select_nothing_else(people: World) -> None:
    browser = people.client("ann")
    for value in ("' OR 1=1 --", "%", "_", "\\", "P%", "P_", "*", ".*", "[A-Z]", "x' UNION SELECT password FROM accounts_user --",
                  "\x00P0\x00x", "') OR ('1'='1", "🦄", "a" * 140):  # fmt: skip
        for operator in ("contains", "starts", "is"):
            found = browser.get("/people/count", {f"first_name.{operator}": value})
            assert (found.status_code, found.content) == (200, b"0"), (operator, value)
    assert browser.get("/people/count", {"first_name.contains": "P"}).content == b"3"
    assert browser.get("/people", {"first_name.contains": "a" * 10_000}).status_code == 400
