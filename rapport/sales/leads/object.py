"""What leads are to the engine."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.core.events.kinds import EventKind
from rapport.core.fields import Choice, Integer, Link, LongText, Moment, Option, Text
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.sales.leads.fields import AnswerBy
from rapport.sales.leads.models import COLD, DISQUALIFIED, HOT, NEW, QUALIFIED, WARM, WORKING, Lead
from rapport.sales.leads.saving import LeadSaver

GENERAL, WHERE, CAME = _("General"), _("Progress"), _("How it came")
STATUSES = (
    Option(NEW, pgettext_lazy("lead", "New"), "blue", ("neu", "open")),
    Option(WORKING, pgettext_lazy("lead", "Working"), "amber", ("in Arbeit", "contacted", "kontaktiert")),
    Option(QUALIFIED, pgettext_lazy("lead", "Qualified"), "green", ("qualifiziert", "converted")),
    Option(DISQUALIFIED, pgettext_lazy("lead", "Disqualified"), "grey", ("disqualifiziert", "unqualified", "junk")),
)
REASONS = (
    Option("no_need", _("No need"), aliases=("kein Bedarf",)),
    Option("no_budget", _("No budget"), aliases=("kein Budget",)),
    Option("no_answer", _("No answer"), aliases=("keine Antwort", "unresponsive")),
    Option("no_fit", _("Not a fit"), aliases=("passt nicht",)),
    Option("competitor", _("A competitor"), aliases=("Wettbewerber",)),
    Option("bad_data", _("Wrong or made-up data"), aliases=("falsche Daten", "spam")),
    Option("other", pgettext_lazy("reason", "Other"), aliases=("Sonstiges",)),
)
WARMTHS = (
    Option(COLD, pgettext_lazy("lead", "Cold"), "blue", ("kalt",)),
    Option(WARM, pgettext_lazy("lead", "Warm"), "amber", ("warm",)),
    Option(HOT, pgettext_lazy("lead", "Hot"), "red", ("heiß", "heiss")),
)


def _byline(values: Mapping[str, Any]) -> str:
    """Who wants it: “Anna Berg”, or the company."""
    customer = values.get("person") or values.get("company")
    return customer.title if customer else ""


def of_person(ids: Collection[int], record: int) -> set[int]:
    """Those of some leads that are about this record: they go when it is erased."""
    return set(Lead.objects.filter(pk__in=ids, person_id=record).values_list("pk", flat=True))


LEAD = registry.register(
    ObjectSpec(
        key="lead", model=Lead, label=_("Lead"), plural=_("Leads"), icon="inbox", path="leads",
        fields=(
            Text("name", _("What they want"), group=GENERAL, search=1, quick=True, required=True, column="title",
                 folded="title_key", limit=300, privacy="personal",
                 headers=("Lead name", "Lead title", "Titel", "Title", "Subject", "Betreff", "Anfrage", "Interesse")),
            Link("person", _("Person"), group=GENERAL, quick=True, to="person", mark="person", search=3,
                 headers=("Contact", "Kontakt", "Ansprechpartner", "Full name", "Lead")),
            Link("company", _("Company"), group=GENERAL, quick=True, to="company", mark="company", search=3,
                 headers=("Organization", "Account", "Firma", "Unternehmen")),
            Text("source", _("Source"), group=GENERAL, quick=True, limit=120,
                 headers=("Lead source", "Channel", "Quelle", "Kanal", "Herkunft")),
            Text("product", _("Interested in"), group=GENERAL, limit=120, search=3,
                 headers=("Product", "Produkt", "Interessiert an")),
            Choice("status", _("Status"), group=WHERE, options=STATUSES, default=NEW, required=True, indexed=True,
                   privacy="none", headers=("Lead status",)),
            AnswerBy("answer_by", _("Answer"), group=WHERE, read_only=True, sortable=True, privacy="none"),
            Moment("answered_at", _("Answered"), group=WHERE, read_only=True, privacy="none"),
            Integer("score", pgettext_lazy("lead", "Score"), group=WHERE, read_only=True, sortable=True,
                    privacy="none"),
            Choice("warmth", _("Warmth"), group=WHERE, options=WARMTHS, read_only=True, privacy="none"),
            Choice("reason", _("Disqualified because of"), group=WHERE, options=REASONS, privacy="none",
                   headers=("Unqualified reason", "Grund")),
            LongText("reason_note", _("What we learned"), group=WHERE, privacy="personal"),
            Link("deal", _("Deal"), group=WHERE, to="deal"),
            Text("utm_source", _("UTM source"), group=CAME, limit=200, headers=("utm_source",)),
            Text("utm_medium", _("UTM medium"), group=CAME, limit=200, headers=("utm_medium",)),
            Text("utm_campaign", _("UTM campaign"), group=CAME, limit=200, headers=("utm_campaign",)),
            Text("utm_term", _("UTM term"), group=CAME, limit=200, headers=("utm_term",)),
            Text("utm_content", _("UTM content"), group=CAME, limit=200, headers=("utm_content",)),
            LongText("payload", _("As it came in"), group=CAME, read_only=True, privacy="personal"),
            Moment("last_activity_at", _("Last activity"), group=WHERE, read_only=True, privacy="none"),
        ),
        columns=("person", "status", "score", "warmth", "answer_by", "source", "owner", "company", "created_at"),
        phone_columns=("person", "warmth"),
        default_sort="-created_at",
        saver=LeadSaver,
        goes_with=of_person,
        byline=_byline,
        events=(
            EventKind("lead.qualified", _("qualified the lead"), icon="circle-check", tone="green", privacy="business",
                      main=True),
            EventKind("lead.disqualified", _("disqualified the lead"), icon="circle-x", tone="red", privacy="business",
                      main=True),
            EventKind("lead.reopened", _("reopened the lead"), icon="undo-2", tone="amber", privacy="business",
                      main=True),
        ),
        section=_("Sales"),
        paste_page="paste",
        mark="person",
    )
)  # fmt: skip
