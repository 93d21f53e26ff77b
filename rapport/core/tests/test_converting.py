"""A field becomes one of another type: what fits is copied, what does not is told, and nothing is lost."""

import pytest

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.arranging.arrangement import Arrangement
from rapport.core.arranging.keeping import Scope, arrange
from rapport.core.arranging.layouts import usual_columns
from rapport.core.audit.verify import verify
from rapport.core.definitions import converting, fields
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import Invalid, NotAllowed
from rapport.core.jobs.models import Job
from rapport.core.objects import saving
from rapport.people.models import Company
from tests import house
from tests.world import World

pytestmark = pytest.mark.django_db
COMPANY = house.company()
GIVEN = {"A": "12", "B": "1.5", "C": "a dozen", "D": "", "E": "12"}
NUMBER = FieldData("", "decimal", settings={"places": "1"})


@pytest.fixture
def row(ada: Actor) -> FieldDef:
    made = fields.create_field(ada, COMPANY, FieldData("Ovens", group="House"))
    for name, value in GIVEN.items():
        saving.create(ada, COMPANY, {"name": name, made.key: value})
    return made


def values(key: str) -> dict[str, str]:
    field = COMPANY.by_key[key]
    rows = Company.objects.filter(live=True)
    return {one.title: field.to_text(field.get(one)) for one in rows if not field.is_empty(field.get(one))}


def test_it_works(ada: Actor, row: FieldDef) -> None:
    """Looked at, converted, reported, and taken back."""
    seen = converting.preview(ada, row.pk, NUMBER)
    assert (seen.looked_at, seen.fitting, seen.samples, seen.all_of_them) == (4, 3, ("a dozen",), True)
    arrange(ada, COMPANY, "columns", Scope(), Arrangement((row.key, "owner")))
    converting.convert_field(ada, row.pk, NUMBER)
    made = FieldDef.objects.get(archived_at=None)
    assert usual_columns(ada, COMPANY) == (made.key, "owner"), "layouts follow"
    assert (made.label, made.group, made.key, made.position) == ("Ovens", "House", "c_ovens_2", row.position)
    house.work()
    assert values(made.key) == {"A": "12", "B": "1.5", "E": "12"}
    job = Job.objects.get(kind=converting.CONVERT)
    assert job.state == "done" and "3 values" in job.result["message"] and "1 could not" in job.result["message"]
    assert row.key not in COMPANY.by_key
    assert not verify().problems
    converting.take_back(ada, made.pk)
    assert made.key not in COMPANY.by_key
    assert values(row.key) == {name: value for name, value in GIVEN.items() if value}


def test_words_become_options(ada: Actor, row: FieldDef) -> None:
    data = FieldData("", "choice", options=[{"label": "12"}, {"label": "A dozen"}])
    assert converting.preview(ada, row.pk, data).fitting == 3
    converting.convert_field(ada, row.pk, data)
    house.work()
    made = FieldDef.objects.get(archived_at=None)
    assert values(made.key) == {"A": "12", "C": "a_dozen", "E": "12"}
    again = FieldData("", "text")
    converting.convert_field(ada, made.pk, again)
    house.work()
    assert values(FieldDef.objects.get(archived_at=None).key)["C"] == "A dozen", "its label, not its key"


def test_what_was_entered_meanwhile_stays(ada: Actor, row: FieldDef) -> None:
    converting.convert_field(ada, row.pk, NUMBER)
    made = FieldDef.objects.get(archived_at=None)
    saving.update(ada, COMPANY, Company.objects.get(title="A").pk, {made.key: "99"})
    house.work()
    assert values(made.key)["A"] == "99"


def test_what_was_hidden_stays_hidden(world: World) -> None:
    ada = world.actor("ada")
    row = fields.create_field(ada, COMPANY, FieldData("Ovens"))
    Role.objects.filter(key="member").update(field_rules={"company": {row.key: "hidden"}})
    converting.convert_field(ada, row.pk, NUMBER)
    made = FieldDef.objects.get(archived_at=None)
    assert Role.objects.get(key="member").field_rules["company"][made.key] == "hidden"
    assert "Ovens" not in world.client("ann").get("/companies/new").content.decode()


def test_what_cannot_be_converted_is_refused(world: World) -> None:
    ada = world.actor("ada")
    row = fields.create_field(ada, COMPANY, FieldData("Photo", "file"))
    assert converting.targets(row) == []
    with pytest.raises(Invalid):
        converting.convert_field(ada, row.pk, NUMBER)
    with pytest.raises(NotAllowed):
        converting.preview(world.actor("ann"), row.pk, NUMBER)


def test_the_screens_lead_through_it(world: World) -> None:
    ada, browser = world.actor("ada"), world.client("ada")
    row = fields.create_field(ada, COMPANY, FieldData("Ovens"))
    assert browser.get(f"/settings/fields/{row.pk}/convert?type=choice").status_code == 200, "nothing to propose yet"
    saving.create(ada, COMPANY, {"name": "A", row.key: "a dozen"})
    url = f"/settings/fields/{row.pk}/convert"
    assert "Whole number" in browser.get(url).content.decode()
    assert "a dozen" in browser.get(f"{url}?type=integer").content.decode()
    assert "a dozen" in browser.get(f"{url}?type=choice").content.decode()
    refused = browser.post(url, {"type": "choice", "more": ""})
    assert refused.status_code == 422
    started = browser.post(url, {"type": "integer"})
    assert started.status_code == 303 and started.headers["Location"].startswith("/jobs/")
    house.work()
    page = browser.get("/settings/fields/company").content.decode()
    assert "Take the conversion back" in page
    made = FieldDef.objects.get(archived_at=None)
    browser.post(f"/settings/fields/{made.pk}/take-back")
    assert FieldDef.objects.get(archived_at=None).pk == row.pk
