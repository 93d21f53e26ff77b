"""Search: every record by any part of its names, numbers and texts; the best first; nothing that may not be seen."""

import random
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection, transaction

from rapport.accounts.actor import Actor
from rapport.activities.actions import NoteInput, add_note
from rapport.core.access import visible
from rapport.core.access.models import Share
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.audit.erase import erase
from rapport.core.changes.undo import undo
from rapport.core.events.models import Act
from rapport.core.jobs import registry as job_registry
from rapport.core.jobs.models import LONG, Job
from rapport.core.objects import registry, saving
from rapport.core.search import entries, fulltext, keeping, rebuilding, scopes, searching, weighing
from rapport.core.search.models import SearchEntry, SearchScope
from rapport.core.search.searching import search
from rapport.lib.search_words import holds, joined, sought, words
from tests import house


def ids(actor: Actor, text: str, kind: str = "person", limit: int = 50) -> list[int]:
    """What a search finds, the best first."""
    return [hit.id for hit in search(actor, registry.get(kind), text, limit)]


def listed(actor: Actor, text: str, kind: str = "person", **more: Any) -> list[int]:
    """What the search box of a list leaves of it."""
    query = ListQuery(find=text, size=500, **more)
    return sorted(row.id for row in list_page(actor, registry.get(kind), query, []).rows)


def both(actor: Actor, text: str, kind: str = "person") -> list[int]:
    """What search and list find, which is the same."""
    found = sorted(ids(actor, text, kind, 500))
    assert found == listed(actor, text, kind), text
    return found


def test_it_works(ada: Actor) -> None:
    mia = house.a_person(
        ada, "Mia", "Müller", email="m.mueller@hexa.example", phone="030 123456", job_title="Head of IT"
    )
    house.a_person(ada, "Bo", "Berg")
    for text in ("mia", "ülle", "muller", "Mueller mia", "hexa", "ead of", "123456", "+49 30 12345", "30123", "m.muel"):
        assert both(ada, text) == [mia.pk], text
    assert both(ada, "mia berg") == [] and both(ada, "zzz") == []


def test_every_text_of_a_record_counts(ada: Actor) -> None:
    hexa = house.a_company(ada, "Hexa Logistik", website="https://www.sechseck.example", vat_id="DE123456789")
    mia = house.a_person(ada, company=hexa.pk, about="Speaks Danish", address={"city": "Kopenhagen"})
    note = add_note(ada, NoteInput("Budget is approved, wants 40 seats", (mia.pk,)))
    assert both(ada, "danish") == both(ada, "kopenh") == both(ada, "logistik") == [mia.pk]
    assert both(ada, "sechseck", "company") == both(ada, "DE123456789", "company") == [hexa.pk]
    assert both(ada, "approved seats", "note") == [note.pk]
    assert both(ada, "approved") == []


@pytest.mark.parametrize("text", ["李", "小龙", "东京", "Li", "Wu", "W", "京都"])
def test_short_names_and_writing_without_spaces_are_found(ada: Actor, text: str) -> None:
    everybody = [
        house.a_person(ada, first, last)
        for first, last in (("小龙", "李"), ("Wei", "Li"), ("Wu", "Xi"), ("Angelika", "Kowu"), ("", "东京都"))
    ]
    wanted = [person.pk for person in everybody if holds(joined(words(person.title)), sought(text))]
    assert wanted and both(ada, text) == wanted


def test_search_agrees_with_looking_at_every_text(ada: Actor) -> None:
    chance = random.Random(41)
    letters = "aaeeiou bcdmnrst äöüß éł 12 345 李小龙東京都 "
    texts = {}
    for _number in range(120):
        last = "".join(chance.choice(letters) for _ in range(chance.randint(1, 14))).strip() or "x"
        about = " ".join("".join(chance.choice(letters) for _ in range(6)) for _ in range(3))
        person = house.a_person(ada, "", last, about=about)
        texts[person.pk] = joined([*words(last), *words(about)])
    for _number in range(150):
        source = chance.choice(list(texts.values()))
        start = chance.randrange(max(len(source) - 4, 1))
        typed = source[start : start + chance.randint(1, 7)].strip() or "x"
        wanted = sorted(pk for pk, text in texts.items() if (ways := sought(typed)) and holds(text, ways))
        assert both(ada, typed) == wanted, typed


@pytest.mark.parametrize(
    "text", ["%", "_", '"', "'", '" OR 1', "NEAR(", "* AND", "a:b", "--", "\\", "^mia", "mia*", "(", "{}", "\x00x"]
)
def test_signs_that_databases_read_are_harmless(ada: Actor, text: str) -> None:
    mia = house.a_person(ada, "Mia", "Berg")
    assert set(both(ada, text)) <= {mia.pk}
    assert both(ada, f"mia {text}") in ([mia.pk], [])


def test_a_very_long_text_is_answered_at_once(ada: Actor) -> None:
    house.a_person(ada)
    start = time.monotonic()
    for text in ("x" * 10_000, "mia " * 2_500, "1" * 10_000, "@" * 10_000):
        ids(ada, text)
        listed(ada, text)
    assert time.monotonic() - start < 2


def test_who_is_called_so_comes_first(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "CANDIDATES", 10)
    exact = house.a_person(ada, "Mar", "")
    address = house.a_person(ada, "Zoe", "Zorn", email="mar@x.example")
    begins = house.a_person(ada, "Maria", "Berg")
    for number in range(30):
        house.a_person(ada, "Dagmar", f"Number {number}")
    assert ids(ada, "mar", limit=2) == [exact.pk, begins.pk]
    assert ids(ada, "mar@x.example", limit=1) == [address.pk]
    assert address.pk in ids(ada, "mar", limit=4)


def test_a_number_is_found_with_and_without_its_country_code(ada: Actor) -> None:
    mia = house.a_person(ada, phones=["+49 171 9876543", "0043 1 5551234"])
    for text in (
        "01719876543",
        "+491719876543",
        "0049 171 98",
        "9876543",
        "171 98 76",
        "01 5551234",
        "555 12 34",
        "4315551",
    ):
        assert both(ada, text) == [mia.pk], text


def test_the_domain_of_a_mass_provider_finds_nobody(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Berg", email="mia@gmail.com")
    other = house.a_person(ada, "Mia", "Stein", email="mia@hexa.example")
    assert both(ada, "gmail") == []
    assert both(ada, "mia@gmail.com") == listed(ada, "mia@gm") == [mia.pk]
    assert both(ada, "mia@hexa") == [other.pk]


def test_what_is_in_the_trash_is_found_there_alone(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Zwingli")
    saving.trash(ada, house.person(), [mia.pk])
    assert both(ada, "zwingli") == [] and listed(ada, "wingl", trash=True) == [mia.pk]
    saving.restore(ada, house.person(), [mia.pk])
    assert both(ada, "zwingli") == [mia.pk] and listed(ada, "wingl", trash=True) == []


def test_undo_takes_the_words_back(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Zwingli")
    saving.update(
        ada, house.person(), mia.pk, {"last_name": "Calvin", "emails": [{"value": "c@x.example", "label": ""}]}
    )
    assert both(ada, "zwingli") == [] and both(ada, "calvin") == both(ada, "c@x") == [mia.pk]
    undo(ada, Act.objects.order_by("-pk")[0].pk)
    assert both(ada, "zwingli") == [mia.pk] and both(ada, "calvin") == []
    undo(ada, Act.objects.order_by("pk")[0].pk)
    assert both(ada, "zwingli") == []


def test_a_company_that_is_renamed_takes_its_people_along(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    hexa = house.a_company(ada, "Hexa")
    mia = house.a_person(ada, company=hexa.pk)
    saving.update(ada, house.company(), hexa.pk, {"name": "Octa"})
    assert both(ada, "octa") == [mia.pk] and both(ada, "hexa") == []
    monkeypatch.setattr(entries, "AT_ONCE", 0)
    saving.update(ada, house.company(), hexa.pk, {"name": "Penta"})
    assert both(ada, "octa") == [mia.pk], "until the worker comes"
    house.work()
    assert both(ada, "penta") == [mia.pk] and both(ada, "octa") == []


def test_one_who_sees_few_a_part_or_all_finds_what_he_sees(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_CHUNKS", (3, 5))
    alpha = house.team("Alpha")
    member = house.actor("Member", house.role("Member", levels=house.levels("team")), alpha)
    few = house.actor("Few", house.role("Own", levels=house.levels("own")))
    everybody = [house.a_person(ada, "Dagmar", f"Nr{number}x") for number in range(40)]
    for person in everybody[:4]:
        saving.update(ada, house.person(), person.pk, {"team": alpha.pk})
    saving.update(ada, house.person(), everybody[7].pk, {"owner": few.user_id})
    for limit in (2000, 2):  # looked at one by one, and by the index
        house.forget()
        monkeypatch.setattr("rapport.core.access.visible.FEW", limit)
        assert both(member, "agmar") == [person.pk for person in everybody[:4]]
        assert both(few, "dag") == [everybody[7].pk]
        assert len(both(ada, "dag")) == 40


def hiding(field: str, kind: str = "person") -> Actor:
    """One who sees everything but one field."""
    return house.actor("Rep", house.role("Rep", levels=house.levels("all"), field_rules={kind: {field: "hidden"}}))


def test_a_hidden_field_is_not_searched(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Berg", about="Secret illness", phone="+49 171 9876543")
    rep = hiding("about")
    assert both(rep, "illness") == [], "before the words are kept apart"
    rebuilding.ask_if_needed()
    later = house.a_person(ada, "Bo", "Stein", about="illness, too")
    assert both(rep, "illness") == [] and both(ada, "illness") == sorted([mia.pk, later.pk])
    house.work()
    assert SearchScope.objects.get(kind="person").apart == ["about"]
    assert SearchEntry.objects.get(pk=mia.pk).restricted_text == "  secret  illness"
    assert both(rep, "illness") == [] and both(ada, "illness") == sorted([mia.pk, later.pk])
    assert both(rep, "9876") == both(rep, "erg") == both(ada, "illness berg") == [mia.pk]


def test_what_one_role_hides_again_is_hidden_at_once(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Berg", about="Secret illness")
    rep = hiding("about")
    rebuilding.ask_if_needed()
    house.work()
    assert rep.role is not None
    rules, rep.role.field_rules = rep.role.field_rules, {}
    rep.role.save()
    rebuilding.ask_if_needed()
    house.work()
    assert both(rep, "illness") == [mia.pk]
    rep.role.field_rules = rules
    rep.role.save()
    assert both(rep, "illness") == []
    rebuilding.ask_if_needed()
    assert both(rep, "illness") == []
    house.work()
    assert both(rep, "illness") == [] and both(rep, "erg") == [mia.pk]


def test_a_last_name_that_is_hidden_is_not_found_in_the_title(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Zwingli")
    rep = hiding("last_name")
    rebuilding.ask_if_needed()
    house.work()
    assert both(rep, "zwing") == [] and both(rep, "mia") == both(ada, "zwing") == [mia.pk]


def test_a_rebuild_goes_on_where_it_was_cut_off(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = [house.a_person(ada, "Dagmar", f"Nr{number}x").pk for number in range(5)]
    before = list(SearchEntry.objects.order_by("pk").values_list())
    saving.trash(ada, house.person(), everybody[:1])
    SearchEntry.objects.all().delete()
    monkeypatch.setattr(rebuilding, "CHUNK", 2)

    def cut(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilding.rebuild(progress=cut)
    assert SearchEntry.objects.count() == 2
    assert rebuilding.rebuild(anew=False) == 3
    assert both(ada, "agmar") == everybody[1:]
    saving.restore(ada, house.person(), everybody[:1])
    assert list(SearchEntry.objects.order_by("pk").values_list()) == before
    assert rebuilding.rebuild(anew=False) == 0


def test_until_all_entries_are_there_beginnings_are_found(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Berg")
    SearchEntry.objects.all().delete()
    SearchScope.objects.create(kind="person", is_ready=False, position=0)
    assert both(ada, "mia b") == [mia.pk]
    rebuilding.ask_if_needed()
    rebuilding.ask_if_needed()
    assert Job.objects.filter(kind=rebuilding.REBUILD).count() == 1
    house.work()
    assert both(ada, "erg") == [mia.pk]


def test_records_that_are_gone_for_good_leave_nothing(ada: Actor) -> None:
    mia = house.a_person(ada, "Mia", "Berg")
    erase(ada, mia.pk)
    assert not SearchEntry.objects.exists() and both(ada, "mia") == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM core_searchindex_person WHERE core_searchindex_person MATCH '\"mia\"'")
            assert cursor.fetchone() == (0,)


def test_an_erased_company_leaves_its_name_with_nobody(ada: Actor) -> None:
    hexa = house.a_company(ada, "Hexa")
    mia = house.a_person(ada, "Mia", "Berg", company=hexa.pk)
    erase(ada, hexa.pk)
    assert both(ada, "hexa") == [] and both(ada, "hexa", "company") == [] and both(ada, "mia") == [mia.pk]


def test_scopes_know_what_roles_hide(db: None) -> None:
    assert scopes.refresh() == []
    hiding("about")
    hiding_nothing_searched: Sequence[str] = ["birthday"]
    house.role("Other", field_rules={"person": dict.fromkeys(hiding_nothing_searched, "hidden")})
    assert scopes.refresh() == ["person"] and scopes.apart_in("person") == {"about"}


def test_who_has_a_record_narrows_what_is_looked_at(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visible, "FEW", 2)
    monkeypatch.setattr(weighing, "KNOWN", 2)
    alpha, beta = house.team("Alpha"), house.team("Beta")
    member = house.actor("Member", house.role("Member", levels=house.levels("team")), alpha)
    everybody = [house.a_person(ada, "Dagmar", f"Nr{number}x").pk for number in range(12)]
    mine, lent = everybody[:4], everybody[8]
    for pk in mine:
        saving.update(ada, house.person(), pk, {"team": alpha.pk})
    Share.objects.create(record_id=lent, user_id=member.user_id)
    assert both(member, "agmar") == [*mine, lent]
    assert both(member, "nr8x") == [lent] and both(member, "nr9x") == []
    saving.update(ada, house.person(), mine[0], {"team": beta.pk})
    saving.update(ada, house.person(), mine[1], {"team": None, "owner": member.user_id})
    assert both(member, "agmar") == [*mine[1:], lent]
    saving.trash(ada, house.person(), mine[1:3])
    saving.restore(ada, house.person(), mine[1:2])
    assert both(member, "agmar") == [mine[1], mine[3], lent]


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_who_writes_entries_anew_waits_for_a_save_and_reads_what_it_wrote() -> None:
    ada = house.admin()
    mia = house.a_person(ada, "Before")

    def anew() -> None:
        with transaction.atomic():
            entries.rewrite(house.person(), [mia.pk], anew=True)
        connection.close()

    other = threading.Thread(target=anew)
    with transaction.atomic():
        saving.update(ada, house.person(), mia.pk, {"first_name": "After"})
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join(20)
    assert ids(ada, "after") == [mia.pk] and ids(ada, "before") == []


@pytest.mark.parametrize("kind", ["search.rebuild", "search.follow", "audit.verify"])
def test_what_takes_minutes_keeps_no_quick_job_waiting(kind: str) -> None:
    handler = job_registry.handler(kind)
    assert handler is not None and handler.lane == LONG and handler.title


@pytest.mark.sqlite_only
def test_the_index_is_told_by_rising_ids_whatever_the_order_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[int]] = []
    monkeypatch.setattr(fulltext, "add", lambda _kind, rows: told.append([row[0] for row in rows]))
    keeping.index_rows([(pk, "person", True, "  anna", "", "") for pk in (7, 3, 5)])
    assert told == [[3, 5, 7]]
