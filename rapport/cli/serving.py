"""``rapport run``, ``web`` and ``work``: the processes that answer people and do the work behind."""

import argparse
import contextlib
import gc
import os
import signal
import socket
import threading
import time
from typing import Any

from rapport.cli import Problem
from rapport.cli.parent import end_with_parent
from rapport.config import environment

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8000
SAMPLE_PEOPLE = 300
BLOCKING_THREADS = 4  # SQLite writes one at a time; more threads would only wait for each other
COLLECT_AFTER = 20_000  # new objects between two looks of the garbage collector (Python: 700)
PATIENCE_SECONDS = 30  # after so long without an answer the address is printed all the same
KILL_AFTER_SECONDS = 2  # a web worker still waits for its browsers' open connections; then it is killed


def register(subparsers: Any) -> None:
    """Add the commands to the parser."""
    run_parser = subparsers.add_parser("run", help="start everything: web pages and background work")
    _add_address(run_parser)
    run_parser.add_argument("--empty", action="store_true", help="do not load the sample company on the first run")
    run_parser.add_argument("--email", default="", help="e-mail of the first administrator (first run only)")
    run_parser.set_defaults(command=run, before_setup=derive_url)
    web_parser = subparsers.add_parser("web", help="start the web server alone")
    _add_address(web_parser)
    web_parser.add_argument("--processes", type=_positive, default=1, help="number of web processes (PostgreSQL only)")
    web_parser.set_defaults(command=web, before_setup=derive_url)
    work_parser = subparsers.add_parser("work", help="start the worker for background work alone")
    work_parser.add_argument("--once", action="store_true", help="do what is due, and end")
    work_parser.add_argument("--quick", type=_positive, default=1, metavar="N", help="quick jobs at a time (default 1)")
    work_parser.add_argument("--long", type=_positive, default=1, metavar="N", help="long jobs at a time (default 1)")
    work_parser.set_defaults(command=work)


def derive_url(options: argparse.Namespace) -> None:
    """Without ``RAPPORT_URL``, the address people use is the one we listen on."""
    host = {"0.0.0.0": DEFAULT_HOST, "::": DEFAULT_HOST}.get(options.host, options.host)  # noqa: S104 - compared only
    os.environ.setdefault("RAPPORT_URL", f"http://{f'[{host}]' if ':' in host else host}:{options.port}")


def run(options: argparse.Namespace) -> int:
    """Prepare the workspace, then keep web server and worker alive until told to stop."""
    from django.conf import settings
    from django.db import connections

    from rapport.cli import first_run
    from rapport.cli.preparing import only_instance, prepare
    from rapport.cli.supervisor import Job, Supervisor

    with only_instance():
        check_port(options.host, options.port)
        environment.keep_address(settings.DATA_FOLDER, settings.BASE_URL)
        prepare()
        link = first_run.welcome(options.email, people=0 if options.empty else SAMPLE_PEOPLE)
        connections.close_all()  # children must not share our connection
        lines = [f"Rapport is at {settings.BASE_URL}"]
        if link:
            lines.append(f"Sign in once with this link: {link}")
        lines.append("Stop it with Ctrl-C.")
        jobs: dict[str, Job] = {"web": (serve, (options.host, options.port, 1)), "worker": (work_until_told, ())}
        return Supervisor(jobs, started=lambda: announce(options.host, options.port, lines)).run()


def announce(host: str, port: int, lines: list[str]) -> None:
    """Print ``lines`` once pages are answered: who clicks a link at once shall not be refused."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection((_reachable(host), port), timeout=1):
            break
        time.sleep(0.05)
    print("\n".join(lines), flush=True)


def _reachable(host: str) -> str:
    """Where this machine reaches a server that listens on ``host``."""
    return {"0.0.0.0": DEFAULT_HOST, "::": "::1"}.get(host, host)  # noqa: S104 - compared only


def web(options: argparse.Namespace) -> int:
    """Serve pages in the foreground."""
    from django.conf import settings
    from django.db import connections

    from rapport.cli.preparing import prepare

    if options.processes > 1 and connections["default"].vendor == "sqlite":
        raise Problem("SQLite takes one web process. Leave --processes out, or set DATABASE_URL to a PostgreSQL.")
    check_port(options.host, options.port)
    environment.keep_address(settings.DATA_FOLDER, settings.BASE_URL)
    prepare()
    connections.close_all()
    serve(options.host, options.port, options.processes)
    return 0


def work(options: argparse.Namespace) -> int:
    """Do background work in the foreground."""
    from django.db import connections

    from rapport.cli.preparing import prepare

    prepare()
    if options.once:
        work_once()
    else:
        connections.close_all()
        work_until_told(options.quick, options.long)
    return 0


def serve(host: str, port: int, processes: int) -> None:
    """Serve pages until SIGTERM or SIGINT. There is no access log: addresses carry filters, and filters names."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "rapport.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=BLOCKING_THREADS,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER_SECONDS,
    ).serve(target_loader=_load, wrap_loader=False)


def _load() -> Any:
    """In a web worker: the application."""
    end_with_parent()
    from rapport.config.wsgi import application

    # What is loaded now stays for good, so the collector need not look at it again; a page makes some ten thousand
    # objects that nearly all go without its help.
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)
    return application


def work_until_told(quick: int = 1, long: int = 1) -> None:
    """Do background work until SIGTERM or SIGINT, so many quick and long jobs at a time."""
    from rapport.core.jobs import process

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    process.run(stop, quick=quick, long=long)


def work_once() -> None:
    """Seal and handle all events and do every job that is due, until nothing is left."""
    from rapport.core.events import pump
    from rapport.core.jobs import worker

    while pump.drain() + worker.work(threading.Event(), once=True):
        pass


def check_port(host: str, port: int) -> None:
    """Problem if we cannot listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Problem(
                f"Cannot listen on {host} port {port}: {error.strerror}. Choose another with --port, "
                f"for example --port {port + 1 if port < 65535 else 8080}."
            ) from None


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=DEFAULT_HOST, help=f"address to listen on (default {DEFAULT_HOST})")
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help=f"port to listen on (default {DEFAULT_PORT})")


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"“{text}” is not a port; give a number from 1 to 65535.")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to 64.")
    return int(text)
