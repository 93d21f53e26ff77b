"""Mentions: who is named is told, if they may see it; what stands in a text is a name and never markup."""

from typing import Any

import pytest

from rapport.accounts.models import User
from rapport.activities.actions import NoteInput, add_note
from rapport.core.errors import Invalid
from rapport.core.mentions import noting
from rapport.core.mentions.models import Mention
from rapport.core.mentions.noting import named_in
from rapport.core.notices.models import Notice
from rapport.core.notices.reading import notices
from rapport.core.objects import registry, saving
from rapport.core.tests.bringing import Files, counts
from rapport.ui.chips import chips_in_html, chips_in_text
from tests.security.pages import check_answer
from tests.security.payloads import FORM_PAYLOADS
from tests.world import World

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def a_company(world: World) -> Any:
    return saving.create(world.actor("ann"), registry.get("company"), {"name": "Hexa"})


def test_it_works(world: World) -> None:
    company = a_company(world)
    note = add_note(world.actor("ann"), NoteInput("Ask @Bob Baker, please.", (company.pk,)))
    (mention,) = Mention.objects.all()
    assert (mention.record_id, mention.user_id, mention.by_id) == (note.pk, world.bob.pk, world.ann.pk)
    page = world.client("ray").get(f"/companies/{company.pk}").content.decode()
    assert 'Ask <span class="mention">@Bob Baker</span>, please.' in page
    home = world.client("bob").get("/").content.decode()
    assert "Ann Archer mentioned you" in home and "Ask @Bob Baker" in home and 'class="unread"' in home
    assert "mentioned you" not in world.client("ann").get("/").content.decode()


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Bob Baker", ["bob"]), ("hi (@bob baker)", ["bob"]), ("@Ann Archer and @Bob Baker.", ["ann", "bob"]),
        ("@bob@example.com", ["bob"]), ("bob@example.com", []), ("@Bob Bakers", []), ("@Bob", []), ("@", []),
        ("a@Bob Baker", []), ("@Nobody Here", []), ("@Bob Baker @Bob Baker", ["bob"]), ("@Ray Reed\n@", ["ray"]),
    ],
)  # fmt: skip
def test_who_is_named(world: World, text: str, who: list[str]) -> None:
    assert [named.user_id for named in named_in(text)] == [getattr(world, name).pk for name in who]


def test_a_text_full_of_ats_costs_little(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    real = noting.Names.at_start_of
    monkeypatch.setattr(noting.Names, "at_start_of", lambda names, text: looked.append(text) or real(names, text))
    assert named_in(" @aa" * 25_000 + " @Bob Baker") == []
    assert len(looked) == noting.MOST_PLACES
    assert [named.user_id for named in named_in(" @aa" * 100 + " @Bob Baker")] == [world.bob.pk]


def test_the_longest_name_counts(world: World) -> None:
    User.objects.filter(pk=world.ray.pk).update(name="Bob")
    User.objects.filter(pk=world.eve.pk).update(name="Straße")
    assert [named.user_id for named in named_in("@Bob Baker, @bob, @STRAßE!")] == [
        world.bob.pk, world.ray.pk, world.eve.pk,
    ]  # fmt: skip


def test_only_who_may_see_it_can_be_named(world: World) -> None:
    company = a_company(world)
    with pytest.raises(Invalid, match="Eve Ellis may not see this note") as refused:
        add_note(world.actor("ann"), NoteInput("@Eve Ellis look", (company.pk,)))
    assert list(refused.value.errors) == ["body"]
    told = world.client("ann").post(f"/activities/{company.pk}/note", {"body": "@Eve Ellis"}, headers=HTMX)
    page = told.content.decode()
    assert told.status_code == 422 and "Eve Ellis may not see" in page and ">@Eve Ellis<" in page
    assert not Mention.objects.exists()
    world.bob.is_active = False
    world.bob.save()
    add_note(world.actor("ann"), NoteInput("@Bob Baker", (company.pk,)))
    assert not Mention.objects.exists(), "who has left is a name like any other"


def test_formatted_text_names_users_too(world: World) -> None:
    company = a_company(world)
    saving.update(world.actor("ann"), registry.get("company"), company.pk, {"about": "<p>Ask <b>@Bob</b> Baker</p>"})
    (mention,) = Mention.objects.all()
    assert (mention.record_id, mention.user_id) == (company.pk, world.bob.pk)
    saving.update(world.actor("ann"), registry.get("company"), company.pk, {"about": "<p>Ask @Bob Baker</p>"})
    assert Mention.objects.count() == 1
    page = world.client("ann").get(f"/companies/{company.pk}").content.decode()
    assert '<p>Ask <span class="mention">@Bob Baker</span></p>' in page


def test_a_mention_is_told_and_opened(world: World) -> None:
    company = a_company(world)
    add_note(world.actor("ann"), NoteInput("@Bob Baker @Ann Archer", (company.pk,)))
    assert notices(world.actor("ann")).lines == [], "nobody is news to themselves"
    (told,) = notices(world.actor("bob")).lines
    assert (told.title, told.sentence, told.is_new) == ("Hexa", "Ann Archer mentioned you", True)
    bob, notice = world.client("bob"), Notice.objects.get(user=world.bob)
    assert bob.get(f"/notifications/{notice.pk}/open").status_code == 405, "looking changes nothing"
    assert world.client("ann").post(f"/notifications/{notice.pk}/open").status_code == 404
    answer = bob.post(f"/notifications/{notice.pk}/open")
    assert answer.headers["Location"] == f"/r/{company.pk}", "a note is read where it stands"
    assert not notices(world.actor("bob")).lines[0].is_new


def test_who_is_named_again_is_not_told_again(world: World) -> None:
    company = a_company(world)
    note = add_note(world.actor("ann"), NoteInput("@Bob Baker", (company.pk,)))
    saving.update(world.actor("ann"), registry.get("note"), note.pk, {"body": "@Bob Baker @Ray Reed"})
    assert sorted(Notice.objects.values_list("user__name", flat=True)) == ["Bob Baker", "Ray Reed"]


def test_what_may_no_longer_be_seen_is_not_told(world: World) -> None:
    company = a_company(world)
    add_note(world.actor("ann"), NoteInput("@Bob Baker", (company.pk,)))
    saving.update(
        world.actor("ada"), registry.get("company"), company.pk, {"owner": world.eve.pk, "team": world.beta.pk}
    )
    note = registry.get("note").model._default_manager.get()
    saving.update(world.actor("ada"), registry.get("note"), note.pk, {"owner": world.eve.pk, "team": world.beta.pk})
    assert notices(world.actor("bob")).lines == []


def test_the_list_names_who_may_see_the_record(world: World) -> None:
    company, browser = a_company(world), world.client("ann")
    every = browser.get(f"/mentions/users?record={company.pk}&q=").content.decode()
    for name, there in (("Bob Baker", True), ("Ada Adler", True), ("Mia Moss", True), ("Eve Ellis", False)):
        assert (name in every) == there, name
    found = browser.get(f"/mentions/users?record={company.pk}&q=bak").content.decode()
    assert "Bob Baker" in found and "Ada" not in found
    assert world.client("eve").get(f"/mentions/users?record={company.pk}&q=b").status_code == 404
    assert browser.get("/mentions/users?record=999999999&q=b").status_code == 404


def test_of_two_with_one_name_the_address_says_who(world: World) -> None:
    world.bob.email = "bob.one@example.com"
    world.bob.save()
    world.add("Bob Baker", "member", world.alpha)
    found = world.client("ann").get("/mentions/users?q=bob").content.decode()
    assert 'data-text="bob.one@example.com"' in found and 'data-text="bob@example.com"' in found


def test_an_import_tells_nobody(world: World, tmp_path: Any) -> None:
    report = Files(tmp_path).bring(world.actor("ann", via="job"), "Name,About\nHexa,@Eve Ellis\n", "company")
    assert counts(report) == (1, 0, 0, 0, 0) and not Mention.objects.exists()


def test_names_of_users_are_no_markup(world: World) -> None:
    company, browser = a_company(world), world.client("ann")
    for number, payload in enumerate(FORM_PAYLOADS[::4]):
        name = " ".join(payload.split())[:100]
        user = world.add("Xan Xen", "member", world.alpha)
        user.name, user.email = name, f"u{number}@example.com"
        user.save()
        check_answer(
            browser.post(f"/activities/{company.pk}/note", {"body": f"hi @{name} {payload}"}, headers=HTMX), told=name
        )
        assert chips_in_text(f"@{name}", [name]).count("<span") <= 1
    check_answer(browser.get(f"/companies/{company.pk}"))
    check_answer(browser.get("/mentions/users?q="))


def test_only_words_become_chips() -> None:
    html = '<p><a href="https://x.example/@Bob">@Bob</a> @Bobby a@Bob</p>'
    assert chips_in_html(html, ["Bob"]) == html.replace(">@Bob<", '><span class="mention">@Bob</span><')
    assert chips_in_text("<b>@A&B</b>", ["A&B"]) == '&lt;b&gt;<span class="mention">@A&amp;B</span>&lt;/b&gt;'


def test_what_is_not_seen_answers_like_what_is_not_there(world: World) -> None:
    company, browser = a_company(world), world.client("eve")
    for way in ("/r/{}", "/mentions/users?record={}"):
        hidden, nowhere = (browser.get(way.format(number)) for number in (company.pk, company.pk + 999))
        assert (hidden.status_code, nowhere.status_code) == (404, 404)
        assert "no such company" not in hidden.content.decode()
    places = [f"/files/on/{number}" for number in (company.pk, company.pk + 999)]
    answers = {browser.post(place, headers=HTMX).headers["HX-Trigger"] for place in places}
    assert len(answers) == 1
