"""Acts in plain words: “2 people moved to the trash”, “Role changed”. The exact rights and keys are in the audit."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.role_names import shown_role
from rapport.core.events.models import LEFT, Act
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.timeline.reading import kind_of
from rapport.lib.wording import alone, grouped, inside

_ONE = {
    "create": gettext_lazy("%(noun)s created"),
    "update": gettext_lazy("%(noun)s changed"),
    "trash": gettext_lazy("%(noun)s moved to the trash"),
    "restore": gettext_lazy("%(noun)s restored"),
    "share": gettext_lazy("%(noun)s shared"),
    "merge": gettext_lazy("%(noun)s merged"),
    "unshare": gettext_lazy("%(noun)s no longer shared"),
}
_MANY = {
    "trash": gettext_lazy("%(count)s %(noun)s moved to the trash"),
    "restore": gettext_lazy("%(count)s %(noun)s restored"),
    "tag": gettext_lazy("Tag added to %(count)s %(noun)s"),
    "untag": gettext_lazy("Tag removed from %(count)s %(noun)s"),
    "segment": gettext_lazy("%(count)s %(noun)s added to a segment"),
    "unsegment": gettext_lazy("%(count)s %(noun)s removed from a segment"),
    "mine": gettext_lazy("%(count)s %(noun)s taken over"),
    "edit": gettext_lazy("%(count)s %(noun)s changed"),
}
_KINDS = {
    "import": gettext_lazy("Import"),
    "undo": gettext_lazy("Undo"),
    "file.add": gettext_lazy("File added"),
    "file.removed": gettext_lazy("File removed"),
    "file.restored": gettext_lazy("File brought back"),
    "finding.leave": gettext_lazy("Finding left as it is"),
    "finding.explain": gettext_lazy("Reason given why a finding stays as it is"),
    "finding.ask_again": gettext_lazy("Finding asked about again"),
    "entry.pin": gettext_lazy("Entry pinned"),
    "entry.unpin": gettext_lazy("Entry no longer pinned"),
    "export.made": gettext_lazy("Export"),
    "config.applied": gettext_lazy("Configuration applied"),
    "export.everything": gettext_lazy("Export of everything"),
    "import.everything": gettext_lazy("Import of an archive"),
    "audit.exported": gettext_lazy("Export of the audit"),
    "audit.restored": gettext_lazy("Backup put back"),
    "mapping.kept": gettext_lazy("Mapping of an import kept"),
    "mapping.removed": gettext_lazy("Mapping of an import removed"),
    "view.saved": gettext_lazy("View saved"),
    "view.deleted": gettext_lazy("View deleted"),
    "view.restored": gettext_lazy("View restored"),
    "layout.arranged": gettext_lazy("Page arranged"),
    "workspace.changed": gettext_lazy("Settings of the workspace changed"),
    "workspace.sign_in_changed": gettext_lazy("Rules for signing in changed"),
    "team.created": gettext_lazy("Team created"),
    "team.changed": gettext_lazy("Team changed"),
    "team.removed": gettext_lazy("Team removed"),
    "role.created": gettext_lazy("Role created"),
    "role.changed": gettext_lazy("Role changed"),
    "role.removed": gettext_lazy("Role removed"),
    "user.created": gettext_lazy("User created"),
    "user.changed": gettext_lazy("User changed"),
    "user.switched_off": gettext_lazy("User switched off"),
    "user.switched_on": gettext_lazy("User switched on"),
    "user.link_made": gettext_lazy("Sign-in link made"),
    "user.password_set": gettext_lazy("Password set"),
    "user.profile_changed": gettext_lazy("Profile changed"),
    "user.session_ended": gettext_lazy("Sessions ended"),
    "user.factor_added": gettext_lazy("Second factor added"),
    "user.factor_removed": gettext_lazy("Second factor removed"),
    "user.signed_in": gettext_lazy("Signed in"),
    "user.signed_out": gettext_lazy("Signed out"),
    "access.denied": gettext_lazy("Refused"),
}
_NAMED = re.compile(r"(?P<name>.*?) ?\(?#\d+\)?(?:: .*)?", re.DOTALL)  # “Ann (#3): role Member → Manager”
_CHANGED = ("created", "updated", "trashed", "restored")
# Acts of the house whose label is a name; those of the others are keys and values.
_WITH_NAMES = ("team.", "view.", "mapping.", "file.", "import")


def heading(act: Act, kind: str = "") -> str:
    """What was done. ``kind`` is the key of the object that a change of many records was about."""
    noun, _dot, verb = act.kind.rpartition(".")
    if noun == "bulk":
        return _many(act, verb, registry.find(kind, archived=True))
    spec = registry.find(noun, archived=True)
    if spec is not None and verb == "merge" and act.counts.get("merged", 0) > 1:
        return _("%(count)s duplicates merged: %(noun)s") % {
            "count": grouped(act.counts.get("trashed", 0)), "noun": inside(spec.plural),
        }  # fmt: skip
    if spec is not None and verb in _ONE:
        return _first_large(_ONE[verb] % {"noun": spec.label})
    if act.kind == "undo" and act.undoes is not None:
        return _("Undone: %(what)s") % {"what": heading(act.undoes, kind)}
    if act.kind in _KINDS:
        return str(_KINDS[act.kind])
    return _first_large(alone(kind_of(act.kind)[0].said({"name": act.label})))


def about(act: Act, title: str = "") -> str:
    """What it was done to: the record, with a file its name first; the name of a user, a role, a view."""
    if act.kind.startswith("file."):
        return " · ".join(filter(None, (act.label, title)))
    if title:
        return title
    if act.kind == "undo":
        return about(act.undoes) if act.undoes is not None else ""
    named = _NAMED.fullmatch(act.label)
    name = named["name"] if named else act.label
    if act.kind.startswith("role."):
        return shown_role(name)
    return name if act.kind.startswith(_WITH_NAMES) or (named and act.kind.startswith("user.")) else ""


def is_told_in_numbers(act: Act, counts: Mapping[str, int]) -> bool:
    """Whether the numbers say more than the heading does."""
    return act.kind in ("import", "undo") or "." not in act.kind or bool(counts.get(LEFT))


def _many(act: Act, verb: str, spec: ObjectSpec | None) -> str:
    number = sum(act.counts.get(key, 0) for key in _CHANGED)
    if spec is None:
        noun = _("record") if number == 1 else _("records")
    else:
        noun = inside(spec.label if number == 1 else spec.plural)
    said = _MANY.get(verb, _MANY["edit"]) % {"count": grouped(number), "noun": noun}
    field = act.label.partition(": ")[2] if verb == "edit" else ""
    return f"{said}: {field}" if field else said


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]
