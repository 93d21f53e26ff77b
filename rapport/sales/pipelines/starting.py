"""The pipeline that every new workspace has: the way of a sale as most companies know it."""

from django.db import transaction

from rapport.core.definitions import loading
from rapport.sales.pipelines.models import LOST, OPEN, WON, Pipeline, Stage

# key, English, German, kind, probability in percent, tone, usual days in it, days until it rots
_STAGES = (
    ("qualified", "Qualified", "Qualifiziert", OPEN, 10, "blue", 14, 30),
    ("discovery", "Discovery", "Bedarf geklärt", OPEN, 25, "teal", 14, 30),
    ("proposal", "Proposal", "Angebot", OPEN, 50, "violet", 14, 21),
    ("negotiation", "Negotiation", "Verhandlung", OPEN, 75, "amber", 14, 21),
    ("contract_sent", "Contract sent", "Vertrag verschickt", OPEN, 90, "green", 7, 14),
    ("won", "Won", "Gewonnen", WON, 100, "green", None, None),
    ("lost", "Lost", "Verloren", LOST, 0, "red", None, None),
)


def ensure_pipeline() -> None:
    """Makes the first pipeline where there is none; safe to call at every start."""
    with transaction.atomic():
        if Pipeline.objects.exists():
            return
        pipeline = Pipeline.objects.create(key="sales", name="Sales pipeline", names={"de": "Vertrieb"})
        for place, (key, name, german, kind, probability, tone, target, rot) in enumerate(_STAGES):
            Stage.objects.create(
                pipeline=pipeline, key=key, name=name, names={"de": german}, kind=kind, probability=probability,
                place=place, tone=tone, target_days=target, rot_days=rot,
            )  # fmt: skip
        loading.renew()
