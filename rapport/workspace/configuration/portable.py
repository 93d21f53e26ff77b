"""Conditions as files say them: users by e-mail, teams by their names, so that they mean the same elsewhere.

What narrows by single records of this workspace means nothing in another one, so it cannot stand in a file.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team, User
from rapport.core.access.conditions import from_json, terms, to_json, understand
from rapport.core.errors import BadQuery
from rapport.core.fields import Link, Links, TeamLink
from rapport.core.fields import User as UserField
from rapport.core.fields.base import join_values, split_values
from rapport.core.objects.spec import ObjectSpec
from rapport.workspace.configuration.files import Told

SLASH = " / "


class NotPortable(Exception):
    """A condition names single records."""


def team_names() -> dict[int, str]:
    """Each team by its names from the top of the tree down."""
    names = dict(Team.objects.values_list("pk", "name"))
    paths = Team.objects.values_list("pk", "path")
    return {pk: SLASH.join(names[int(part)] for part in path.split("/") if part) for pk, path in paths}


def outward(spec: ObjectSpec, tree: Mapping[str, Any]) -> dict[str, Any]:
    """A condition as a file says it. NotPortable where it names single records."""
    emails, teams = dict(User.objects.values_list("pk", "email")), team_names()

    def word(known: Any, text: str) -> str:
        if not text.isdecimal():
            return text
        if isinstance(known, TeamLink):
            return teams.get(int(text), "")
        if isinstance(known, UserField):
            return emails.get(int(text), "")
        raise NotPortable

    return _moved(spec, tree, word)


def inward(told: Told, spec: ObjectSpec, tree: Mapping[str, Any]) -> dict[str, Any]:
    """A condition of a file as it is kept here; refused where it is none, or names somebody who is not here."""
    emails = {email.lower(): pk for pk, email in User.objects.values_list("pk", "email")}
    teams = {name: pk for pk, name in team_names().items()}

    def word(known: Any, text: str) -> str:
        if "@" in text and not isinstance(known, TeamLink):
            if text.lower() not in emails:
                told.refuse(_("There is no user “%(name)s” here.") % {"name": text[:60]}, text)
            return str(emails[text.lower()])
        if isinstance(known, TeamLink) and text in teams:
            return str(teams[text])
        if text.isdecimal():
            told.refuse(_("A number means somebody else in each workspace. Write the e-mail or the team."), text)
        return text

    try:
        return _moved(spec, tree, word)
    except BadQuery as refused:
        told.refuse(refused.message, "condition")
    except NotPortable:
        told.refuse(_("A condition that names single records cannot come from a file."), "condition")


def settled(spec: ObjectSpec, tree: Mapping[str, Any]) -> Mapping[str, Any]:
    """A condition of a file in the one form in which it is compared; as it stands where it is none."""

    def word(known: Any, text: str) -> str:
        return text.lower() if "@" in text and not isinstance(known, TeamLink) else text

    try:
        return _moved(spec, tree, word)
    except BadQuery:
        return tree


def _moved(spec: ObjectSpec, tree: Mapping[str, Any], word: Callable[[Any, str], str]) -> dict[str, Any]:
    """The tree with other words for users and teams."""
    house = Actor.system()
    leading = {}
    for term in terms(from_json(tree)):
        known = understand(house, spec, term.path, term.operator).field
        if isinstance(known, Link | Links):
            leading[term.path] = known

    def walked(node: Any) -> Any:
        if "field" not in node:
            return {key: [walked(one) for one in parts] for key, parts in node.items()}
        known = leading.get(node["field"])
        if known is None:
            return node
        return {**node, "value": join_values([word(known, text) for text in split_values(node["value"])])}

    found: dict[str, Any] = walked(to_json(from_json(tree)))
    return found
