"""Invitations, forgotten passwords, a new e-mail, one's own sessions."""

import re
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from rapport.accounts.models import Session, SignInLink, Totp, User
from rapport.core.events.models import Event
from rapport.core.jobs.models import Job
from rapport.lib import clock, vault
from rapport.workspace.actions.users import UserData, invite_user, switch_off
from rapport.workspace.jobs import purge, send_reset
from rapport.workspace.signing_in import PROVEN_KEY
from tests.world import PASSWORD, World

NEW = "a new harbour 77"


@pytest.fixture
def post(settings: Any) -> None:
    """The machine can send e-mails."""
    settings.MAIL_ON = True


def is_in(client: Client) -> bool:
    return client.get("/profile").status_code == 200


def path_in(text: str) -> str:
    found = re.search(r"/sign-in/[\w-]{43}", text)
    assert found
    return found[0]


def run_reset() -> None:
    """What the worker does with the newest reset."""

    class AsTask:
        def __init__(self, job: Job) -> None:
            from rapport.accounts.actor import Actor  # noqa: PLC0415

            self.args, self.actor = job.args, Actor.system()

    send_reset(AsTask(Job.objects.filter(kind="account.reset").latest("pk")))  # type: ignore[arg-type]


def asked_reset(email: str = "ann@example.com", address: str = "192.0.2.1") -> Any:
    return Client(REMOTE_ADDR=address).post("/sign-in/forgot", {"email": email})


def proven(world: World, name: str) -> Client:
    client = world.client(name)
    session = client.session
    session[PROVEN_KEY] = clock.now().timestamp()
    session.save()
    return client


def test_it_works(world: World, post: None) -> None:
    data = {"name": "Zoe", "email": "zoe@example.com", "role": str(world.roles["member"].pk), "team": ""}
    page = world.client("ada", is_proven=True).post("/settings/users/new", data).content.decode()
    link = path_in(page)
    assert mail.outbox[0].to == ["zoe@example.com"] and link in mail.outbox[0].body
    client = Client()
    for _ in range(2):
        assert "zoe@example.com" in client.get(link).content.decode(), "looking uses nothing up"
    form = {"name": "Zoe Zimmer", "password": NEW, "language": "de", "time_zone": "Europe/Berlin"}
    assert client.post(link, {**form, "password": "short"}).status_code == 422
    assert client.post(link, form).status_code == 303 and is_in(client)
    zoe = User.objects.get(email="zoe@example.com")
    assert (zoe.name, zoe.language, zoe.time_zone) == ("Zoe Zimmer", "de", "Europe/Berlin")
    assert Client().post(link, form).status_code == 404, "once"
    assert Client().post("/sign-in", {"email": "zoe@example.com", "password": NEW}).status_code == 303


class TestInvitations:
    """They expire, can be taken back and sent anew."""

    def invite(self, world: World) -> tuple[User, str]:
        user, link = invite_user(world.actor("ada"), UserData("Zoe", "zoe@example.com", world.roles["member"].pk))
        return user, path_in(link.address)

    def test_they_last_three_days(self, world: World) -> None:
        _user, link = self.invite(world)
        with clock.frozen(clock.now() + timedelta(days=2, hours=23)):
            assert Client().get(link).status_code == 200
        with clock.frozen(clock.now() + timedelta(days=3, minutes=1)):
            assert Client().get(link).status_code == 404

    def test_they_are_taken_back_and_sent_anew(self, world: World, post: None) -> None:
        user, link = self.invite(world)
        ada = world.client("ada", is_proven=True)
        assert "Invited" in ada.get("/settings/users").content.decode()
        assert ada.post(f"/settings/users/{user.pk}/invitation").status_code == 303
        assert Client().get(link).status_code == 404
        again = path_in(ada.post(f"/settings/users/{user.pk}/link").content.decode())
        assert mail.outbox[0].to == ["zoe@example.com"]
        assert 'name="time_zone"' in Client().get(again).content.decode(), "an invitation, not a sign-in link"

    def test_a_server_that_takes_no_e_mail_is_told(self, world: World, post: None, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        data = {"name": "Zoe", "email": "zoe@example.com", "role": str(world.roles["member"].pk), "team": ""}
        page = world.client("ada", is_proven=True).post("/settings/users/new", data).content.decode()
        assert "No e-mail was sent" in page and path_in(page)

    @pytest.mark.parametrize(("key", "value"), [("language", "xx"), ("time_zone", "Mars/One"), ("name", " ")])
    def test_odd_values_are_refused_and_use_nothing_up(self, world: World, key: str, value: str) -> None:
        _user, link = self.invite(world)
        form = {"name": "Zoe", "password": NEW, "language": "en", "time_zone": "UTC"}
        assert Client().post(link, {**form, key: value}).status_code == 422
        assert Client().post(link, form).status_code == 303


class TestReset:
    """A forgotten password."""

    def test_the_link_sets_a_password_and_signs_nobody_in(self, world: World, post: None) -> None:
        session = world.client("ann")
        asked_reset(" ANN@example.com ")
        run_reset()
        link = path_in(mail.outbox[0].body)
        client = Client()
        assert client.get(link).status_code == 200
        assert client.post(link, {"password": "12345678"}).status_code == 422, "not a common one"
        answer = client.post(link, {"password": NEW})
        assert answer["Location"] == "/sign-in?done=reset" and not is_in(client)
        assert not is_in(session), "sessions from before have ended"
        assert client.post(link, {"password": NEW}).status_code == 404
        assert client.post("/sign-in", {"email": "ann@example.com", "password": NEW}).status_code == 303
        assert Event.objects.filter(kind="user.reset_asked").count() == 1

    def test_it_does_not_skip_the_second_factor(self, world: World, post: None) -> None:
        Totp.objects.create(user=world.ann, secret=vault.lock("A" * 32, "totp"), created_at=clock.now())
        asked_reset()
        run_reset()
        client = Client()
        client.post(path_in(mail.outbox[0].body), {"password": NEW})
        answer = client.post("/sign-in", {"email": "ann@example.com", "password": NEW})
        assert answer["Location"] == "/sign-in/second" and not is_in(client)

    def test_it_lasts_half_an_hour_and_the_newest_counts(self, world: World, post: None) -> None:
        asked_reset()
        run_reset()
        asked_reset()
        run_reset()
        first, second = (path_in(one.body) for one in mail.outbox)
        assert Client().get(first).status_code == 404 and Client().get(second).status_code == 200
        with clock.frozen(clock.now() + timedelta(minutes=31)):
            assert Client().get(second).status_code == 404

    def test_unknown_and_known_look_alike(self, world: World, post: None) -> None:
        switch_off(world.actor("ada"), world.bob.pk)
        bodies, jobs = set(), []
        for number, email in enumerate(("ann@example.com", "bob@example.com", "nobody@example.com", "x", "")):
            page = asked_reset(email, f"192.0.2.{number}")
            bodies.add((page.status_code, re.sub(r'value="\w+"|Token": "\w+"', "", page.content.decode())))
            jobs.append(Job.objects.filter(kind="account.reset").count())
        assert len(bodies) == 1 and jobs == [1, 2, 3, 4, 5]
        for job in Job.objects.filter(kind="account.reset"):
            assert "@" not in str(job.args)
        run_reset()
        assert not mail.outbox

    def test_it_takes_the_same_time(self, world: World, post: None) -> None:
        taken: dict[str, list[float]] = {"ann@example.com": [], "nobody@example.com": []}
        for number in range(9):
            for email, times in taken.items():
                start = perf_counter()
                asked_reset(email, f"198.51.100.{number}")
                times.append(perf_counter() - start)
        known, unknown = (median(times) for times in taken.values())
        assert abs(known - unknown) < 0.03

    def test_asking_is_slowed_by_account_and_by_address(self, world: World, post: None) -> None:
        codes = [asked_reset(address=f"192.0.2.{n}").status_code for n in range(11)]
        assert codes == [200] * 10 + [429]
        codes = [asked_reset(f"u{n}@example.com", "198.51.100.1").status_code for n in range(11)]
        assert codes == [200] * 10 + [429]

    def test_without_e_mail_it_is_not_offered(self, world: World) -> None:
        assert "/sign-in/forgot" not in Client().get("/sign-in").content.decode()
        assert Client().get("/sign-in/forgot").status_code == 303 and not Job.objects.exists()

    def test_a_switched_off_user_gets_none(self, world: World, post: None) -> None:
        asked_reset()
        switch_off(world.actor("ada"), world.ann.pk)
        run_reset()
        assert not mail.outbox and not SignInLink.objects.exists()


class TestEmail:
    """A new address counts once it is confirmed."""

    def test_it_is_confirmed_by_a_link_to_it(self, world: World, post: None) -> None:
        ann = proven(world, "ann")
        assert ann.post("/profile/email", {"email": "Ann@New.example"}).status_code == 303
        assert mail.outbox[0].to == ["ann@new.example"] and User.objects.get(pk=world.ann.pk).email == "ann@example.com"
        link = path_in(mail.outbox[0].body)
        assert Client().get(link).status_code == 200
        assert Client().post(link)["Location"] == "/sign-in?done=email"
        assert User.objects.get(pk=world.ann.pk).email == "ann@new.example"
        assert mail.outbox[1].to == ["ann@example.com"], "the old address is told"
        assert Client().post(link).status_code == 404

    def test_one_that_somebody_has_is_not_told_and_not_given(self, world: World, post: None) -> None:
        assert proven(world, "ann").post("/profile/email", {"email": "bob@example.com"}).status_code == 303
        assert Client().post(path_in(mail.outbox[0].body)).status_code == 404
        assert User.objects.get(pk=world.ann.pk).email == "ann@example.com"

    def test_it_asks_who_is_there_and_needs_e_mail(self, world: World, post: None, settings: Any) -> None:
        answer = world.client("ann").post("/profile/email", {"email": "ann@new.example"})
        assert answer["Location"] == "/confirm?next=/profile" and not mail.outbox
        settings.MAIL_ON = False
        assert proven(world, "ann").post("/profile/email", {"email": "ann@new.example"}).status_code == 422


class TestSessions:
    """Where one is signed in."""

    def signed_in(self, agent: str, address: str = "192.0.2.7") -> Client:
        client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
        client.post("/sign-in", {"email": "ann@example.com", "password": PASSWORD})
        return client

    def test_they_are_listed_and_ended_one_by_one(self, world: World) -> None:
        here = self.signed_in("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
        phone = self.signed_in("Mozilla/5.0 (iPhone) Safari/604", "203.0.113.9")
        page = here.get("/profile/sessions").content.decode()
        assert "Firefox on Linux" in page and "Safari on iPhone" in page and "203.0.113.9" in page
        assert page.count("This one") == 1
        key = phone.cookies["rapport_session"].value
        assert key not in page, "the key itself is a secret"
        found = re.search(r'name="session" value="(\w+)"', page)
        assert found
        here.post("/profile/sessions/end", {"session": found[1]})
        assert is_in(here) and not is_in(phone)
        assert Event.objects.filter(kind="user.session_ended").count() == 1

    def test_all_others_end_at_once(self, world: World) -> None:
        here, there, other = self.signed_in("a"), self.signed_in("b"), world.client("bob")
        here.post("/profile/sessions/end")
        assert is_in(here) and not is_in(there) and is_in(other)

    def test_those_of_somebody_else_are_out_of_reach(self, world: World) -> None:
        ann, bob = self.signed_in("a"), world.client("bob")
        key = ann.get("/profile/sessions").content.decode()
        assert 'name="session"' not in key
        for row in Session.objects.filter(user=world.ann):
            from rapport.workspace.actions.sessions import public_id  # noqa: PLC0415

            bob.post("/profile/sessions/end", {"session": public_id(row)})
        assert is_in(ann)

    def test_an_administrator_ends_those_of_others(self, world: World) -> None:
        ann = self.signed_in("a")
        assert world.client("mia").post(f"/settings/users/{world.ann.pk}/sessions").status_code == 403 and is_in(ann)
        assert world.client("ada").post(f"/settings/users/{world.ann.pk}/sessions").status_code == 303
        assert not is_in(ann)

    def test_last_seen_is_written_now_and_then(self, world: World) -> None:
        with clock.frozen(clock.now()) as stopped:
            client = self.signed_in("a")
            first = Session.objects.get(user=world.ann).seen_at
            stopped.advance(minutes=2)
            client.get("/people")
            assert Session.objects.get(user=world.ann).seen_at == first
            stopped.advance(minutes=4)
            client.get("/people")
            assert Session.objects.get(user=world.ann).seen_at == clock.now()

    def test_expired_ones_are_taken_away(self, world: World) -> None:
        ann, bob = self.signed_in("a"), world.client("bob")
        Session.objects.filter(user=world.ann).update(expire_date=clock.now() - timedelta(seconds=1))
        assert not is_in(ann) and is_in(bob)

        class AsTask:
            def progress(self, done: int) -> None:
                assert done == 1

        assert purge(AsTask()) == {"sessions": 1}  # type: ignore[arg-type]
        assert is_in(bob)

    def test_an_ended_session_is_not_written_back(self, world: World) -> None:
        client = self.signed_in("a")
        Session.objects.filter(user=world.ann).delete()
        client.get("/people")
        assert not Session.objects.filter(user=world.ann).exists()

    def test_the_theme_goes_with_the_account(self, world: World) -> None:
        assert world.client("ann").post("/profile/theme", {"theme": "dark"}).status_code == 204
        client = self.signed_in("a")
        assert client.cookies["theme"].value == "dark"
        assert world.client("ann").post("/profile/theme", {"theme": "<script>"}).status_code == 204
        assert User.objects.get(pk=world.ann.pk).theme == "dark"


class TestIsItYou:
    """What an administrator does to accounts asks for the password first, so that a session left open gives none."""

    def test_accounts_and_links_are_made_only_by_who_has_proven_to_be_there(self, world: World, post: None) -> None:
        data = {"name": "Zoe", "email": "zoe@example.com", "role": str(world.roles["member"].pk), "team": ""}
        for path in ("/settings/users/new", f"/settings/users/{world.ann.pk}", f"/settings/users/{world.ann.pk}/link"):
            answer = world.client("ada").post(path, data)
            assert answer.status_code == 303 and answer["Location"].startswith("/confirm?next=/settings/users"), path
        page = f"/settings/users/{world.ann.pk}"
        assert world.client("ada").get(page)["Location"] == f"/confirm?next={page}"
        assert not User.objects.filter(email="zoe@example.com").exists() and not SignInLink.objects.exists()
        assert world.client("ada", is_proven=True).post(page, data).status_code == 303
        assert User.objects.get(pk=world.ann.pk).email == "zoe@example.com"

    def test_ones_own_e_mail_changes_only_by_a_link_to_the_new_address(self, world: World) -> None:
        data = {"name": "Ada Adler", "email": "thief@example.com", "team": str(world.top.pk)}
        answer = world.client("ada", is_proven=True).post(f"/settings/users/{world.ada.pk}", data)
        assert answer.status_code == 303 and User.objects.get(pk=world.ada.pk).email == "ada@example.com"


def test_a_stranger_who_asks_for_a_reset_voids_no_other_link(world: World, post: None) -> None:
    user, invitation = invite_user(world.actor("ada"), UserData("Zoe", "zoe@example.com", world.roles["member"].pk))
    asked_reset("zoe@example.com")
    run_reset()
    run_reset()
    assert Client().get(path_in(invitation.address)).status_code == 200
    assert SignInLink.objects.filter(user=user, purpose="reset", used_at=None).count() == 1


def test_who_forgot_a_password_does_not_use_up_the_tries_to_sign_in(world: World, post: None) -> None:
    for number in range(10):
        assert asked_reset(f"x{number}@example.com").status_code == 200
    assert asked_reset("y@example.com").status_code == 429
    answer = Client(REMOTE_ADDR="192.0.2.1").post("/sign-in", {"email": "ann@example.com", "password": PASSWORD})
    assert answer.status_code == 303
