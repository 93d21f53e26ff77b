"""What saving a person or a company means beyond its fields."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Count, F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.core.access.visible import seen_among, visible_to
from rapport.core.errors import Pointing
from rapport.core.objects import registry
from rapport.core.objects.saver import Draft, Saver
from rapport.core.records.among import among
from rapport.core.records.models import Record
from rapport.lib import clock
from rapport.lib.text import fold
from rapport.lib.urls import domain_of
from rapport.people import lifecycle
from rapport.people.identities import holders, norm
from rapport.people.models import Identity

SHORTCUTS = {"email": "emails", "phone": "phones"}


def merged(kind: str, draft: Draft, long: str, stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The list of addresses or numbers that a form means which may carry the list and its first item, the shortcut.

    Whichever of the two differs from what is stored was changed by hand. A new shortcut takes the place of the old
    first item, unless it is in the list: then it steps forward. One that was cleared takes the first away. Items
    without a label keep the one they have.
    """
    if draft.is_new and not draft.values.get(long):
        return [{"value": only, "label": ""}] if (only := draft.values.get(kind)) else []
    labels = {norm(kind, item["value"]): item["label"] for item in stored}
    items = [
        {**item, "label": labels.get(norm(kind, item["value"]), "") if item["label"] is None else item["label"]}
        for item in draft.values.get(long, stored)
    ]
    old = getattr(draft.instance, kind)
    new = draft.values.get(kind, old)
    if new == old:
        return items
    place = [item["value"] for item in items] == [item["value"] for item in stored]
    place = place and norm(kind, new) not in {norm(kind, item["value"]) for item in items[1:]}
    gone = {norm(kind, value) for value in (new, old if place else "") if value}
    rest = [item for item in items if norm(kind, item["value"]) not in gone]
    if not new:
        return rest
    label = labels.get(norm(kind, new)) or (labels.get(norm(kind, old), "") if old and place else "")
    return [{"value": new, "label": label}, *rest]


class ContactSaver(Saver):
    """What people and companies share: identities behind the fields ``email`` and ``phone``."""

    def prepare(self, drafts: Sequence[Draft]) -> None:
        for short, long in SHORTCUTS.items():
            touched = [draft for draft in drafts if short in draft.values or long in draft.values]
            stored = self._stored(long, [draft for draft in touched if not draft.is_new])
            for draft in touched:
                items = merged(short, draft, long, stored.get(draft.instance.pk, []))
                draft.values[long] = items
                draft.values[short] = items[0]["value"] if items else ""

    def _stored(self, key: str, drafts: Sequence[Draft]) -> dict[int, Any]:
        field: Any = self.spec.by_key[key]
        return field.load_many([draft.instance.pk for draft in drafts]) if drafts else {}

    def unite(self, values: dict[str, Any], given: Mapping[int, Mapping[str, Any]], taken: Mapping[str, int]) -> None:
        """Of the addresses and numbers of all, the one that was chosen as the main one stands first."""
        for short, long in SHORTCUTS.items():
            main, items = norm(short, values.pop(short)), values[long]
            first = [item for item in items if norm(short, item["value"]) == main]
            values[long] = first + [item for item in items if item not in first]

    def check(self, drafts: Sequence[Draft]) -> None:
        if not workspace.current().unique_identities:
            return
        wanted = {norm("email", item["value"]) for draft in drafts for item in draft.values.get("emails", ())}
        taken = holders(self.spec.key, "email", wanted)
        here: dict[str, Draft] = {}
        for draft in drafts:
            for item in draft.values.get("emails", ()):
                normalised = norm("email", item["value"])
                other = taken.get(normalised)
                if other is not None and other != draft.instance.pk:
                    draft.refuse("email", self._taken(item["value"], other))
                elif here.setdefault(normalised, draft) is not draft:
                    draft.refuse("email", _("%(email)s occurs twice.") % {"email": item["value"]})

    def match_key(self, key: str, value: Any) -> str:
        return norm(key, value) if key in SHORTCUTS else super().match_key(key, value)

    def match(self, key: str, wanted: Collection[str]) -> dict[str, list[int]]:
        """E-mails and phones find by every address and number of a record, not only by its first."""
        if key not in SHORTCUTS:
            return super().match(key, wanted)
        rows = Identity.objects.filter(
            among("norm", wanted), kind=key, record__kind=self.spec.key, record__trashed_at__isnull=True
        )
        found: dict[str, list[int]] = {}
        for normalised, record_id in rows.order_by("record_id").values_list("norm", "record_id").distinct():
            found.setdefault(normalised, []).append(record_id)
        return found

    def _taken(self, email: str, record_id: int) -> str:
        found = visible_to(self.actor, self.spec).filter(pk=record_id).values_list("title", flat=True).first()
        if found is None and not Record.objects.filter(pk=record_id, trashed_at=None).exists():
            return _("%(email)s occurs twice.") % {"email": email}
        if found is None:
            return _("%(email)s belongs to a record that you may not see.") % {"email": email}
        sentence = _("%(email)s belongs to %(title)s already.") % {"email": email, "title": found}
        return Pointing(sentence, f"/{self.spec.path}/{record_id}", found)

    def revive(self, instances: Sequence[Any]) -> dict[int, str]:
        if not workspace.current().unique_identities:
            return {}
        rows = Identity.objects.filter(among("record_id", [instance.pk for instance in instances]), kind="email")
        identities = list(rows.order_by("record_id", "place"))
        taken = holders(self.spec.key, "email", {row.norm for row in identities})
        refused: dict[int, str] = {}
        for row in identities:
            # Also those that return together: of two with one address, only the first may.
            other = taken.setdefault(row.norm, row.record_id)
            if other != row.record_id:
                refused.setdefault(row.record_id, self._taken(row.value, other))
        return refused

    def living(self, instances: Sequence[Any], *, live: bool) -> None:
        rows = Identity.objects.filter(among("record_id", [instance.pk for instance in instances]))
        if not live:
            rows.update(unique_key=None)
            return
        if workspace.current().unique_identities:
            rows.filter(kind="email").update(unique_key=Concat(Value(f"{self.spec.key}:"), F("norm")))

    def keep_unique(self) -> int:
        rows = Identity.objects.filter(kind="email", record__kind=self.spec.key, record__trashed_at__isnull=True)
        doubles = rows.values("norm").annotate(times=Count("pk")).filter(times__gt=1).count()
        if not doubles:
            rows.filter(unique_key=None).update(unique_key=Concat(Value(f"{self.spec.key}:"), F("norm")))
        return doubles


class CompanySaver(ContactSaver):
    """A company is called by its name; its domain follows from web site or e-mail where none is given."""

    def prepare(self, drafts: Sequence[Draft]) -> None:
        super().prepare(drafts)
        for draft in drafts:
            website, email, domain = (
                draft.values.get(key, getattr(draft.instance, key)) for key in ("website", "email", "domain")
            )
            if not domain and (website or email):
                # A value like any other, so that history tells it and undo takes it back.
                draft.values["domain"] = domain_of(website) if website else email.rpartition("@")[2].lower()


class PersonSaver(ContactSaver):
    """A person's full name, affiliation and lifecycle follow from the fields that people fill in."""

    def prepare(self, drafts: Sequence[Draft]) -> None:
        super().prepare(drafts)
        for draft in drafts:
            # A form sends the derived stage back as it showed it: that is nobody's decision.
            if not draft.instance.lifecycle_set and draft.values.get("lifecycle") == draft.instance.lifecycle:
                del draft.values["lifecycle"]
        moved = [draft for draft in drafts if {"company", "job_title"} & set(draft.values)]
        moved = [draft for draft in moved if "affiliations" not in draft.values]
        stored = self._stored("affiliations", [draft for draft in moved if not draft.is_new])
        today = clock.today(self.locale.time_zone).isoformat() if moved else ""
        for draft in moved:
            self._affiliate(draft, stored.get(draft.instance.pk, []), today)
        for draft in drafts:
            if "affiliations" in draft.values:
                self._follow_main(draft)

    def unite(self, values: dict[str, Any], given: Mapping[int, Mapping[str, Any]], taken: Mapping[str, int]) -> None:
        """One main affiliation: that with the chosen company, in the chosen role. The others stay beside it."""
        super().unite(values, given, taken)
        company, role = values["company"], values["job_title"]
        rows = [{**row, "main": False} for row in values["affiliations"]]
        if company:
            here = [row for row in rows if row["company"] == company and not row["until"]]
            rows = [row for row in rows if row not in here]
            since = min((row["since"] for row in here if row["since"]), default=None)
            rows.append({"company": company, "role": role, "since": since, "until": None, "main": True})
        values["affiliations"] = rows

    def _affiliate(self, draft: Draft, rows: list[dict[str, Any]], today: str) -> None:
        """Company or job title changed: the main affiliation ends, or its role changes, or a new one begins."""
        company = draft.values.get("company", draft.instance.company_id)
        role = draft.values.get("job_title", draft.instance.job_title)
        main = next((row for row in rows if row["main"]), None)
        if main and main["company"] == company:
            rows = [{**row, "role": role} if row is main else row for row in rows]
        else:
            rows = [{**row, "main": False, "until": row["until"] or today} if row is main else row for row in rows]
            if company:
                since = None if draft.is_new else today
                rows.append({"company": company, "role": role, "since": since, "until": None, "main": True})
        draft.values["affiliations"] = rows

    def _follow_main(self, draft: Draft) -> None:
        main = next((row for row in draft.values["affiliations"] if row["main"]), None)
        if main:
            draft.values["company"], draft.values["job_title"] = main["company"], main["role"]
        elif "company" not in draft.values:
            draft.values["company"] = None

    def check(self, drafts: Sequence[Draft]) -> None:
        super().check(drafts)
        self._check_companies(drafts)
        today = clock.today(self.locale.time_zone)
        for draft in drafts:
            instance = draft.instance
            named = ("first_name", "last_name", "email", "phone")
            if not any(draft.values.get(key, getattr(instance, key)) for key in named):
                draft.refuse("first_name", _("Give a name, an e-mail or a phone number."))
            birthday = draft.values.get("birthday")
            if birthday and birthday > today:
                draft.refuse("birthday", _("A birthday cannot be in the future."))

    def _check_companies(self, drafts: Sequence[Draft]) -> None:
        ids = {row["company"] for draft in drafts for row in draft.values.get("affiliations", ())}
        known = {row["company"] for draft in drafts for row in draft.before.get("affiliations", ())}
        # The one that is also the person's company has been looked at as every link is.
        unknown = ids - known - {draft.values.get("company") for draft in drafts}
        if not unknown:
            return
        company = registry.get("company")
        seen = set(seen_among(self.actor, company, unknown).values_list("pk", flat=True))
        for draft in drafts:
            missing = {row["company"] for row in draft.values.get("affiliations", ())} & (unknown - seen)
            if missing:
                draft.refuse("company", _("There is no such company, or you may not see it."))

    def title(self, draft: Draft) -> str:
        person = draft.instance
        return f"{person.first_name} {person.last_name}".strip() or person.email or person.phone

    def derive(self, draft: Draft) -> tuple[str, ...]:
        person = draft.instance
        person.last_key = fold(person.last_name or person.first_name)[:150]
        if person.lifecycle_set:
            person.lifecycle = person.lifecycle_set
        elif draft.is_new:
            person.lifecycle = "contact"
        elif "lifecycle" in draft.values:  # no longer set by hand; else the rooms keep it up to what holds
            person.lifecycle = lifecycle.derive([person.pk])[person.pk]
        return ("last_key", "lifecycle")
