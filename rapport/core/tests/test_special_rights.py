"""Special rights: whoever has one needs not be an administrator, and whoever has none is refused."""

import pytest

from rapport.core.access.special import RIGHTS, demand_right, may_right
from rapport.core.arranging import keeping
from rapport.core.arranging.arrangement import Arrangement
from rapport.core.arranging.keeping import Scope
from rapport.core.audit.rights import may_audit
from rapport.core.errors import NotAllowed
from rapport.core.objects.bulk import Order, carry_out
from rapport.core.views.saved import may_share
from tests import house

pytestmark = pytest.mark.django_db


def test_it_works() -> None:
    mia = house.actor("Mia", house.role("Merger", levels=house.levels("own"), rights=["merge"]))
    assert [key for key in RIGHTS if may_right(mia, key)] == ["merge"]
    demand_right(mia, "merge")
    with pytest.raises(NotAllowed, match="erase for good"):
        demand_right(mia, "erase")


def test_administrators_have_all_and_who_has_no_role_none() -> None:
    ada, nobody = house.admin(), house.actor("Nora", house.role("None", rights=[]))
    assert all(may_right(ada, key) and not may_right(nobody, key) for key in RIGHTS)


def test_a_right_that_there_is_not_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        may_right(house.admin(), "fly")


def test_changing_many_takes_a_right_besides_the_level() -> None:
    ann = house.actor("Ann", house.role("Slow", levels=house.levels("all"), rights=[]))
    person = house.a_person(ann)
    with pytest.raises(NotAllowed, match="change many"):
        carry_out(ann, house.person(), Order("trash"), [person.pk])
    person.refresh_from_db()
    assert person.live


def test_the_audit_and_what_everybody_sees_need_no_administrator() -> None:
    role = house.role("Shaper", levels=house.levels("own"), rights=["audit", "shape"])
    sam, other = house.actor("Sam", role), house.actor("Ann", house.role("Plain"))
    assert may_audit(sam) and not may_audit(other)
    assert may_share(sam, "all") and not may_share(other, "all")
    keeping.arrange(sam, house.person(), "facts", Scope(), Arrangement(("first_name",)))
    with pytest.raises(NotAllowed):
        keeping.reset(other, house.person(), "facts", Scope())
