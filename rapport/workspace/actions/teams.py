"""Verbs on teams: a tree whose every node knows the path from the root to itself."""

from dataclasses import dataclass

from django.db.models import F, ManyToOneRel, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team, User
from rapport.core.access.models import Share
from rapport.core.audit.notes import changed, tell
from rapport.core.errors import Invalid, NotFound
from rapport.core.events.emit import acting
from rapport.workspace.actions.common import clean_name, demand_administrator, refuse_stale, state

MOST_LEVELS = 20


@dataclass(frozen=True)
class TeamData:
    """What a team is called and which team it belongs to (None: it stands at the top)."""

    name: str
    parent_id: int | None = None


def team_state(team: Team) -> str:
    """What a form saw of this team; :func:`change_team` refuses to write over anything newer."""
    return state([team.name, team.parent_id])


def create_team(actor: Actor, data: TeamData) -> Team:
    """A new team."""
    demand_administrator(actor)
    name = clean_name(data.name)
    with acting(actor, "team.created", label=name) as act:
        _take_turns()
        parent = _parent(data.parent_id)
        _free(name, parent)
        team = Team.objects.create(name=name, parent=parent)
        team.path = f"{parent.path if parent else '/'}{team.pk}/"
        team.save(update_fields=["path"])
        tell(actor, act, "team.created", {"team": team.pk, "changes": changed({}, _audited(team))})
    return team


def change_team(actor: Actor, team_id: int, data: TeamData, *, seen: str = "") -> Team:
    """Renames a team or moves it, with every team below it, under another. ``seen`` is its :func:`team_state`."""
    demand_administrator(actor)
    name = clean_name(data.name)
    with acting(actor, "team.changed") as act:
        _take_turns()
        team = get_team(team_id)
        refuse_stale(seen, team_state(team))
        parent = _parent(data.parent_id)
        if parent is not None and parent.path.startswith(team.path):
            raise Invalid({"parent": [_("A team cannot stand below itself. Choose another team.")]})
        _free(name, parent, besides=team.pk)
        told = [f"name: {team.name} → {name}"] if team.name != name else []
        if team.parent_id != data.parent_id:
            told.append(f"under: {parent.name if parent else '–'}")
            _move(team, f"{parent.path if parent else '/'}{team.pk}/")
        before = _audited(team)
        team.name, team.parent = name, parent
        team.save(update_fields=["name", "parent"])
        tell(actor, act, "team.changed", {"team": team.pk, "changes": changed(before, _audited(team))})
        act.label = f"{team.name} (#{team.pk}): {', '.join(told)}"[:200]
        act.save(update_fields=["label"])
    return get_team(team_id)


def remove_team(actor: Actor, team_id: int) -> None:
    """Removes a team that holds nobody, no other team and no record."""
    demand_administrator(actor)
    team = get_team(team_id)
    with acting(actor, "team.removed", label=team.name) as act:
        if team.children.exists():
            raise Invalid({"": [_("There are teams below this one. Move or remove them first.")]})
        if team.users.exists():
            raise Invalid({"": [_("This team still has members. Move them to another team first.")]})
        if _holds_records(team):
            raise Invalid({"": [_("Records still belong to this team. Give them to another team first.")]})
        gone = {key: [value, None] for key, value in _audited(team).items()}
        tell(actor, act, "team.removed", {"team": team.pk, "changes": gone})
        team.delete()


def get_team(team_id: int) -> Team:
    """The team, or NotFound."""
    team = Team.objects.select_related("parent").filter(pk=team_id).first()
    if team is None:
        raise NotFound(_("There is no such team any more."))
    return team


def _audited(team: Team) -> dict[str, str | None]:
    """What the audit keeps of a team, before and after."""
    return {"name": team.name, "parent": team.parent.name if team.parent else None}


def _parent(parent_id: int | None) -> Team | None:
    if parent_id is None:
        return None
    parent = Team.objects.filter(pk=parent_id).first()
    if parent is None:
        raise Invalid({"parent": [_("This team is no longer there. Choose another one.")]})
    if parent.depth + 2 > MOST_LEVELS:
        raise Invalid({"parent": [_("Teams can be at most %(most)s levels deep.") % {"most": MOST_LEVELS}]})
    return parent


def _take_turns() -> None:
    """Locks the tree: two moves at the same moment could tie it into a ring."""
    list(Team.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def _free(name: str, parent: Team | None, *, besides: int = 0) -> None:
    """Two teams under one parent do not share a name; so a form that is sent twice makes one team."""
    if Team.objects.filter(parent=parent, name__iexact=name).exclude(pk=besides).exists():
        raise Invalid({"name": [_("There is already a team with this name at this place.")]})


def _move(team: Team, path: str) -> None:
    """Gives the whole subtree its new path, in one statement."""
    below = Team.objects.filter(path__startswith=team.path)
    deepest = max(len(there.split("/")) for there in below.values_list("path", flat=True)) - len(team.path.split("/"))
    if path.count("/") - 1 + deepest > MOST_LEVELS:
        raise Invalid({"parent": [_("Teams can be at most %(most)s levels deep.") % {"most": MOST_LEVELS}]})
    below.update(path=Concat(Value(path), Substr(F("path"), len(team.path) + 1)))


def _holds_records(team: Team) -> bool:
    """Whether a row of any table that is not a member's, a team's or a share's names this team."""
    relations = [field for field in Team._meta.get_fields(include_hidden=True) if isinstance(field, ManyToOneRel)]
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: team}).exists()
        for relation in relations
        if relation.related_model not in (User, Team, Share)
    )
