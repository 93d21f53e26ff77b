"""Two at the same moment: each answer counts."""

import threading

import pytest
from django.db import connection

from rapport.activities.meetings.actions import answer
from rapport.activities.meetings.tests.test_meetings import guests, plan
from tests import house

AT_ONCE = 6


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_it_works() -> None:
    ada = house.admin()
    rep = house.role("Rep", levels=house.levels("own"))
    asked = [house.actor(f"Guest {number}", rep) for number in range(AT_ONCE)]
    meeting = plan(ada, attendees=tuple({"kind": "user", "id": one.user_id, "answer": ""} for one in asked))
    gate, failures = threading.Barrier(AT_ONCE), []

    def reply(number: int) -> None:
        try:
            gate.wait(timeout=20)
            answer(asked[number], meeting.pk, "yes")
        except Exception as error:  # a thread says nothing by itself
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=reply, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not failures
    assert [guest["answer"] for guest in guests(meeting)] == ["yes"] * AT_ONCE
