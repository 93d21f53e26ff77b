"""``rapport user``: accounts and sign-in links from the terminal, for scripts and for who is locked out."""

import argparse
import sys
from typing import Any

from rapport.cli import Problem


def register(subparsers: Any) -> None:
    """Add the commands to the parser."""
    user_parser = subparsers.add_parser("user", help="accounts of the people who work here")
    verbs = user_parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    create = verbs.add_parser("create", help="make an account and print a one-time sign-in link")
    create.add_argument("--email", required=True)
    create.add_argument("--role", required=True, help="key or name of a role, for example administrator or member")
    create.add_argument("--name", default="", help="full name (default: the part of the e-mail before the @)")
    create.add_argument("--team", default="", help="name of a team")
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    create.set_defaults(command=create_user)
    link = verbs.add_parser("link", help="print a new one-time sign-in link for an account that is there")
    link.add_argument("--email", required=True)
    link.set_defaults(command=make_link)


def create_user(options: argparse.Namespace) -> int:
    """Make the account and say how to sign in."""
    from rapport.accounts.actor import Actor
    from rapport.accounts.models import Role, Team
    from rapport.cli.preparing import prepare
    from rapport.core.errors import Invalid
    from rapport.workspace.actions.users import UserData, invite_user
    from rapport.workspace.actions.users import create_user as create

    prepare()
    role = _named(Role, "role", options.role)
    team = _named(Team, "team", options.team) if options.team else Team.objects.order_by("path").first()
    data = UserData(options.name or options.email.partition("@")[0], options.email, role.pk, team.pk if team else None)
    actor = Actor.system(via="command")
    try:
        if options.password_stdin:
            user = create(actor, data, password=_password())
            print(f"{user.name} can sign in with {user.email} and the password.")
        else:
            user, link = invite_user(actor, data)
            print(f"{user.name} can sign in once with this link, within three days: {link.address}")
    except Invalid as invalid:
        raise Problem(f"No account was made. {invalid.message}") from None
    return 0


def make_link(options: argparse.Namespace) -> int:
    """A link for somebody who lost their password, or never had one."""
    from rapport.accounts.actor import Actor
    from rapport.accounts.models import User
    from rapport.cli.preparing import prepare
    from rapport.core.errors import Invalid
    from rapport.lib.emails import normalise_email
    from rapport.workspace.actions.links import make_sign_in_link

    prepare()
    user = User.objects.filter(email=normalise_email(options.email)).first()
    if user is None:
        raise Problem(f"There is no account with the e-mail {options.email}. “rapport user create” makes one.")
    try:
        made = make_sign_in_link(Actor.system(via="command"), user)
    except Invalid as invalid:
        raise Problem(f"No link was made. {invalid.message}") from None
    print(f"{user.name} can sign in once with this link, within a quarter of an hour: {made.address}")
    return 0


def _named(model: Any, noun: str, wanted: str) -> Any:
    """The role or team of that name (or, for a role, key); Problem with those there are."""
    rows = list(model.objects.order_by("pk"))
    found = [row for row in rows if wanted.casefold() in (row.name.casefold(), getattr(row, "key", ""))]
    if not found:
        raise Problem(f"There is no {noun} “{wanted}”. There are: {', '.join(row.name for row in rows)}.")
    return found[0]


def _password() -> str:
    """The first line of standard input."""
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Problem("There is no password on standard input. Try: printf %s 'the password' | rapport user create …")
    return password
