"""The first start of a workspace: somebody to sign in as, and somebody to look at."""

from rapport.accounts.models import User

ADMINISTRATOR = ("admin@example.com", "Administrator")


def welcome(email: str, *, people: int) -> str:
    """Make the first administrator and load ``people`` sample people; the one-time sign-in link, or an empty text.

    A link is given until somebody has signed in for the first time.
    """
    from rapport.workspace.defaults import first_administrator

    if User.objects.filter(last_login__isnull=False).exists():
        return ""
    _user, link = first_administrator(email or ADMINISTRATOR[0], ADMINISTRATOR[1])
    return link
