"""Days at the edges of what dates can hold are refused with a sentence, not with an error of the server."""

import pytest

from rapport.activities.models import Task
from rapport.activities.tasks.actions import TaskInput, add_task
from tests.world import World


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31", "2201-01-01"])
def test_a_day_that_nobody_plans_for_is_refused(world: World, zone: str, day: str) -> None:
    world.ann.time_zone = zone
    world.ann.save()
    ann = world.client("ann")
    assert ann.get("/meetings/plan", {"day": day, "time": "23:59", "minutes": "999999"}).status_code == 200
    for all_day in ("", "1"):
        form = {"title": "Far", "day": day, "time": "23:00", "to_day": day, "to_time": "23:30", "all_day": all_day}
        assert ann.post("/meetings/plan", form).status_code == 422
    answer = ann.post("/tasks/add", {"text": f"Far {day} 23:00", "title": f"Far {day} 23:00"})
    assert answer.status_code < 500
    assert not Task.objects.filter(due_on=day).exists()


def test_a_place_of_five_thousand_digits_is_no_place(world: World) -> None:
    task = add_task(world.actor("ann"), TaskInput("Far"))
    answer = world.client("ann").post(f"/tasks/{task.pk}/steps/1", {"do": "move", "to": "9" * 5000})
    assert answer.status_code in (303, 302, 404)
