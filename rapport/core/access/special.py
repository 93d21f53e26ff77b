"""Special rights: what a role lets its holders do that no level of an object can say.

Administrators have them all. Where one is meant, ask for it by name: ``demand_right(actor, "merge")``.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.errors import NotAllowed
from rapport.lib.wording import inside


@dataclass(frozen=True)
class Right:
    """One of them in words: its name, and what it means for those who have it."""

    label: str | Promise
    hint: str | Promise


RIGHTS = {
    "bulk": Right(
        gettext_lazy("Change many at once"),
        gettext_lazy("Edit, tag, assign or trash all selected records of a list, as far as the levels above reach."),
    ),
    "merge": Right(
        gettext_lazy("Merge duplicates"),
        gettext_lazy("Make one record of two or more that mean the same, and take that back."),
    ),
    "erase": Right(
        gettext_lazy("Erase for good"),
        gettext_lazy("Remove a record, its history and its files so that nothing brings them back."),
    ),
    "everything": Right(
        gettext_lazy("Take everything out, and bring it in"),
        gettext_lazy("Export all objects with their files in one archive, and import such an archive."),
    ),
    "audit": Right(
        gettext_lazy("See the audit"),
        gettext_lazy("Read who did what to every record, also to records and fields they cannot open otherwise."),
    ),
    "shape": Right(
        gettext_lazy("Shape the workspace"),
        gettext_lazy("Fields, objects, the order of facts, and views for everybody."),
    ),
    "discounts": Right(
        gettext_lazy("Approve discounts"),
        gettext_lazy("Give any discount, and decide on those that are above what others may give."),
    ),
    "users": Right(
        gettext_lazy("Manage users and roles"),
        gettext_lazy("Invite, change and switch off users, set up roles: never beyond their own rights."),
    ),
}


def may_right(actor: Actor, right: str) -> bool:
    """Whether the actor has a special right. KeyError for one that there is not."""
    RIGHTS[right]
    return actor.all_rights or (actor.role is not None and right in actor.role.rights)


def demand_right(actor: Actor, right: str) -> None:
    """NotAllowed unless the actor has a special right."""
    if not may_right(actor, right):
        raise NotAllowed(_("Your role does not allow this: %(action)s.") % {"action": inside(RIGHTS[right].label)})
