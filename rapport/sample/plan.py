"""What a sample holds, the same every time: companies with their people, and what happened with them.

Plans know no database. Times are relative to the day given, everything else follows from the number of people alone.
"""

import datetime
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rapport.core.fields.money import Amount
from rapport.lib.rich_text import from_plain
from rapport.lib.text import fold
from rapport.sample.names import OTHER_SCRIPTS, Culture
from rapport.sample.trade import Trade
from rapport.sample.trades import software

SEED = 20260401
YEARS_DAYS = 730  # customers came over this many days
ACTIVITY_DAYS = 120  # notes and calls lie in the last so many days
SMALL = 20_000  # from here on there are fewer notes and calls for each person
MAIL_DOMAINS = ("mail.example", "post.example", "inbox.example")  # of people without a company
OWNERS = 4  # how many users share the customers; the teams follow from the users


@dataclass(frozen=True)
class ActivityPlan:
    """A note or a call. ``kind`` is note or call; ``values`` are the fields of that object but ``about``."""

    kind: str
    at: datetime.datetime
    owner: int
    values: dict[str, Any]


@dataclass(frozen=True)
class PersonPlan:
    """A person: field values, the day she came, the number of her owner (None: nobody), what happened."""

    values: dict[str, Any]
    at: datetime.datetime
    owner: int | None
    activities: tuple[ActivityPlan, ...]


@dataclass(frozen=True)
class CompanyPlan:
    """A company and its people."""

    values: dict[str, Any]
    at: datetime.datetime
    owner: int | None
    people: list[PersonPlan] = field(default_factory=list)


def companies(
    people: int, today: datetime.date, trade: Trade = software.TRADE, language: str = "en"
) -> Iterator[CompanyPlan]:
    """The companies of a sample with ``people`` people in all, in the order in which they came.

    Somebody without a company comes as the only person of one without values.
    """
    maker = _Maker(people, today, trade, language)
    made = 0
    while made < people:
        if trade.private and maker.rng.random() * 100 < trade.private:
            yield maker.household(made)
            made += 1
            continue
        company = maker.company(made, min(1 + maker.rng.choice((1, 2, 2, 3, 3, 4, 4, 5, 6, 9)), people - made))
        made += len(company.people)
        yield company


class _Maker:
    def __init__(self, people: int, today: datetime.date, trade: Trade, language: str) -> None:
        self.trade, self.words = trade, trade.speaking(language)
        self.rng = random.Random(SEED)  # noqa: S311 - a sample must be the same every time, not hard to guess
        self.total, self.small = people, people < SMALL
        self.midnight = datetime.datetime.combine(today, datetime.time(), datetime.UTC)
        self.domains: set[str] = set()
        self.private: set[str] = set()  # parts before the @ of people without a company

    def company(self, made: int, size: int) -> CompanyPlan:
        rng = self.rng
        culture, came = self._beginning(made)
        segments = self.words.segments
        industry, words, _weight = rng.choices(segments, [weight for *_, weight in segments])[0]
        name = self._company_name(culture, words)
        domain = self._domain(name, culture)
        employees = self._pick(self.trade.sizes)
        lowest, highest = self.trade.revenue[employees]
        owner = rng.randrange(OWNERS) if rng.random() < 0.94 else None
        city, postcode = rng.choice(culture.cities)
        values: dict[str, Any] = {
            "name": name,
            "website": f"https://www.{domain}",
            "email": f"{'info' if culture.language != 'fr' else 'contact'}@{domain}",
            "phone": self._number(culture.phones),
            "industry": industry,
            "size": employees,
            "address": self._address(culture, city, postcode),
            "revenue": Amount(round(rng.uniform(lowest, highest)) * 1000 * 100, "EUR"),
            "domain": domain,
        }
        company = CompanyPlan(values, came, owner)
        used: set[str] = set()
        for _ in range(size):
            company.people.append(self._person(culture, company, used, domain, city))
        return company

    def household(self, made: int) -> CompanyPlan:
        """One person without a company."""
        culture, came = self._beginning(made)
        city, postcode = self.rng.choice(culture.cities)
        owner = self.rng.randrange(OWNERS) if self.rng.random() < 0.94 else None
        home = CompanyPlan({"address": self._address(culture, city, postcode)}, came, owner)
        person = self._person(culture, home, self.private, self.rng.choice(MAIL_DOMAINS), city)
        del person.values["job_title"]
        return CompanyPlan({}, came, owner, [person])

    def _beginning(self, made: int) -> tuple[Culture, datetime.datetime]:
        """Where the next customer lives, and when they came."""
        cultures = self.words.cultures
        culture = self.rng.choices(cultures, [culture.weight for culture in cultures])[0]
        days = YEARS_DAYS * (1 - made / self.total) + 1
        return culture, self.midnight - datetime.timedelta(days=days, minutes=-self._minute())

    def _person(self, culture: Culture, company: CompanyPlan, used: set[str], domain: str, city: str) -> PersonPlan:
        rng = self.rng
        last, first, local = self._name(culture)
        while local in used:
            local = f"{local.rstrip('0123456789')}{len(used) + 1}"
        used.add(local)
        since = (self.midnight - company.at).days
        came = company.at + datetime.timedelta(days=rng.random() * min(since - 1, 60) if since > 1 else 0)
        values: dict[str, Any] = {"first_name": first, "last_name": last}
        if rng.random() < 0.93:
            values["email"] = f"{local}@{domain}"
        if rng.random() < 0.58 or "email" not in values:
            values["phone"] = self._number(culture.mobiles if rng.random() < 0.5 else culture.phones)
        values["job_title"] = self._pick(self.words.job_titles)
        values["language"] = culture.language
        stage = self._pick(self.trade.lifecycles)
        if stage != "contact":  # what everybody is without further ado
            values["lifecycle"], values["lifecycle_reason"] = stage, self.words.reason
        values["source"] = self._pick(self.words.sources)
        if rng.random() < 0.35:
            values["address"] = dict(company.values["address"])
        if rng.random() < 0.06:
            values["about"] = from_plain(rng.choice(self.words.about))
        tags = sorted({tag for tag, weight in self.words.tags if rng.random() < weight / 100}, key=fold)
        if tags:
            values["tags"] = tags
        owner = company.owner if rng.random() < 0.9 else rng.randrange(OWNERS)
        return PersonPlan(values, came, owner, tuple(self._activities(came, owner, city)))

    def _activities(self, came: datetime.datetime, owner: int | None, city: str) -> Iterator[ActivityPlan]:
        rng = self.rng
        often = self.trade.often if self.small else (0, 0, 0, 0, 0, 0, 0, 1, 1, 1)
        for _ in range(rng.choice(often)):
            days = min(ACTIVITY_DAYS, (self.midnight - came).days)
            at = self.midnight - datetime.timedelta(days=rng.randrange(1, max(days, 1) + 1), minutes=-self._minute())
            seats = rng.choice((5, 8, 12, 15, 20, 25, 40, 60, 120))
            by = owner if owner is not None else rng.randrange(OWNERS)
            if rng.random() < self.trade.notes:
                body = rng.choice(self.words.notes).format(seats=seats, city=city)
                yield ActivityPlan("note", at, by, {"body": body})
            else:
                yield ActivityPlan("call", at, by, self._call(at, seats, city))

    def _call(self, at: datetime.datetime, seats: int, city: str) -> dict[str, Any]:
        outcome = self._pick(self.trade.outcomes)
        values: dict[str, Any] = {"direction": self._pick(self.trade.directions), "outcome": outcome, "happened_at": at}
        if outcome == "connected":
            values["duration"] = self.rng.randrange(40, 1900)
            values["body"] = self.rng.choice(self.words.calls).format(seats=seats, city=city)
        return values

    def _company_name(self, culture: Culture, words: Sequence[str]) -> str:
        rng = self.rng
        form = rng.choice(culture.forms).replace("_", " ")
        style = rng.random()
        family = rng.choice(culture.families).replace("_", " ")
        if style < 0.35:
            return f"{family} {rng.choice(words)} {form}"
        if style < 0.5:
            return f"{family} & {rng.choice(culture.families).replace('_', ' ')} {form}"
        if style < 0.7:
            return f"{rng.choice(words)} {rng.choice(culture.cities)[0]} {form}"
        return f"{rng.choice(self.words.stems)} {rng.choice(words)} {form}"

    def _domain(self, name: str, culture: Culture) -> str:
        """A name under ``.example``, where nobody can ever have a mail server."""
        core = name
        for form in culture.forms:
            core = core.removesuffix(form.replace("_", " "))
        stem = slug(core)
        domain, number = f"{stem}.example", 1
        while domain in self.domains:
            # At a million people a stem occurs a thousand times: a random number ends the search quickly.
            number = number + 1 if self.small else self.rng.randrange(10**7)
            domain = f"{stem}-{number}.example"
        self.domains.add(domain)
        return domain

    def _name(self, culture: Culture) -> tuple[str, str, str]:
        rng = self.rng
        if rng.random() < 0.015:
            last, first, local = rng.choice(OTHER_SCRIPTS)
            return last, first, local
        first = rng.choice(culture.women if rng.random() < 0.5 else culture.men).replace("_", " ")
        last = rng.choice(culture.families).replace("_", " ")
        return last, first, f"{slug(first)}.{slug(last)}"

    def _address(self, culture: Culture, city: str, postcode: str) -> dict[str, str]:
        street, number = self.rng.choice(culture.streets).replace("_", " "), self.rng.randrange(1, 140)
        first = culture.language in ("fr",) or culture.country == "United Kingdom"
        line = f"{number} {street}" if first else f"{street} {number}"
        return {"street": line, "postcode": postcode, "city": city, "country": culture.country}

    def _number(self, ranges: Sequence[tuple[str, int]]) -> str:
        start, digits = self.rng.choice(ranges)
        return f"{start}{self.rng.randrange(10**digits):0{digits}}"

    def _minute(self) -> int:
        """A minute of the working day (UTC)."""
        return self.rng.randrange(6 * 60 + 30, 16 * 60 + 30)

    def _pick(self, weighted: Sequence[tuple[str, int]]) -> str:
        return self.rng.choices([word for word, _ in weighted], [weight for _, weight in weighted])[0]


@lru_cache(maxsize=4096)
def slug(text: str) -> str:
    """Letters a to z, digits and single hyphens, as in an address: “Müller & Söhne” becomes “mueller-soehne”."""
    for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("ı", "i"), ("ł", "l"), ("ø", "o")):
        text = text.casefold().replace(letter, plain)
    kept = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in fold(text).replace("'", ""))
    return "-".join(kept.split()) or "company"
