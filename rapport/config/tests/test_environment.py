"""What the machine tells Rapport."""

from pathlib import Path

import pytest

from rapport.config import environment


def test_links_lead_to_the_server_that_was_started_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAPPORT_URL")
    assert environment.base_url(tmp_path) == "http://127.0.0.1:8000"
    environment.keep_address(tmp_path, "http://127.0.0.1:8123")
    assert environment.base_url(tmp_path) == "http://127.0.0.1:8123"
    monkeypatch.setenv("RAPPORT_URL", "https://crm.example/")
    assert environment.base_url(tmp_path) == "https://crm.example", "what is said counts"
