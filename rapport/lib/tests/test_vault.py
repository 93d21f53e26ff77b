"""Secrets that are kept encrypted."""

import pytest
from django.test import override_settings

from rapport.lib import vault


def test_it_works() -> None:
    locked = vault.lock("a secret – ü", "totp")
    assert vault.unlock(locked, "totp") == "a secret – ü"
    assert "secret" not in locked and locked != vault.lock("a secret – ü", "totp")


def test_another_purpose_another_key_and_a_changed_text_open_nothing() -> None:
    locked = vault.lock("a secret", "totp")
    with pytest.raises(vault.CannotUnlock):
        vault.unlock(locked, "provider")
    with override_settings(SECRET_KEY="another one"), pytest.raises(vault.CannotUnlock):
        vault.unlock(locked, "totp")
    changed = locked[:10] + ("B" if locked[10] == "A" else "A") + locked[11:]
    for broken in ("", "1.", "x" * 50, locked[:-4], changed, "1.ü"):
        with pytest.raises(vault.CannotUnlock):
            vault.unlock(broken, "totp")
