"""The first start of a workspace: somebody to sign in as, and somebody to look at."""

from rapport.accounts.models import User


def welcome(email: str, *, people: int) -> str:
    """Make the first administrator and load ``people`` sample people; the one-time sign-in link, or an empty text.

    A link is given until somebody has signed in for the first time.
    """
    from rapport.workspace.defaults import ADMINISTRATOR, first_administrator

    if User.objects.filter(last_login__isnull=False).exists():
        return ""
    is_new = not User.objects.exists()
    _user, link = first_administrator(email or ADMINISTRATOR.email, ADMINISTRATOR.name)
    if is_new and people:
        from rapport.sample import loading

        print(f"Loading a sample company with {people} people …", flush=True)
        loading.load(people=people)
    return link
