"""``rapport db``: a PostgreSQL that starts, stops and comes back with everything that was written."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from rapport.cli import database
from rapport.lib import postgres_server
from rapport.lib.postgres_server import Server, ServerTrouble, find_programs

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that the user of the server can walk to, with a server that is gone at the end."""
    made = Path(tempfile.mkdtemp(prefix="rapport-db-", dir="/tmp"))
    yield made
    rapport(made, "stop")
    shutil.rmtree(made)


def rapport(folder: Path, *arguments: str) -> tuple[int, str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "rapport.cli", "db", *arguments],
        env={**environment, "RAPPORT_DATA": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.strip().removeprefix("DATABASE_URL="), done.stderr


def test_it_works(folder: Path) -> None:
    assert rapport(folder, "status")[0] == 1
    code, url, said = rapport(folder, "start")
    assert code == 0 and url.startswith("postgresql://rapport@/rapport?host="), said
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        settings = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
        assert settings["fsync"] == settings["full_page_writes"] == "on" and settings["listen_addresses"] == ""
        assert not connection.execute("SELECT usesuper FROM pg_user WHERE usename = 'rapport'").fetchone()[0]  # type: ignore[index]
    assert rapport(folder, "start")[1] == url == rapport(folder, "status")[1]
    # A server that is killed recovers at the next start, also at once.
    os.kill(int((folder / "postgres/data/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    assert rapport(folder, "start")[:2] == (0, url)
    assert rapport(folder, "stop")[0] == 0 == rapport(folder, "stop")[0]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    code, with_password, said = rapport(folder, "start", "--tcp", "55438")
    assert code == 0 and "@127.0.0.1:55438/" in with_password, said
    with psycopg.connect(with_password) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect("postgresql://rapport:wrong@127.0.0.1:55438/rapport")
    assert (folder / "postgres.password").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o007 == 0


def test_without_the_wheel_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_server.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ServerTrouble, match="make setup"):
        find_programs(Path("/tmp"))


def test_data_of_another_version_is_not_touched(folder: Path) -> None:
    data = folder / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("12\n", encoding="ascii")
    code, _url, said = rapport(folder, "start")
    assert code == 2 and "PostgreSQL 12" in said
    shutil.rmtree(data)


def test_a_long_folder_gets_a_short_socket(tmp_path: Path) -> None:
    server = Server(tmp_path / ("x" * 120), postgres_server.Programs(tmp_path, None))
    assert len(str(database._sockets(server))) <= database.MOST_SOCKET
