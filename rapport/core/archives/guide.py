"""From the ids in an archive to those of this workspace: records by what earlier lines became, users by e-mail."""

from collections.abc import Collection

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team, User
from rapport.core.archives import layout
from rapport.core.archives.checking import Archive
from rapport.core.importing.models import ExternalId
from rapport.core.records.aliases import currents
from rapport.core.records.among import among
from rapport.core.records.models import Record


def source_of(house: str) -> str:
    """Under which name the ids of a house are kept as external ids."""
    return f"rapport:{house}"


class Guide:
    """What ids of an archive mean here. :meth:`learn` asks for many records at once; :attr:`missed` are those asked for
    that are not here (yet).
    """

    def __init__(self, archive: Archive, actor: Actor) -> None:
        self.actor, self.source = actor, source_of(archive.house)
        self.is_ours = bool(archive.house) and archive.house == layout.house()
        self._users, self._teams = _users(archive), _teams(archive)
        self._records: dict[int, int] = {}
        self.missed: set[tuple[str, int]] = set()

    def learn(self, ids: Collection[int]) -> None:
        """Looks records up; forgets those of before. In an archive of this house its own ids count first: who notes the
        number of somebody else's record on their own gets nothing of what the archive tells of that.
        """
        found = self._own(ids) if self.is_ours else {}
        texts = {str(number) for number in ids if number not in found}
        rows = ExternalId.objects.filter(among("value", texts), source=self.source, record__trashed_at=None)
        if texts:
            found |= {int(value): pk for value, pk in rows.values_list("value", "record_id")}
        self._records, self.missed = found, set()

    @staticmethod
    def _own(ids: Collection[int]) -> dict[int, int]:
        now = currents(set(ids))
        live = Record.objects.filter(among("pk", {now.get(pk, pk) for pk in ids}), trashed_at=None)
        there = set(live.values_list("pk", flat=True))
        return {pk: now.get(pk, pk) for pk in ids if now.get(pk, pk) in there}

    def here(self, table: str, number: int) -> int | None:
        """The id that it has here, None where there is none."""
        found = {"record": self._records, "user": self._users, "team": self._teams}[table].get(number)
        if found is None:
            self.missed.add((table, number))
        return found


def _users(archive: Archive) -> dict[int, int]:
    known = {email: pk for pk, email in User.objects.values_list("pk", "email")}
    return {
        one["id"]: known[email]
        for _number, one in archive.told(layout.USERS, id=int, email=str)
        if (email := one["email"].strip().lower()) in known
    }


def _teams(archive: Archive) -> dict[int, int]:
    names = dict(Team.objects.values_list("pk", "name"))
    known = {
        tuple(names[int(part)] for part in path.split("/") if part): pk
        for pk, path in Team.objects.values_list("pk", "path")
    }
    told = (
        (one["id"], tuple(map(str, one["names"]))) for _number, one in archive.told(layout.TEAMS, id=int, names=list)
    )
    return {number: known[path] for number, path in told if path in known}
