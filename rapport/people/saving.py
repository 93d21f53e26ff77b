"""What saving a person or a company means beyond its fields."""

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.core.access.visible import visible_to
from rapport.core.objects import registry
from rapport.core.objects.saver import Draft, Saver
from rapport.lib import clock
from rapport.lib.text import fold
from rapport.lib.urls import domain_of
from rapport.people import lifecycle
from rapport.people.identities import holders, norm, unique_key
from rapport.people.models import Identity

SHORTCUTS = {"email": "emails", "phone": "phones"}


class ContactSaver(Saver):
    """What people and companies share: identities behind the fields ``email`` and ``phone``."""

    def prepare(self, drafts: Sequence[Draft]) -> None:
        for short, long in SHORTCUTS.items():
            touched = [draft for draft in drafts if short in draft.values and long not in draft.values]
            stored = self._stored(long, [draft for draft in touched if not draft.is_new])
            for draft in touched:
                rest = stored.get(draft.instance.pk, [])
                old = getattr(draft.instance, short)
                others = [item for item in rest if item["value"] not in (old, draft.values[short])]
                first = [{"value": draft.values[short], "label": ""}] if draft.values[short] else []
                draft.values[long] = first + others
            for draft in drafts:
                if long in draft.values:
                    items = draft.values[long]
                    draft.values[short] = items[0]["value"] if items else ""

    def _stored(self, key: str, drafts: Sequence[Draft]) -> dict[int, Any]:
        field: Any = self.spec.by_key[key]
        return field.load_many([draft.instance.pk for draft in drafts]) if drafts else {}

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
            kind=key, norm__in=wanted, record__kind=self.spec.key, record__trashed_at__isnull=True
        )
        found: dict[str, list[int]] = {}
        for normalised, record_id in rows.order_by("record_id").values_list("norm", "record_id").distinct():
            found.setdefault(normalised, []).append(record_id)
        return found

    def _taken(self, email: str, record_id: int) -> str:
        found = visible_to(self.actor, self.spec).filter(pk=record_id).values_list("title", flat=True).first()
        if found is None:
            return _("%(email)s belongs to a record that you may not see.") % {"email": email}
        return _("%(email)s belongs to %(title)s already.") % {"email": email, "title": found}

    def revive(self, instances: Sequence[Any]) -> dict[int, str]:
        rows = Identity.objects.filter(record_id__in=[instance.pk for instance in instances], kind="email")
        by_norm = {row.norm: row for row in rows}
        if not workspace.current().unique_identities:
            return {}
        taken = holders(self.spec.key, "email", by_norm)
        return {by_norm[key].record_id: self._taken(by_norm[key].value, other) for key, other in taken.items()}

    def living(self, instances: Sequence[Any], *, live: bool) -> None:
        rows = Identity.objects.filter(record_id__in=[instance.pk for instance in instances])
        if not live:
            rows.update(unique_key=None)
            return
        identities = list(rows.filter(kind="email"))
        for identity in identities:
            identity.unique_key = unique_key(self.spec.key, identity.kind, identity.norm)
        Identity.objects.bulk_update(identities, ["unique_key"], batch_size=500)


class CompanySaver(ContactSaver):
    """A company is called by its name; its domain follows from web site or e-mail where none is given."""

    def derive(self, draft: Draft) -> tuple[str, ...]:
        company = draft.instance
        if company.domain or not (company.website or company.email):
            return ()
        company.domain = domain_of(company.website) if company.website else company.email.rpartition("@")[2].lower()
        return ("domain",)


class PersonSaver(ContactSaver):
    """A person's full name, affiliation and lifecycle follow from the fields that people fill in."""

    def prepare(self, drafts: Sequence[Draft]) -> None:
        super().prepare(drafts)
        moved = [draft for draft in drafts if {"company", "job_title"} & set(draft.values)]
        moved = [draft for draft in moved if "affiliations" not in draft.values]
        stored = self._stored("affiliations", [draft for draft in moved if not draft.is_new])
        for draft in moved:
            self._affiliate(draft, stored.get(draft.instance.pk, []))
        for draft in drafts:
            if "affiliations" in draft.values:
                self._follow_main(draft)

    def _affiliate(self, draft: Draft, rows: list[dict[str, Any]]) -> None:
        """Company or job title changed: the main affiliation ends, or its role changes, or a new one begins."""
        company = draft.values.get("company", draft.instance.company_id)
        role = draft.values.get("job_title", draft.instance.job_title)
        today = clock.today(self.locale.time_zone).isoformat()
        main = next((row for row in rows if row["main"]), None)
        if main and main["company"] == company:
            rows = [{**row, "role": role} if row is main else row for row in rows]
        else:
            rows = [
                {**row, "main": False, "until": row["until"] or today} if row is main else row for row in rows
            ]
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
        for draft in drafts:
            instance = draft.instance
            named = ("first_name", "last_name", "email", "phone")
            if not any(draft.values.get(key, getattr(instance, key)) for key in named):
                draft.refuse("first_name", _("Give a name, an e-mail or a phone number."))
            birthday = draft.values.get("birthday")
            if birthday and birthday > clock.today(self.locale.time_zone):
                draft.refuse("birthday", _("A birthday cannot be in the future."))

    def _check_companies(self, drafts: Sequence[Draft]) -> None:
        ids = {row["company"] for draft in drafts for row in draft.values.get("affiliations", ())}
        known = {row["company"] for draft in drafts for row in draft.before.get("affiliations", ())}
        unknown = ids - known
        if not unknown:
            return
        company = registry.get("company")
        seen = set(visible_to(self.actor, company).filter(pk__in=unknown).values_list("pk", flat=True))
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
        if not person.lifecycle_set:
            person.lifecycle = "contact" if draft.is_new else lifecycle.derive([person.pk])[person.pk]
        else:
            person.lifecycle = person.lifecycle_set
        return ("last_key", "lifecycle")
