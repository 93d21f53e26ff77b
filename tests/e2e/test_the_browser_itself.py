"""The browser of the journeys works, and stays on this machine."""

import pytest
from playwright.sync_api import Error, Page


def test_it_works(page: Page) -> None:
    page.set_content("<title>Rapport</title><button>Log a call</button>")
    page.get_by_role("button", name="Log a call").click()
    assert page.title() == "Rapport"


@pytest.mark.parametrize("address", ["http://192.0.2.1/", "https://example.org/", "http://127.0.0.1.example.org/"])
def test_another_machine_is_out_of_reach(page: Page, address: str) -> None:
    with pytest.raises(Error, match="NAME_NOT_RESOLVED"):
        page.goto(address)
