"""The palette: the best hits with what tells them apart, from the fields that the actor may see."""

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from tests import house


def lines(actor: Actor, text: str) -> list[str]:
    """The lines as they are read."""
    browser = Client()
    browser.force_login(User.objects.get(pk=actor.user_id))
    page = browser.get(f"/palette?q={text}").content.decode()
    found = re.findall(r'<a role="option".*?<span class="clip">(.*?)</a>', page, re.DOTALL)
    return [re.sub("<[^>]*>", "", line) for line in found]


def test_it_works(ada: Actor) -> None:
    hexa = house.a_company(ada, "Hexa")
    house.a_person(ada, "Mia", "Berg", job_title="Buyer", company=hexa.pk)
    house.a_person(ada, "Mia", "Berg")
    assert {"Mia Berg · Buyer at Hexa", "Mia Berg"} <= set(lines(ada, "berg"))


def test_a_hidden_field_is_in_no_byline(ada: Actor) -> None:
    house.a_person(ada, "Mia", "Berg", job_title="Buyer", company=house.a_company(ada, "Hexa").pk)
    rules = {"person": {"job_title": "hidden"}}
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all"), field_rules=rules))
    assert "Mia Berg · Hexa" in lines(rep, "mia")


def test_bylines_cost_one_question_for_each_kind(ada: Actor) -> None:
    counts = []
    for number in range(3):
        house.a_person(ada, "Dagmar", f"Nr{number}x", job_title="Buyer")
        lines(ada, "dagmar")
        with CaptureQueriesContext(connection) as queries:
            lines(ada, "dagmar")
        counts.append(len(queries))
    assert len(set(counts)) == 1
