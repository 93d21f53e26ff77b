"""Tables of people and companies, their affiliations and identities."""

from typing import ClassVar

from django.db import models

from rapport.core.records.models import Record, RecordModel, sort_index, standard_indexes
from rapport.people.duplicates.models import DuplicatePair, DuplicateSearch

__all__ = ["Affiliation", "Company", "DuplicatePair", "DuplicateSearch", "Identity", "Person", "VatKey"]


class VatKey(models.Func):
    """A VAT number as it is compared: without spaces, dots and dashes, in capitals. All is literal, as in the index."""

    arity = 1
    template = "UPPER(REPLACE(REPLACE(REPLACE(%(expressions)s, ' ', ''), '.', ''), '-', ''))"
    output_field = models.CharField()


class Company(RecordModel):
    """An organisation. Its name is the record's ``title``."""

    domain = models.CharField(max_length=253, default="")
    website = models.CharField(max_length=500, default="")
    industry = models.CharField(max_length=40, default="")
    size = models.CharField(max_length=20, default="")
    email = models.CharField(max_length=254, default="")
    phone = models.CharField(max_length=60, default="")
    vat_id = models.CharField(max_length=40, default="")
    revenue_minor = models.BigIntegerField(null=True)
    revenue_currency = models.CharField(max_length=3, default="")
    address_street = models.CharField(max_length=200, default="")
    address_postcode = models.CharField(max_length=200, default="")
    address_city = models.CharField(max_length=200, default="")
    address_region = models.CharField(max_length=200, default="")
    address_country = models.CharField(max_length=200, default="")
    about = models.TextField(default="")
    last_activity_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            *standard_indexes("company"),
            sort_index("company_activity", "-last_activity_at", "-record"),
            models.Index(fields=["domain"], name="company_domain"),
            models.Index(VatKey("vat_id"), name="company_vat"),
            # For filters: what else is often asked with the city stands beside it, so that no row need be read.
            models.Index(fields=["live", "address_city", "created_at", "owner", "team"], name="company_city"),
            models.Index(fields=["live", "industry", "owner", "team"], name="company_industry"),
        ]


class Person(RecordModel):
    """Somebody we know. ``title`` is the full name; ``email`` and ``phone`` repeat the first identities for lists."""

    first_name = models.CharField(max_length=150, default="")
    last_name = models.CharField(max_length=150, default="")
    last_key = models.CharField(max_length=150, default="")
    email = models.CharField(max_length=254, default="")
    phone = models.CharField(max_length=60, default="")
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="people")
    job_title = models.CharField(max_length=150, default="")
    lifecycle = models.CharField(max_length=20, default="contact")
    lifecycle_set = models.CharField(max_length=20, default="")
    lifecycle_reason = models.CharField(max_length=200, default="")
    source = models.CharField(max_length=120, default="")
    language = models.CharField(max_length=10, default="")
    birthday = models.DateField(null=True)
    linkedin = models.CharField(max_length=500, default="")
    address_street = models.CharField(max_length=200, default="")
    address_postcode = models.CharField(max_length=200, default="")
    address_city = models.CharField(max_length=200, default="")
    address_region = models.CharField(max_length=200, default="")
    address_country = models.CharField(max_length=200, default="")
    about = models.TextField(default="")
    last_activity_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            *standard_indexes("person"),
            sort_index("person_activity", "-last_activity_at", "-record"),
            sort_index("person_last", "last_key", "record"),
            # For boards and filters: how many there are of a stage, and where a rare one stands.
            models.Index(fields=["live", "lifecycle", "owner", "team"], name="person_lifecycle"),
            models.Index(fields=["live", "address_city", "created_at", "company", "owner", "team"], name="person_city"),
        ]


class Identity(models.Model):
    """An e-mail address or phone number by which we know a person or a company.

    ``norm`` is the form that is compared. ``unique_key`` is None where the value may occur twice: in the trash,
    and wherever the workspace has switched the rule off; the database keeps it unique otherwise.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="identities", db_index=False)
    kind = models.CharField(max_length=5)  # email or phone
    value = models.CharField(max_length=254)
    norm = models.CharField(max_length=254)
    label = models.CharField(max_length=60, default="")
    place = models.PositiveSmallIntegerField(default=0)
    unique_key = models.CharField(max_length=270, null=True, unique=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["record", "kind", "place"], name="identity_record"),
            models.Index(fields=["kind", "norm", "record"], name="identity_norm"),
        ]


class Affiliation(models.Model):
    """A person's role at a company, from and to. Open ones have no ``until``; the main one shows on lists."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="affiliations")
    company = models.ForeignKey(Company, models.CASCADE, related_name="affiliations")
    role = models.CharField(max_length=150, default="")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    is_main = models.BooleanField(default=False)
