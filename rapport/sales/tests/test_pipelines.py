"""Pipelines and stages are shaped by people: what they say holds at once, and no deal is lost by it."""

from decimal import Decimal

import pytest

from rapport.core.changes.acts import latest_act
from rapport.core.changes.undo import undo
from rapport.core.definitions import fields
from rapport.core.definitions.converting import convert_field, take_back
from rapport.core.definitions.fields import FieldData, create_field
from rapport.core.errors import Conflict, Invalid, NotAllowed
from rapport.core.events.models import Event
from rapport.core.objects import registry, saving
from rapport.sales.deals.actions import lose_deal, move_deal, win_deal
from rapport.sales.deals.models import Deal
from rapport.sales.pipelines import reading, stages
from rapport.sales.pipelines.actions import (
    PipelineData,
    archive_pipeline,
    bring_back_pipeline,
    change_pipeline,
    create_pipeline,
    get_pipeline,
    reorder_pipelines,
    stages_of,
    state,
)
from rapport.sales.pipelines.models import LOST, WON, Pipeline, Stage
from rapport.sales.pipelines.stages import StageData, add_stage, archive_stage, bring_back_stage, change_stage
from tests import house

pytestmark = pytest.mark.django_db
PLACE = "/settings/pipelines"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ada(world):
    return world.actor("ada")


@pytest.fixture
def deal(ada):
    company = saving.create(ada, registry.get("company"), {"name": "Hexa Logistics"})
    return saving.create(ada, registry.get("deal"), {"name": "Fleet tracking", "company": company.pk})


def data_of(key, **others):
    row = Stage.objects.get(key=key)
    plain = {"name": row.name, "names": row.names, "probability": row.probability, "tone": row.tone}
    return StageData(**{**plain, **others})


def fresh(deal):
    return Deal.objects.get(pk=deal.pk)


def keys_of(pipeline="sales"):
    return [stage.key for stage in reading.current().by_key[pipeline].living]


def test_it_works(world) -> None:
    """A second pipeline, a stage of its own in it, renamed, put in order, archived, brought back: all on the screen."""
    browser = world.client("ada")
    assert "Negotiation" in browser.get(PLACE).content.decode()
    made = browser.post(f"{PLACE}/new", {"name": "Renewals", "name.de": "Verlängerungen", "like": "sales"})
    assert made.headers["Location"] == f"{PLACE}/renewals"
    assert keys_of("renewals")[0] == "qualified_2"
    given = {"name": "Legal check", "probability": "80", "tone": "pink", "rot_days": "5", "required": ["closes_on"]}
    assert (
        browser.post(f"{PLACE}/renewals/stages/new", given, headers=HTMX).headers["HX-Redirect"] == f"{PLACE}/renewals"
    )
    assert keys_of("renewals")[-3:] == ["legal_check", "won_2", "lost_2"]
    page = browser.get(f"{PLACE}/renewals").content.decode()
    assert "needs Expected close" in page and "rots after 5 days" in page
    order = [one.key for one in reading.current().by_key["renewals"].open]
    browser.post(f"{PLACE}/renewals/order", {"key": order, "up": "legal_check"})
    assert keys_of("renewals")[4] == "legal_check"
    form = browser.get("/settings/stages/legal_check/edit", headers=HTMX).content.decode()
    assert 'value="80"' in form and "<html" not in form
    browser.post("/settings/stages/legal_check/edit", {**given, "name": "Lawyers"})
    assert "Lawyers" in browser.get(f"{PLACE}/renewals").content.decode()
    browser.post("/settings/stages/legal_check/archive")
    assert "Bring back Lawyers" in browser.get(f"{PLACE}/renewals").content.decode()
    browser.post("/settings/stages/legal_check/back")
    assert "legal_check" in keys_of("renewals")
    browser.post(f"{PLACE}/order", {"key": ["sales", "renewals"], "up": "renewals"})
    made_up = browser.post(f"{PLACE}/order", {"key": ["renewals", "sales"], "up": "a\r\nb"}, headers=HTMX)
    assert made_up.headers["HX-Redirect"] == PLACE
    assert reading.current().first.key == "renewals"
    browser.post(f"{PLACE}/renewals/edit", {"name": "Extensions"})
    browser.post(f"{PLACE}/renewals/archive")
    assert "Bring back Extensions" in browser.get(PLACE).content.decode()
    browser.post(f"{PLACE}/renewals/back")
    assert [one.key for one in reading.current().living] == ["renewals", "sales"]
    kinds = set(Event.objects.filter(kind__regex=r"^(pipeline|stage)\.").values_list("kind", flat=True))
    assert len(kinds) == 10


def test_others_may_not(world, ada) -> None:
    browser = world.client("ann")
    assert browser.get(PLACE).status_code == 403
    assert browser.post("/settings/stages/proposal/archive").status_code == 403
    with pytest.raises(NotAllowed):
        add_stage(world.actor("ann"), "sales", StageData("Mine"))
    assert world.client("ada").get(f"{PLACE}/nothing").status_code == 404


def test_a_refused_form_comes_back_with_what_was_typed(world) -> None:
    browser = world.client("ada")
    given = {"name": "Discovery", "probability": "many"}
    answer = browser.post("/settings/stages/proposal/edit", given, headers=HTMX)
    assert answer.status_code == 422
    assert "already" in answer.content.decode() and 'value="Discovery"' in answer.content.decode()
    answer = browser.post("/settings/stages/proposal/edit", {**given, "name": "Offer"}, headers=HTMX)
    assert "from 0 to 100" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 61}),
        ("name", {"name": "discovery"}),
        ("probability", {"probability": None}),
        ("probability", {"probability": 101}),
        ("target_days", {"target_days": 0}),
        ("rot_days", {"rot_days": 4000}),
        ("exit_criteria", {"exit_criteria": "x" * 2001}),
        ("required", {"required": ["stage"]}),
        ("leads_to", {"leads_to": ["proposal"]}),
    ],
)
def test_what_a_stage_cannot_be_is_said_by_field(ada, name, given) -> None:
    with pytest.raises(Invalid) as refused:
        change_stage(ada, "proposal", data_of("proposal", **given))
    assert list(refused.value.errors) == [name]


def test_of_two_who_change_the_same_the_second_is_told(ada) -> None:
    seen = stages.state(Stage.objects.get(key="proposal"))
    change_stage(ada, "proposal", data_of("proposal", name="Offer"), seen=seen)
    with pytest.raises(Conflict):
        change_stage(ada, "proposal", data_of("proposal", name="Quote"), seen=seen)
    seen = state(get_pipeline(ada, "sales"))
    change_pipeline(ada, "sales", PipelineData("Sales"), seen=seen)
    with pytest.raises(Conflict):
        change_pipeline(ada, "sales", PipelineData("New business"), seen=seen)


def test_the_ends_and_the_last_open_stage_stay(ada) -> None:
    for key in ("won", "lost"):
        with pytest.raises(Conflict):
            archive_stage(ada, key)
    for key in ("qualified", "discovery", "proposal", "negotiation"):
        archive_stage(ada, key)
    with pytest.raises(Conflict):
        archive_stage(ada, "contract_sent")
    with pytest.raises(Conflict):
        archive_pipeline(ada, "sales")
    change_stage(ada, "won", data_of("won", name="Signed", probability=3))
    assert Stage.objects.get(key="won").probability == 100


def test_a_stage_with_deals_is_archived_by_naming_the_one_that_takes_them(ada, deal) -> None:
    with pytest.raises(Invalid) as refused:
        archive_stage(ada, "qualified")
    assert "into" in refused.value.errors
    with pytest.raises(Invalid):
        archive_stage(ada, "qualified", into="won")
    assert archive_stage(ada, "qualified", into="discovery") is not None
    assert fresh(deal).stage == "qualified"  # until the worker is there
    house.work()
    assert (fresh(deal).stage, fresh(deal).probability) == ("discovery", 25)
    undo(ada, latest_act(ada, deal.pk))
    assert fresh(deal).stage == "qualified"


def test_a_deal_in_an_archived_stage_opens_and_moves_on(world, ada, deal) -> None:
    change_stage(ada, "qualified", data_of("qualified", leads_to=["discovery"]))
    Stage.objects.filter(key="discovery").update(required=["closes_on"])
    archive_stage(ada, "qualified", into="discovery")
    house.work()
    assert fresh(deal).stage == "qualified"  # what it lacks keeps it where it is
    page = world.client("ada").get(f"/deals/{deal.pk}").content.decode()
    assert "Qualified" in page
    assert world.client("ada").get("/deals?stage=qualified").status_code == 200
    assert move_deal(ada, deal.pk, "proposal").stage == "proposal"
    with pytest.raises(Invalid):
        move_deal(ada, deal.pk, "qualified")
    bring_back_stage(ada, "qualified")
    assert keys_of()[:5] == ["discovery", "proposal", "negotiation", "contract_sent", "qualified"]


def test_what_led_to_a_stage_leads_to_the_one_that_takes_its_deals(ada, deal) -> None:
    change_stage(ada, "discovery", data_of("discovery", leads_to=["qualified", "lost"]))
    change_stage(ada, "negotiation", data_of("negotiation", leads_to=["qualified", "lost"]))
    archive_stage(ada, "qualified", into="negotiation")
    assert Stage.objects.get(key="discovery").leads_to == ["negotiation", "lost"]
    assert Stage.objects.get(key="negotiation").leads_to == ["lost"]


def test_the_only_way_on_is_replaced_or_its_stage_stays(ada) -> None:
    change_stage(ada, "discovery", data_of("discovery", leads_to=["proposal"]))
    with pytest.raises(Conflict) as refused:
        archive_stage(ada, "proposal")
    assert "Discovery" in refused.value.message
    assert Stage.objects.get(key="proposal").archived_at is None
    assert archive_stage(ada, "proposal", into="negotiation") is None
    assert Stage.objects.get(key="discovery").leads_to == ["negotiation"]


def test_only_who_may_move_all_its_deals_archives_a_stage(world, ada, deal) -> None:
    role = house.role("Shaper", levels=house.levels("own"), rights=["shape", "bulk"])
    world.roles[role.key] = role
    world.sam = world.add("Sam Shaper", role.key, world.alpha)
    with pytest.raises(Conflict):
        archive_stage(world.actor("sam"), "qualified", into="discovery")
    assert archive_stage(world.actor("sam"), "proposal") is None


def test_a_new_probability_reaches_the_deals_that_have_none_of_their_own(ada, deal) -> None:
    own = saving.create(ada, registry.get("deal"), {"name": "Own", "company": deal.company_id})
    saving.update(ada, registry.get("deal"), own.pk, {"probability": Decimal(35)})
    change_stage(ada, "qualified", data_of("qualified", probability=15))
    house.work()
    assert (fresh(deal).probability, fresh(own).probability) == (15, 35)


def test_a_pipeline_with_open_deals_stays(ada, deal) -> None:
    create_pipeline(ada, PipelineData("Renewals"), stages_of(get_pipeline(ada, "sales")))
    with pytest.raises(Conflict) as refused:
        archive_pipeline(ada, "sales")
    assert "1 deal is open" in refused.value.message
    moved = move_deal(ada, deal.pk, "proposal_2")
    assert moved.pipeline == "renewals"
    lost = lose_deal(ada, deal.pk, reason="price")
    assert lost.stage == "lost_2"
    archive_pipeline(ada, "renewals")
    assert fresh(deal).stage == "lost_2"
    bring_back_pipeline(ada, "renewals")
    with pytest.raises(Invalid):
        create_pipeline(ada, PipelineData("renewals"), stages_of(get_pipeline(ada, "sales")))


def test_a_pipeline_is_made_with_its_stages_and_their_ways(ada, deal) -> None:
    change_stage(ada, "qualified", data_of("qualified", leads_to=["proposal", "lost"]))
    made = create_pipeline(ada, PipelineData("Renewals"), stages_of(get_pipeline(ada, "sales")))
    assert made.stages.get(key="qualified_2").leads_to == ["proposal_2", "lost_2"]
    ends = [one for one in stages_of(made) if one.kind in (WON, LOST)]
    with pytest.raises(Invalid):
        create_pipeline(ada, PipelineData("No way"), ends)
    assert not Pipeline.objects.filter(name="No way").exists()


def test_stages_of_one_name_are_told_apart_by_their_pipeline(ada, deal) -> None:
    create_pipeline(ada, PipelineData("Renewals"), stages_of(get_pipeline(ada, "sales")))
    field = registry.get("deal").by_key["stage"]
    labels = [str(option.label) for option in field.options]
    assert "Proposal · Sales pipeline" in labels and "Proposal · Renewals" in labels
    saving.update(ada, registry.get("deal"), deal.pk, {"stage": "Proposal · Renewals"})
    assert fresh(deal).stage == "proposal_2"
    reorder_pipelines(ada, ["renewals"])
    new = saving.create(ada, registry.get("deal"), {"name": "First", "company": deal.company_id})
    assert new.stage == "qualified_2"


def test_a_field_that_a_stage_asks_for_is_not_archived_and_conversion_is_followed(ada, deal) -> None:
    row = create_field(ada, registry.get("deal"), FieldData("Budget holder"))
    change_stage(ada, "proposal", data_of("proposal", required=[row.key]))
    with pytest.raises(Invalid) as refused:
        move_deal(ada, deal.pk, "proposal")
    assert row.key in refused.value.errors
    with pytest.raises(Conflict) as kept:
        fields.archive_field(ada, row.pk)
    assert "Proposal" in kept.value.message
    convert_field(ada, row.pk, FieldData("", "long_text"))
    made = fields.own_fields(registry.get("deal"))[0]
    assert Stage.objects.get(key="proposal").required == [made.key] != [row.key]
    assert reading.current().stages["proposal"].required == (made.key,)
    take_back(ada, made.pk)
    assert reading.current().stages["proposal"].required == (row.key,)


def test_a_won_deal_asks_for_what_its_stage_asks_for(ada, deal) -> None:
    change_stage(ada, "won", data_of("won", required=["amount"]))
    with pytest.raises(Invalid) as refused:
        win_deal(ada, deal.pk)
    assert "amount" in refused.value.errors
