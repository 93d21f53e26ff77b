"""What deals are to the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.catalog.lines.field import Lines
from rapport.core.definitions.fitting import fit
from rapport.core.events.kinds import EventKind
from rapport.core.fields import (
    Choice,
    Date,
    Field,
    LabelledLinks,
    Link,
    Links,
    LongText,
    Moment,
    Money,
    Option,
    Percent,
    RichText,
    Text,
)  # fmt: skip
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.sales.deals.models import Deal
from rapport.sales.deals.saving import DealSaver
from rapport.sales.pipelines.reading import StageChoice, options_of, read

GENERAL, WHERE, ENDED = _("General"), _("Progress"), _("Outcome")
STATUSES = (
    Option("open", pgettext_lazy("deal", "Open"), "blue", ("offen",)),
    Option("won", pgettext_lazy("deal", "Won"), "green", ("gewonnen",)),
    Option("lost", pgettext_lazy("deal", "Lost"), "red", ("verloren",)),
)
CATEGORIES = (
    Option("committed", pgettext_lazy("forecast", "Committed"), "green", ("commit", "zugesagt")),
    Option("likely", pgettext_lazy("forecast", "Likely"), "blue", ("best case", "wahrscheinlich")),
    Option("upside", pgettext_lazy("forecast", "Upside"), "grey", ("pipeline", "möglich")),
)
LOST_REASONS = (
    Option("price", _("Price"), aliases=("Preis", "too expensive", "zu teuer")),
    Option("competitor", _("A competitor"), aliases=("Wettbewerber", "Mitbewerber", "competition")),
    Option("no_budget", _("No budget"), aliases=("kein Budget",)),
    Option("no_decision", _("No decision"), aliases=("keine Entscheidung", "postponed")),
    Option("no_answer", _("No answer any more"), aliases=("keine Antwort", "unresponsive")),
    Option("no_fit", _("Not a fit"), aliases=("passt nicht", "missing features")),
    Option("timing", _("Bad timing"), aliases=("Zeitpunkt",)),
    Option("other", pgettext_lazy("reason", "Other"), aliases=("Sonstiges",)),
)
APPROVALS = (
    Option("waiting", pgettext_lazy("discount", "Waiting"), "amber"),
    Option("approved", pgettext_lazy("discount", "Approved"), "green"),
    Option("declined", pgettext_lazy("discount", "Declined"), "red"),
)
ROLES = (
    Option("decider", _("Decision maker"), "violet"),
    Option("champion", pgettext_lazy("participant", "Champion"), "green"),
    Option("influencer", _("Influencer"), "blue"),
    Option("user", pgettext_lazy("participant", "User"), "teal"),
    Option("buyer", pgettext_lazy("participant", "Buyer"), "amber"),
    Option("blocker", pgettext_lazy("participant", "Blocker"), "red"),
)


@dataclass(frozen=True, eq=False)
class Weighted(Money):
    """The amount times the probability: in the same currency, so in the same column for it."""

    @property
    def currency_path(self) -> str:
        return "amount_currency"


def _byline(values: Mapping[str, Any]) -> str:
    """Whose deal it is: “Hexa Logistics”, or the person."""
    customer = values.get("company") or values.get("person")
    return customer.title if customer else ""


DEAL = registry.register(
    ObjectSpec(
        key="deal", model=Deal, label=_("Deal"), plural=_("Deals"), icon="handshake", path="deals",
        fields=(
            Text("name", _("Name"), group=GENERAL, search=1, quick=True, required=True, column="title",
                 folded="title_key", limit=300,
                 headers=("Deal name", "Opportunity", "Opportunity name", "Verkaufschance", "Titel", "Title")),
            Link("company", _("Company"), group=GENERAL, quick=True, to="company", mark="company", search=3,
                 headers=("Organization", "Account", "Account name", "Firma", "Unternehmen", "Associated company")),
            Link("person", _("Person"), group=GENERAL, quick=True, to="person", mark="person", search=3,
                 headers=("Contact", "Contact person", "Kontakt", "Ansprechpartner", "Associated contact")),
            Money("amount", _("Amount"), group=GENERAL, quick=True,
                  hint=_("Where the deal has products, it is their sum."),
                  headers=("Value", "Deal value", "Betrag", "Wert", "Volumen", "Expected revenue")),
            StageChoice("stage", _("Stage"), group=WHERE, quick=True, required=True, indexed=True, privacy="none",
                        headers=("Deal stage", "Phase", "Verkaufsphase")),
            Choice("pipeline", _("Pipeline"), group=WHERE, read_only=True, privacy="none"),
            Choice("status", _("Status"), group=WHERE, options=STATUSES, read_only=True, indexed=True,
                   privacy="none"),
            Percent("probability", _("Probability"), group=WHERE, minimum=0, maximum=100, privacy="none",
                    hint=_("That of the stage, unless you enter another."),
                    headers=("Wahrscheinlichkeit", "Win likelihood")),
            Weighted("weighted", _("Weighted"), group=WHERE, read_only=True),
            Choice("category", _("Forecast"), group=WHERE, options=CATEGORIES, privacy="none",
                   headers=("Forecast category",)),
            Date("closes_on", _("Expected close"), group=WHERE, quick=True, sortable=True, privacy="none",
                 headers=("Close date", "Expected close date", "Abschlussdatum", "Erwarteter Abschluss")),
            Moment("stage_at", _("In this stage since"), group=WHERE, read_only=True, privacy="none"),
            Moment("next_step_at", _("Next step"), group=WHERE, read_only=True, privacy="none"),
            Lines("lines", _("Products"), group=GENERAL),
            Choice("approval", _("Discounts"), group=GENERAL, options=APPROVALS, read_only=True, privacy="none"),
            Text("source", _("Source"), group=GENERAL, limit=120, headers=("Lead source", "Quelle", "Herkunft")),
            LabelledLinks("participants", _("Participants"), group=GENERAL, to="person", options=ROLES,
                          reverse=_("Takes part in")),
            Links("competitors", _("Competitors"), group=GENERAL, to="company", reverse=_("Competes for")),
            RichText("about", pgettext_lazy("field of a record", "About"), group=GENERAL, search=3,
                     privacy="personal", headers=("Description", "Beschreibung")),
            Date("closed_on", _("Closed on"), group=ENDED, privacy="none",
                 headers=("Won time", "Closed date", "Abgeschlossen am")),
            Choice("lost_reason", _("Lost because of"), group=ENDED, options=LOST_REASONS, privacy="none",
                   headers=("Lost reason", "Closed lost reason", "Verlustgrund")),
            LongText("outcome_note", _("What decided it"), group=ENDED, privacy="personal"),
            Moment("last_activity_at", _("Last activity"), group=WHERE, read_only=True, privacy="none"),
        ),
        columns=("company", "amount", "stage", "closes_on", "next_step_at", "owner", "probability", "created_at"),
        phone_columns=("company", "stage"),
        default_sort="-created_at",
        saver=DealSaver,
        byline=_byline,
        events=(
            EventKind("deal.moved", _("moved it to “%(name)s”"), icon="arrow-right", tone="blue", privacy="business",
                      main=True),
            EventKind("deal.won", _("won the deal"), icon="trophy", tone="green", privacy="business", main=True),
            EventKind("deal.lost", _("lost the deal"), icon="circle-x", tone="red", privacy="business", main=True),
            EventKind("deal.discount_approved", _("approved the discount"), icon="circle-check", tone="green",
                      privacy="business", main=True),
            EventKind("deal.discount_declined", _("declined the discount: %(name)s"), icon="circle-x", tone="red",
                      privacy="business", main=True),
            EventKind("deal.reopened", _("reopened the deal"), icon="undo-2", tone="amber", privacy="business",
                      main=True),
        ),
        section=_("Sales"),
        mark="company",
    )
)  # fmt: skip


def _fitted() -> Mapping[str, Field]:
    pipelines = read()
    stages, names = options_of(pipelines)
    declared = {one.key: one for one in DEAL.fields}
    stage = replace(cast(StageChoice, declared["stage"]), options=stages, pipelines=pipelines)
    return {"stage": stage, "pipeline": replace(cast(Choice, declared["pipeline"]), options=names)}


fit("deal", _fitted)
