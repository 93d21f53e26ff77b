"""One record out of several."""

from typing import Any

import pytest
from django.test import Client

from rapport.accounts.actor import Actor
from rapport.activities.actions import NoteInput, add_note
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery, rows_matching
from rapport.core.access.sharing import Offer, share
from rapport.core.access.visible import get_record, seen_among
from rapport.core.definitions.fields import FieldData, archive_field, bring_back_field, create_field
from rapport.core.definitions.objects import ObjectData, archive_object, bring_back_object, create_object
from rapport.core.errors import Conflict, Invalid, NotAllowed, NotFound
from rapport.core.events.models import Change
from rapport.core.files.actions import add_file, find_file
from rapport.core.files.incoming import take_in
from rapport.core.files.panel import file_rows
from rapport.core.importing.models import ExternalId
from rapport.core.merging.merge import merge
from rapport.core.notices.models import Follow
from rapport.core.objects import registry, saving
from rapport.core.records.aliases import current, losers_of
from rapport.core.tests.bringing import Files, counts
from rapport.core.timeline.reading import timeline
from rapport.lib.tests.test_file_kinds import png
from tests import house
from tests.world import World


def two(ada: Actor) -> tuple[Any, Any]:
    return (
        house.a_person(ada, email="mia@berg.example", tags=["vip"]),
        house.a_person(ada, "Maria", email="m@berg.example", phone="+49 30 1234567", tags=["fair"], job_title="Head"),
    )


def test_it_works(ada: Actor) -> None:
    stays, goes = two(ada)
    merge(ada, house.person(), stays.pk, [goes.pk], {"first_name": goes.pk})
    row = house.person().model.objects.get(pk=stays.pk)
    assert (row.title, row.email, row.phone) == ("Maria Berg", "mia@berg.example", "+49 30 1234567")
    assert not house.person().model.objects.get(pk=goes.pk).live
    assert current(goes.pk) == stays.pk
    assert losers_of(stays.pk) == [goes.pk]


def test_lists_are_united_and_the_chosen_one_stands_first(ada: Actor) -> None:
    stays, goes = two(ada)
    merge(ada, house.person(), stays.pk, [goes.pk], {"email": goes.pk})
    values = {key: field.get(stays) for key, field in house.person().by_key.items() if key in ("emails", "tags")}
    assert [item["value"] for item in values["emails"]] == ["m@berg.example", "mia@berg.example"]
    assert values["tags"] == ["fair", "vip"]
    assert house.person().model.objects.get(pk=stays.pk).email == "m@berg.example"


def test_what_is_empty_is_filled_without_a_choice(ada: Actor) -> None:
    stays, goes = two(ada)
    merge(ada, house.person(), stays.pk, [goes.pk])
    assert house.person().model.objects.get(pk=stays.pk).job_title == "Head"


def test_both_companies_stay_and_the_chosen_one_is_the_main_one(ada: Actor) -> None:
    one, other = house.a_company(ada, "One"), house.a_company(ada, "Other")
    stays = house.a_person(ada, company=one.pk, job_title="Head")
    goes = house.a_person(ada, "Maria", company=other.pk, job_title="Chief")
    merge(ada, house.person(), stays.pk, [goes.pk], {"company": goes.pk, "job_title": goes.pk})
    row = house.person().model.objects.get(pk=stays.pk)
    assert (row.company_id, row.job_title) == (other.pk, "Chief")
    rows = house.person().by_key["affiliations"].get(row)
    assert {(one_row["company"], one_row["main"]) for one_row in rows} == {(one.pk, False), (other.pk, True)}


def test_what_leads_to_the_others_leads_to_the_one_that_stays(ada: Actor) -> None:
    stays, goes = house.a_company(ada, "Hexa"), house.a_company(ada, "Hexa Ltd")
    mia = house.a_person(ada, company=goes.pk, job_title="Head")
    note = add_note(ada, NoteInput("Wants a quote", (goes.pk,)))
    merge(ada, house.company(), stays.pk, [goes.pk])
    mia.refresh_from_db()
    assert (mia.company_id, mia.job_title) == (stays.pk, "Head")
    assert [row["company"] for row in house.person().by_key["affiliations"].get(mia)] == [stays.pk]
    assert registry.get("note").by_key["about"].get(note) == [stays.pk]
    assert house.company().model.objects.get(pk=stays.pk).last_activity_at is not None


def test_the_timeline_tells_of_all_of_them(ada: Actor) -> None:
    stays, goes = two(ada)
    add_note(ada, NoteInput("Old note", (goes.pk,)))
    add_note(ada, NoteInput("New note", (stays.pk,)))
    merge(ada, house.person(), stays.pk, [goes.pk])
    stays.refresh_from_db()
    entries = timeline(ada, house.person(), stays)
    assert {"Old note", "New note"} <= {entry.quote for entry in entries}
    assert [entry.text for entry in entries if entry.kind == "person.created" and entry.text] == ["Maria Berg"]
    assert any(entry.heading == "merged with Maria Berg" for entry in entries)
    paged: list[int] = []
    while part := timeline(ada, house.person(), stays, before=paged[-1] if paged else None, size=2):
        paged += [entry.id for entry in part]
    assert paged == [entry.id for entry in entries]


def test_files_shares_followers_and_foreign_numbers_come_along(world: World) -> None:
    ada = Actor.of(world.ada)
    stays, goes = two(ada)
    file = add_file(ada, goes.pk, "offer.txt", [b"hello"])
    share(ada, house.person(), goes.pk, Offer(f"user:{world.bob.pk}"))
    ExternalId.objects.create(record_id=goes.pk, kind="person", source="old", value="77")
    merge(ada, house.person(), stays.pk, [goes.pk])
    assert [row.title for row in file_rows(ada, stays.pk)] == ["offer.txt"]
    assert find_file(ada, file.pk).pk == file.pk
    assert Follow.objects.filter(record_id=stays.pk, user_id=ada.user_id).exists()
    assert ExternalId.objects.get(value="77").record_id == stays.pk
    assert seen_among(Actor.of(world.bob), house.person(), [stays.pk]).exists()


def test_a_merged_one_can_be_merged_on(ada: Actor) -> None:
    one, other = two(ada)
    third = house.a_person(ada, "Mimi")
    merge(ada, house.person(), other.pk, [one.pk])
    merge(ada, house.person(), third.pk, [other.pk])
    assert (current(one.pk), current(other.pk)) == (third.pk, third.pk)
    assert set(losers_of(third.pk)) == {one.pk, other.pk}


def test_one_that_is_merged_already_is_not_merged_again(ada: Actor) -> None:
    one, other = two(ada)
    merge(ada, house.person(), one.pk, [other.pk])
    with pytest.raises(NotFound):
        merge(ada, house.person(), one.pk, [other.pk])


def test_no_record_is_merged_with_itself(ada: Actor) -> None:
    one, _other = two(ada)
    with pytest.raises(Invalid, match="itself"):
        merge(ada, house.person(), one.pk, [one.pk])


def test_five_are_too_many(ada: Actor) -> None:
    ids = [house.a_person(ada, f"Mia {number}").pk for number in range(5)]
    with pytest.raises(Invalid, match="two to 4"):
        merge(ada, house.person(), ids[0], ids[1:])


def test_a_stale_merge_is_refused(ada: Actor) -> None:
    one, other = two(ada)
    saving.update(ada, house.person(), other.pk, {"job_title": "Chief"})
    with pytest.raises(Conflict, match="changed while you were looking"):
        merge(ada, house.person(), one.pk, [other.pk], versions={one.pk: one.version, other.pk: other.version})
    assert house.person().model.objects.get(pk=other.pk).live


def test_who_may_not_edit_all_of_them_may_not_merge(world: World) -> None:
    ada = Actor.of(world.ada)
    one, other = two(ada)
    ray = Actor.of(world.ray)
    with pytest.raises((NotAllowed, NotFound)):
        merge(ray, house.person(), one.pk, [other.pk])


def test_who_may_not_trash_those_that_go_may_not_merge(ada: Actor) -> None:
    one, other = two(ada)
    editor = house.actor("Edo", house.role("Editor", rights=["merge"], levels=house.levels(trash="none")))
    with pytest.raises(NotAllowed):
        merge(editor, house.person(), one.pk, [other.pk])


def test_a_choice_for_a_field_one_may_not_write_is_refused(ada: Actor) -> None:
    one, other = two(ada)
    role = house.role(
        "Half blind", rights=["merge"], levels=house.levels(), field_rules={"person": {"job_title": "hidden"}}
    )
    with pytest.raises(NotAllowed):
        merge(house.actor("Bly", role), house.person(), one.pk, [other.pk], {"job_title": other.pk})


def test_what_is_hidden_from_who_merges_is_not_lost(ada: Actor) -> None:
    one, other = two(ada)
    rules = {"person": {"job_title": "hidden", "emails": "hidden"}}
    role = house.role("Half blind", rights=["merge"], levels=house.levels(), field_rules=rules)
    merge(house.actor("Bly", role), house.person(), one.pk, [other.pk])
    row = house.person().model.objects.get(pk=one.pk)
    assert row.job_title == "Head"
    assert len(house.person().by_key["emails"].get(row)) == 2


def test_records_that_one_does_not_see_move_along(ada: Actor) -> None:
    stays, goes = house.a_company(ada, "Hexa"), house.a_company(ada, "Hexa Ltd")
    mia = house.a_person(ada, company=goes.pk)
    levels = {**house.levels(), "person": dict.fromkeys(house.FULL, "own")}
    merge(
        house.actor("Bly", house.role("Companies", rights=["merge"], levels=levels)),
        house.company(),
        stays.pk,
        [goes.pk],
    )
    mia.refresh_from_db()
    assert mia.company_id == stays.pk


def test_a_merged_one_does_not_leave_the_trash_by_itself(ada: Actor) -> None:
    one, other = two(ada)
    merge(ada, house.person(), one.pk, [other.pk])
    with pytest.raises(Invalid, match="Undo the merge"):
        saving.restore(ada, house.person(), [other.pk])


def test_the_photo_of_another_is_copied(ada: Actor) -> None:
    stays = house.a_person(ada)
    goes = house.a_person(ada, "Maria", photo=take_in(ada, "face.png", [png(8, 8)]))
    merge(ada, house.person(), stays.pk, [goes.pk])
    photo = house.person().by_key["photo"]
    assert photo.get(stays).sha256 == photo.get(goes).sha256
    assert photo.get(stays).id != photo.get(goes).id


def test_old_addresses_lead_to_the_one_that_stays(world: World, client: Client) -> None:
    ada = Actor.of(world.ada)
    stays, goes = two(ada)
    merge(ada, house.person(), stays.pk, [goes.pk])
    client.force_login(world.ada)
    for path in (f"/people/{goes.pk}", f"/people/{goes.pk}/edit"):
        assert client.get(path)["Location"] == path.replace(str(goes.pk), str(stays.pk))
    assert client.get(f"/r/{goes.pk}")["Location"] == f"/people/{stays.pk}"
    assert client.post(f"/people/{goes.pk}/edit", {"first_name": "X"}).status_code == 409


def test_an_import_by_number_changes_the_one_that_stays(ada: Actor, files: Files) -> None:
    stays, goes = two(ada)
    merge(ada, house.person(), stays.pk, [goes.pk])
    assert counts(files.bring(ada, f"id,Source\n{goes.pk},Fair\n", match="id")) == (0, 1, 0, 0, 0)
    assert house.person().model.objects.get(pk=stays.pk).source == "Fair"


def test_an_import_that_links_by_number_means_the_one_that_stays(ada: Actor, files: Files) -> None:
    stays, goes = house.a_company(ada, "Hexa"), house.a_company(ada, "Hexa Ltd")
    merge(ada, house.company(), stays.pk, [goes.pk])
    files.bring(ada, f"First name,Last name,Company,Company (id)\nAnn,Berg,Hexa Ltd,{goes.pk}\n")
    assert house.person().model.objects.get(last_name="Berg").company_id == stays.pk


def test_a_filter_for_one_that_was_merged_away_finds_what_belongs_to_it(ada: Actor) -> None:
    stays, goes = house.a_company(ada, "Hexa"), house.a_company(ada, "Hexa Ltd")
    mia = house.a_person(ada, company=goes.pk)
    merge(ada, house.company(), stays.pk, [goes.pk])
    found = rows_matching(ada, house.person(), ListQuery(Term("company", "", str(goes.pk))))
    assert list(found.values_list("pk", flat=True)) == [mia.pk]


def test_links_out_of_sight_follow_when_they_come_back(ada: Actor) -> None:
    row = create_field(ada, house.company(), FieldData("Knows", "links", settings={"to": "person"}))
    one = create_field(ada, house.company(), FieldData("Baker", "link", settings={"to": "person"}))
    oven = create_object(ada, ObjectData("Oven", "Ovens"))
    stands = create_field(ada, registry.get(oven.key), FieldData("Stoker", "link", settings={"to": "person"}))
    stays, goes = two(ada)
    other = house.a_person(ada, "Tom")
    values = {row.key: [goes.pk, other.pk], one.key: goes.pk}
    company = house.a_company(ada, "Hexa", **values)
    made = saving.create(ada, registry.get(oven.key), {"name": "Bertha", stands.key: goes.pk})
    for field in (row, one):
        archive_field(ada, field.pk)
    archive_object(ada, oven.pk)
    merge(ada, house.person(), stays.pk, [goes.pk])
    for field in (row, one):
        bring_back_field(ada, field.pk)
    bring_back_object(ada, oven.pk)
    company = get_record(ada, house.company(), company.pk)
    led = house.company().by_key[row.key].load_many([company.pk])[company.pk]
    shown = [target.id for target in led if target.id != goes.pk]  # in the trash, it is not shown
    assert shown == [stays.pk, other.pk]
    assert company.custom[one.key] == stays.pk
    assert get_record(ada, registry.get(oven.key), made.pk).custom[stands.key] == stays.pk
    assert Change.objects.filter(record=company.pk, event__act__kind="bulk.edit").count() == 2
