"""Companies with sixty fields of their own: every screen of theirs opens, and asks the database no more than with
twenty, except for what stands in tables of its own: once for each such field that is shown.
"""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.core.fields import Field
from rapport.core.objects import registry, saving
from tests import house
from tests.fields import CUSTOM, OPTIONS, SAMPLES, made_at_run_time
from tests.world import World

pytestmark = pytest.mark.django_db

TIMES = 3


def copies(times: int) -> tuple[Field, ...]:
    """A field of every type so many times, each under a key and a name of its own."""
    return tuple(
        replace(field, key=f"{field.key}_{n}", label=f"{field.label} {n}") for n in range(times) for field in CUSTOM
    )


def companies(patch: pytest.MonkeyPatch, own: tuple[Field, ...]) -> None:
    made_at_run_time(patch, company=own)


def asked(world: World, url: str) -> int:
    house.forget()
    browser = world.client("ann")
    browser.get(url)  # what is remembered for some seconds is remembered now
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(url)
    assert answer.status_code == 200, (url, answer.content[:300])
    return len([query for query in queries if not str(query["sql"]).startswith(("SAVEPOINT", "RELEASE"))])


def value(world: World, field: Field, linked: int) -> Any:
    """Something that may stand in the field."""
    if field.type in ("link", "links"):
        return [linked] if field.type == "links" else linked
    if field.type == "labelled_links":
        return [{"id": linked, "label": "a"}]
    if field.type == "user":
        return world.ann.pk
    if field.type in ("choice", "choices"):
        return [OPTIONS[0].key] if field.type == "choices" else OPTIONS[0].key
    return SAMPLES[field.type][-1]


def test_it_works(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, spec = world.actor("ann"), registry.get("company")
    linked = saving.create(ann, spec, {"name": "Partner"}).pk
    own = copies(TIMES)
    companies(monkeypatch, own)
    values = {field.key: value(world, field, linked) for field in own if field.type != "file"}
    records = [saving.create(ann, spec, {"name": f"Hexa {n}", **values}) for n in range(2)]
    apart = sum(field.type in ("links", "labelled_links", "file") for field in CUSTOM)
    counts: dict[int, list[int]] = {}
    for times in (1, TIMES):
        shown = copies(times)
        companies(monkeypatch, shown)
        columns = ",".join(field.key for field in shown)
        pages = [f"/companies?columns={columns}", f"/companies/{records[0].pk}", f"/companies/{records[0].pk}/edit"]
        pages += ["/companies/new", f"/companies/filter?f={shown[-2].key}", f"/companies/columns?columns={columns}"]
        counts[times] = [asked(world, page) for page in pages]
    more = [many - few for few, many in zip(counts[1], counts[TIMES], strict=True)]
    assert more[3:] == [0, 0, 0]
    panels = sum(field.type in ("link", "links", "labelled_links") for field in CUSTOM)  # they lead to companies
    assert all(step <= (apart + (panels if place == 1 else 0)) * (TIMES - 1) for place, step in enumerate(more)), more
