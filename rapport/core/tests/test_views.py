"""Saved views: who has them, who may change them, and that they show nobody more than they may see."""

import pytest

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import AllOf, Term
from rapport.core.audit.reading import Question, lines
from rapport.core.errors import BadQuery, Invalid, NotAllowed, NotFound
from rapport.core.events.models import Event
from rapport.core.views import saved
from rapport.core.views.models import View
from rapport.core.views.saved import Shape
from tests import house

pytestmark = pytest.mark.django_db
HEADS = Shape(AllOf((Term("job_title", "", "Head"),)), "-created_at", "", ("email", "job_title"))


def names(actor: Actor) -> list[str]:
    return [listed.view.name for listed in saved.views_of(actor, house.person())]


def rep(name: str, team: object = None) -> Actor:
    return house.actor(name, house.role(name, levels=house.levels("all")), team)  # type: ignore[arg-type]


def test_it_works(ada: Actor) -> None:
    view = saved.save_view(ada, house.person(), "  Heads ", HEADS)
    (listed,) = saved.views_of(ada, house.person())
    assert listed.view == view and view.name == "Heads" and listed.is_pinned and not listed.is_default
    assert saved.readable(ada, house.person(), view) == saved.Readable(HEADS)
    assert saved.views_of(ada, house.company()) == []


def test_a_view_is_seen_by_those_it_is_shared_with(ada: Actor) -> None:
    top = house.team("Top")
    below, beside = house.team("Below", top), house.team("Beside")
    ann, bob, eve = rep("Ann", top), rep("Bob", below), rep("Eve", beside)
    saved.save_view(ann, house.person(), "Mine", HEADS)
    saved.save_view(ann, house.person(), "Ours", HEADS, shared="team")
    saved.save_view(ada, house.person(), "Everybody's", HEADS, shared="all")
    assert names(ann) == ["Mine", "Ours", "Everybody's"]
    assert names(bob) == ["Ours", "Everybody's"] and names(eve) == ["Everybody's"]
    mine = View.objects.get(name="Mine")
    with pytest.raises(NotFound):
        saved.get_view(bob, house.person(), mine.pk)
    with pytest.raises(NotFound):
        saved.get_view(ann, house.company(), mine.pk)


def test_only_administrators_share_with_everybody_and_the_teamless_with_nobody(ada: Actor) -> None:
    bob = rep("Bob")
    for shared in ("all", "team", "world"):
        with pytest.raises(Invalid):
            saved.save_view(bob, house.person(), "X", HEADS, shared=shared)
    with pytest.raises(Invalid, match="You are in no team"):
        saved.save_view(bob, house.person(), "X", HEADS, shared="team")
    with pytest.raises(Invalid):
        saved.save_view(bob, house.person(), " ", HEADS)


def test_the_audit_tells_with_whom_a_view_is_shared(ada: Actor) -> None:
    saved.save_view(ada, house.person(), "Mine", HEADS)
    view = saved.save_view(ada, house.person(), "All", HEADS, shared="all")
    saved.reshape(ada, view, Shape())
    saved.rename(ada, view, "All", "")
    saved.delete(ada, view)
    saved.restore(ada, view)
    told = [(event.kind.removeprefix("view."), event.data["with"]) for event in Event.objects.order_by("pk")]
    wanted = [("shared", "all"), ("changed", "all"), ("unshared", "nobody"), ("deleted", "nobody")]
    assert told == [*wanted, ("restored", "nobody")]
    assert lines(ada, Question(kind="view.shared"))[0].sentence == "shared a view"


def test_a_shared_view_is_changed_by_its_maker_and_administrators_only(ada: Actor) -> None:
    top = house.team("Top")
    ann, bob = rep("Ann", top), rep("Bob", top)
    view = saved.save_view(ann, house.person(), "Ours", HEADS, shared="team")
    for verb in (
        lambda: saved.rename(bob, view, "Bob's", ""),
        lambda: saved.reshape(bob, view, Shape()),
        lambda: saved.delete(bob, view),
        lambda: saved.restore(bob, view),
    ):
        with pytest.raises(NotAllowed):
            verb()
    saved.rename(ada, view, "Theirs", "all")
    assert names(bob) == ["Theirs"]
    saved.rename(ann, view, "Still shared", "all")  # it was shared so already
    with pytest.raises(NotAllowed):
        saved.rename(ada, saved.save_view(ann, house.person(), "Private", HEADS), "x", "")


def test_a_deleted_view_comes_back_as_it_was(ada: Actor) -> None:
    view = saved.save_view(ada, house.person(), "Heads", HEADS)
    saved.pin(ada, view, pinned=False)
    saved.delete(ada, view)
    assert names(ada) == []
    saved.restore(ada, saved.get_view(ada, house.person(), view.pk, deleted=True))
    (listed,) = saved.views_of(ada, house.person())
    assert not listed.is_pinned and listed.view.columns == ["email", "job_title"]


def test_everyone_orders_pins_and_opens_views_for_themselves(ada: Actor) -> None:
    bob = rep("Bob")
    for name in "ABC":
        saved.save_view(ada, house.person(), name, HEADS, shared="all")
    a, _b, c = (listed.view for listed in saved.views_of(bob, house.person()))
    saved.move(bob, house.person(), c, -1)
    saved.pin(bob, a, pinned=False)
    saved.make_default(bob, house.person(), c, default=True)
    saved.make_default(bob, house.person(), a, default=True)
    assert names(bob) == ["A", "C", "B"] and names(ada) == ["A", "B", "C"]
    told = {one.view.name: (one.is_pinned, one.is_default) for one in saved.views_of(bob, house.person())}
    assert told == {"A": (False, True), "B": (True, False), "C": (True, False)}
    saved.make_default(bob, house.person(), a, default=False)
    assert not any(one.is_default for one in saved.views_of(bob, house.person()))


def test_a_view_tells_nothing_of_a_field_hidden_from_its_reader(ada: Actor) -> None:
    view = saved.save_view(ada, house.person(), "Heads", HEADS, shared="all")
    hidden = {"person": {"job_title": "hidden"}}
    bob = house.actor("Bob", house.role("B", levels=house.levels("all"), field_rules=hidden))
    assert saved.readable(bob, house.person(), view) == saved.Readable(is_closed=True)
    saved.reshape(ada, view, Shape(columns=("email", "job_title"), sort="-created_at"))
    shown = saved.readable(bob, house.person(), view)
    assert shown.lacks and shown.shape.columns == ("email",)


def test_columns_are_those_that_exist_for_the_reader(ada: Actor) -> None:
    assert saved.columns_known(ada, house.person(), ["email", "email", "tags"]) == ("email", "tags")
    for key in ("nothing", "__class__", "password"):
        with pytest.raises(BadQuery):
            saved.columns_known(ada, house.person(), [key])


def test_two_ways_to_say_the_same_list_are_the_same_view(ada: Actor) -> None:
    spec = house.person()
    usual = Shape(sort=spec.default_sort, columns=tuple(spec.columns))
    assert saved.same(ada, spec, Shape(), usual)
    assert not saved.same(ada, spec, HEADS, Shape())


def test_a_role_opens_its_list_on_a_view_until_somebody_chooses(ada: Actor) -> None:
    ann, bob = rep("Ann"), rep("Bob")
    view = saved.save_view(ada, house.person(), "Heads", HEADS, shared="all")
    assert ann.role is not None
    saved.make_role_default(ada, house.person(), view, [ann.role.pk])
    assert [listed.of_role for listed in saved.views_of(ann, house.person())] == [True]
    assert [listed.of_role for listed in saved.views_of(bob, house.person())] == [False]
    assert saved.roles_of([view]) == {view.pk: [ann.role.pk]}
    other = saved.save_view(ada, house.person(), "Others", HEADS, shared="all")
    saved.make_role_default(ada, house.person(), other, [ann.role.pk])
    assert saved.roles_of([view, other]) == {other.pk: [ann.role.pk]}, "a role opens one list on one view"
    saved.make_role_default(ada, house.person(), other, [])
    assert saved.roles_of([view, other]) == {}


def test_only_what_everybody_has_opens_first_for_a_role(ada: Actor) -> None:
    ann = rep("Ann")
    assert ann.role is not None
    view = saved.save_view(ada, house.person(), "Heads", HEADS)
    with pytest.raises(Invalid):
        saved.make_role_default(ada, house.person(), view, [ann.role.pk])
    with pytest.raises(NotAllowed):
        saved.make_role_default(ann, house.person(), view, [])
