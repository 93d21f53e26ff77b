"""Browsers in words."""
# ruff: noqa: E501 - tables of what is sent

import pytest

from rapport.lib.user_agents import in_words, is_handheld

AGENTS = (
    ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140", "Edge on Windows"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15", "Safari on Mac"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605 CriOS/140.0 Mobile Safari/604.1", "Chrome on iPhone"),
    ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
    ("curl/8.5", "curl"),
    ("", "Unknown device"),
)  # fmt: skip


@pytest.mark.parametrize(("agent", "words"), AGENTS)
def test_it_works(agent: str, words: str) -> None:
    assert in_words(agent) == words
    assert is_handheld(agent) == ("iPhone" in agent or "Android" in agent)
