"""Single sign-on by OpenID Connect: who gets in, who gets an account, and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from joserfc.jwk import OctKey, RSAKey

from rapport.accounts import workspace
from rapport.accounts.models import ProviderAccount, SignInProvider, Totp, User, Workspace
from rapport.core.events.models import Event
from rapport.lib import clock, vault
from rapport.workspace import oidc
from rapport.workspace.actions.links import INVITATION, INVITATION_LASTS, make_link
from rapport.workspace.actions.sign_in import present_rules
from rapport.workspace.provider import VAULT
from rapport.workspace.signing_in import PROVEN_KEY
from tests.oidc_provider import CLIENT, SECRET, Provider, running
from tests.world import PASSWORD, World


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def outer(world: World, server: Provider, settings: Any) -> Provider:
    """The provider, known to the workspace; Ann signs in there."""
    settings.INTERNAL_HOSTS = frozenset({"127.0.0.1"})
    oidc.forget()
    server.spoil = {}
    server.person = {"email": "Ann@Example.com", "email_verified": True, "name": "Ann Archer"}
    SignInProvider.objects.create(
        is_on=True, label="Northwind", issuer=server.issuer, client_id=CLIENT, secret=vault.lock(SECRET, VAULT)
    )
    return server


def sign_in(outer: Provider, client: Client, after: str = "/people") -> HttpResponse:
    way = client.get("/sign-in/provider", {"next": after})
    assert way.status_code == 302 and way["Location"].startswith(outer.issuer)
    return client.get("/sign-in/provider/done" + outer.visit(way["Location"]))


def is_in(client: Client) -> bool:
    return client.get("/profile").status_code == 200


def proven(world: World, name: str = "ada") -> Client:
    client = world.client(name)
    session = client.session
    session[PROVEN_KEY] = clock.now().timestamp()
    session.save()
    return client


def test_it_works(world: World, outer: Provider) -> None:
    assert "Northwind" in Client().get("/sign-in").content.decode()
    client = Client()
    answer = sign_in(outer, client)
    assert answer.status_code == 303 and answer["Location"] == "/people" and is_in(client)
    assert ProviderAccount.objects.get().user == world.ann
    assert Event.objects.filter(kind="user.signed_in").latest("pk").data["how"] == "provider"
    assert SignInProvider.objects.get().worked_at is not None


def test_afterwards_the_subject_counts_and_not_the_e_mail(world: World, outer: Provider) -> None:
    sign_in(outer, Client())
    outer.person = {"email": "bob@example.com", "email_verified": True}
    sign_in(outer, client := Client())
    assert "ann@example.com" in client.get("/profile").content.decode()


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_e_mail_that_is_not_verified_opens_nothing(world: World, outer: Provider, verified: Any) -> None:
    outer.person["email_verified"] = verified
    assert sign_in(outer, client := Client()).status_code == 403 and not is_in(client)


def test_unknown_people_get_an_account_where_the_settings_say_so(world: World, outer: Provider) -> None:
    outer.person = {"sub": "zoe", "email": "zoe@northwind.example", "email_verified": True, "name": "Zoe Zimmer"}
    assert sign_in(outer, Client()).status_code == 403
    SignInProvider.objects.update(role=world.roles["read_only"], domains="northwind.example")
    assert sign_in(outer, client := Client()).status_code == 303 and is_in(client)
    zoe = User.objects.get(email="zoe@northwind.example")
    assert (zoe.name, zoe.role.key, zoe.has_usable_password()) == ("Zoe Zimmer", "read_only", False)
    outer.person = {"sub": "eve", "email": "eve@northwind.example.evil.example", "email_verified": True}
    assert sign_in(outer, Client()).status_code == 403


def test_a_switched_off_user_stays_out(world: World, outer: Provider) -> None:
    sign_in(outer, Client())
    User.objects.filter(pk=world.ann.pk).update(is_active=False)
    assert sign_in(outer, client := Client()).status_code == 403 and not is_in(client)


def test_a_second_factor_is_asked_for_unless_the_provider_does(world: World, outer: Provider) -> None:
    Totp.objects.create(user=world.ann, secret=vault.lock("A" * 32, "totp"), created_at=clock.now())
    assert sign_in(outer, Client())["Location"] == "/sign-in/second"
    SignInProvider.objects.update(asks_factor=True)
    assert sign_in(outer, client := Client())["Location"] == "/people" and is_in(client)


def test_an_address_given_to_another_person_opens_no_account_that_is_taken(world: World, outer: Provider) -> None:
    sign_in(outer, Client())
    outer.person = {"sub": "another", "email": "ann@example.com", "email_verified": True}
    assert sign_in(outer, client := Client()).status_code == 403 and not is_in(client)
    assert ProviderAccount.objects.count() == 1


def test_who_comes_by_the_provider_needs_no_invitation_any_more(world: World, outer: Provider) -> None:
    link = make_link(world.ann, INVITATION, INVITATION_LASTS).address.partition("/sign-in/")[2]
    assert Client().get(f"/sign-in/{link}").status_code == 200
    sign_in(outer, Client())
    assert Client().get(f"/sign-in/{link}").status_code == 404


def test_whoever_comes_back_with_nothing_too_often_waits(world: World, outer: Provider) -> None:
    for _try in range(10):
        assert Client().get("/sign-in/provider/done?code=x&state=x").status_code == 422
    refused = Client().get("/sign-in/provider/done?code=x&state=x")
    assert refused.status_code == 429 and int(refused["Retry-After"]) > 0


class TestForged:
    """Whatever is not exactly right about an answer: nobody is signed in."""

    @pytest.mark.parametrize(
        "claims",
        [
            {"iss": "https://evil.example"}, {"aud": "another"}, {"aud": ["rapport", "another"]}, {"azp": "another"},
            {"nonce": "another"}, {"nonce": None}, {"exp": 1}, {"exp": None}, {"iat": 99999999999}, {"sub": None},
        ],
    )  # fmt: skip
    def test_wrong_claims(self, world: World, outer: Provider, claims: dict[str, Any]) -> None:
        outer.spoil = {"claims": claims}
        assert sign_in(outer, client := Client()).status_code == 422 and not is_in(client)

    def test_another_key_no_key_and_our_own_secret(self, world: World, outer: Provider) -> None:
        unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."
        for spoil in (
            {"key": RSAKey.generate_key(2048, {"kid": "one"})},
            {"key": OctKey.import_key("x" * 40), "alg": "HS256"},
            {"token": unsigned}, {"token": "x"}, {"token": "a.b.c"},
        ):  # fmt: skip
            outer.spoil = spoil
            assert sign_in(outer, client := Client()).status_code == 422 and not is_in(client)

    def test_an_answer_without_its_way(self, world: World, outer: Provider) -> None:
        mine, other = Client(), Client()
        way = mine.get("/sign-in/provider")
        back = "/sign-in/provider/done" + outer.visit(way["Location"])
        assert other.get(back).status_code == 422, "no cookie"
        other.get("/sign-in/provider")
        assert other.get(back).status_code == 422, "the state of another browser"
        assert mine.get(back.replace("state=", "state=x")).status_code == 422
        for query in ("", "?code=x", "?state=x", "?error=access_denied"):
            assert Client().get("/sign-in/provider/done" + query).status_code == 422
        assert not is_in(mine) and not is_in(other)

    def test_it_takes_too_long(self, world: World, outer: Provider) -> None:
        with clock.frozen(clock.now()) as stopped:
            client = Client()
            back = outer.visit(client.get("/sign-in/provider")["Location"])
            stopped.advance(minutes=11)
            assert client.get("/sign-in/provider/done" + back).status_code == 422

    def test_a_code_is_good_once(self, world: World, outer: Provider) -> None:
        client = Client()
        back = outer.visit(client.get("/sign-in/provider")["Location"])
        kept = client.cookies["rapport_way"].value
        assert client.get("/sign-in/provider/done" + back).status_code == 303
        again = Client()
        again.cookies["rapport_way"] = kept
        assert again.get("/sign-in/provider/done" + back).status_code == 422

    @pytest.mark.parametrize(
        "about", [{"issuer": "https://evil.example"}, {"token_endpoint": None}, {"jwks_uri": "file:///etc/passwd"},
                  {"authorization_endpoint": "javascript:alert(1)"}, {"token_endpoint": "http://10.0.0.1/token"}],
    )  # fmt: skip
    def test_a_provider_that_is_not_what_it_says(self, world: World, outer: Provider, about: dict[str, Any]) -> None:
        outer.spoil = {"about": about}
        assert Client().get("/sign-in/provider").status_code == 422

    def test_an_internal_address_is_not_asked(self, world: World, outer: Provider, settings: Any) -> None:
        settings.INTERNAL_HOSTS = frozenset()
        assert Client().get("/sign-in/provider").status_code == 422


class TestSettings:
    """What an administrator enters."""

    FORM = {"second_factor": "", "has_passwords": "1", "is_on": "1", "label": "Northwind", "client_id": CLIENT}

    def test_it_is_saved_once_it_works_and_the_secret_is_never_shown(
        self, world: World, server: Provider, settings: Any
    ) -> None:
        settings.INTERNAL_HOSTS = frozenset({"127.0.0.1"})
        oidc.forget()
        server.spoil = {}
        ada = proven(world)
        form = {**self.FORM, "issuer": server.issuer, "secret": SECRET}
        assert ada.post("/settings/sign-in", {**form, "issuer": "https://127.0.0.2"}).status_code == 422
        assert ada.post("/settings/sign-in", {**form, "secret": ""}).status_code == 422
        assert ada.post("/settings/sign-in", form).status_code == 303
        row = SignInProvider.objects.get()
        assert SECRET not in row.secret and vault.unlock(row.secret, VAULT) == SECRET
        page = ada.get("/settings/sign-in").content.decode()
        assert SECRET not in page and row.secret not in page
        assert ada.post("/settings/sign-in", {**form, "secret": "", "label": "Again"}).status_code == 303
        assert vault.unlock(SignInProvider.objects.get().secret, VAULT) == SECRET, "empty keeps it"
        assert SECRET not in str(list(Event.objects.values_list("data", flat=True)))
        moved = {**form, "secret": "", "issuer": server.issuer + "/"}
        assert ada.post("/settings/sign-in", moved).status_code == 422, "a secret is not sent to another issuer"

    def test_it_asks_who_is_there_and_lets_only_administrators_in(self, world: World) -> None:
        assert world.client("ada").get("/settings/sign-in")["Location"] == "/confirm?next=/settings/sign-in"
        assert world.client("ada").post("/settings/sign-in", self.FORM).status_code == 303
        assert not SignInProvider.objects.exists()
        assert proven(world, "mia").get("/settings/sign-in").status_code == 403

    def test_passwords_go_only_when_another_way_was_seen_to_work(self, world: World, outer: Provider) -> None:
        ada = proven(world)
        form = {**self.FORM, "issuer": outer.issuer, "has_passwords": ""}
        assert ada.post("/settings/sign-in", form).status_code == 422
        outer.person = {"sub": "ada", "email": "ada@example.com", "email_verified": True}
        sign_in(outer, Client())
        assert ada.post("/settings/sign-in", form).status_code == 303
        assert not Workspace.objects.get().has_passwords
        assert Client().post("/sign-in", {"email": "ann@example.com", "password": PASSWORD}).status_code == 422
        workspace.forget()
        page = Client().get("/sign-in").content.decode()
        assert 'name="password"' not in page and "Northwind" in page

    def test_a_rule_for_second_factors_is_saved(self, world: World) -> None:
        form = {"second_factor": "everybody", "has_passwords": "1"}
        assert proven(world).post("/settings/sign-in", form).status_code == 303
        assert present_rules()[0].second_factor == "everybody"
        assert world.client("ann").get("/people")["Location"] == "/profile/security"

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("second_factor", "x"),
            ("role", "999"),
            ("domains", "exa mple"),
            ("domains", "https://x"),
            ("issuer", "x" * 400),
        ],
    )
    def test_odd_values_are_refused(self, world: World, key: str, value: str) -> None:
        form = {"has_passwords": "1", key: value}
        assert proven(world).post("/settings/sign-in", form).status_code == 422
