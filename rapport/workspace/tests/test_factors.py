"""Second factors: authenticator app, passkeys, recovery codes; who must have one; being asked again."""

import html
import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from rapport.accounts import workspace
from rapport.accounts.models import Passkey, RecoveryCode, Totp, User, Workspace
from rapport.core.errors import NotAllowed
from rapport.core.events.models import Event
from rapport.lib import clock, totp, vault
from rapport.workspace.actions import factors
from rapport.workspace.signing_in import PROVEN_KEY
from tests.authenticator import Authenticator
from tests.world import PASSWORD, World

ORIGIN = "http://localhost:8000"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def named(settings: Any) -> None:
    """Passkeys are for names, not for numbers."""
    settings.BASE_URL = ORIGIN


def code_now(secret: str = SECRET, *, off: int = 0) -> str:
    return totp.code(secret, int(clock.now().timestamp()) // totp.STEP + off)


def with_app(user: User) -> None:
    Totp.objects.create(user=user, secret=vault.lock(SECRET, factors.VAULT), created_at=clock.now())


def first_step(email: str = "ann@example.com", **more: str) -> tuple[Client, HttpResponse]:
    client = Client()
    return client, client.post("/sign-in", {"email": email, "password": PASSWORD, **more})


def is_in(client: Client) -> bool:
    return client.get("/profile").status_code == 200


def proven(world: World, name: str) -> Client:
    """A browser in which somebody was asked just now."""
    client = world.client(name)
    session = client.session
    session[PROVEN_KEY] = clock.now().timestamp()
    session.save()
    return client


def asked(page: HttpResponse, action: str) -> tuple[str, str]:
    """Options and ticket of a form for passkeys."""
    form = re.search(rf'<form[^>]* action="{action}"[^>]*data-passkey.*?</form>', page.content.decode(), re.DOTALL)
    assert form
    options, ticket = (
        re.search(r'data-options="([^"]*)"', form[0]),
        re.search(r'name="ticket" value="([^"]*)"', form[0]),
    )
    assert options and ticket
    return html.unescape(options[1]), html.unescape(ticket[1])


def add_passkey(world: World, name: str, device: Authenticator) -> Client:
    client = proven(world, name)
    options, ticket = asked(client.get("/profile/security"), "/profile/security/passkeys")
    form = {"ticket": ticket, "answer": device.make(options), "name": "Laptop"}
    assert client.post("/profile/security/passkeys", form).status_code == 200, "the recovery codes are shown"
    return client


def test_it_works(world: World) -> None:
    client = proven(world, "ann")
    page = client.get("/profile/security/app").content.decode()
    shown = re.search(r'name="secret"[^>]*value="([A-Z2-7 ]+)"', page)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert shown and ticket and '<svg class="qr"' in page
    secret = shown[1].replace(" ", "")
    assert client.post("/profile/security/app", {"ticket": ticket[1], "code": "000000"}).status_code == 422
    done = client.post("/profile/security/app", {"ticket": ticket[1], "code": code_now(secret)})
    codes = re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", done.content.decode())
    assert len(set(codes)) == 10
    assert secret not in Totp.objects.get(user=world.ann).secret
    browser, answer = first_step(next="/people")
    assert answer["Location"] == "/sign-in/second" and not is_in(browser)
    assert browser.post("/sign-in/second", {"code": code_now(secret, off=1)})["Location"] == "/people"
    assert is_in(browser)
    assert Event.objects.filter(kind="user.signed_in").latest("pk").data["how"] == "password+app"
    assert Event.objects.filter(kind="user.factor_added").count() == 1


class TestApp:
    """Codes of an authenticator app."""

    def test_a_code_is_good_once(self, world: World) -> None:
        with_app(world.ann)
        code = code_now()
        assert first_step()[0].post("/sign-in/second", {"code": code}).status_code == 303
        assert first_step()[0].post("/sign-in/second", {"code": code}).status_code == 422
        assert first_step()[0].post("/sign-in/second", {"code": code_now(off=-1)}).status_code == 422, (
            "an older one, too"
        )

    def test_guessing_is_slowed_over_all_browsers(self, world: World) -> None:
        with_app(world.ann)
        codes = []
        for number in range(11):
            client = Client(REMOTE_ADDR=f"192.0.2.{number}")
            client.post("/sign-in", {"email": "ann@example.com", "password": PASSWORD})
            codes.append(client.post("/sign-in/second", {"code": "000000"}).status_code)
        assert codes == [422] * 10 + [429]
        late = Client(REMOTE_ADDR="192.0.2.99")
        late.post("/sign-in", {"email": "ann@example.com", "password": PASSWORD})
        assert late.post("/sign-in/second", {"code": code_now()}).status_code == 429, "even for the right one"

    def test_the_first_step_alone_opens_nothing_and_does_not_last(self, world: World) -> None:
        with_app(world.ann)
        with clock.frozen(clock.now()) as stopped:
            browser, _answer = first_step()
            for path in ("/", "/people", "/profile", "/profile/security", "/confirm", "/palette"):
                assert browser.get(path).status_code == 302, path
            stopped.advance(minutes=11)
            assert browser.post("/sign-in/second", {"code": code_now()})["Location"] == "/sign-in"
            assert not is_in(browser)

    def test_a_password_changed_meanwhile_voids_the_first_step(self, world: World) -> None:
        with_app(world.ann)
        browser, _answer = first_step()
        world.ann.set_password("another harbour 77")
        world.ann.save()
        assert browser.post("/sign-in/second", {"code": code_now()})["Location"] == "/sign-in"

    def test_switched_off_meanwhile_is_out(self, world: World) -> None:
        with_app(world.ann)
        browser, _answer = first_step()
        User.objects.filter(pk=world.ann.pk).update(is_active=False)
        assert browser.post("/sign-in/second", {"code": code_now()})["Location"] == "/sign-in"

    def test_without_a_first_step_there_is_no_second(self, world: World) -> None:
        with_app(world.ann)
        client = Client()
        assert client.get("/sign-in/second")["Location"] == "/sign-in"
        assert client.post("/sign-in/second", {"code": code_now()})["Location"] == "/sign-in"

    def test_another_secret_key_locks_nobody_out_who_has_codes(self, world: World, settings: Any) -> None:
        with_app(world.ann)
        codes = factors.new_codes(world.actor("ann"))
        settings.SECRET_KEY = "another key for this workspace, as long as the one before it was"
        browser, _answer = first_step()
        assert browser.post("/sign-in/second", {"code": code_now()}).status_code == 422
        assert browser.post("/sign-in/second", {"recovery": codes[0]}).status_code == 303


class TestRecoveryCodes:
    """Ten codes, each good once."""

    def test_each_works_once_however_it_is_typed(self, world: World) -> None:
        with_app(world.ann)
        codes = factors.new_codes(world.actor("ann"))
        browser, _answer = first_step()
        assert (
            browser.post("/sign-in/second", {"recovery": f" {codes[3].upper().replace('-', ' ')} "}).status_code == 303
        )
        assert is_in(browser) and factors.codes_left(world.ann) == 9
        again, _answer = first_step()
        assert again.post("/sign-in/second", {"recovery": codes[3]}).status_code == 422
        assert codes[4].replace("-", "") not in str(list(RecoveryCode.objects.values_list("hashed", flat=True)))

    def test_new_ones_void_the_old(self, world: World) -> None:
        with_app(world.ann)
        old = factors.new_codes(world.actor("ann"))
        new = factors.new_codes(world.actor("ann"))
        assert not factors.use_code(world.ann, old[0]) and factors.use_code(world.ann, new[0])

    def test_they_open_no_other_door(self, world: World) -> None:
        with_app(world.ann)
        with_app(world.bob)
        codes = factors.new_codes(world.actor("ann"))
        factors.new_codes(world.actor("bob"))
        assert not factors.use_code(world.bob, codes[0])

    def test_there_are_none_without_a_factor(self, world: World) -> None:
        assert proven(world, "ann").post("/profile/security/codes").status_code == 422


class TestPasskeys:
    """Keys on devices: alone, or as the second step."""

    def test_alone_it_signs_in(self, world: World) -> None:
        device = Authenticator(origin=ORIGIN)
        add_passkey(world, "ann", device)
        client = Client()
        options, ticket = asked(client.get("/sign-in"), "/sign-in/passkey")
        assert json.loads(options)["userVerification"] == "required"
        answer = client.post("/sign-in/passkey", {"ticket": ticket, "answer": device.sign(options), "next": "/people"})
        assert answer["Location"] == "/people" and is_in(client)
        assert Event.objects.filter(kind="user.signed_in").latest("pk").data["how"] == "passkey"

    def test_an_answer_counts_once(self, world: World) -> None:
        device = Authenticator(origin=ORIGIN)
        add_passkey(world, "ann", device)
        options, ticket = asked(Client().get("/sign-in"), "/sign-in/passkey")
        form = {"ticket": ticket, "answer": device.sign(options, count=0)}  # a key that does not count
        assert Client().post("/sign-in/passkey", form).status_code == 303
        assert Client().post("/sign-in/passkey", form).status_code == 422

    def test_a_copied_key_is_noticed(self, world: World) -> None:
        device = Authenticator(origin=ORIGIN)
        add_passkey(world, "ann", device)
        for count, status in ((5, 303), (5, 422), (4, 422), (6, 303)):
            options, ticket = asked(Client().get("/sign-in"), "/sign-in/passkey")
            answer = device.sign(options, count=count)
            assert Client().post("/sign-in/passkey", {"ticket": ticket, "answer": answer}).status_code == status

    def test_without_finger_face_or_pin_it_is_only_a_second_step(self, world: World) -> None:
        device = Authenticator(origin=ORIGIN, verifies=False)
        add_passkey(world, "ann", device)
        options, ticket = asked(Client().get("/sign-in"), "/sign-in/passkey")
        assert Client().post("/sign-in/passkey", {"ticket": ticket, "answer": device.sign(options)}).status_code == 422
        browser, answer = first_step()
        assert answer["Location"] == "/sign-in/second"
        options, ticket = asked(browser.get("/sign-in/second"), "/sign-in/second")
        assert browser.post("/sign-in/second", {"ticket": ticket, "answer": device.sign(options)}).status_code == 303
        assert is_in(browser)

    def test_that_of_somebody_else_is_no_second_step(self, world: World) -> None:
        mine, other = Authenticator(origin=ORIGIN), Authenticator(origin=ORIGIN)
        add_passkey(world, "ann", mine)
        add_passkey(world, "bob", other)
        browser, _answer = first_step()
        options, ticket = asked(browser.get("/sign-in/second"), "/sign-in/second")
        assert browser.post("/sign-in/second", {"ticket": ticket, "answer": other.sign(options)}).status_code == 422

    @pytest.mark.parametrize(
        "origin", ["http://localhost:8001", "https://localhost:8000", "http://evil.localhost:8000"]
    )
    def test_another_site_is_refused(self, world: World, origin: str) -> None:
        add_passkey(world, "ann", Authenticator(origin=ORIGIN))
        device = Authenticator(origin=origin)
        client = proven(world, "bob")
        options, ticket = asked(client.get("/profile/security"), "/profile/security/passkeys")
        assert (
            client.post("/profile/security/passkeys", {"ticket": ticket, "answer": device.make(options)}).status_code
            == 422
        )
        assert Passkey.objects.filter(user=world.bob).count() == 0

    def test_tickets_are_for_one_purpose_one_hour_and_one_person(self, world: World) -> None:
        device = Authenticator(origin=ORIGIN)
        add_passkey(world, "ann", device)
        options, ticket = (
            asked(proven(world, "ann").get("/confirm?next=/profile"), "/confirm")
            if False
            else asked(first_step()[0].get("/sign-in/second"), "/sign-in/second")
        )
        assert Client().post("/sign-in/passkey", {"ticket": ticket, "answer": device.sign(options)}).status_code == 422
        options, ticket = asked(proven(world, "ann").get("/profile/security"), "/profile/security/passkeys")
        made = {"ticket": ticket, "answer": Authenticator(origin=ORIGIN).make(options)}
        assert proven(world, "bob").post("/profile/security/passkeys", made).status_code == 422

    @pytest.mark.parametrize(
        "answer",
        ["", "{}", "[]", "null", "x", '{"id": 1}', '{"rawId": "AA", "response": {}}', "{" * 5000, "9" * 30_000],
    )
    def test_odd_answers_are_just_wrong(self, world: World, answer: str) -> None:
        _options, ticket = asked(Client().get("/sign-in"), "/sign-in/passkey")
        for chance in (ticket, "", "x:y:z", "\x00"):
            assert Client().post("/sign-in/passkey", {"ticket": chance, "answer": answer}).status_code == 422

    def test_a_switched_off_user_is_not_let_in(self, world: World) -> None:
        device = Authenticator(origin=ORIGIN)
        add_passkey(world, "ann", device)
        User.objects.filter(pk=world.ann.pk).update(is_active=False)
        options, ticket = asked(Client().get("/sign-in"), "/sign-in/passkey")
        assert Client().post("/sign-in/passkey", {"ticket": ticket, "answer": device.sign(options)}).status_code == 422

    def test_it_is_renamed_and_removed_by_its_user_alone(self, world: World) -> None:
        add_passkey(world, "ann", Authenticator(origin=ORIGIN))
        key = Passkey.objects.get()
        proven(world, "bob").post(f"/profile/security/passkeys/{key.pk}", {"do": "remove"})
        proven(world, "bob").post(f"/profile/security/passkeys/{key.pk}", {"do": "rename", "name": "Mine"})
        key.refresh_from_db()
        assert key.name == "Laptop"
        proven(world, "ann").post(f"/profile/security/passkeys/{key.pk}", {"do": "rename", "name": "Phone"})
        key.refresh_from_db()
        assert key.name == "Phone"
        proven(world, "ann").post(f"/profile/security/passkeys/{key.pk}", {"do": "remove"})
        assert not Passkey.objects.exists() and not RecoveryCode.objects.exists()

    def test_a_workspace_at_a_number_offers_none(self, world: World, settings: Any) -> None:
        settings.BASE_URL = "http://127.0.0.1:8000"
        assert "data-passkey" not in Client().get("/sign-in").content.decode()
        assert "data-passkey" not in proven(world, "ann").get("/profile/security").content.decode()


class TestDemanded:
    """A workspace may ask administrators, or everybody, for a second factor."""

    @pytest.fixture
    def demand(self, world: World) -> None:
        Workspace.objects.update(second_factor="administrators")
        workspace.forget()

    def test_who_has_none_sets_one_up_before_anything_else(self, world: World, demand: None) -> None:
        ada, ann = world.client("ada"), world.client("ann")
        for path in ("/", "/people", "/settings/users", "/profile", "/people/new"):
            answer = ada.get(path)
            assert answer.status_code == 303 and answer["Location"] == "/profile/security", path
            assert ann.get(path).status_code in (200, 403), path
        part = ada.get("/people", headers={"HX-Request": "true"})
        assert part.status_code == 403 and part["HX-Redirect"] == "/profile/security"
        assert "asks you for a second factor" in ada.get("/profile/security").content.decode()
        with_app(world.ada)
        assert ada.get("/people").status_code == 200

    def test_the_last_one_stays(self, world: World, demand: None) -> None:
        with_app(world.ada)
        with pytest.raises(NotAllowed):
            factors.remove_totp(world.actor("ada"))
        assert Totp.objects.filter(user=world.ada).exists()

    def test_a_link_does_not_skip_it(self, world: World) -> None:
        with_app(world.ann)
        page = world.client("ada", is_proven=True).post(f"/settings/users/{world.ann.pk}/link").content.decode()
        token = re.search(r"/sign-in/([\w-]{43})", page)
        assert token
        client = Client()
        assert client.post(f"/sign-in/{token[1]}")["Location"] == "/sign-in/second"
        assert not is_in(client)

    def test_an_administrator_lets_somebody_in_who_lost_everything(self, world: World) -> None:
        with_app(world.ann)
        session = world.client("ann")
        assert world.client("ann").post(f"/settings/users/{world.ann.pk}/factors").status_code == 403
        proven(world, "ada").post(f"/settings/users/{world.ann.pk}/factors")
        assert not is_in(session) and not factors.has_factor(world.ann.pk)
        browser, answer = first_step()
        assert answer["Location"] == "/" and is_in(browser)
        with pytest.raises(NotAllowed):
            factors.remove_factors_of(world.actor("ada"), world.ada.pk)


class TestAskedAgain:
    """Before factors change, it must be certain who sits there."""

    PATHS = ("app/remove", "passkeys", "passkeys/1", "codes")

    def test_ten_minutes_after_the_last_proof_it_is_asked(self, world: World) -> None:
        with clock.frozen(clock.now()) as stopped:
            client, _answer = first_step()
            assert client.get("/profile/security/app").status_code == 200
            stopped.advance(minutes=11)
            assert client.get("/profile/security/app")["Location"] == "/confirm?next=/profile/security/app"
            for path in self.PATHS:
                answer = client.post(f"/profile/security/{path}")
                assert answer.status_code == 303 and answer["Location"] == "/confirm?next=/profile/security", path
            assert client.post("/confirm", {"password": "wrong", "next": "/people"}).status_code == 422
            answer = client.post("/confirm", {"password": PASSWORD, "next": "//evil.example"})
            assert answer["Location"] == "/"
            assert client.get("/profile/security/app").status_code == 200

    def test_guessing_there_is_slowed(self, world: World) -> None:
        client = world.client("ann")
        codes = [client.post("/confirm", {"password": "wrong"}).status_code for _ in range(11)]
        assert codes == [422] * 10 + [429]

    def test_a_passkey_or_a_code_will_do(self, world: World) -> None:
        device = Authenticator(origin=ORIGIN)
        add_passkey(world, "ann", device)
        client = world.client("ann")
        options, ticket = asked(client.get("/confirm?next=/profile/security"), "/confirm")
        assert client.post("/confirm", {"ticket": ticket, "answer": device.sign(options)}).status_code == 303
        with_app(world.bob)
        assert world.client("bob").post("/confirm", {"code": code_now()}).status_code == 303
