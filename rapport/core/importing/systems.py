"""Which system a file was exported from, told by the titles of its columns.

It names the source under which the file's own numbers are kept, so that a later export finds the same records.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.core.importing.targets import squeezed

_LEAST = 2  # telling titles that a file has at least


@dataclass(frozen=True)
class System:
    """A system by its name. ``telling``: titles that hardly any other system uses; ``starts``: how its titles begin."""

    name: str
    telling: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()


SYSTEMS = (
    System("HubSpot", ("Contact owner", "Company owner", "Lifecycle stage", "Lead status", "Associated company",
                       "Company domain name", "Create date", "Number of associated deals", "Last activity date",
                       "Original source", "Associated company IDs")),
    System("Salesforce", ("Account name", "Account owner", "Contact owner alias", "Owner alias", "Mailing street",
                          "Mailing city", "Mailing zip/postal code", "Mailing state/province", "Billing street",
                          "Billing zip/postal code", "Billing state/province", "Account ID", "Contact ID",
                          "Mailing postal code", "Billing postal code", "Reports to")),
    System("Pipedrive", starts=("Person - ", "Organization - ", "Person – ", "Organisation – ", "Deal - ")),
    System("Google Contacts", ("E-mail 1 - Value", "Phone 1 - Value", "Group membership", "E-mail 1 - Label",
                               "Phone 1 - Label", "Phonetic first name", "Organization name", "Organization 1 - Name",
                               "E-mail 1 - Type", "Name prefix", "File as")),
    System("Outlook", ("E-mail address", "E-mail 2 address", "E-mail 3 address", "Business phone", "Business street",
                       "Business postal code", "Business country/region", "Web page", "Given Yomi", "Surname Yomi",
                       "Company main phone", "Car phone", "E-Mail 2: Adresse", "Straße geschäftlich",
                       "Telefon geschäftlich")),
)  # fmt: skip


def recognised(header: Sequence[str]) -> str:
    """The name of the system, or "" where the titles do not tell."""
    names = {squeezed(title) for title in header} - {""}
    best, found = 0, ""
    for system in SYSTEMS:
        told = len(names & {squeezed(title) for title in system.telling})
        told += sum(title.strip().startswith(system.starts) for title in header) if system.starts else 0
        if told >= _LEAST and told > best:
            best, found = told, system.name
    return found
