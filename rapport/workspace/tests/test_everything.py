"""The page on which everything goes out, and comes in again."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rapport.core.archives import layout
from rapport.core.exporting.models import ExportRun
from rapport.core.objects import saving
from rapport.people.models import Person
from tests import house

pytestmark = pytest.mark.django_db
PAGE = "/settings/everything"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


def test_it_works(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house.a_person(world.actor("ada"), email="mia@hexa.example")
    client = world.client("ada", is_proven=True)
    assert PAGE in client.get("/exports").content.decode()
    assert "Write the archive" in client.get(PAGE).content.decode()
    answer = client.post(f"{PAGE}/export", {"tables": "csv", "files": "1"}, follow=True)
    assert "Everything" in answer.content.decode() and ExportRun.objects.get().question == {
        "tables": "csv",
        "files": True,
    }
    house.work()
    run = ExportRun.objects.get()
    found = client.get(f"/exports/{run.pk}")
    assert found.headers["Content-Type"] == "application/zip"
    content = b"".join(found.streaming_content)
    saving.trash(world.actor("ada"), house.person(), [Person.objects.get().pk])
    monkeypatch.setattr(layout, "house", lambda: "another")
    upload = SimpleUploadedFile("all.zip", content, "application/zip")
    text = client.post(f"{PAGE}/import", {"file": upload}, follow=True).content.decode()
    assert "all.zip" in text and "Waiting" in text and f'hx-get="{PAGE}"' in text
    house.work()
    text = client.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in text and "Done" in text and "People" in text and "/undo" in text


def test_a_file_that_is_no_archive_is_refused_beside_its_field(world: Any) -> None:
    client = world.client("ada", is_proven=True)
    upload = SimpleUploadedFile("all.zip", b"no zip", "application/zip")
    answer = client.post(f"{PAGE}/import", {"file": upload})
    assert answer.status_code == 422 and "cannot be opened as a zip file" in answer.content.decode()
    assert "Choose a file." in client.post(f"{PAGE}/import").content.decode()


def test_it_takes_the_right_and_a_fresh_proof(world: Any) -> None:
    assert world.client("ann").get(PAGE).status_code == 403
    assert world.client("ann").post(f"{PAGE}/export").status_code == 403
    assert world.client("ann").post(f"{PAGE}/import").status_code == 403
    client = world.client("ada")
    for answer in (client.get(PAGE), client.post(f"{PAGE}/export"), client.post(f"{PAGE}/import")):
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/confirm")
    assert not ExportRun.objects.exists()
