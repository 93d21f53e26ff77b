"""A number of thousands of digits is no number: it leads nowhere, and is no fault of ours."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import house
from tests.world import World

LONG = "9" * 5000


@pytest.mark.parametrize(("path", "data"), [("/import", {"kind": "person", "again": LONG}), ("share", {"end": LONG})])
def test_it_works(world: World, path: str, data: dict[str, str]) -> None:
    if path == "share":
        path = f"/companies/{house.a_company(world.actor('ada')).pk}/share"
    file = SimpleUploadedFile("list.csv", b"Name\nA\n")
    assert world.client("ada").post(path, {**data, "file": file}).status_code < 500
