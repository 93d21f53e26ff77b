"""What people and companies are to the engine: their fields, columns and the panels on their pages."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.core.fields import (
    Address,
    Choice,
    Date,
    Email,
    FileField,
    Link,
    Moment,
    Money,
    Option,
    Phone,
    RichText,
    Text,
    Url,
)  # fmt: skip
from rapport.core.fields.file import IMAGE
from rapport.core.importing import targets as importing
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.quality import checks
from rapport.people import import_titles, lifecycle, panels, quality
from rapport.people.affiliations import Affiliations
from rapport.people.identities import Identities
from rapport.people.models import Company, Person
from rapport.people.names import FULL_NAME
from rapport.people.saving import CompanySaver, PersonSaver

ABOUT, SALES = _("General"), _("Sales")
LANGUAGES = tuple(
    Option(key, label)
    for key, label in (
        ("en", _("English")), ("de", _("German")), ("fr", _("French")), ("es", _("Spanish")), ("it", _("Italian")),
        ("nl", _("Dutch")), ("pl", _("Polish")), ("pt", _("Portuguese")), ("sv", _("Swedish")), ("da", _("Danish")),
    )
)  # fmt: skip
INDUSTRIES = tuple(
    Option(key, label, aliases=aliases)
    for key, label, aliases in (
        ("software", _("Software"), ("IT", "SaaS")), ("retail", _("Retail"), ("Handel", "Einzelhandel")),
        ("manufacturing", _("Manufacturing"), ("Industrie", "Produktion")),
        ("services", _("Services"), ("Dienstleistung",)),
        ("logistics", _("Logistics"), ("Logistik", "Transport")), ("health", _("Health"), ("Gesundheit",)),
        ("finance", _("Finance"), ("Finanzen", "Banking")), ("education", _("Education"), ("Bildung",)),
        ("food", _("Food"), ("Lebensmittel", "Gastronomie")), ("construction", _("Construction"), ("Bau", "Handwerk")),
        ("public", _("Public sector"), ("Öffentlicher Dienst",)), ("other", _("Other"), ("Sonstige", "Andere")),
    )
)  # fmt: skip
SIZES = tuple(Option(key, label) for key, label in (
    ("1-10", "1–10"), ("11-50", "11–50"), ("51-200", "51–200"), ("201-1000", _("201–1,000")), ("1001+", _("1,001+")),
))  # fmt: skip


def _person_byline(values: Mapping[str, Any]) -> str:
    """“Head of Operations at Hexa Logistics”, or whichever half is known."""
    role, company = values.get("job_title") or "", values.get("company")
    name = company.title if company else ""
    if role and name:
        return _now("%(role)s at %(company)s") % {"role": role, "company": name}
    return role or name


def _company_byline(values: Mapping[str, Any]) -> str:
    """“Logistics · Lyon”, or whichever half is known."""
    industry = next((str(option.label) for option in INDUSTRIES if option.key == values.get("industry")), "")
    return " · ".join(filter(None, (industry, (values.get("address") or {}).get("city", ""))))


PERSON = registry.register(
    ObjectSpec(
        key="person", model=Person, label=_("Person"), plural=_("People"), icon="users", path="people",
        fields=(
            Text("first_name", _("First name"), group=ABOUT, quick=True, search=1, limit=150, privacy="personal",
                 headers=import_titles.PERSON["first_name"]),
            Text("last_name", _("Last name"), group=ABOUT, quick=True, search=1, limit=150, privacy="personal",
                 folded="last_key", sortable=True,
                 headers=import_titles.PERSON["last_name"]),
            Email("email", _("E-mail"), group=ABOUT, quick=True, placeholder="name@example.com",
                  headers=import_titles.PERSON["email"]),
            Phone("phone", _("Phone"), group=ABOUT, quick=True,
                  headers=import_titles.PERSON["phone"]),
            Link("company", _("Company"), group=ABOUT, quick=True, to="company", mark="company", search=3,
                 headers=import_titles.PERSON["company"]),
            Text("job_title", _("Job title"), group=ABOUT, quick=True, search=3, limit=150,
                 headers=import_titles.PERSON["job_title"]),
            Address("address", _("Address"), group=ABOUT, search=3, indexed=True),
            Choice("language", _("Language"), group=ABOUT, options=LANGUAGES, headers=import_titles.PERSON["language"]),
            Date("birthday", _("Birthday"), yearly=True, group=ABOUT, privacy="personal",
                 headers=import_titles.PERSON["birthday"]),
            Url("linkedin", _("LinkedIn"), group=ABOUT, privacy="personal",
                headers=import_titles.PERSON["linkedin"]),
            Identities("emails", _("All e-mails"), group=ABOUT, search=2, kind="email", record_kind="person",
                       repeats=("email",)),
            Identities("phones", _("All phones"), group=ABOUT, search=2, kind="phone", record_kind="person",
                       repeats=("phone",)),
            FileField("photo", _("Photo"), group=ABOUT, accepts=IMAGE, megabytes=5, privacy="personal"),
            lifecycle.LifecycleField("lifecycle", _("Lifecycle"), group=SALES, quick=True, options=lifecycle.OPTIONS,
                                     indexed=True, headers=import_titles.PERSON["lifecycle"]),
            Text("lifecycle_reason", _("Reason for the lifecycle"), group=SALES, limit=200,
                 hint=_("Shown beside a lifecycle that was set by hand.")),
            Text("source", _("Source"), group=SALES, limit=120,
                 headers=import_titles.PERSON["source"]),
            RichText("about", pgettext_lazy("field of a record", "About"), group=SALES, search=3, privacy="personal",
                     headers=import_titles.PERSON["about"]),
            Affiliations("affiliations", _("Affiliations"), group=ABOUT, repeats=("company", "job_title")),
            Moment("last_activity_at", _("Last activity"), group=SALES, read_only=True, sortable=True, privacy="none"),
        ),
        columns=("company", "lifecycle", "last_activity_at", "owner", "email", "phone", "tags", "created_at"),
        phone_columns=("company", "lifecycle"),
        default_sort="-last_activity_at",
        saver=PersonSaver,
        find=("title_key", "last_key", "emails", "phones"),
        byline=_person_byline,
        picture="photo",
        warns_of_doubles=True,
    )
)  # fmt: skip

COMPANY = registry.register(
    ObjectSpec(
        key="company", model=Company, label=_("Company"), plural=_("Companies"), icon="building-2", path="companies",
        fields=(
            Text("name", _("Name"), group=ABOUT, search=1,
                 quick=True, required=True, column="title", folded="title_key", limit=300,
                 headers=import_titles.COMPANY["name"]),
            Url("website", _("Web site"), group=ABOUT, quick=True, headers=import_titles.COMPANY["website"]),
            Email("email", _("E-mail"), group=ABOUT, quick=True,
                  headers=import_titles.COMPANY["email"]),
            Phone("phone", _("Phone"), group=ABOUT, quick=True,
                  headers=import_titles.COMPANY["phone"]),
            Choice("industry", _("Industry"), group=ABOUT, quick=True, options=INDUSTRIES, indexed=True,
                   headers=import_titles.COMPANY["industry"]),
            Choice("size", _("Employees"), group=ABOUT, options=SIZES, headers=import_titles.COMPANY["size"]),
            Address("address", _("Address"), group=ABOUT, search=3, indexed=True),
            Identities("emails", _("All e-mails"), group=ABOUT, search=2, kind="email", record_kind="company",
                       repeats=("email",)),
            Identities("phones", _("All phones"), group=ABOUT, search=2, kind="phone", record_kind="company",
                       repeats=("phone",)),
            FileField("logo", _("Logo"), group=ABOUT, accepts=IMAGE, megabytes=5),
            Money("revenue", _("Revenue a year"), group=SALES, headers=import_titles.COMPANY["revenue"]),
            Text("vat_id", _("VAT number"), group=SALES, search=2, limit=40,
                 headers=import_titles.COMPANY["vat_id"]),
            RichText("about", pgettext_lazy("field of a record", "About"), group=SALES, search=3,
                     headers=import_titles.COMPANY["about"]),
            Text("domain", _("Domain"), group=SALES, search=2, limit=253, headers=import_titles.COMPANY["domain"]),
            Moment("last_activity_at", _("Last activity"), group=SALES, read_only=True, sortable=True, privacy="none"),
        ),
        columns=("industry", "size", "last_activity_at", "owner", "website", "phone", "address", "tags", "created_at"),
        phone_columns=("industry", "size"),
        default_sort="-last_activity_at",
        saver=CompanySaver,
        find=("title_key", "domain", "emails", "phones"),
        byline=_company_byline,
        mark="company",
        picture="logo",
        warns_of_doubles=True,
    )
)  # fmt: skip

registry.contribute("company", panels=[panels.PEOPLE_OF_COMPANY])
registry.contribute("person", panels=[panels.COMPANIES_OF_PERSON])
importing.contribute("person", FULL_NAME)
checks.add("person", *quality.PERSON)
checks.add("company", *quality.COMPANY)
checks.add_queue("person", quality.duplicates_of("person"))
checks.add_queue("company", quality.duplicates_of("company"))
