"""``rapport search``: what it prints, with whose rights, and what it exits with."""

import json
from typing import Any

import pytest

from rapport.cli import main
from rapport.cli import preparing as house_keeping
from rapport.core.search.models import SearchEntry
from tests import house
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of a test are there."""
    monkeypatch.setattr(house_keeping, "prepare", lambda: None)


def test_it_works(capsys: Any) -> None:
    ada = house.admin()
    hexa = house.a_company(ada, "Hexa")
    mia = house.a_person(ada, "Mia", "Müller", company=hexa.pk)
    assert main(["search", "mueller"]) == 0
    assert capsys.readouterr().out.split() == ["person", str(mia.pk), "Mia", "Müller"]
    assert main(["search", "hexa", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told == [
        {"id": mia.pk, "kind": "person", "title": "Mia Müller"}, {"id": hexa.pk, "kind": "company", "title": "Hexa"},
    ]  # fmt: skip
    assert main(["search", "hexa", "--kind", "company", "--limit", "1"]) == 0
    assert main(["search", "nobody"]) == 1


def test_as_somebody_it_finds_what_that_one_sees(world: World, capsys: Any) -> None:
    house.a_person(world.actor("ann"), "Mia", "Müller")
    assert main(["search", "müll", "--as", "ann@example.com"]) == 0
    assert main(["search", "müll", "--as", "eve@example.com"]) == 1
    assert "Nothing found" in capsys.readouterr().out


def test_what_cannot_be_meant_is_refused(capsys: Any) -> None:
    assert main(["search"]) == 2 and "what to look for" in capsys.readouterr().err
    assert main(["search", "x", "--kind", "dragon"]) == 2 and "Known are" in capsys.readouterr().err


def test_a_rebuild_writes_what_is_missing(capsys: Any) -> None:
    mia = house.a_person(house.admin(), "Mia", "Müller")
    SearchEntry.objects.all().delete()
    assert main(["search", "mueller"]) == 1
    assert main(["search", "--rebuild"]) == 0
    assert "1 records" in capsys.readouterr().out
    assert main(["search", "mueller"]) == 0 and SearchEntry.objects.get().pk == mia.pk
