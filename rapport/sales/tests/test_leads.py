"""Leads: found or made, answered in time, scored with reasons, given to somebody for a reason, and converted."""

import csv
import datetime

import pytest

from rapport.accounts.models import Role, User
from rapport.activities.actions import CallInput, NoteInput, add_note, log_call
from rapport.activities.models import Task
from rapport.core.audit.erase import erase
from rapport.core.changes.acts import latest_act
from rapport.core.changes.undo import undo
from rapport.core.errors import Conflict, Invalid, NotAllowed
from rapport.core.events import consumers, pump
from rapport.core.events.models import Act, Change
from rapport.core.importing import mapping, preparing, running, runs
from rapport.core.merging.merge import merge
from rapport.core.objects import registry, saving
from rapport.core.records.models import Record
from rapport.lib import clock
from rapport.people.models import Company, Person
from rapport.sales.deals.models import Deal
from rapport.sales.leads import actions, forgetting, routing, scoring, setting
from rapport.sales.leads.actions import LeadInput, convert_lead, disqualify_lead, make_lead, take_on_lead
from rapport.sales.leads.models import Absence, Lead, LeadRules, Route, RouteMember
from rapport.sales.leads.panels import score_rows

pytestmark = pytest.mark.django_db
WHO = {"first_name": "Anna", "last_name": "Berg", "email": "anna@hexa.example", "company": "Hexa"}
MONDAY = datetime.datetime(2026, 11, 23, 10, tzinfo=datetime.UTC)


@pytest.fixture
def ann(world):
    return world.actor("ann")


def fresh(lead):
    return Lead.objects.get(pk=lead.pk)


def made(ann, **given):
    return make_lead(ann, LeadInput(**{"name": "A price for 40 seats", "who": WHO, **given}))


def test_it_works(ann):
    lead = made(ann, payload="all of it", note="She wants 40 seats", task="Answer Anna").lead
    assert (lead.person.title, lead.company.title) == ("Anna Berg", "Hexa")
    assert (lead.status, lead.payload) == ("new", "all of it")
    assert lead.person.lifecycle == "lead"
    assert lead.score > 0


def test_people_and_companies_are_found_before_they_are_made(ann):
    lead = made(ann).lead
    disqualify_lead(ann, lead.pk, reason="no_need")
    again = made(ann, name="Something else").lead
    assert (again.person_id, again.company_id) == (lead.person_id, lead.company_id)
    assert (Person.objects.count(), Company.objects.count()) == (1, 1)


def test_whoever_has_an_open_lead_joins_it(ann):
    first = made(ann, payload="one").lead
    second = made(ann, payload="two", name="And another thing")
    assert (second.joined, second.lead.pk) == (True, first.pk)
    assert second.lead.payload == "one\n\ntwo"
    with pytest.raises(Invalid) as refused:
        saving.create(ann, registry.get("lead"), {"name": "By hand", "person": first.person_id})
    assert "person" in refused.value.errors


def test_the_clock_counts_working_hours_and_stops_when_somebody_answers(ann):
    friday = datetime.datetime(2026, 11, 20, 15, tzinfo=datetime.UTC)
    with clock.as_of(friday):
        lead = made(ann).lead
        assert lead.answer_by == datetime.datetime(2026, 11, 23, 11, tzinfo=datetime.UTC)
        consumers.begin()
        add_note(ann, NoteInput("For us", (lead.pk,)))
        pump.drain()
        assert fresh(lead).answer_by is not None
        log_call(ann, CallInput((lead.person_id,)))
        pump.drain()
    assert (fresh(lead).status, fresh(lead).answer_by) == ("working", None)
    assert fresh(lead).answered_at is not None


def test_scores_say_why_and_fade(ann):
    consumers.begin()
    person = saving.create(
        ann, registry.get("person"), {"first_name": "Anna", "last_name": "Berg", "job_title": "Head of Sales"}
    )
    with clock.as_of(MONDAY):
        lead = saving.create(ann, registry.get("lead"), {"name": "An offer", "person": person.pk})
        pump.drain()
        lead = fresh(lead)
        assert (lead.score, lead.warmth) == (35, "warm")
        assert [points for _rule, points in lead.score_reasons] == [20, 15]
    with clock.as_of(MONDAY + datetime.timedelta(days=29)):
        scoring.store_all()
        assert fresh(lead).score == 28  # half of “asks for an offer” is left
    with clock.as_of(MONDAY + datetime.timedelta(days=40)):
        scoring.store_all()
        assert [points for _rule, points in fresh(lead).score_reasons][:2] == [-30, 20]
        assert fresh(lead).warmth == "cold"


def route(name="Germany", members=(), **parts):
    rule = Route.objects.create(name=name, **parts)
    for user, capacity in members:
        RouteMember.objects.create(route=rule, user=user, capacity=capacity)
    return rule


def test_routing_takes_turns_and_says_why(world, ann):
    route(name="France", countries=["FR"], members=[(world.eve, None)])
    route(members=[(world.bob, None), (world.eve, 1), (world.mia, None)], countries=["DE"])
    today = clock.today("UTC")
    Absence.objects.create(user=world.mia, first_day=today, last_day=today)
    owners = []
    for number in range(3):
        who = {**WHO, "first_name": f"Ann{number}", "email": f"a{number}@x.example", "country": "Germany"}
        owners.append(made(ann, who=who).lead)
    assert [lead.owner_id for lead in owners] == [world.bob.pk, world.eve.pk, world.bob.pk]
    decision = owners[2].routing
    assert [unfit for _rule, unfit in decision["rules"]] == ["country", ""]
    assert dict(decision["people"]) == {world.mia.pk: "away", world.bob.pk: "next", world.eve.pk: "full"}
    assert owners[1].team_id == world.eve.team_id


def test_what_was_made_and_given_out_at_once_is_undone_as_one(world, ann):
    route(members=[(world.eve, None)])
    lead = made(ann, task="Answer Anna").lead
    assert (lead.owner_id, Task.objects.get().owner_id) == (world.eve.pk, world.eve.pk)
    undo(world.actor("ada"), Change.objects.filter(record=lead.pk).earliest("pk").event.act_id)
    assert not fresh(lead).live
    assert not Person.objects.get().live


def test_leads_of_whoever_left_are_given_out_anew(world, ann):
    route(members=[(world.bob, None), (world.eve, None)])
    lead = made(ann).lead
    assert lead.owner_id == world.bob.pk
    User.objects.filter(pk=world.bob.pk).update(is_active=False)
    assert [(user.pk, count) for user, count in routing.stranded()] == [(world.bob.pk, 1)]
    assert routing.reroute(world.actor("ada"), world.bob.pk) == 1
    assert fresh(lead).owner_id == world.eve.pk
    assert dict(fresh(lead).routing["people"])[world.bob.pk] == "left"


def test_a_lead_that_was_given_to_somebody_by_hand_stays_there(world, ann):
    consumers.begin()
    route(members=[(world.eve, None)])
    lead = registry.get("lead")
    given = saving.create(ann, lead, {"name": "For Bob", "owner": world.bob.pk})
    left = saving.create(ann, lead, {"name": "For anybody"})
    pump.drain()
    assert [fresh(one).owner_id for one in (given, left)] == [world.bob.pk, world.eve.pk]


def test_what_no_rule_gives_out_goes_to_the_fallback(world, ann):
    LeadRules.objects.update(fallback=world.mia)
    lead = made(ann).lead
    assert (lead.owner_id, lead.routing["people"]) == (world.mia.pk, [[world.mia.pk, "fallback"]])


def test_postcodes_are_ranges_of_beginnings():
    rule = Route(postcodes=[["70", "79"]])
    facts = [routing.Facts(postcode=code) for code in ("70173", "79999", "80331", "")]
    assert [routing.misfit(rule, one) for one in facts] == ["", "", "postcode", "postcode"]


def test_converting_copies_nothing_and_is_taken_back_as_one(ann):
    lead = made(ann, source="Fair").lead
    deal = convert_lead(ann, lead.pk)
    assert (deal.person_id, deal.company_id, deal.source) == (lead.person_id, lead.company_id, "Fair")
    assert (fresh(lead).status, fresh(lead).deal_id) == ("qualified", deal.pk)
    assert Person.objects.get().lifecycle == "opportunity"
    with pytest.raises(Conflict):
        convert_lead(ann, lead.pk)
    undo(ann, latest_act(ann, lead.pk))
    assert (fresh(lead).status, fresh(lead).deal_id) == ("new", None)
    assert fresh(lead).answer_by == lead.answer_by
    assert not Deal.objects.get(pk=deal.pk).live
    assert Person.objects.get().lifecycle == "lead"


def test_of_two_who_convert_at_once_one_makes_a_deal(ann, monkeypatch):
    lead = made(ann).lead

    def after_another(*args, **parts):
        monkeypatch.setattr(actions, "acting", acting)
        convert_lead(ann, lead.pk)
        return acting(*args, **parts)

    acting = actions.acting
    monkeypatch.setattr(actions, "acting", after_another)
    with pytest.raises(Conflict):
        convert_lead(ann, lead.pk)
    assert Deal.objects.count() == 1


def test_a_person_has_one_open_lead_at_every_door(world, ann):
    kind = registry.get("lead")
    old = made(ann).lead
    disqualify_lead(ann, old.pk, reason="no_need")
    closing = latest_act(ann, old.pk)
    new = made(ann, name="Another thing").lead
    bare = saving.create(ann, kind, {"name": "Of nobody yet"})
    with pytest.raises(Invalid) as refused:
        saving.update(ann, kind, old.pk, {"status": "working"})
    assert "Another thing" in str(refused.value)
    with pytest.raises(Invalid):
        saving.update(ann, kind, bare.pk, {"person": new.person_id})
    assert undo(ann, closing).left_count == 1
    saving.trash(ann, kind, [new.pk])
    assert saving.update(ann, kind, old.pk, {"status": "working"}).status == "working"
    with pytest.raises(Invalid):
        saving.restore(ann, kind, [new.pk])
    saving.trash(ann, kind, [old.pk])
    with pytest.raises(Invalid):  # both at once
        saving.restore(ann, kind, [old.pk, new.pk])
    saving.restore(ann, kind, [new.pk])


def test_two_people_become_one_though_each_has_an_open_lead(world, ann):
    ada = world.actor("ada")
    one = made(ann).lead
    other = made(ann, who={"last_name": "Berg", "email": "b@x.example"}).lead
    merged = merge(ada, registry.get("person"), one.person_id, [other.person_id])
    assert fresh(other).person_id == one.person_id
    undone = undo(ada, merged.act.pk)
    assert fresh(other).person_id == other.person_id
    undo(ada, undone.act.pk)
    assert fresh(other).person_id == one.person_id


def test_the_clock_of_a_lead_from_another_house_goes_on(ann):
    by, at = MONDAY + datetime.timedelta(hours=1), MONDAY - datetime.timedelta(days=1)
    given = [{"name": "Waits"}, {"name": "Answered", "status": "working"}, {"name": "Begins"}]
    standing = [{"answer_by": by}, {"answered_at": at}, {}]
    with clock.as_of(MONDAY + datetime.timedelta(days=3)), saving.acting(ann, "import") as act:
        drafts = saving.create_many(ann, registry.get("lead"), given, act=act, standing=standing)
    waits, answered, begins = (fresh(draft.instance) for draft in drafts)
    assert waits.answer_by == by
    assert (answered.answer_by, answered.answered_at) == (None, at)
    assert begins.answer_by > MONDAY + datetime.timedelta(days=3)


def test_a_lead_can_join_a_deal_that_is_there(ann):
    lead = made(ann, source="Fair").lead
    deal = saving.create(ann, registry.get("deal"), {"name": "Old", "company": lead.company_id})
    assert convert_lead(ann, lead.pk, deal=deal.pk).pk == deal.pk
    assert Deal.objects.get().source == "Fair"


def test_disqualifying_needs_a_reason_and_can_be_taken_back(ann):
    lead = made(ann).lead
    with pytest.raises(Invalid):
        disqualify_lead(ann, lead.pk, reason="")
    assert disqualify_lead(ann, lead.pk, reason="no_budget", note="Next year").answer_by is None
    assert Person.objects.get().lifecycle == "contact"
    assert take_on_lead(ann, lead.pk).status == "working"


def test_who_was_erased_stays_forgotten(world, ann):
    lead = made(ann, payload="secret").lead
    kept = made(ann, who={"last_name": "Other", "email": "b@x.example"}, payload="also secret").lead
    convert_lead(ann, kept.pk)
    for one in (lead, kept):
        erase(world.actor("ada"), one.person_id)
    assert not Lead.objects.filter(payload__contains="secret").exists()
    with pytest.raises(Invalid) as refused:
        made(ann)
    assert "forgotten" in str(refused.value)
    assert not Person.objects.exists()
    forgetting.allow(WHO["email"])
    assert made(ann).lead.pk


def test_what_is_about_a_lead_alone_is_erased_with_its_person(world, ann):
    lead = made(ann, name="Zyxwv wants", note="Zyxwv said", task="Answer Zyxwv").lead
    done = erase(world.actor("ada"), lead.person_id)
    assert not done.left and Person.objects.count() == Lead.objects.count() == Task.objects.count() == 0
    assert not [one for one in Change.objects.values_list("fields", flat=True) if "Zyxwv" in str(one)]
    assert not Act.objects.filter(label__contains="Zyxwv").exists()
    assert not Record.objects.filter(title__contains="Zyxwv").exists()


def test_the_page_of_a_person_tells_nothing_of_leads_that_are_hidden(world, ann):
    lead = made(ann).lead
    disqualify_lead(ann, lead.pk, reason="no_fit", note="They told us all")
    levels = {"*": dict.fromkeys(("view", "create", "edit"), "all"), "lead": dict.fromkeys(("view", "edit"), "own")}
    world.bob.role = Role.objects.create(name="Own leads", levels=levels)
    world.bob.save()
    bob = world.client("bob")
    assert bob.get(f"/leads/{lead.pk}").status_code == 404
    for url in (f"/people/{lead.person_id}", f"/people/{lead.person_id}/peek"):
        page = bob.get(url).content.decode()
        assert "Anna Berg" in page and "40 seats" not in page and "They told us" not in page, url


def test_joining_a_lead_takes_the_right_to_edit_it_and_has_a_limit(world, ann, monkeypatch):
    monkeypatch.setattr("rapport.sales.leads.actions.MOST_PAYLOAD", 10)
    lead = made(ann, payload="12345678").lead
    assert made(ann, payload="90 and more").lead.payload == "12345678\n\n"
    levels = {"*": dict.fromkeys(("view", "create", "edit"), "all"), "lead": {"view": "all", "create": "all"}}
    world.bob.role = Role.objects.create(name="Looks at leads", levels=levels)
    world.bob.save()
    with pytest.raises(NotAllowed):
        made(world.actor("bob"), payload="more", note="by Bob")
    assert not Record.objects.filter(kind="note").exists() and fresh(lead).payload == "12345678\n\n"


def test_reasons_of_a_score_are_for_who_sees_the_person(world, ann):
    lead = made(ann).lead
    assert score_rows(ann, lead.pk)[0]["reasons"]
    levels = {"*": {"view": "all"}, "person": {"view": "own"}}
    world.bob.role = Role.objects.create(name="Own people", levels=levels)
    world.bob.save()
    told = score_rows(world.actor("bob"), lead.pk)[0]
    assert told["points"] == fresh(lead).score and told["reasons"] == []


def test_the_audit_knows_who_changed_rules_of_leads(world, ann):
    ada, person = world.actor("ada"), made(ann).lead.person_id
    erase(ada, person)
    one = Route.objects.create(name="One", place=0)
    day = datetime.date(2026, 11, 23)
    for change in (
        lambda: setting.add_absence(ada, ann.user_id, day, day),
        lambda: setting.remove_absence(ada, Absence.objects.get().pk),
        lambda: setting.move_route(ada, one, 1),
        lambda: setting.allow_again(ada, WHO["email"]),
    ):
        before = Act.objects.filter(kind="workspace.changed").count()
        change()
        assert Act.objects.filter(kind="workspace.changed").count() == before + 1
    with pytest.raises(NotAllowed):
        setting.allow_again(ann, WHO["email"])


def test_a_file_brings_leads_with_their_people_and_companies(ann, tmp_path):
    known = saving.create(ann, registry.get("person"), {"last_name": "Berg", "email": "anna@hexa.example"})
    path = tmp_path / "leads.csv"
    path.write_text(
        "What they want,Person,Person: E-mail,Company,Source\n"
        "A price,Anna Berg,Anna@hexa.example,Hexa,Fair\n"
        "An offer,Anna Berg,other@x.example,,Fair\n"
        "Again,Anna Berg,anna@hexa.example,Hexa,Fair\n"
    )
    lead = registry.get("lead")
    run = preparing.prepare(ann, lead, path, "leads.csv")
    with path.open() as file:
        columns = mapping.guess(ann, lead, next(csv.reader(file)))
    runs.choose(ann, run.pk, columns, "", mode="create")
    running.run(ann, run.pk)
    first, second = Lead.objects.order_by("pk")
    assert (first.person_id, first.company.title) == (known.pk, "Hexa")
    assert (second.person.title, second.person.email) == ("Anna Berg", "other@x.example")
    assert runs.get_run(ann, run.pk).counts["failed"] == 1


def test_many_leads_are_scored_and_given_out_in_batches(world, ann, django_assert_max_num_queries):
    consumers.begin()
    route(members=[(world.ann, 200), (world.eve, None)])  # what waits for it is no load of whoever brought it
    with saving.acting(ann, "import") as act:
        saving.create_many(ann, registry.get("lead"), [{"name": f"Price {n}"} for n in range(300)], act=act)
    with django_assert_max_num_queries(420):
        pump.drain()
    assert Lead.objects.filter(owner=world.ann, score=15).count() == 150
