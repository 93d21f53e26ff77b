"""Files of other systems and in other languages are matched by the titles of their columns."""

import pytest

from rapport.accounts.actor import Actor
from rapport.core.importing import mapping, systems
from rapport.core.objects import registry

pytestmark = pytest.mark.django_db


def matched(actor: Actor, header: str, kind: str = "person") -> dict[str, str]:
    """What each column goes to, by its title."""
    titles = header.split("|")
    return {titles[number]: key for number, key in mapping.guess(actor, registry.get(kind), titles).items()}


HUBSPOT = (
    "Record ID|First Name|Last Name|Email|Phone Number|Mobile Phone Number|Contact owner|Lifecycle Stage|Lead Status|"
    "Create Date|Associated Company|Job Title|Street Address|City|Postal Code|State/Region|Country/Region"
)
SALESFORCE = (
    "Salutation|First Name|Last Name|Title|Account Name|Mailing Street|Mailing City|Mailing State/Province|"
    "Mailing Zip/Postal Code|Mailing Country|Phone|Mobile|Email|Account Owner|Contact ID|Account ID|"
    "Birthdate|Lead Source"
)
PIPEDRIVE = (
    "Person - ID|Person - Name|Person - Organization|Person - Email - Work|Person - Email - Home|Person - Phone - Work|"
    "Person - Phone - Mobile|Person - Label|Person - Owner"
)
GOOGLE = (
    "First Name|Middle Name|Last Name|Name Prefix|Organization Name|Organization Title|Birthday|Notes|Labels|"
    "E-mail 1 - Label|E-mail 1 - Value|E-mail 2 - Label|E-mail 2 - Value|Phone 1 - Label|Phone 1 - Value|"
    "Phone 2 - Value|Address 1 - Street|Address 1 - City|Address 1 - Postal Code|Address 1 - Country"
)
OUTLOOK = (
    "First Name|Last Name|Company|Job Title|Business Street|Business City|Business State|Business Postal Code|"
    "Business Country/Region|Business Phone|Home Phone|Mobile Phone|E-mail Address|E-mail 2 Address|Categories|Notes"
)


def test_it_works(ada: Actor) -> None:
    found = matched(ada, HUBSPOT)
    assert found == {
        "Record ID": "external_id", "First Name": "first_name", "Last Name": "last_name", "Email": "email",
        "Phone Number": "phone", "Mobile Phone Number": "phones", "Contact owner": "owner",
        "Lifecycle Stage": "lifecycle", "Associated Company": "company", "Job Title": "job_title",
        "Street Address": "address.street", "City": "address.city", "Postal Code": "address.postcode",
        "State/Region": "address.region", "Country/Region": "address.country",
    }  # fmt: skip
    assert systems.recognised(HUBSPOT.split("|")) == "HubSpot"


def test_salesforce_contacts_are_matched(ada: Actor) -> None:
    found = matched(ada, SALESFORCE)
    assert found["Title"] == "job_title" and found["Account Name"] == "company"
    assert found["Mailing Street"] == "address.street" and found["Mailing Zip/Postal Code"] == "address.postcode"
    assert found["Mobile"] == "phones" and found["Contact ID"] == "external_id"
    assert found["Account ID"] == "company.external" and found["Birthdate"] == "birthday"
    assert systems.recognised(SALESFORCE.split("|")) == "Salesforce"


def test_pipedrive_people_are_matched(ada: Actor) -> None:
    found = matched(ada, PIPEDRIVE)
    assert found["Person - Name"] == "full_name" and found["Person - Organization"] == "company"
    assert found["Person - Email - Work"] == "email" and found["Person - Email - Home"] == "emails"
    assert found["Person - Phone - Work"] == "phone" and found["Person - Phone - Mobile"] == "phones"
    assert found["Person - Label"] == "tags" and found["Person - ID"] == "external_id"
    assert systems.recognised(PIPEDRIVE.split("|")) == "Pipedrive"


def test_google_contacts_are_matched(ada: Actor) -> None:
    found = matched(ada, GOOGLE)
    assert found["Organization Name"] == "company" and found["Organization Title"] == "job_title"
    assert found["E-mail 1 - Value"] == "email" and found["E-mail 2 - Value"] == "emails"
    assert found["Phone 1 - Value"] == "phone" and found["Phone 2 - Value"] == "phones"
    assert found["Labels"] == "tags" and found["Address 1 - Postal Code"] == "address.postcode"
    assert "E-mail 1 - Label" not in found and systems.recognised(GOOGLE.split("|")) == "Google Contacts"


def test_outlook_contacts_are_matched(ada: Actor) -> None:
    found = matched(ada, OUTLOOK)
    assert found["E-mail Address"] == "email" and found["E-mail 2 Address"] == "emails"
    assert found["Business Phone"] == "phone" and found["Mobile Phone"] == found["Home Phone"] == "phones"
    assert found["Business Street"] == "address.street" and found["Categories"] == "tags"
    assert systems.recognised(OUTLOOK.split("|")) == "Outlook"


@pytest.mark.parametrize(
    "header",
    [
        "First name|Surname|Email address|Telephone|Organisation|Town",
        "Vorname|Nachname|E-Mail-Adresse|Telefon|Firma|Ort",
        "Prénom|Nom|Adresse e-mail|Téléphone|Société|Ville",
        "Nombre|Apellidos|Correo electrónico|Teléfono|Empresa|Ciudad",
    ],
    ids=["en", "de", "fr", "es"],
)
def test_sheets_in_four_languages_are_matched(ada: Actor, header: str) -> None:
    found = matched(ada, header)
    assert list(found.values()) == ["first_name", "last_name", "email", "phone", "company", "address.city"]


@pytest.mark.parametrize(
    ("header", "keys"),
    [
        ("Firmenname|Webseite|Branche|PLZ|USt-IdNr.", ["name", "website", "industry", "address.postcode", "vat_id"]),
        ("Raison sociale|Site web|Secteur d'activité|Code postal|N° TVA",
         ["name", "website", "industry", "address.postcode", "vat_id"]),
        ("Razón social|Sitio web|Sector|Código postal|NIF",
         ["name", "website", "industry", "address.postcode", "vat_id"]),
        ("Company name|Company Domain Name|Number of Employees|Annual Revenue|Record ID",
         ["name", "domain", "size", "revenue", "external_id"]),
        ("Account Name|Billing Street|Billing City|Website|Account Owner",
         ["name", "address.street", "address.city", "website", "owner"]),
    ],
    ids=["de", "fr", "es", "hubspot", "salesforce"],
)  # fmt: skip
def test_companies_are_matched(ada: Actor, header: str, keys: list[str]) -> None:
    assert list(matched(ada, header, "company").values()) == keys


def test_a_column_without_any_value_is_not_proposed(ada: Actor) -> None:
    header = ["Business Street", "Home Street"]
    assert mapping.guess(ada, registry.get("person"), header) == {0: "address.street"}
    assert mapping.guess(ada, registry.get("person"), header, {0}) == {1: "address.street"}


def test_an_ordinary_sheet_is_of_no_system() -> None:
    assert systems.recognised(["Name", "E-mail", "Phone"]) == ""
