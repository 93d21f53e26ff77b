"""Who is in a segment, how many, and what becomes of that."""

import pytest

from rapport.accounts.actor import Actor
from rapport.core.audit.erase import erase
from rapport.core.changes.undo import undo
from rapport.core.definitions.objects import ObjectData, create_object
from rapport.core.errors import Invalid, NotFound
from rapport.core.merging.merge import merge
from rapport.core.objects import registry, saving
from rapport.core.segments.models import Segment
from rapport.segments.tests.making import a_segment, count, members, put
from tests import house

pytestmark = pytest.mark.django_db


def test_it_works(ada: Actor) -> None:
    segment, mia, ole = a_segment(ada), house.a_person(ada), house.a_person(ada, "Ole")
    act = put(ada, segment, mia)
    assert members(ada, segment) == {mia.pk} and members(ada, segment, "none") == {ole.pk}
    assert count(segment) == 1 and act.counts == {"updated": 1}
    put(ada, segment, mia, ole)
    assert count(segment) == 2
    put(ada, segment, mia, verb="unsegment")
    assert members(ada, segment) == {ole.pk} and count(segment) == 1


def test_undo_leaves_who_was_put_elsewhere_since_and_says_so(ada: Actor) -> None:
    segment, other = a_segment(ada), a_segment(ada, "Fair")
    mia, ole = house.a_person(ada), house.a_person(ada, "Ole")
    act = put(ada, segment, mia, ole)
    put(ada, other, ole)
    undone = undo(ada, act.pk)
    assert (undone.changed, undone.left_count) == (1, 1) and "Ole" in undone.left[0]
    assert members(ada, segment) == {ole.pk} and count(segment) == 1


def test_who_is_in_the_trash_is_hidden_and_not_counted_and_comes_back(ada: Actor) -> None:
    segment, mia = a_segment(ada), house.a_person(ada)
    put(ada, segment, mia)
    saving.trash(ada, house.person(), [mia.pk])
    assert count(segment) == 0 and not members(ada, segment)
    saving.restore(ada, house.person(), [mia.pk])
    assert count(segment) == 1 and members(ada, segment) == {mia.pk}


def test_a_merge_takes_the_segments_along_and_its_undo_gives_them_back(ada: Actor) -> None:
    segment, mia, double = a_segment(ada), house.a_person(ada), house.a_person(ada, "Mia")
    put(ada, segment, double)
    merged = merge(ada, house.person(), mia.pk, [double.pk])
    assert members(ada, segment) == {mia.pk} and count(segment) == 1
    undo(ada, merged.act.pk)
    assert members(ada, segment) == {double.pk} and count(segment) == 1


def test_who_is_erased_is_in_none_any_more(ada: Actor) -> None:
    segment, mia, ole = a_segment(ada), house.a_person(ada), house.a_person(ada, "Ole")
    put(ada, segment, mia, ole)
    erase(ada, mia.pk)
    assert count(segment) == 1
    saving.trash(ada, house.person(), [ole.pk])
    erase(ada, ole.pk)
    assert count(segment) == 0


def test_a_name_is_taken_once_for_each_object(ada: Actor) -> None:
    first = a_segment(ada)
    a_segment(ada, kind="company")
    with pytest.raises(Invalid):
        a_segment(ada, "CHRISTMAS mailing")
    saving.trash(ada, registry.get("segment"), [first.pk])
    a_segment(ada)
    with pytest.raises(Invalid):
        saving.restore(ada, registry.get("segment"), [first.pk])


def test_a_segment_keeps_its_object_and_takes_no_others(ada: Actor) -> None:
    segment, hexa = a_segment(ada), house.a_company(ada)
    with pytest.raises(Invalid):
        saving.update(ada, registry.get("segment"), segment.pk, {"object": "company"})
    with pytest.raises(Invalid):
        saving.update(ada, house.company(), hexa.pk, {"segments": [segment.pk]})


def test_names_in_a_file_mean_segments_of_that_object(ada: Actor) -> None:
    segment = a_segment(ada, kind="company")
    hexa = house.a_company(ada, segments="christmas MAILING")
    assert hexa.pk and count(segment) == 1
    with pytest.raises(Invalid):
        house.a_person(ada, segments="Christmas mailing")


def test_objects_made_at_run_time_have_segments_too(ada: Actor) -> None:
    spec = create_object(ada, ObjectData("Oven", "Ovens", "flame"))
    oven = registry.get(spec.key)
    segment = a_segment(ada, "To be cleaned", oven.key)
    saving.create(ada, oven, {"name": "Big one", "segments": [segment.pk]})
    assert count(segment) == 1


def test_nobody_puts_records_into_a_segment_that_they_do_not_see(ada: Actor) -> None:
    segment = a_segment(ada)
    own = house.actor("Olga", house.role("Own", levels=house.levels("own", create="all")))
    mine = house.a_person(own)
    with pytest.raises(NotFound):
        put(own, segment, mine)
    put(own, a_segment(own, "Mine"), mine)
    assert Segment.objects.get(title="Mine").member_count == 1


def test_a_segment_that_is_hidden_from_somebody_stays_on_what_they_save(ada: Actor) -> None:
    segment, own = a_segment(ada), house.actor("Olga", house.role("Own", levels=house.levels("own", create="all")))
    mine = house.a_person(own)
    put(ada, segment, mine)
    other = a_segment(own, "Mine")
    put(own, other, mine)
    saving.update(own, house.person(), mine.pk, {"segments": []})
    assert members(ada, segment) == {mine.pk} and count(other) == 0
