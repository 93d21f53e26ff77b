"""The rules of the house catch what they are for, and let through what they are not for."""

import re

import pytest

from tests import network
from tests.architecture import test_house as house

pytestmark = pytest.mark.sqlite_only

CAUGHT = [
    (house.COLOUR, "color: #fff"),
    (house.COLOUR, "background: oklch(53% .2 25)"),
    (house.PIXEL_TEXT, "font: 500 12px/1 var(--font)"),
    (house.PIXEL_TEXT, "font-size:14px"),
    (house.INLINE_SCRIPT, "<script>go()</script>"),
    (house.INLINE_SCRIPT, '<SCRIPT type="module">go()</SCRIPT>'),
    (house.INLINE_STYLE, '<td class="a" style="color:red">'),
    (house.INLINE_HANDLER, '<button class="a" onclick="go()">'),
    (house.INLINE_HANDLER, '<button hx-on:click="go()">'),
    (house.SIGNALS, "from django.db.models.signals import post_save"),
    (house.MACHINE, "see /home/ann/notes"),
    (house.MACHINE, "pip install --find-links wheels"),
]
ALLOWED = [
    (house.COLOUR, "color: var(--ink)"),
    (house.COLOUR, "background: color-mix(in oklab, var(--raised), var(--ink) 4%)"),
    (house.COLOUR, "#people { color: inherit }"),
    (house.PIXEL_TEXT, "font-family: var(--font); padding: 4px"),
    (house.PIXEL_TEXT, "font-size: .875rem; border: 1px solid"),
    (house.INLINE_SCRIPT, '<script type="module" src="{{ static("app.js") }}"></script>'),
    (house.INLINE_HANDLER, '<button data-only="yes" formaction="/x">'),
    (house.INLINE_STYLE, '<div data-style="compact">'),
    (house.MACHINE, "GET /people/home/work"),
]


@pytest.mark.parametrize(("rule", "line"), CAUGHT)
def test_a_rule_catches_its_case(rule: re.Pattern[str], line: str) -> None:
    assert rule.search(line)


@pytest.mark.parametrize(("rule", "line"), ALLOWED)
def test_a_rule_lets_its_neighbours_through(rule: re.Pattern[str], line: str) -> None:
    assert not rule.search(line)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443), ("2001:db8::1", 80, 0, 0)])
def test_a_test_cannot_reach_another_machine(address: tuple[object, ...]) -> None:
    with pytest.raises(network.Outside):
        network.refuse_outside(address)


@pytest.mark.parametrize("address", [("127.0.0.1", 80), ("::1", 80, 0, 0), ("localhost", 80), "/run/database"])
def test_a_test_can_reach_this_machine(address: object) -> None:
    network.refuse_outside(address)
