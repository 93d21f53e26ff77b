"""The pages of acts: what I did, one act, and the look before an undo; and many records changed by a form."""

import pytest
from django.utils import translation

from rapport.accounts.models import Role
from rapport.core.changes.acts import acts_of
from rapport.core.changes.bulk_runs import carry_on, start
from rapport.core.changes.undo import undo
from rapport.core.events.models import Act
from rapport.core.files.actions import add_file, trash_file
from rapport.core.importing.models import ImportRun
from rapport.core.jobs.models import Job
from rapport.core.objects import bulk, registry, saving
from rapport.core.objects.bulk import Order
from rapport.lib import clock
from rapport.people.models import Person
from rapport.workspace.actions.roles import RoleData, change_role
from tests.world import World

pytestmark = pytest.mark.django_db


def crowd(world: World, who: str, count: int) -> list[int]:
    actor, spec = world.actor(who), registry.get("person")
    with saving.acting(actor, "import", label="people.csv") as act:
        rows = [{"first_name": f"N{number}"} for number in range(count)]
        return [draft.instance.pk for draft in saving.create_many(actor, spec, rows, act=act)]


def test_it_works(world: World) -> None:
    crowd(world, "ann", 3)
    act = Act.objects.latest("pk").pk
    ann = world.client("ann")
    html = ann.get("/acts").content.decode()
    assert "Import: people.csv" in html and "3 created" in html and f"/acts/{act}/undo" in html
    assert ">N2<" in ann.get(f"/acts/{act}").content.decode()
    html = ann.get(f"/acts/{act}/undo").content.decode()
    assert "To the trash" in html and "<dd>3</dd>" in html
    ann.post(f"/acts/{act}/undo", headers={"Referer": f"http://testserver/acts/{act}/undo"})
    assert not Person.objects.filter(live=True).exists()
    html = ann.get(f"/acts/{act}").content.decode()
    assert "This was undone." in html
    assert "took another one back" in ann.get(f"/acts/{Act.objects.latest('pk').pk}").content.decode()


def test_the_preview_names_what_stays_and_who_changed_it(world: World) -> None:
    ids = crowd(world, "ann", 2)
    act = Act.objects.latest("pk").pk
    saving.update(world.actor("bob"), registry.get("person"), ids[0], {"job_title": "Head"})
    html = world.client("ann").get(f"/acts/{act}/undo").content.decode()
    assert "N0 was changed since and stays." in html and "Bob Baker" in html
    answer = world.client("ann").post(f"/acts/{act}/undo", headers={"HX-Request": "true"})
    assert "N0 was changed since" in answer.headers["HX-Trigger"]


def test_what_others_did_is_for_administrators(world: World) -> None:
    crowd(world, "ann", 1)
    act = Act.objects.latest("pk").pk
    for url in (f"/acts?user={world.ann.pk}", f"/acts/{act}", f"/acts/{act}/undo"):
        assert world.client("bob").get(url).status_code == 404, url
        assert world.client("ada").get(url).status_code == 200, url
    assert "What Ann Archer did" in world.client("ada").get(f"/acts?user={world.ann.pk}").content.decode()


def test_what_cannot_be_undone_says_why(world: World) -> None:
    crowd(world, "ann", 1)
    act = Act.objects.latest("pk")
    Act.objects.filter(pk=act.pk).update(at="2020-01-01T00:00Z")
    answer = world.client("ann").get(f"/acts/{act.pk}/undo")
    assert answer.status_code == 409 and "more than 30 days old" in answer.content.decode()


def test_older_acts_are_a_page_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.core.changes.acts.PAGE", 2)
    for _number in range(3):
        crowd(world, "ann", 3)
    acts = list(Act.objects.filter(kind="import").order_by("-pk").values_list("pk", flat=True))
    html = world.client("ann").get("/acts").content.decode()
    assert world.client("ann").get(f"/acts?before={acts[1]}").content.decode().count("people.csv") == 1
    assert "people.csv" in html


def test_a_large_undo_goes_to_the_worker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.workspace.screens.acts.AT_ONCE", 2)
    crowd(world, "ann", 3)
    act = Act.objects.latest("pk").pk
    answer = world.client("ann").post(f"/acts/{act}/undo", headers={"HX-Request": "true"})
    job = Job.objects.get()
    assert answer.headers["HX-Redirect"] == f"/jobs/{job.pk}" and job.args["act"] == act


def test_one_field_of_many_is_changed_by_a_form(world: World) -> None:
    ids = crowd(world, "ann", 3)
    ann = world.client("ann")
    html = ann.post("/people/bulk", {"do": "edit", "ids": ids}).content.decode()
    assert "Choose a field" in html and f'name="ids" value="{ids[0]}"' in html
    html = ann.post("/people/bulk", {"do": "edit", "ids": ids, "field": "birthday"}).content.decode()
    assert 'name="birthday"' in html and "Change 3 records" in html
    wrong = {"do": "edit", "ids": ids, "field": "birthday", "birthday": "no day", "save": "1"}
    answer = ann.post("/people/bulk", wrong)
    assert answer.status_code == 422 and "no day" in answer.content.decode()
    ann.post("/people/bulk", {**wrong, "birthday": "1990-01-02"})
    assert Person.objects.filter(birthday="1990-01-02").count() == 3
    html = ann.post("/people/bulk", {"do": "assign", "ids": ids}).content.decode()
    assert 'name="owner"' in html


def test_a_field_of_many_is_emptied_on_purpose_only(world: World) -> None:
    ids = crowd(world, "ann", 2)
    ann = world.client("ann")
    given = {"do": "edit", "ids": ids, "field": "lifecycle", "lifecycle": "customer", "save": "1"}
    ann.post("/people/bulk", given)
    answer = ann.post("/people/bulk", {**given, "lifecycle": ""})
    assert answer.status_code == 422 and "Choose…" in answer.content.decode()
    assert Person.objects.filter(lifecycle="customer").count() == 2
    ann.post("/people/bulk", {**given, "lifecycle": "", "save": "empty"})
    assert not Person.objects.filter(lifecycle="customer").exists()


def test_what_is_no_change_of_a_record_is_told_in_words_too(world: World) -> None:
    ids = crowd(world, "ann", 1)
    file = add_file(world.actor("ann"), ids[0], "contract.pdf", iter([b"%PDF-1.7"]))
    trash_file(world.actor("ann"), file.pk)
    html = world.client("ann").get("/acts").content.decode()
    assert "File added: contract.pdf · " in html and "File removed: contract.pdf · " in html
    audit = world.client("ada").get("/settings/audit").content.decode()
    assert "added contract.pdf" in audit and "%(name)s" not in audit


def test_the_palette_knows_the_settings_and_exports(world: World) -> None:
    root = world.client("ada")
    assert "/settings/roles" in root.get("/palette?q=settings").content.decode()
    assert "/people/export" in root.get("/palette?q=export").content.decode()
    crowd(world, "ann", 1)
    assert "/people" in root.get("/palette?q=%3Epeople").content.decode()


def test_more_than_a_few_go_to_the_worker_as_a_condition(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.ui.screens.bulks.AT_ONCE", 2)
    crowd(world, "ann", 3)
    given = {"do": "edit", "all": "1", "in.owner": "me", "field": "job_title", "job_title": "Head", "save": "1"}
    answer = world.client("ann").post("/people/bulk", given)
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}" and set(job.args) == {"order"}


def test_the_list_of_acts_says_how_many_were_left_and_how_many_rows_failed(world: World) -> None:
    order = Order("edit", "email", "one@example.com")  # which only one of them can have
    act, _outcome = bulk.carry_out(world.actor("ann"), registry.get("person"), order, crowd(world, "ann", 3))
    html = world.client("ann").get("/acts").content.decode()
    assert "1 changed" in html and "2 left as they are" in html and act.counts["left"] == 2
    run_act = Act.objects.filter(kind="import", user_id=world.ann.pk).latest("pk")
    counts = {"rows": 9, "created": 2, "updated": 0, "unchanged": 3, "skipped": 1, "failed": 3}
    ImportRun.objects.create(kind="person", file_name="people.csv", act=run_act, counts=counts, created_at=clock.now())
    html = world.client("ann").get("/acts").content.decode()
    assert "3 created" in html and "3 left as they are" in html
    assert "1 row skipped" in html and "3 rows failed" in html


def test_a_change_of_many_by_the_worker_says_what_it_left(world: World) -> None:
    order = Order("edit", "email", "one@example.com")
    job = start(world.actor("ann"), registry.get("person"), order, crowd(world, "ann", 2))
    run = carry_on(world.actor("ann"), job.args["order"])
    assert Act.objects.get(pk=run.act_id).counts == {"updated": 1, "left": 1}
    assert "1 left as it is" in world.client("ann").get("/acts").content.decode()


def test_acts_are_told_in_plain_words(world: World) -> None:
    """No keys of rights, no verbs of the machine, no numbers of rows."""
    ids, spec, ada = crowd(world, "ada", 2), registry.get("person"), world.actor("ada")
    bulk.bulk(ada, spec, "mine", ids)
    trashed, _count = bulk.bulk(ada, spec, "trash", ids)
    undo(ada, trashed.pk)
    role = Role.objects.get(name="Member")
    change_role(ada, role.pk, RoleData("Member", {"*": {"view": "all"}}))
    said = [f"{done.heading}: {done.about}".rstrip(": ") for done in acts_of(ada, ada.user_id or 0)]
    assert said[:3] == ["Role changed: Member", "Undone: 2 people moved to the trash", "2 people moved to the trash"]
    with translation.override("de"):
        done = acts_of(ada, ada.user_id or 0)
        assert done[0].about == "Mitglied"
        assert done[2].heading == "2 Personen in den Papierkorb gelegt"
    html = world.client("ada").get("/acts").content.decode()
    assert "→" not in html and "(#" not in html and ": mine" not in html


def test_a_change_of_many_says_why_fewer_changed(world: World) -> None:
    ids = [*crowd(world, "ann", 2), *crowd(world, "ada", 1)]
    ada = world.client("ada")
    html = ada.post("/people/bulk", {"do": "mine", "ids": ids}, follow=True).content.decode()
    assert "2 records are yours now. 1 was so already." in html
