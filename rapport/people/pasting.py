"""Bringing pasted people in: a small import, so they are matched, linked to companies, told line by line and undone
as one act, like those of a file.
"""

import csv
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.errors import Invalid
from rapport.core.importing import mapping, preparing, running, runs
from rapport.core.importing.models import ImportRun
from rapport.core.importing.targets import targets
from rapport.core.objects import registry
from rapport.lib.csv_safe import neutral_all
from rapport.people.pasted import MOST_PEOPLE, MOST_TEXT, Pasted

# What a person of a pasted text is made of: where each part goes when it is imported.
PLACES = {
    "first_name": "first_name", "last_name": "last_name", "email": "email", "phone": "phone", "mobile": "phones",
    "company": "company", "job_title": "job_title", "street": "address.street", "postcode": "address.postcode",
    "city": "address.city", "country": "address.country", "website": "company/website", "rest": "note",
}  # fmt: skip
PARTS = tuple(part.name for part in fields(Pasted))
_LEAST = 2  # columns by whose titles a text is known to be a table


def places(actor: Actor) -> dict[str, str]:
    """The labels of the parts that the actor may fill, by part."""
    known = targets(actor, registry.get("person"))
    labels = {part: known[key].label for part, key in PLACES.items() if key in known}
    return {**labels, "mobile": _("Mobile phone")} if "mobile" in labels else labels


def table_in(actor: Actor, text: str) -> bool:
    """Whether a text is a table with titles, or a vCard: that is brought in as a file is."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.strip().upper() == "BEGIN:VCARD":
        return True
    for delimiter in ("\t", ";", ","):
        cells = next(csv.reader([first[:5_000]], delimiter=delimiter), [])
        if len(cells) >= _LEAST and len(mapping.guess(actor, registry.get("person"), cells)) >= _LEAST:
            return True
    return False


def as_file(actor: Actor, text: str) -> ImportRun:
    """A draft of an import of the pasted table; Invalid with a sentence if it cannot be read."""
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(text.encode())
        copy.flush()
        return preparing.prepare_later(actor, registry.get("person"), Path(copy.name), _("Pasted text"))


def bring(actor: Actor, people: Sequence[Mapping[str, str]]) -> ImportRun:
    """Imports people whose parts are given as texts; those found by their e-mail are changed. Returns the import."""
    if not people:
        raise Invalid({"": [_("Choose at least one person.")]})
    if len(people) > MOST_PEOPLE:
        raise Invalid(
            {"": [_("At most %(most)s people at once. Import the others as a file.") % {"most": MOST_PEOPLE}]}
        )
    known = places(actor)
    used = [part for part in PARTS if part in known and any(one.get(part) for one in people)]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="") as copy:
        rows = csv.writer(copy)
        # One column more than people see: a table of one column would have no delimiter to be told by.
        rows.writerow([*(known[part] for part in used), "—"])
        for one in people:
            rows.writerow([*neutral_all([one.get(part, "")[:MOST_TEXT] for part in used]), ""])
        copy.flush()
        run = preparing.prepare(actor, registry.get("person"), Path(copy.name), _("Pasted text"))
    columns = {number: PLACES[part] for number, part in enumerate(used)}
    runs.choose(actor, run.pk, columns, "email" if "email" in used else "", mode="both")
    running.run(actor, run.pk)
    return runs.get_run(actor, run.pk)
