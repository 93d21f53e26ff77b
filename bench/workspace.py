"""The workspace that is measured: a sample of the size asked for, and three people who see all, some and little."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import rapport
from bench import custom, postgres
from bench.agenda import keep_busy
from bench.operations import Ids

PASSWORD = "bench harbour 41"
# One who sees all, one of level team whose team owns a tenth, one who sees fifty.
ACTORS = ("all", "team", "fifty")
FEW = 50
_READ = 40  # different records and cursors for each actor
_TENTH = 10


def email(actor: str) -> str:
    """What an actor signs in with."""
    return f"bench.{actor}@rapport-sample.example"


def prepare(folder: Path, people: int, say: Callable[[str], None], fields: bool = False) -> dict[str, Ids]:
    """Make the workspace unless it is there; what each actor can ask for. Django is set up already."""
    from rapport.cli.preparing import prepare as bring_up_to_date
    from rapport.sample import loading

    kept = folder / "bench.json"
    _refuse_old_tables(folder)
    bring_up_to_date()
    if not kept.exists():
        if not loading.is_loaded():
            say(f"Loading {people:,} people …")
            loading.load(people=people, progress=say)
        say("Handing out a tenth, and fifty …")
        kept.write_text(json.dumps(_hand_out()))
    if fields:
        custom.give(say)
    found = json.loads(kept.read_text())
    ids = {actor: Ids(tuple(found[actor]["records"]), tuple(found[actor]["cursors"])) for actor in ACTORS}
    for actor in ACTORS:
        keep_busy(email(actor), ids[actor])
    return ids


@contextmanager
def copied(folder: Path, data: Path | None = None) -> Iterator[None]:
    """Sets Django up on a copy of a kept workspace, that of PostgreSQL with its ``data``; the copy goes afterwards."""
    import django

    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rapport-bench-", dir="/var/tmp")))
        scratch.chmod(0o755)  # root lends PostgreSQL to somebody else
        shutil.copytree(folder, scratch / "house")
        os.environ |= {"RAPPORT_DATA": str(scratch / "house"), "DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        if data is not None:
            subprocess.run(["cp", "-a", data, scratch / "postgres"], check=True)  # with its owner
            os.environ["DATABASE_URL"] = stack.enter_context(postgres.server(scratch / "postgres"))
        django.setup()
        from rapport.cli.preparing import prepare as bring_up_to_date

        bring_up_to_date()
        yield


def _refuse_old_tables(folder: Path) -> None:
    """A kept workspace whose tables were made by other migrations would measure something else, or break. Migrations
    that only came after those it was made by are run; what they change is measured, too.
    """
    files = sorted(Path(rapport.__file__).parent.glob("*/migrations/0*.py"))
    stamp = folder / "tables.sha256"
    if stamp.exists() and stamp.read_text() not in (_digest(files), _digest([path for path in files if _ran(path)])):
        raise SystemExit(f"The migrations have changed since {folder} was made. Remove it (and PostgreSQL's data).")
    stamp.write_text(_digest(files))


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _ran(path: Path) -> bool:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return (path.parent.parent.name, path.stem) in MigrationRecorder(connection).applied_migrations()


def _hand_out() -> dict[str, dict[str, list[int]]]:
    from django.db import connection, transaction

    from rapport.accounts.actor import Actor
    from rapport.accounts.models import Role, Team, User
    from rapport.core.objects import registry
    from rapport.core.search import entries
    from rapport.people.models import Company, Person
    from rapport.workspace.actions.teams import TeamData, create_team
    from rapport.workspace.actions.users import UserData, create_user

    system = Actor.system(via="command")
    with transaction.atomic():
        top = Team.objects.filter(parent=None).order_by("path").first()
        tenth = create_team(system, TeamData("A tenth", top.pk if top else None))
        levels = dict.fromkeys(("view", "create", "edit", "trash", "export", "import"), "own")
        own, _new = Role.objects.get_or_create(key="bench-own", defaults={"name": "Own only", "levels": {"*": levels}})
        roles = {"all": Role.objects.get(key="administrator"), "team": Role.objects.get(key="member"), "fifty": own}
        teams = {"all": None, "team": tenth.pk, "fifty": None}
        users: dict[str, User] = {}
        for actor in ACTORS:
            data = UserData(f"Bench {actor}", email(actor), roles[actor].pk, teams[actor])
            users[actor] = create_user(system, data, password=PASSWORD)
        ids = list(Person.objects.order_by("pk").values_list("pk", flat=True))
        for model in (Person, Company):
            every = list(model._default_manager.order_by("pk").values_list("pk", flat=True))[::_TENTH]
            for start in range(0, len(every), 10_000):
                chunk = every[start : start + 10_000]
                model._default_manager.filter(pk__in=chunk).update(team=tenth)
                entries.rewrite(registry.get(model._meta.model_name or ""), chunk)
        step = max(len(ids) // FEW, 1)
        Person.objects.filter(pk__in=ids[1::step][:FEW]).update(owner=users["fifty"], team=None)
        entries.rewrite(registry.get("person"), ids[1::step][:FEW])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return {actor: _ids(users[actor]) for actor in ACTORS}


def _ids(user: object) -> dict[str, list[int]]:
    from rapport.accounts.actor import Actor
    from rapport.accounts.models import User
    from rapport.core.access.visible import visible_to
    from rapport.core.objects import registry

    actor = Actor.of(User.objects.select_related("role", "team").get(pk=user.pk))  # type: ignore[attr-defined]
    seen = visible_to(actor, registry.get("person"))
    ids = list(seen.order_by("pk").values_list("pk", flat=True))
    busy = list(seen.filter(last_activity_at__isnull=False).order_by("pk").values_list("pk", flat=True)[: _READ * 50])
    records = busy[:: max(len(busy) // _READ, 1)][:_READ] or ids[:_READ]
    middle = len(ids) // 4
    cursors = ids[middle : len(ids) - middle]
    return {"records": records, "cursors": cursors[:: max(len(cursors) // _READ, 1)][:_READ] or ids[:1]}
