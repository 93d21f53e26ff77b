"""One field of every type, on columns of companies and people and inside ``custom``, with values for each."""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from rapport.core import fields
from rapport.core.fields import Field, Option, snapshot
from rapport.core.fields.file import FileValue
from rapport.core.fields.money import Amount
from rapport.core.fields.snapshot import Snapshot
from rapport.core.objects.spec import ObjectSpec
from tests import house

OPTIONS = (Option("a", "Apple"), Option("b", "Bean", aliases=("Bohne",)), Option("c", "Cherry, red"))
BERLIN = fields.Locale(time_zone="Europe/Berlin")

CUSTOM: tuple[Field, ...] = (
    fields.Text("c_text", "Text", custom=True, sortable=True),
    fields.LongText("c_long", "Long text", custom=True),
    fields.Integer("c_integer", "Integer", custom=True, sortable=True),
    fields.Decimal("c_decimal", "Decimal", custom=True, sortable=True),
    fields.Percent("c_percent", "Percent", custom=True, sortable=True),
    fields.RichText("c_rich", "Rich text", custom=True),
    fields.Money("c_money", "Money", custom=True),
    fields.Date("c_date", "Date", custom=True, sortable=True),
    fields.Moment("c_moment", "Moment", custom=True, sortable=True),
    fields.YesNo("c_yes", "Yes or no", custom=True, indexed=True),
    fields.Choice("c_choice", "Choice", custom=True, indexed=True, options=OPTIONS),
    fields.Choices("c_choices", "Choices", custom=True, options=OPTIONS),
    fields.Email("c_email", "E-mail", custom=True),
    fields.Phone("c_phone", "Phone", custom=True),
    fields.Url("c_url", "URL", custom=True),
    fields.Address("c_address", "Address", custom=True),
    fields.Link("c_link", "Link", custom=True, to="company"),
    fields.User("c_user", "User", custom=True),
    fields.Links("c_links", "Links", custom=True, to="company"),
    fields.LabelledLinks("c_roles", "Roles", custom=True, to="company", options=OPTIONS),
    fields.FileField("c_file", "File", custom=True),
)

# Two or more values of each type, as they are stored.
SAMPLES: dict[str, list[Any]] = {
    "text": ["Mia", "O’Neill, “Zoë”; Łódź", "a=b&c|d\\e", "'; DROP TABLE person; --", "50%_x"],
    "long_text": ["one\ntwo", "<script>alert(1)</script>\n\n{{ 7*7 }}"],
    "integer": [0, -7, 12, 10**15],
    "decimal": [Decimal("0.0000"), Decimal("-1.5000"), Decimal("1234.5678"), Decimal("99999999999.9999")],
    "percent": [Decimal("0.00"), Decimal("12.50"), Decimal("-3.25"), Decimal("150.00")],
    "rich_text": [
        "<p>one<br>two</p><p>three &amp; four</p>",
        '<p><strong>Call</strong> <a href="https://hexa.example/?a=1&amp;b=2" rel="noopener noreferrer">Hexa</a></p>'
        "<ul><li>a<ol><li>b</li></ol></li></ul><blockquote><p><em>c</em></p></blockquote><pre>d\n e</pre><h2>f</h2>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}</p>",
    ],
    "links": [[1], [1, 4711]],
    "labelled_links": [[{"id": 1, "label": "a"}], [{"id": 1, "label": "c"}, {"id": 4711, "label": ""}]],
    "money": [Amount(0, "EUR"), Amount(-125050, "EUR"), Amount(7, "JPY"), Amount(1234, "KWD"), Amount(99, "USD")],
    "date": [datetime.date(1990, 2, 28), datetime.date(2026, 3, 29), datetime.date(2000, 2, 29)],
    "moment": [
        datetime.datetime(2026, 3, 29, 0, 59, 59, tzinfo=datetime.UTC),
        datetime.datetime(2026, 10, 25, 1, 30, tzinfo=datetime.UTC),
        datetime.datetime(1999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC),
    ],
    "yes_no": [True, False],
    "choice": ["a", "b", "c"],
    "choices": [["a"], ["a", "b"], ["b", "c"]],
    "email": ["mia@hexa.example", "Mia.B+x@sub.example"],
    "phone": ["+49 30 123456", "030 98765"],
    "url": ["https://hexa.example", "http://a.example/x?y=1&z=ü"],
    "address": [{"city": "Bonn"}, {"street": "Am Ring 1", "postcode": "53111", "city": "Bonn", "country": "DE"}],
    "link": [1, 4711],
    "file": [FileValue(1, "contract.pdf", "0" * 64), FileValue(4711, "“Zoë”; Łódź.png", "f" * 64)],
    "user": [1, 4711],
    "team": [1, 4711],
    "tags": [["a"], ["New", "VIP, very"]],
    "identities": [[{"value": "a@x.example", "label": ""}, {"value": "b@x.example", "label": ""}]],
    "about": [[1], [1, 2]],
    "affiliations": [[{"company": 1, "role": "Head", "since": "2020-01-01", "until": None, "main": True}]],
}


def of_every_type() -> tuple[Field, ...]:
    """A field of every type that can stand in ``custom``, and the others, not tied to any object."""
    return (*CUSTOM, fields.Tags("tags", "Tags"), fields.TeamLink("team", "Team"))


def with_custom(spec: ObjectSpec) -> ObjectSpec:
    """The object with a custom field of every type."""
    return replace(spec, fields=(*spec.fields, *CUSTOM))


def made_at_run_time(
    patch: pytest.MonkeyPatch, objects: Mapping[str, ObjectSpec] = MappingProxyType({}), **fields_of: tuple[Field, ...]
) -> None:
    """These fields by kind, and these objects, as if they had been made at run time, until the patch is undone."""
    now = snapshot.latest()
    patch.setattr(snapshot, "_latest", Snapshot(now.version, fields_of, objects=objects, fitted=now.fitted))


def on_companies(patch: pytest.MonkeyPatch) -> ObjectSpec:
    """Companies with a custom field of every type, also on their screens, until the patch is undone."""
    made_at_run_time(patch, company=CUSTOM)
    return house.company()
