"""Who is refused something finds a way on: the frame stays for those who are signed in."""

import pytest
from django.test import Client

from rapport.accounts.actor import Actor
from rapport.accounts.models import User


def test_it_works(ada: Actor) -> None:
    browser = Client()
    browser.force_login(User.objects.get(pk=ada.user_id))
    for path in ("/nowhere", "/people/99999999"):
        answer = browser.get(path)
        page = answer.content.decode()
        assert answer.status_code == 404 and "<title>Not found" in page
        assert 'id="palette"' in page and 'href="/people"' in page


@pytest.mark.django_db
def test_strangers_see_no_frame() -> None:
    answer = Client().get("/nowhere")
    assert answer.status_code in (302, 404) and b'href="/people"' not in answer.content
