"""Who sees and changes the catalogue in a new workspace: all see all of it, managers keep it."""

from rapport.accounts.models import Role

KINDS = ("product", "price_list", "price")
_ALL = dict.fromkeys(("view", "create", "edit", "trash", "export", "import"), "all")
_READ = {**dict.fromkeys(_ALL, "none"), "view": "all", "export": "all"}


def ensure_rights() -> None:
    """Gives each role its rights for the catalogue, once: where a role names a kind of it, nothing is changed."""
    roles = list(Role.objects.all())
    if any(kind in role.levels for role in roles for kind in KINDS):
        return
    for role in roles:
        usual = role.levels.get("*", {})
        if role.is_admin or usual.get("view", "none") == "none":
            continue
        levels = _ALL if usual.get("edit") in ("team_below", "all") else _READ
        role.levels = {**role.levels, **dict.fromkeys(KINDS, levels)}
        role.save(update_fields=["levels"])
