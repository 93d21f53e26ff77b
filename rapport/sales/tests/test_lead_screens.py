"""The pages of leads: what a mail proposes, and the settings that change who gets what for which reason."""

import pytest

from rapport.core.objects import registry, saving
from rapport.sales.leads import mails
from rapport.sales.leads.models import Absence, Lead, LeadRules, Route, ScoreRule

pytestmark = pytest.mark.django_db
MAIL = """Von: Anna Berg <anna@hexa.example>
Betreff: AW: Preis für 40 Plätze

Guten Tag,
wir kamen über https://us.example/?utm_source=google&utm_campaign=herbst

Mit freundlichen Grüßen
Anna Berg
Leiterin Einkauf
Hexa GmbH
+49 40 1234567
"""


@pytest.fixture
def lead(world):
    return saving.create(world.actor("ann"), registry.get("lead"), {"name": "An offer"})


def test_it_works(world):
    found = mails.proposal(MAIL)
    assert (found.wish, found.who["email"], found.who["company"]) == (
        "Preis für 40 Plätze", "anna@hexa.example", "Hexa GmbH",
    )  # fmt: skip
    assert (found.who["first_name"], found.who["phone"]) == ("Anna", "+49 40 1234567")
    assert found.utm == {"source": "google", "campaign": "herbst"}
    assert found.note.startswith("Guten Tag")
    ann = world.client("ann")
    answer = ann.post("/leads/paste", {"text": MAIL})
    assert "Preis für 40 Plätze" in answer.content.decode()
    kept = {
        "do": "keep", "text": MAIL, "name": found.wish, "note": found.note, "has_task": "1", "task": "Call",
        "utm_source": "google", **{f"who.{key}": value for key, value in found.who.items()},
    }  # fmt: skip
    answer = ann.post("/leads/paste", kept)
    lead = Lead.objects.get()
    assert answer.url == f"/leads/{lead.pk}"
    assert (lead.utm_source, lead.payload.replace("\r\n", "\n").strip()) == ("google", MAIL.strip())
    page = ann.get(answer.url).content.decode()
    assert "Decides: head, director, owner" in page
    assert "Joined" not in page
    again = ann.post("/leads/paste", {"text": MAIL}).content.decode()
    assert "This person has an open lead already:" in again


@pytest.mark.parametrize(("text", "email"), [("anna@hexa.example", "anna@hexa.example"), ("no address here", None)])
def test_a_text_of_nobody_says_so(world, text, email):
    answer = world.client("ann").post("/leads/paste", {"text": text})
    assert answer.status_code == (200 if email else 422)


def test_convert_disqualify_and_reopen_work_without_scripts(world, lead):
    ann = world.client("ann")
    assert ann.post(f"/leads/{lead.pk}/convert", {"name": "Deal"}).status_code == 409
    assert ann.post(f"/leads/{lead.pk}/disqualify", {"reason": ""}).status_code == 422
    ann.post(f"/leads/{lead.pk}/disqualify", {"reason": "no_fit", "note": "Too small"})
    lead.refresh_from_db()
    assert (lead.status, lead.reason_note) == ("disqualified", "Too small")
    assert "Reopen" in ann.get(f"/leads/{lead.pk}").content.decode()
    ann.post(f"/leads/{lead.pk}/take")
    lead.refresh_from_db()
    assert lead.status == "working"


def test_a_rule_is_tried_before_it_is_switched_on(world, lead):
    ada = world.client("ada")
    ScoreRule.objects.update(is_active=False)
    answer = ada.post("/settings/leads/rules/new", {"name": "Offers", "points": "12"})
    rule = ScoreRule.objects.get(name="Offers")
    assert (answer.url, rule.is_active) == (f"/settings/leads/rules/{rule.pk}", False)
    wanted = {"name": "Offers", "points": "12", "is_active": "1"}
    assert "every lead would get" in ada.post(answer.url, wanted).content.decode()
    ada.post(answer.url, {"do": "term", "f": "name", "o": "contains", "v": "offer"})
    page = ada.post(answer.url, {**wanted, "do": "preview"}).content.decode()
    assert "1 of the latest 1 open lead" in page
    assert "0 → 12" in page
    ada.post(answer.url, {**wanted, "do": "keep"})
    rule.refresh_from_db()
    assert rule.is_active
    ada.post(answer.url, {"do": "untie", "number": "1"})
    rule.refresh_from_db()
    assert not rule.is_active
    ada.post(answer.url, {"do": "remove"})
    assert not ScoreRule.objects.filter(name="Offers").exists()


def test_limits_are_kept_in_order(world):
    ada = world.client("ada")
    assert ada.post("/settings/leads", {"warm_from": "50", "hot_from": "40", "answer_hours": "4"}).status_code == 422
    ada.post("/settings/leads", {"warm_from": "10", "hot_from": "30", "answer_hours": "0"})
    assert (LeadRules.objects.get().warm_from, LeadRules.objects.get().answer_hours) == (10, 0)


def test_routes_are_made_tested_ordered_and_taken_away(world, lead):
    ada, here = world.client("ada"), "/settings/lead-routing"
    south = {"name": "South", "countries": "Germany, at", "postcodes": "70–79, 88"}
    assert ada.post(f"{here}/new", south).status_code == 422
    ada.post(f"{here}/new", {**south, f"user.{world.bob.pk}": "1", f"capacity.{world.bob.pk}": "5"})
    ada.post(f"{here}/new", {"name": "All", f"user.{world.eve.pk}": "1"})
    route = Route.objects.get(name="South")
    assert (route.countries, route.postcodes) == (["DE", "AT"], [["70", "79"], ["88", "88"]])
    page = ada.get(here, {"test": "1", "country": "Austria", "postcode": "8850"}).content.decode()
    assert "Why Bob Baker?" in page
    assert route.members.get().turn == 0
    page = ada.get(here, {"test": "1", "lead": lead.pk}).content.decode()
    assert "Why Eve Ellis?" in page
    assert "another country" in page
    ada.post(here, {"do": "absence", "user": world.bob.pk, "first": "2020-01-01", "last": "2099-01-01"})
    page = ada.get(here, {"test": "1", "country": "Austria", "postcode": "8850"}).content.decode()
    assert "Why Eve Ellis?" in page
    assert "was away" in page
    ada.post(here, {"do": "down", "number": route.pk})
    assert [one.name for one in Route.objects.all()] == ["All", "South"]
    ada.post(here, {"do": "back", "number": Absence.objects.get().pk})
    ada.post(here, {"do": "fallback", "user": world.mia.pk})
    assert LeadRules.objects.get().fallback_id == world.mia.pk
    ada.post(f"{here}/{route.pk}", {"do": "remove"})
    assert Route.objects.count() == 1


@pytest.mark.parametrize("url", ["/settings/leads", "/settings/lead-routing", "/settings/leads/rules/new"])
def test_settings_are_for_administrators(world, url):
    assert world.client("ann").get(url).status_code == 403
    assert world.client("ada").get(url).status_code == 200
