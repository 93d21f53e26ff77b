"""The command ``rapport``: what it prints, and how it says no."""

import io
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test.utils import override_settings

from rapport.accounts.models import User
from rapport.cli import about, main, preparing, serving
from rapport.core.objects import registry
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_assets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Collecting static files takes a second and is not what these tests are about."""
    monkeypatch.setattr(preparing, "collect_assets", lambda: False)


@pytest.fixture
def private_folder(tmp_path: Path) -> Iterator[Path]:
    tmp_path.chmod(0o700)
    with override_settings(DATA_FOLDER=tmp_path):
        yield tmp_path


@pytest.mark.parametrize("kind", [spec.key for spec in registry.every()])
def test_explain_prints_every_field(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", kind]) == 0
    printed = capsys.readouterr().out
    for field in registry.get(kind).all_fields:
        line = next(line for line in printed.splitlines() if line.split()[:1] == [field.key])
        assert field.type in line
        assert all(header in line for header in field.headers)
    assert ".py:" in printed
    assert "models.py:" in printed


def test_explain_names_what_it_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "persona"]) == 2
    assert "person, company" in capsys.readouterr().err


def test_doctor_finds_nothing_wrong_here(private_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0, capsys.readouterr().out


def test_doctor_says_what_to_do_about_an_open_folder(private_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    private_folder.chmod(0o755)
    assert main(["doctor"]) == 1
    assert f"chmod 700 {private_folder}" in capsys.readouterr().out


def test_a_new_user_gets_a_link(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "create", "--email", "New@Example.com", "--role", "member", "--name", "New Nell"]) == 0
    assert "http://127.0.0.1:8000/sign-in/" in capsys.readouterr().out
    user = User.objects.get(email="new@example.com")
    assert (user.name, user.role.key, user.has_usable_password()) == ("New Nell", "member", False)


def test_a_password_comes_from_standard_input(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long quiet harbour\n"))
    arguments = ["--email", "new@example.com", "--role", "Administrator", "--team", "Alpha", "--password-stdin"]
    assert main(["user", "create", *arguments]) == 0
    user = User.objects.get(email="new@example.com")
    assert user.check_password("a long quiet harbour")
    assert user.team == world.alpha
    assert "harbour" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--email", "ann@example.com", "--role", "member"], "No account was made."),
        (["--email", "no address", "--role", "member"], "No account was made."),
        (["--email", "new@example.com", "--role", "king"], "Administrator"),
        (["--email", "new@example.com", "--role", "member", "--team", "Gamma"], "Alpha"),
    ],
)
def test_a_refused_user_is_explained(
    world: World, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = User.objects.count()
    assert main(["user", "create", *arguments]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert User.objects.count() == before


def test_sample_load_and_clear_say_what_they_did(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", "load", "software", "--people", "5"]) == 0
    assert "5 people" in capsys.readouterr().out
    assert main(["sample", "load", "software"]) == 2
    assert "sample clear" in capsys.readouterr().err
    assert main(["sample", "clear"]) == 0
    assert "Removed" in capsys.readouterr().out


def test_a_taken_port_is_named_with_a_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["web", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert str(port) in said
    assert "--port" in said


def test_the_unforeseen_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(registry, "find", lambda _key: 1 / 0)
    assert main(["explain", "person"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    monkeypatch.setenv("RAPPORT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["explain", "person"])


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:81"),
        ("0.0.0.0", "http://127.0.0.1:81"),
        ("::1", "http://[::1]:81"),
        ("crm.example", "http://crm.example:81"),
    ],
)
def test_the_address_follows_from_where_we_listen(host: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAPPORT_URL")
    serving.derive_url(about.argparse.Namespace(host=host, port=81))
    assert os.environ["RAPPORT_URL"] == url


def test_a_link_for_who_is_locked_out(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "link", "--email", "Ann@example.com"]) == 0
    assert "/sign-in/" in capsys.readouterr().out
    assert main(["user", "link", "--email", "nobody@example.com"]) == 2
    assert "There is no account" in capsys.readouterr().err
