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


def opened(actor: Actor, path: str, query: str = "") -> str:
    """The palette as somebody finds it who has opened the page at ``path``."""
    browser = Client()
    browser.force_login(User.objects.get(pk=actor.user_id))
    browser.get(path)
    return browser.get(f"/palette?{query}").content.decode()


def test_what_was_opened_lately_comes_first(ada: Actor) -> None:
    mia, tim = house.a_person(ada, "Mia", "Berg"), house.a_person(ada, "Tim", "Alm")
    browser = Client()
    browser.force_login(User.objects.get(pk=ada.user_id))
    for one in (tim, mia):
        browser.get(f"/people/{one.pk}")
    page = browser.get("/palette?q=").content.decode()
    assert page.index("Mia Berg") < page.index("Tim Alm")
    assert "Mia Berg" not in browser.get(f"/palette?q=&at=/people/{mia.pk}").content.decode().split("Recent")[1]


def test_the_cookie_of_somebody_else_is_not_read(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Berg")
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all")))
    browser = Client()
    browser.force_login(User.objects.get(pk=ada.user_id))
    browser.get(f"/people/{mia.pk}")
    browser.force_login(User.objects.get(pk=rep.user_id))
    assert "Mia" not in browser.get("/palette?q=").content.decode()
    assert "Mia" not in browser.get("/palette?q=@").content.decode()


def test_a_forged_cookie_shows_nothing_that_is_not_to_be_seen(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Berg")
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    browser = Client()
    browser.force_login(User.objects.get(pk=rep.user_id))
    for text in (f"{rep.user_id}.{mia.pk}", "x.y", f"{rep.user_id}..{mia.pk}", "9" * 4000):
        browser.cookies["recent"] = text
        page = browser.get("/palette?q=")
        assert page.status_code == 200
        assert "Mia" not in page.content.decode()


def test_a_sign_narrows(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Export")
    only_actions = lines(ada, "%3Eexport")
    assert "Export people" in only_actions
    assert not [line for line in only_actions if "Mia" in line]
    assert lines(ada, "@export") == ["Mia Export"]
    assert lines(ada, f"%23{mia.pk}") == ["Mia Export"]
    assert lines(ada, "%2399999999999999999999") == []


def test_a_record_brings_what_can_be_done_to_it(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Berg")
    page = opened(ada, "/", f"q=&at=/people/{mia.pk}")
    for text in ("Note", "Call", "Edit", "Share", "Copy link", "Move to trash"):
        assert f">{text}</span>" in page, text
    assert f'href="/people/{mia.pk}#compose-note"' in page
    assert "Share" in opened(ada, "/", f"q=sha&of={mia.pk}")


def test_who_may_not_change_a_record_is_offered_no_change(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Berg")
    rep = house.actor("Rep", house.role("Rep", levels={"*": {"view": "all"}}))
    page = opened(rep, "/", f"q=&at=/people/{mia.pk}")
    assert "Copy link" in page
    assert "Move to trash" not in page
    assert ">Edit<" not in page


def test_whom_nobody_knows_can_be_made_from_what_was_typed(ada: Actor) -> None:
    page = opened(ada, "/", "q=Zoe+van+Zyl")
    assert "Nothing found" in page and "/people/new?first_name=Zoe&amp;last_name=van+Zyl" in page
    assert "/companies/new?name=Zoe+van+Zyl" in page and "New person “Zoe van Zyl”" in page
    assert "/people/new?email=zoe%40x.example" in opened(ada, "/", "q=@+zoe@x.example")
    assert "/people/new?phone=030+1234567" in opened(ada, "/", "q=030+1234567")
    house.a_person(ada, "Zoe", "van Zyl")
    assert "new?" not in opened(ada, "/", "q=Zoe+van+Zyl")


def test_who_may_make_nobody_is_offered_nothing(ada: Actor) -> None:
    reader = house.actor("Reader", house.role("Reader", levels=house.levels("all", create="none")))
    page = opened(reader, "/", "q=Zoe+van+Zyl")
    assert "Nothing found" in page and "new?" not in page
