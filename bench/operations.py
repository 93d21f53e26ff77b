"""What is measured, as data: addresses, forms and budgets."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from bench.custom import RARE

DATABASES = ("sqlite", "postgres")


@dataclass(frozen=True)
class Ids:
    """What one actor can ask for: records with a history, and places in the middle of their list."""

    records: tuple[int, ...]
    cursors: tuple[int, ...]


@dataclass(frozen=True)
class Operation:
    """One kind of request. ``path`` and ``form`` are given the ids and the number of the request.

    ``budget`` is in milliseconds of processor time, by database.
    """

    key: str
    path: Callable[[Ids, int], str]
    budget: dict[str, float]
    form: Callable[[int], dict[str, str]] | None = None
    status: tuple[int, ...] = field(default=(200,))


def _new_person(number: int) -> dict[str, str]:
    return {
        "first_name": "Bench",
        "last_name": f"Mark {number}",
        "email": f"bench.{number}@bench-mark.example",
        "phone": f"+49 30 23125 {number % 1000:03}",
        "job_title": "Buyer",
        "form_token": f"bench-{number:040}",
    }


# The city and industry occur often among the sample's; of a million people about 150 match.
_NARROWED = "/people?address.city=Berlin&company.industry=retail&created_at.within=90d"


def _narrowed(sort: str) -> Callable[[Ids, int], str]:
    return lambda _ids, _n: _NARROWED + sort


def _asking(path: str, term: str, sort: str = "") -> Callable[[Ids, int], str]:
    return lambda _ids, _n: f"{path}?q={quote(term)}{sort}"


# Few of a million, many, all of them (what every address of the sample ends in), digits, two letters, two words, none.
TERMS = ("eder", "mar", "example", "123", "li", "anna schmidt", "zzzqqq")

# 50 rows × 9 columns: the title and eight others, as the list of people has them from the start.
OPERATIONS = (
    Operation("list", lambda _ids, _n: "/people", {"sqlite": 12, "postgres": 18}),
    Operation("home", lambda _ids, _n: "/", {"sqlite": 25, "postgres": 25}),
    Operation(
        "deep page", lambda ids, n: f"/people?after={ids.cursors[n % len(ids.cursors)]}", {"sqlite": 12, "postgres": 18}
    ),
    Operation(
        "record", lambda ids, n: f"/people/{ids.records[n % len(ids.records)]}", {"sqlite": 15, "postgres": 22}
    ),
    Operation(
        "create", lambda _ids, _n: "/people/new", {"sqlite": 10, "postgres": 12}, form=_new_person,
        status=(200, 201, 204, 302, 303),
    ),
    Operation(
        "edit in a cell", lambda ids, n: f"/people/{ids.records[n % len(ids.records)]}/cell/job_title?in=",
        {"sqlite": 10, "postgres": 10}, form=lambda number: {"job_title": f"Buyer {number}"},
    ),
    Operation("board", lambda _ids, _n: "/people?show=board&by=lifecycle", {"sqlite": 35, "postgres": 45}),
    Operation(
        "board's figures", lambda _ids, _n: "/people/groups/figures?show=board&by=lifecycle",
        {"sqlite": 70, "postgres": 90},
    ),
    *(
        Operation(f"city, industry, new{name}", _narrowed(sort), {"sqlite": 20, "postgres": 30})
        for name, sort in (("", ""), (" by name", "&sort=title"), (" by two", "&sort=lifecycle,title"))
    ),
    *(Operation(f"search {term}", _asking("/people", term), {"sqlite": 15, "postgres": 25}) for term in TERMS),
    *(
        Operation(f"search {term} by name", _asking("/people", term, "&sort=title"), {"sqlite": 15, "postgres": 25})
        for term in TERMS
    ),
    *(Operation(f"palette {term}", _asking("/palette", term), {"sqlite": 25, "postgres": 35}) for term in TERMS),
)  # fmt: skip

# With thirty fields made at run time (bench/custom.py), six of them indexed; the others may take a second.
_INDEXED, _OTHER = {"sqlite": 20, "postgres": 20}, {"sqlite": 1000, "postgres": 1000}
OF_FIELDS = (
    Operation("indexed choice", lambda _ids, _n: "/people?c_tier=gold", _INDEXED),
    Operation("indexed date, by it", lambda _ids, _n: "/people?c_renewal.within=90d&sort=c_renewal", _INDEXED),
    Operation("by indexed number", lambda _ids, _n: "/people?sort=-c_score", _INDEXED),
    Operation("indexed number, by text", lambda _ids, _n: "/people?c_score.above=90000&sort=c_batch", _INDEXED),
    Operation("two indexed", lambda _ids, _n: "/people?c_tier=iron&c_score.below=500", _INDEXED),
    Operation("other choice", lambda _ids, _n: "/people?c_plain_2=gold", _OTHER),
    Operation("other text, rare", lambda _ids, _n: f"/people?c_plain_1={RARE}", _OTHER),
    Operation("other text, none", lambda _ids, _n: "/people?c_plain_1=nowhere", _OTHER),
    Operation("other number, none", lambda _ids, _n: "/people?c_plain_4.above=100001", _OTHER),
    Operation("by other number", lambda _ids, _n: "/people?sort=-c_plain_4", _OTHER),
    Operation("list of people with them", lambda _ids, _n: "/people", {"sqlite": 12, "postgres": 18}),
    Operation(
        "record with them",
        lambda ids, n: f"/people/{ids.records[n % len(ids.records)]}",
        {"sqlite": 15, "postgres": 22},
    ),
)
