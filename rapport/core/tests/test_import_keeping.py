"""Mappings of imports that are kept under a name."""

import pytest

from rapport.accounts.actor import Actor
from rapport.core.errors import Invalid, NotAllowed, NotFound
from rapport.core.importing import keeping, runs
from rapport.core.importing.models import ImportRun, KeptMapping
from rapport.core.importing.options import Options
from rapport.core.tests.bringing import Files
from tests import house

pytestmark = pytest.mark.django_db
SHEET = "Wer,Adresse fürs Netz,Stand\nBerg,ann@example.com,Stamm\n"


def kept(files: Files, ada: Actor, *, is_shared: bool = False) -> KeptMapping:
    """A mapping of the sheet above, kept as “Kasse”."""
    run = files.prepare(ada, SHEET)
    options = Options(values={"lifecycle": {"stamm": "customer", "weg": None}}, source="Kasse")
    runs.choose(ada, run.pk, {0: "last_name", 1: "email", 2: "lifecycle"}, "email", mode="create", options=options)
    return keeping.keep(ada, runs.get_draft(ada, run.pk), "Kasse", is_shared=is_shared)


def test_it_works(files: Files, ada: Actor) -> None:
    kept(files, ada)
    run = files.prepare(ada, SHEET.replace("Berg", "Dahl"))
    assert runs.columns_of(run) == {0: "last_name", 1: "email", 2: "lifecycle"}
    assert (run.match, run.mode, run.format["mapping"]) == ("email", "create", "Kasse")
    assert Options.of(run.options).values["lifecycle"] == {"stamm": "customer"}


def test_it_fits_a_file_with_the_columns_in_another_order(files: Files, ada: Actor) -> None:
    kept(files, ada)
    run = files.prepare(ada, "Stand,Noch eine,Wer,Adresse fürs Netz\nStamm,x,Berg,ann@example.com\n")
    assert runs.columns_of(run) == {0: "lifecycle", 2: "last_name", 3: "email"}


def test_a_file_of_another_layout_is_guessed_as_ever(files: Files, ada: Actor) -> None:
    kept(files, ada)
    run = files.prepare(ada, "Last name,Stand\nBerg,Stamm\n")
    assert runs.columns_of(run) == {0: "last_name"} and "mapping" not in run.format


def test_it_is_used_by_hand_for_a_file_that_has_some_of_its_columns(files: Files, ada: Actor) -> None:
    found = kept(files, ada)
    run = files.prepare(ada, "Wer,Last name\nBerg,\n")
    keeping.use(ada, run, found.pk)
    run = ImportRun.objects.get(pk=run.pk)
    assert runs.columns_of(run) == {0: "last_name"} and run.match == ""
    with pytest.raises(Invalid, match="none of the columns"):
        keeping.use(ada, files.prepare(ada, "E-mail\nann@example.com\n"), found.pk)


def test_it_is_its_users_own_unless_it_is_shared(files: Files, ada: Actor) -> None:
    bo = house.actor("Bo", house.role("Staff", levels=house.levels()))
    mine = kept(files, ada)
    assert keeping.known(bo, house.person()) == []
    with pytest.raises(NotFound):
        keeping.remove(bo, house.person(), mine.pk)
    kept(files, ada, is_shared=True)
    assert [one.name for one in keeping.known(bo, house.person())] == ["Kasse"]
    assert files.prepare(bo, SHEET).format["mapping"] == "Kasse"
    with pytest.raises(NotAllowed):
        keeping.remove(bo, house.person(), mine.pk)
    keeping.remove(ada, house.person(), mine.pk)
    assert not KeptMapping.objects.exists()


def test_columns_that_a_role_may_not_write_are_left_out(files: Files, ada: Actor) -> None:
    kept(files, ada, is_shared=True)
    rules = {"person": {"lifecycle": "hidden"}}
    bo = house.actor("Bo", house.role("Staff", levels=house.levels(), field_rules=rules))
    assert runs.columns_of(files.prepare(bo, SHEET)) == {0: "last_name", 1: "email"}


def test_a_name_is_needed_and_replaces_the_mapping_that_has_it(files: Files, ada: Actor) -> None:
    kept(files, ada)
    kept(files, ada)
    assert KeptMapping.objects.count() == 1
    with pytest.raises(Invalid, match="name"):
        keeping.keep(ada, files.prepare(ada, SHEET), "  ", is_shared=False)
