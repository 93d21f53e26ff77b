"""Signing in and out: who gets in, how guessing is slowed down, when sessions and links end."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.http import HttpResponse
from django.test import Client

from rapport.accounts.models import SignInLink, SignInTry, User
from rapport.core.events.models import Act
from rapport.lib import clock
from rapport.lib.tokens import new_token
from rapport.workspace.actions.links import make_sign_in_link
from rapport.workspace.actions.users import NewPassword, set_password, switch_off, switch_on
from rapport.workspace.signing_in import local_path
from tests.world import World


def sign_in(client: Client, email: str, password: str, **more: str) -> HttpResponse:
    return client.post("/sign-in", {"email": email, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get("/profile").status_code == 200


def without_token(answer: HttpResponse) -> str:
    """The page, less the token that differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"', "", answer.content.decode())


def token_of(address: str) -> str:
    return address.rpartition("/")[2]


def test_the_right_password_lets_in(world: World) -> None:
    client = Client()
    answer = sign_in(client, " Ann@Example.COM ", world.password)
    assert answer.status_code == 303 and answer["Location"] == "/"
    assert is_in(client)
    assert Act.objects.filter(kind="user.signed_in", user=world.ann).count() == 1


def test_the_session_has_a_new_key_after_signing_in(world: World) -> None:
    client = Client()
    client.get("/sign-in")
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["rapport_session"] = before
    sign_in(client, "ann@example.com", world.password)
    assert client.cookies["rapport_session"].value != before


def test_unknown_wrong_and_switched_off_look_alike(world: World) -> None:
    User.objects.filter(pk=world.bob.pk).update(is_active=False)
    tries = [("nobody@example.com", world.password), ("ann@example.com", "wrong"), ("bob@example.com", world.password)]
    bodies = set()
    for email, password in tries:
        answer = sign_in(Client(), email, password)
        assert answer.status_code == 422
        bodies.add(without_token(answer).replace(email, ""))
    assert len(bodies) == 1


def test_unknown_wrong_switched_off_and_invited_cost_one_hash_each(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=world.bob.pk).update(is_active=False)
    User.objects.filter(pk=world.eve.pk).update(password="!unusable")
    runs: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, password, salt: runs.append("") or encode(self, password, salt)
    )
    cost = []
    for name in ("nobody", "ann", "bob", "eve"):
        runs.clear()
        sign_in(Client(), f"{name}@example.com", "wrong horse")
        cost.append(len(runs))
    assert cost == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "email", ["", "x" * 5000, "a\x00b@example.com", "a@b@c", "ann@example.com' OR 1=1 --", "\ud800@example.com"]
)
def test_odd_input_is_just_wrong(world: World, email: str) -> None:
    answer = Client().post(
        "/sign-in", data=f"email={email.encode('utf-8', 'replace').decode()}&password=" + "p" * 20_000,
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert answer.status_code == 422


class TestThrottle:
    """Ten failed tries in a quarter of an hour, for each account and for each address."""

    def fail(self, email: str, times: int, address: str = "192.0.2.1") -> list[int]:
        client = Client(REMOTE_ADDR=address)
        return [sign_in(client, email, "wrong").status_code for _ in range(times)]

    def test_an_account_is_shut_after_ten_even_for_the_right_password(self, world: World) -> None:
        codes = [code for number in range(11) for code in self.fail("ann@example.com", 1, f"192.0.2.{number}")]
        assert codes == [422] * 10 + [429]
        answer = sign_in(Client(REMOTE_ADDR="198.51.100.7"), "ann@example.com", world.password)
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 900
        assert "Too many failed tries" in answer.content.decode()
        assert sign_in(Client(REMOTE_ADDR="198.51.100.7"), "bob@example.com", world.password).status_code == 303

    def test_an_unknown_account_is_shut_the_same_way(self, world: World) -> None:
        codes = [code for number in range(11) for code in self.fail("nobody@example.com", 1, f"192.0.2.{number}")]
        assert codes == [422] * 10 + [429]

    def test_an_address_is_shut_after_ten_over_all_accounts(self, world: World) -> None:
        codes = [code for number in range(11) for code in self.fail(f"u{number}@example.com", 1)]
        assert codes == [422] * 10 + [429]
        assert sign_in(Client(REMOTE_ADDR="192.0.2.1"), "ann@example.com", world.password).status_code == 429
        assert sign_in(Client(REMOTE_ADDR="192.0.2.2"), "ann@example.com", world.password).status_code == 303

    def test_it_opens_again_and_knocking_does_not_keep_it_shut(self, world: World) -> None:
        with clock.frozen(clock.now()) as stopped:
            self.fail("ann@example.com", 10)
            stopped.advance(minutes=14)
            assert self.fail("ann@example.com", 5) == [429] * 5
            stopped.advance(minutes=2)
            assert sign_in(Client(REMOTE_ADDR="192.0.2.1"), "ann@example.com", world.password).status_code == 303

    def test_a_good_sign_in_forgives_the_account_but_not_the_address(self, world: World) -> None:
        self.fail("ann@example.com", 9)
        assert sign_in(Client(REMOTE_ADDR="192.0.2.1"), "ann@example.com", world.password).status_code == 303
        assert self.fail("bob@example.com", 2) == [422, 429]
        assert self.fail("ann@example.com", 3, "192.0.2.9") == [422] * 3

    def test_one_ipv6_household_is_one_address(self, world: World) -> None:
        codes = [self.fail(f"u{n}@example.com", 1, f"2001:db8:1:2::{n:x}")[0] for n in range(11)]
        assert codes[-1] == 429

    def test_a_forwarded_address_counts_only_from_the_trusted_proxy(self, world: World, settings) -> None:
        for number in range(11):
            headers = {"x-forwarded-for": f"203.0.113.{number}"}
            answer = Client(REMOTE_ADDR="192.0.2.1", headers=headers).post("/sign-in", {"email": f"u{number}@e.com"})
        assert answer.status_code == 429
        settings.TRUSTED_PROXY = "192.0.2.1"
        headers = {"x-forwarded-for": "198.51.100.1, 203.0.113.200"}
        assert (
            Client(REMOTE_ADDR="192.0.2.1", headers=headers).post("/sign-in", {"email": "z@e.com"}).status_code == 422
        )

    def test_no_e_mail_or_address_is_kept_and_old_tries_go(self, world: World) -> None:
        with clock.frozen(clock.now()) as stopped:
            self.fail("ann@example.com", 2)
            kept = " ".join(SignInTry.objects.values_list("subject", flat=True))
            assert "ann" not in kept and "192.0.2" not in kept
            stopped.advance(minutes=16)
            self.fail("bob@example.com", 1)
            assert SignInTry.objects.count() == 2

    def test_guessing_the_present_password_is_throttled_too(self, world: World) -> None:
        client = world.client("ann")
        form = {"current": "wrong", "password": "a new password 7", "again": "a new password 7"}
        codes = [client.post("/profile/password", form).status_code for _ in range(11)]
        assert codes == [422] * 10 + [429]


class TestNext:
    """After signing in people land on a page of this house, never elsewhere."""

    @pytest.mark.parametrize("path", ["/profile", "/settings/users", "/?x=1", "/settings#top"])
    def test_a_page_of_this_house_is_kept(self, path: str) -> None:
        assert local_path(path) == path

    @pytest.mark.parametrize(
        "path",
        [
            "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
            "/\t/evil.example", " //evil.example", "/nowhere-at-all", "/sign-out", "/sign-in?next=/sign-in", "evil",
            "///evil.example", "/" * 3000, "http:/evil.example", "/%2f%2fevil.example", "",
        ],
    )  # fmt: skip
    def test_anything_else_becomes_home(self, path: str) -> None:
        assert local_path(path) == "/"

    def test_the_form_carries_it_through(self, world: World) -> None:
        client = Client()
        asked = client.get("/settings/users")
        assert 'value="/settings/users"' in client.get(asked["Location"]).content.decode()
        answer = sign_in(client, "ada@example.com", world.password, next="/settings/users")
        assert answer["Location"] == "/settings/users"
        assert sign_in(Client(), "ada@example.com", world.password, next="//evil.example")["Location"] == "/"


class TestLinks:
    """A one-time link: asked by GET, used by POST, once, for a short time."""

    def link(self, world: World, user: User) -> str:
        return f"/sign-in/{token_of(make_sign_in_link(world.actor('ada'), user).address)}"

    def test_a_scanner_does_not_use_it_up(self, world: World) -> None:
        path = self.link(world, world.ann)
        for _ in range(3):
            scanner = Client()
            assert scanner.get(path).status_code == 200
            assert not is_in(scanner)
        client = Client()
        assert client.post(path).status_code == 303
        assert is_in(client)

    def test_used_expired_and_unknown_look_alike(self, world: World) -> None:
        used, unknown = self.link(world, world.ann), f"/sign-in/{new_token()}"
        Client().post(used)
        bob = self.link(world, world.bob)
        with clock.frozen(clock.now() + timedelta(minutes=16)):
            answers = [
                client_call(path) for path in (used, unknown, bob) for client_call in (Client().get, Client().post)
            ]
        assert {answer.status_code for answer in answers} == {404}
        bodies = {without_token(answer) for answer in answers}
        assert len(bodies) == 1 and "no longer works" in bodies.pop()

    def test_only_the_digest_is_kept_and_the_token_is_long(self, world: World) -> None:
        token = token_of(self.link(world, world.ann))
        assert len(token) >= 22
        assert token not in str(SignInLink.objects.values_list().get())

    def test_a_new_link_a_password_or_switching_off_voids_the_old(self, world: World) -> None:
        first = self.link(world, world.ann)
        second = self.link(world, world.ann)
        assert Client().get(first).status_code == 404
        set_password(world.actor("ann"), world.ann.pk, NewPassword("a new password 7", current=world.password))
        assert Client().post(second).status_code == 404
        third = self.link(world, world.ann)
        switch_off(world.actor("ada"), world.ann.pk)
        switch_on(world.actor("ada"), world.ann.pk)
        assert Client().post(third).status_code == 404

    def test_it_lets_one_set_a_forgotten_password(self, world: World) -> None:
        client = Client()
        client.post(self.link(world, world.ann))
        form = {"password": "a new password 7", "again": "a new password 7"}
        assert client.post("/profile/password", form).status_code == 303
        assert sign_in(Client(), "ann@example.com", "a new password 7").status_code == 303
        assert client.post("/profile/password", form).status_code == 422, "only once"

    def test_old_links_are_cleaned_up(self, world: World) -> None:
        self.link(world, world.ann)
        with clock.frozen(clock.now() + timedelta(days=2)):
            self.link(world, world.bob)
        assert SignInLink.objects.count() == 1


class TestSessions:
    """When a session ends."""

    def test_signing_out_takes_a_post(self, world: World) -> None:
        client = world.client("ann")
        assert client.get("/sign-out").status_code == 405 and is_in(client)
        cookie = client.cookies["rapport_session"].value
        assert client.post("/sign-out").status_code == 303 and not is_in(client)
        thief = Client()
        thief.cookies["rapport_session"] = cookie
        assert not is_in(thief)

    def test_a_new_password_ends_the_other_sessions(self, world: World) -> None:
        here, there = world.client("ann"), world.client("ann")
        form = {"current": world.password, "password": "a new password 7", "again": "a new password 7"}
        assert here.post("/profile/password", form).status_code == 303
        assert is_in(here) and not is_in(there)

    def test_switched_off_is_out_at_the_next_request_and_stays_out(self, world: World) -> None:
        client = world.client("bob")
        switch_off(world.actor("ada"), world.bob.pk)
        assert not is_in(client)
        switch_on(world.actor("ada"), world.bob.pk)
        assert not is_in(client)

    def test_a_form_without_its_token_is_refused(self, world: World) -> None:
        client = Client(enforce_csrf_checks=True)
        assert sign_in(client, "ann@example.com", world.password).status_code == 403
