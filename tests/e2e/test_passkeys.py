"""Passkeys in a browser: made, used alone, used as the second step; codes of an app; what screen readers are told."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from rapport.accounts.models import Totp
from rapport.lib import clock, totp, vault
from rapport.workspace.actions.factors import VAULT
from tests.e2e.site import Site, sign_in
from tests.e2e.test_look import violations
from tests.world import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def named(site: Site, settings: Any) -> Site:
    """The same house under a name: browsers make passkeys for names alone."""
    site.address = site.address.replace("127.0.0.1", "localhost")
    settings.BASE_URL = site.address
    return site


def device(context: BrowserContext, page: Page) -> Callable[[bool], None]:
    """A virtual authenticator with a finger on it. Call the answer to lift the finger and to put it back."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def touch(enabled: bool) -> None:
        told = {"authenticatorId": made["authenticatorId"], "enabled": enabled}
        session.send("WebAuthn.setAutomaticPresenceSimulation", told)

    return touch


def by_password(site: Site) -> Page:
    page = site.open("/sign-in")
    page.get_by_label("E-mail").fill("ann@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    site.settle()
    return page


def test_a_passkey_is_made_and_opens_the_door(named: Site, context: BrowserContext) -> None:
    context.clear_cookies()
    page = by_password(named)
    touch = device(context, page)
    named.open("/profile/security")
    page.get_by_label("Name of the new passkey").fill("Laptop")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("Laptop")).to_be_visible()

    context.clear_cookies()
    touch(False)
    by_password(named)
    expect(page).to_have_url(f"{named.address}/sign-in/second")
    touch(True)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page).to_have_url(f"{named.address}/")

    context.clear_cookies()
    # The browser offers the key by itself, behind the e-mail field: a finger is enough.
    page.goto(f"{named.address}/sign-in?next=/people")
    expect(page).to_have_url(f"{named.address}/people")


def test_a_refused_passkey_is_said_and_nothing_is_sent(named: Site, context: BrowserContext) -> None:
    context.clear_cookies()
    page = named.page
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    named.open("/sign-in")
    expect(page.get_by_label("E-mail")).to_be_focused()
    assert page.get_by_label("E-mail").get_attribute("autocomplete") == "username webauthn"
    button = page.get_by_role("button", name="Sign in with a passkey")
    options = {"protocol": "u2f", "transport": "usb", "isUserConsenting": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not used")
    expect(page).to_have_url(f"{named.address}/sign-in")


def test_the_pages_of_signing_in_can_be_used_by_everyone(named: Site, context: BrowserContext, settings: Any) -> None:
    settings.MAIL_ON = True
    Totp.objects.create(user=named.world.ann, secret=vault.lock(SECRET, VAULT), created_at=clock.now())
    context.clear_cookies()
    page = named.page
    wrong = []
    by_password(named)
    for path in ("/sign-in/second?by=recovery", "/sign-in/forgot", "/sign-in", "/sign-in/gone", "/sign-in/second"):
        named.open(path)
        wrong += seen_twice(page, path)
    code = page.get_by_label("Code from your authenticator app")
    expect(code).to_be_focused()
    code.fill(totp.code(SECRET, int(clock.now().timestamp()) // totp.STEP))
    code.press("Enter")
    expect(page).to_have_url(f"{named.address}/")
    assert not wrong, "\n".join(wrong)


def test_the_pages_of_oneself_can_be_used_by_everyone(named: Site, context: BrowserContext) -> None:
    sign_in(context, named.address, named.world, "ada")
    page = by_confirming(named)
    wrong = []
    for path in ("/profile", "/profile/security", "/profile/security/app", "/profile/sessions", "/settings/sign-in"):
        named.open(path)
        wrong += seen_twice(page, path)
    assert not wrong, "\n".join(wrong)


def seen_twice(page: Page, path: str) -> list[str]:
    """What is wrong with a page on a desk in the light, and on a small phone in the dark."""
    wrong = []
    for scheme, width in (("light", 1440), ("dark", 320)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 800})
        wrong += [f"{width} {path}  {line}" for line in violations(page)]
        wide = "Math.max(...[document.documentElement, document.querySelector('main')].map((e) => e?.scrollWidth ?? 0))"
        wrong += [f"{path} is wider than {width} px"] if page.evaluate(wide) > width else []
    return wrong


def by_confirming(site: Site) -> Page:
    page = site.open("/settings/sign-in")
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    site.settle()
    return page
