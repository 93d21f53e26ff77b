"""Building a filter of groups, step by step, as a browser without scripts does it."""

import json
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from rapport.core.objects import registry, saving
from rapport.core.views.models import View
from tests.world import World

pytestmark = pytest.mark.django_db
URL = "/people/filter/tree"


@pytest.fixture
def browser(world: World) -> Client:
    hexa = saving.create(world.actor("ann"), registry.get("company"), {"name": "Hexa", "industry": "retail"})
    for name, title, more in (("Ida", "Head", {"company": hexa.pk}), ("Kit", "Baker", {}), ("Mo", "Head", {})):
        saving.create(world.actor("ann"), registry.get("person"), {"first_name": name, "job_title": title, **more})
    return world.client("ann")


def page(browser: Client, **given: str) -> str:
    answer = browser.get(f"{URL}?{urlencode(given)}")
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def tree_of(html: str) -> str:
    return unescape(re.findall(r'name="tree" value="([^"]*)"', html)[0])


def term(path: str, value: str) -> dict[str, str]:
    return {"field": path, "operator": "", "value": value}


def test_it_works(browser: Client) -> None:
    html = page(browser, **{"in": "job_title=Head"})
    assert json.loads(tree_of(html)) == {"all": [term("job_title", "Head")]}
    html = page(browser, **{"in": "job_title=Head", "tree": tree_of(html), "do": "any:"})
    html = page(browser, **{"in": "job_title=Head", "tree": tree_of(html), "do": "group:"})
    tree = tree_of(html)
    assert json.loads(tree) == {"any": [term("job_title", "Head"), {"all": []}]}
    builder = page(browser, **{"in": "job_title=Head", "tree": tree, "do": "add:1", "f": ""})
    assert 'name="step" value="add:1"' in builder and "Choose a field" in builder
    for path, value in (("first_name", "Kit"), ("job_title", "Baker")):
        built = {"in": "job_title=Head", "tree": tree, "step": "add:1", "f": path, "o": "is", "v": value, "add": "1"}
        html = page(browser, **built)
        tree = tree_of(html)
    assert "or (First name is Kit and Job title is Baker)" in html, "it reads as one sentence"
    answer = browser.get(f"{URL}?{urlencode({'in': 'job_title=Head&sort=title', 'tree': tree, 'do': 'show'})}")
    listed = browser.get(answer.headers["Location"]).content.decode()
    assert all(name in listed for name in ("Ida", "Kit", "Mo")) and "sort=title" in answer.headers["Location"]
    assert "First name is Kit and Job title is Baker" in listed, "as a chip"
    assert "/people/filter/tree?in=" in listed


def test_conditions_are_changed_wrapped_and_removed(browser: Client) -> None:
    tree = json.dumps({"all": [term("job_title", "Head"), {"any": [term("first_name", "Ida"), term("city", "")]}]})
    tree = tree.replace(json.dumps(term("city", "")), json.dumps(term("first_name", "Mo")))
    html = page(browser, tree=tree, do="edit:1.0")
    assert 'value="Ida"' in html and "Change filter" in html
    html = page(browser, tree=tree, step="edit:1.0", f="company.industry", o="any", v="retail", add="1")
    assert "Industry" in html and "Ida" not in html, "one hop away"
    assert json.loads(tree_of(page(browser, tree=tree, do="wrap:0")))["all"][0] == {"any": [term("job_title", "Head")]}
    assert json.loads(tree_of(page(browser, tree=tree, do="remove:1"))) == {"all": [term("job_title", "Head")]}
    assert tree_of(page(browser, tree=tree, do="remove:9")) == tree.replace(", ", ",").replace(": ", ":")


def test_what_is_empty_is_no_condition(browser: Client) -> None:
    tree = json.dumps({"all": [{"any": []}]})
    assert "there is no condition yet" in page(browser, tree=tree)
    answer = browser.get(f"{URL}?{urlencode({'tree': tree, 'do': 'show', 'in': 'job_title=Head'})}")
    assert answer.headers["Location"] == "/people"


def test_a_value_that_cannot_be_read_is_told_beside_its_field(browser: Client) -> None:
    given = {"tree": '{"all":[]}', "step": "add:", "f": "created_at", "o": "on", "v": "soon", "add": "1"}
    answer = browser.get(f"{URL}?{urlencode(given)}")
    assert answer.status_code == 422 and 'name="step" value="add:"' in answer.content.decode()


def test_what_is_no_tree_is_refused(browser: Client, world: World) -> None:
    for tree in ("x", "{}", '{"field":"nothing","operator":"","value":""}', "[" * 5000):
        assert browser.get(f"{URL}?{urlencode({'tree': tree})}").status_code == 400
    role = world.ann.role
    assert role is not None
    role.field_rules = {"person": {"job_title": "hidden"}}
    role.save()
    hidden = urlencode({"tree": json.dumps(term("job_title", "Head"))})
    assert world.client("ann").get(f"{URL}?{hidden}").status_code == 400


def test_groups_are_kept_in_a_view(browser: Client) -> None:
    where = json.dumps(
        {"any": [{"all": [term("first_name", "Kit"), term("job_title", "Baker")]}, term("first_name", "Mo")]}
    )
    browser.post("/people/views", {"name": "Some", "in.where": where})
    html = browser.get(f"/people?view={View.objects.get().pk}").content.decode()
    assert "Kit" in html and "Mo" in html and "Ida" not in html and "Unsaved changes" not in html
