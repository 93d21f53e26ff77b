"""What the machine tells Rapport: folder, database, secret and address, all from environment variables."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

_ADDRESS = "address"  # the file in the data folder


@dataclass(frozen=True)
class Mail:
    """The server that takes our e-mails; ``is_ssl`` from the first byte, ``starts_tls`` after the greeting."""

    host: str
    port: int
    user: str
    password: str
    is_ssl: bool
    starts_tls: bool


def data_folder() -> Path:
    """Folder for everything this workspace keeps on disk (``RAPPORT_DATA``, default ``./var``)."""
    folder = Path(os.environ.get("RAPPORT_DATA") or "var").absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """``RAPPORT_SECRET_KEY``, else a key made once and kept beside the database with mode 600."""
    if key := os.environ.get("RAPPORT_SECRET_KEY"):
        return key
    path = folder / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def base_url(folder: Path) -> str:
    """The address people use, without a slash at the end. Links in mails come from it alone.

    ``RAPPORT_URL``; without it that of the server started last, so that a link made by a command in another terminal
    leads to its port.
    """
    return (os.environ.get("RAPPORT_URL") or _served_at(folder) or "http://127.0.0.1:8000").rstrip("/")


def keep_address(folder: Path, url: str) -> None:
    """Tells later commands where the server of this workspace is."""
    (folder / _ADDRESS).write_text(url, encoding="utf-8")


def _served_at(folder: Path) -> str:
    try:
        return (folder / _ADDRESS).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def mail() -> Mail | None:
    """``RAPPORT_SMTP_URL``: ``smtps://user:password@host:465`` (TLS), ``smtp://…:587`` (STARTTLS) or, for a server on
    this machine, ``smtp+plain://…``. None where nothing is said.
    """
    url = os.environ.get("RAPPORT_SMTP_URL")
    if not url:
        return None
    parts = urlsplit(url)
    ports = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
    if parts.scheme not in ports or not parts.hostname:
        raise ValueError("RAPPORT_SMTP_URL must look like smtps://user:password@host:465 or smtp://host:587.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    port = parts.port or ports[parts.scheme]
    return Mail(parts.hostname, port, user, password, parts.scheme == "smtps", parts.scheme == "smtp")


def megabytes(name: str, usual: int) -> int:
    """Bytes in the whole number of megabytes that the variable ``name`` gives, or in the usual number."""
    text = os.environ.get(name) or str(usual)
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 10):
        raise ValueError(f"{name} is “{text}”; it must be a whole number of megabytes.")
    return int(text) * 1024 * 1024


def database(folder: Path) -> dict[str, object]:
    """Django's settings for ``DATABASE_URL`` (``sqlite:///PATH`` or ``postgresql://…``); else SQLite in the folder."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'rapport.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path[1:]) if parts.path not in ("", "/") else ":memory:")
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "rapport.config.postgres",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": _query(parts.query).get("host", parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,
        }
    raise ValueError(f"DATABASE_URL starts with “{parts.scheme}”; it must start with sqlite:// or postgresql://.")


def _query(text: str) -> dict[str, str]:
    return {key: unquote(value) for key, _, value in (part.partition("=") for part in text.split("&")) if key}


def _sqlite(name: str) -> dict[str, object]:
    return {
        "ENGINE": "rapport.config.sqlite",
        "NAME": name,
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": ":memory:"},
        "OPTIONS": {
            # IMMEDIATE: a transaction that reads first and writes later would fail at once, whatever the time-out.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: an acknowledged write survives a power cut. secure_delete: erased values leave the file.
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"
            "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;",
        },
    }
