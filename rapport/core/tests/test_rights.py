"""Who sees, changes, trashes and exports what: levels, teams, shares, role filters, field rules."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, Team, User
from rapport.core.access.conditions import Term, from_address
from rapport.core.access.finding import finding
from rapport.core.access.levels import ACTIONS, Level, level_of, readable_fields
from rapport.core.access.models import Share
from rapport.core.access.pages import ListQuery, list_page, rows_matching
from rapport.core.access.sorting import sort_keys
from rapport.core.access.visible import compile_condition, get_record, visible_to
from rapport.core.access.words import words
from rapport.core.errors import BadQuery, NotAllowed, NotFound
from rapport.core.objects import registry, saving
from rapport.people.models import Person
from tests import house

REACH = {
    "none": set(),
    "own": {"mine"},
    "team": {"mine", "team"},
    "team_below": {"mine", "team", "below"},
    "all": {"mine", "team", "below", "above", "other", "nobody"},
}  # fmt: skip


@dataclass
class Tree:
    """Records owned at every place of a tree of teams, by name, and the one who looks from its middle."""

    top: Team
    middle: Team
    bottom: Team
    other: Team
    records: dict[str, int]

    def named(self, ids: Any) -> set[str]:
        names = {pk: name for name, pk in self.records.items()}
        return {names[pk] for pk in ids}


@pytest.fixture
def tree(ada: Actor) -> Tree:
    top, other = house.team("Top"), house.team("Other")
    middle = house.team("Middle", top)
    bottom = house.team("Bottom", middle)
    teams = {"mine": middle, "team": middle, "below": bottom, "above": top, "other": other, "nobody": None}
    records = {
        name: house.a_person(ada, name, owner=None, team=team.pk if team else None).pk for name, team in teams.items()
    }
    return Tree(top, middle, bottom, other, records)


def looker(tree: Tree, **role: Any) -> Actor:
    made = house.actor("Rep", house.role("Rep", **role), tree.middle)
    Person.objects.filter(pk=tree.records["mine"]).update(owner=made.user_id)
    return made


@pytest.mark.parametrize("action", ["view", "edit", "trash", "export"])
@pytest.mark.parametrize("level", list(REACH))
def test_it_works(tree: Tree, level: str, action: str) -> None:
    rep = looker(tree, levels={"person": {"view": "all", action: level}})
    assert tree.named(visible_to(rep, house.person(), action).values_list("pk", flat=True)) == REACH[level]
    rows = rows_matching(rep, house.person(), ListQuery(), action)
    assert tree.named(rows.values_list("pk", flat=True)) == REACH[level]


@pytest.mark.parametrize("level", list(REACH))
def test_nothing_reaches_further_than_viewing(tree: Tree, level: str) -> None:
    rep = looker(tree, levels={"*": {**house.FULL, "view": level}})
    for action in ACTIONS:
        assert level_of(rep, "person", action) is Level[level.upper()]
        assert tree.named(visible_to(rep, house.person(), action).values_list("pk", flat=True)) == REACH[level]


@pytest.mark.parametrize("level", list(REACH))
def test_pages_show_what_the_level_reaches(tree: Tree, level: str) -> None:
    rep = looker(tree, levels={"*": {"view": level}})
    for _time in range(2):  # the second time, what was remembered plays a part
        page = list_page(rep, house.person(), ListQuery(sort="title"), [])
        assert tree.named(row.id for row in page.rows) == REACH[level]


def test_a_role_that_says_nothing_allows_nothing(tree: Tree) -> None:
    rep = looker(tree, levels={})
    assert not visible_to(rep, house.person()).exists()
    with pytest.raises(NotAllowed):
        house.a_person(rep)


def test_an_object_named_beats_the_star(tree: Tree) -> None:
    rep = looker(tree, levels={"*": house.FULL, "person": {"view": "own"}})
    assert tree.named(visible_to(rep, house.person()).values_list("pk", flat=True)) == {"mine"}
    assert level_of(rep, "company", "trash") is Level.ALL


def test_seen_but_not_to_be_changed_is_403_and_unseen_is_404(tree: Tree) -> None:
    rep = looker(tree, levels=house.levels("team", edit="own"))
    with pytest.raises(NotAllowed):
        saving.update(rep, house.person(), tree.records["team"], {"first_name": "x"})
    with pytest.raises(NotFound):
        saving.update(rep, house.person(), tree.records["other"], {"first_name": "x"})
    with pytest.raises(NotFound):
        get_record(rep, house.person(), tree.records["other"])


@pytest.mark.parametrize("to", ["user", "team"])
def test_a_shared_record_is_seen_and_with_the_right_to_edit_changed(tree: Tree, to: str) -> None:
    rep = looker(tree, levels=house.levels("own"))
    target = {"user_id": rep.user_id} if to == "user" else {"team_id": rep.team_id}
    Share.objects.create(record_id=tree.records["other"], **target)
    Share.objects.create(record_id=tree.records["above"], can_edit=True, **target)
    assert tree.named(visible_to(rep, house.person()).values_list("pk", flat=True)) == {"mine", "other", "above"}
    with pytest.raises(NotAllowed):
        saving.update(rep, house.person(), tree.records["other"], {"source": "x"})
    saving.update(rep, house.person(), tree.records["above"], {"source": "x"})


def test_a_share_helps_nobody_without_the_right_to_view(tree: Tree) -> None:
    rep = looker(tree, levels={})
    Share.objects.create(record_id=tree.records["other"], user_id=rep.user_id, can_edit=True)
    assert not visible_to(rep, house.person()).exists()


def test_a_record_shared_twice_is_listed_once(tree: Tree) -> None:
    rep = looker(tree, levels=house.levels("team"))
    Share.objects.create(record_id=tree.records["mine"], user_id=rep.user_id)
    Share.objects.create(record_id=tree.records["mine"], team_id=rep.team_id)
    assert list(visible_to(rep, house.person()).values_list("pk", flat=True)).count(tree.records["mine"]) == 1


def test_a_role_filter_holds_everywhere(tree: Tree) -> None:
    rep = looker(
        tree,
        levels=house.levels("all"),
        filters={"person": {"all": [{"field": "first_name", "operator": "is", "value": "other"}]}},
    )
    for action in ("view", "edit", "trash"):
        assert tree.named(visible_to(rep, house.person(), action).values_list("pk", flat=True)) == {"other"}
    assert [row.id for row in list_page(rep, house.person(), ListQuery(sort="title"), []).rows] == [
        tree.records["other"]
    ]
    with pytest.raises(NotFound):
        get_record(rep, house.person(), tree.records["mine"])


def test_a_role_filter_may_use_fields_that_are_hidden_from_its_holders(tree: Tree) -> None:
    rep = looker(
        tree,
        levels=house.levels("all"),
        filters={"person": {"field": "owner", "operator": "any", "value": "me"}},
        field_rules={"person": {"owner": "hidden"}},
    )
    assert tree.named(visible_to(rep, house.person()).values_list("pk", flat=True)) == {"mine"}


def test_a_user_switched_off_has_no_rights_left(tree: Tree) -> None:
    for role in (house.role("Rep", levels=house.levels("all")), Role.objects.get(is_admin=True)):
        user = User.objects.create(name="Gone", email=f"{role.key}@x.example", role=role, is_active=False)
        gone = Actor.of(user)
        assert not visible_to(gone, house.person()).exists()
        with pytest.raises(NotAllowed):
            house.a_person(gone)


@pytest.fixture
def blinkered(tree: Tree) -> Actor:
    """Sees everybody but not their e-mail, phone, company and source."""
    hidden = dict.fromkeys(("email", "emails", "phone", "phones", "company", "source", "last_name"), "hidden")
    return looker(tree, levels=house.levels("all"), field_rules={"person": hidden, "company": {"industry": "hidden"}})


@pytest.mark.parametrize("address", [
    "email.contains=x", "emails.is=a@b.de", "phone=1", "company=1", "company.name=Hexa", "source.filled=1",
    "any.1.email=x", 'where={"field":"source","operator":"is","value":"x"}', "company.industry=retail",
])  # fmt: skip
def test_a_hidden_field_cannot_be_filtered_by(blinkered: Actor, address: str) -> None:
    name, _sign, value = address.partition("=")
    with pytest.raises(BadQuery) as unknown:
        from_address(blinkered, house.person(), [(name, value)])
    known = unknown.value.message.partition("Known: ")[2]
    assert "email" not in known and "source" not in known


def test_a_hidden_field_does_not_exist_for_sorting_finding_and_reading(blinkered: Actor, ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Zwingli", email="mia@x.example", phone="030 123456", source="Secret")
    with pytest.raises(BadQuery):
        sort_keys(blinkered, house.person(), "last_name")
    assert "source" not in readable_fields(blinkered, house.person())
    for text in ("mia@x", "030123", "+4930"):
        assert not Person.objects.filter(finding(blinkered, house.person(), text)).exists(), text
        assert Person.objects.filter(finding(ada, house.person(), text)).get() == mia
    assert not Person.objects.filter(finding(blinkered, house.person(), "zwing")).exists(), "the last name alone"


def test_a_company_is_found_by_name_and_domain(ada: Actor) -> None:
    hexa = house.a_company(ada, "Hexa", website="https://www.sechseck.example/about")
    for text in ("hex", "SECHS"):
        assert hexa.__class__.objects.filter(finding(ada, house.company(), text)).get() == hexa


def test_a_hidden_field_behind_a_link_cannot_be_asked_for(tree: Tree) -> None:
    rep = looker(tree, levels=house.levels("all"), field_rules={"company": {"industry": "hidden"}})
    with pytest.raises(BadQuery):
        from_address(rep, house.person(), [("company.industry", "retail")])


def test_a_hop_does_not_tell_of_a_company_out_of_sight(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Rep", levels={"*": {"view": "own"}, "person": {"view": "all"}}))
    secret = house.a_company(ada, "Secret", industry="retail")
    open_ = house.a_company(ada, "Open", industry="retail", owner=rep.user_id)
    hidden, shown = house.a_person(ada, company=secret.pk), house.a_person(ada, company=open_.pk)

    def found(actor: Actor, path: str, operator: str, value: str) -> set[int]:
        rows = Person.objects.filter(compile_condition(actor, house.person(), Term(path, operator, value)))
        return set(rows.values_list("pk", flat=True))

    assert found(ada, "company.industry", "any", "retail") == {hidden.pk, shown.pk}
    assert found(rep, "company.industry", "any", "retail") == {shown.pk}
    assert found(rep, "company.name", "contains", "secret") == set()
    assert found(rep, "company.industry", "none", "food") == {shown.pk}


def test_words_do_not_name_a_record_out_of_sight(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Rep", levels={"*": {"view": "own"}, "person": {"view": "all"}}))
    secret = house.a_company(ada, "Secret")
    told: Callable[[Actor], str] = lambda actor: words(actor, house.person(), Term("company", "any", str(secret.pk)))  # noqa: E731
    assert told(ada) == "Company is any of Secret"
    assert told(rep) == f"Company is any of #{secret.pk}"


def test_who_may_not_create_does_not(tree: Tree) -> None:
    rep = looker(tree, levels=house.levels("all", create="none"))
    for spec in registry.every():
        with pytest.raises(NotAllowed):
            saving.create(rep, spec, {})
