"""One hop through links made at run time finds what a line of Python says it finds, whoever asks."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.core import fields
from rapport.core.access import visible
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery, count_capped, list_page
from rapport.core.access.sums import sums
from rapport.core.objects import registry, saving
from rapport.core.records.models import Record, RecordLink
from rapport.people.models import Company, Person
from tests import house
from tests.fields import made_at_run_time
from tests.world import World

pytestmark = pytest.mark.django_db
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
PLACES = range(4)  # companies: the last but one is hidden from Ann, the last is in the trash
CITIES = st.sampled_from(["", "Bonn", "Ulm"])
LINKS = st.sets(st.sampled_from(PLACES))
RULES: dict[str, Callable[[str], bool]] = {
    "any": lambda city: city == "Bonn",
    "none": lambda city: city != "Bonn",
    "empty": lambda city: not city,
    "filled": bool,
}
SINGLE = ("c_one", "company")
HELD: dict[str, Callable[[set[int], set[int], set[int]], bool]] = {  # what is linked, named, and named of what is seen
    "any": lambda links, _named, there: bool(links & there),
    "none": lambda links, _named, there: not links & there,
    "has_any": lambda links, _named, there: bool(links & there),
    "has_all": lambda links, named, _there: named <= links,
    "has_none": lambda links, _named, there: not links & there,
    "empty": lambda links, _named, _there: not links,
    "filled": lambda links, _named, _there: bool(links),
}
OPTIONS = (fields.Option("Bonn", "Bonn"), fields.Option("Ulm", "Ulm"))


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    leading: dict[str, Any] = {"custom": True, "to": "company"}
    made_at_run_time(
        monkeypatch,
        person=(
            fields.Link("c_one", "One", **leading),
            fields.Links("c_many", "Many", **leading),
            fields.LabelledLinks("c_said", "Said", **leading),
        ),
        # Both ways of looking behind a link: by the ids of those that match, and record by record.
        company=(
            fields.Choice("c_city", "City", custom=True, options=OPTIONS),
            fields.Choice("c_town", "Town", custom=True, options=OPTIONS, indexed=True),
            fields.Link("c_one", "One", **leading),  # the same key on another object
        ),
    )


def given_to(key: str, links: set[int], ids: list[int]) -> Any:
    numbers = [ids[place] for place in sorted(links)]
    if key == "c_said":
        return [{"id": number, "label": "x"} for number in numbers]
    return numbers if key == "c_many" else (numbers[0] if numbers else None)


@FEW
@given(
    cities=st.lists(CITIES, min_size=len(PLACES), max_size=len(PLACES)),
    people=st.lists(LINKS, max_size=5),
    key=st.sampled_from(["c_one", "c_many", "c_said"]),
    far=st.sampled_from(["c_city", "c_town"]),
    operator=st.sampled_from(sorted(RULES)),
    name=st.sampled_from(["ada", "ann"]),
    few=st.sampled_from([0, 1, 2_000]),
)
def test_it_works(
    world: World, cities: list[str], people: list[set[int]], key: str, far: str, operator: str, name: str, few: int
) -> None:
    ada, actor = world.actor("ada"), world.actor(name)
    ids = stocked(world, cities, people, key)
    saving.update(ada, house.company(), ids[0], {"c_one": ids[1]})  # leads by the same key, but is no person
    saving.trash(ada, house.company(), [ids[3]])
    seen = {0, 1} | ({2} if name == "ada" else set())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(visible, "FEW", few)
        visible._many.clear()
        term = Term(f"{key}.{far}", operator, "Bonn" if operator in ("any", "none") else "")
        rows = list_page(actor, registry.get("person"), ListQuery(term, sort="title"), []).rows
    wanted = [
        f"P{number}"
        for number, links in enumerate(people)
        if any(
            RULES[operator](cities[place]) for place in (sorted(links)[:1] if key in SINGLE else links) if place in seen
        )
    ]
    assert [row.title for row in rows] == wanted


@FEW
@given(
    people=st.lists(LINKS, max_size=5),
    key=st.sampled_from(["c_one", "c_many", "c_said", "company"]),
    operator=st.sampled_from(["any", "none", "has_any", "has_all", "has_none", "empty", "filled"]),
    named=st.sets(st.sampled_from(PLACES), min_size=1),
    name=st.sampled_from(["ada", "ann"]),
)
def test_a_link_to_what_one_does_not_see_is_as_none(
    world: World, people: list[set[int]], key: str, operator: str, named: set[int], name: str
) -> None:
    spec, actor = registry.get("person"), world.actor(name)
    if operator not in {one.key for one in spec.by_key[key].operators}:
        return
    ids = stocked(world, [""] * len(PLACES), people, key)
    value = "" if operator in ("empty", "filled") else ",".join(str(ids[place]) for place in sorted(named))
    query = ListQuery(Term(key, operator, value), sort="title")
    told = [set(sorted(links)[:1]) if key in SINGLE else links for links in people]
    seen = set(PLACES) if name == "ada" else {0, 1, 3}
    wanted = [f"P{number}" for number, links in enumerate(told) if HELD[operator](links & seen, named, named & seen)]
    assert [row.title for row in list_page(actor, spec, query, []).rows] == wanted
    assert count_capped(actor, spec, query) == len(wanted)
    filled = sums(actor, spec, ListQuery(), {key: "filled"}, {key: spec.by_key[key]})[0][key].text
    share = round(100 * sum(bool(links & seen) for links in told) / len(told)) if told else 0
    assert filled == f"{share} %"


def stocked(world: World, cities: list[str], people: list[set[int]], key: str) -> list[int]:
    """Nobody but people who lead to companies, one of which is hidden from Ann; the ids of those."""
    clear()
    ids = [
        saving.create(
            world.actor("eve" if place == 2 else "ann"),
            house.company(),
            {"name": f"C{place}", "c_city": city, "c_town": city},
        ).pk
        for place, city in enumerate(cities)
    ]
    for number, links in enumerate(people):
        values = {"last_name": f"P{number}", "owner": world.ann.pk, "team": None, key: given_to(key, links, ids)}
        saving.create(world.actor("ada"), registry.get("person"), values)
    return ids


def clear() -> None:
    RecordLink.objects.all().delete()
    Person.objects.all().delete()
    Company.objects.all().delete()
    Record.objects.filter(kind__in=("person", "company")).update(kind="gone", title="")
