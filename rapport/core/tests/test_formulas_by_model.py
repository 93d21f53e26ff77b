"""Every formula means in the database what it means in Python, whatever stands in the fields that it reads."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.core.fields.money import Amount
from rapport.core.formulas.checking import check
from rapport.core.formulas.evaluating import Circumstances, evaluate, stored
from rapport.core.formulas.program import Source
from rapport.core.formulas.reading import CURRENCY
from rapport.core.formulas.sql import FormulaSql
from rapport.core.formulas.tree import FormulaError, Kind
from rapport.core.records.models import Record
from rapport.people.models import Company
from tests import house
from tests.fields import with_custom

pytestmark = pytest.mark.django_db
SPEC = with_custom(house.company())
MANY = settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
NOW = datetime.datetime(2026, 3, 29, 0, 30, tzinfo=datetime.UTC)  # clocks in Berlin go forward in half an hour
AT = Circumstances(NOW, "Europe/Berlin", "en")

WORDS = st.sampled_from(["", "a", "Ab", "Straße", "ÄÖ", "50 %", "'", '"', "{x}", "x" * 60])
NUMBERS = st.decimals(-(10**6), 10**6, places=4) | st.sampled_from([Decimal(0), Decimal("0.5"), Decimal("1.005")])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "c_integer": st.none() | st.integers(-9, 9) | st.integers(-(10**15), 10**15),
    "c_decimal": st.none() | NUMBERS.map(lambda n: n.quantize(Decimal("0.0001")) + 0),
    "c_percent": st.none() | st.integers(-20_000, 20_000).map(lambda n: Decimal(n).scaleb(-2) + 0),
    "c_money": st.none()
    | st.builds(Amount, st.integers(-(10**9), 10**9), st.sampled_from(["EUR", "USD", "JPY", "KWD"])),
    "revenue": st.none() | st.builds(Amount, st.integers(-300, 300), st.sampled_from(["EUR", "USD"])),
    "c_text": WORDS,
    "domain": WORDS,
    "c_choice": st.sampled_from(["", "a", "b", "c"]),
    "c_date": st.none() | st.dates(),
    "c_moment": st.none() | st.datetimes(timezones=st.just(datetime.UTC)).map(lambda at: at.replace(microsecond=0)),
    "c_yes": st.booleans(),
}
OF = {
    Kind.NUMBER: ["c_integer", "c_decimal", "c_percent"], Kind.MONEY: ["c_money", "revenue"],
    Kind.TEXT: ["c_text", "domain", "c_choice"], Kind.DATE: ["c_date"], Kind.MOMENT: ["c_moment", "now()"],
    Kind.YES_NO: ["c_yes", "true", "false"],
}  # fmt: skip
LEAVES: dict[Kind, st.SearchStrategy[str]] = {kind: st.sampled_from(keys) for kind, keys in OF.items()}
LEAVES[Kind.NUMBER] |= st.sampled_from(["0", "1", "0.1", "0.2", "3", "1000000", "7.25"])
LEAVES[Kind.MONEY] |= st.sampled_from(["10 EUR", "0.5 USD", "3 JPY"])
LEAVES[Kind.TEXT] |= st.sampled_from(['"a"', '""', '"ß, “x”"', '" "'])
LEAVES[Kind.DATE] |= st.sampled_from(["today()", 'date("2024-02-29")', 'date("0001-01-01")'])
# What gives a kind, with a hole for each value: N number, M money, T text, D day, A moment, Y yes or no.
SHAPES = {
    Kind.NUMBER: ["(N + N)", "(N - N)", "(N * N)", "(N / N)", "(N % N)", "(-N)", "abs(N)", "round(N)", "round(N, 2)",
                  "min(N, N, N)", "max(N, N)", "length(T)", "days_between(D, D)", "days_between(A, D)", "year(D)",
                  "month(D)", "(M / M)", "amount(M)", "if(Y, N, N)", "if(Y, N)", "coalesce(N, N)"],
    Kind.MONEY: ["(M + M)", "(M - M)", "(M * N)", "(N * M)", "(M / N)", "abs(M)", "(-M)", "if(Y, M, M)", "if(Y, M)",
                 "coalesce(M, M)"],
    Kind.TEXT: ["(T & T)", "(T & N)", "(T & D)", "concat(T, N, A)", "lower(T)", "upper(T)", "left(T, 3)", "right(T, 2)",
                "right(T, 0)", "if(Y, T, T)", "if(Y, T)", "coalesce(T, T)", "currency(M)"],
    Kind.DATE: ["add_days(D, N)", "add_days(A, 3)", "day(A)", "min(D, D)", "max(D, A)", "if(Y, D, D)", "if(Y, D)",
                "coalesce(D, A)"],
    Kind.MOMENT: ["if(Y, A, A)", "coalesce(A, A)", "min(A, A)", "if(Y, A)"],
    Kind.YES_NO: ["(N = N)", "(N != N)", "(N < N)", "(N >= N)", "(M = M)", "(M > M)", "(M != M)", "(T = T)", "(T != T)",
                  "(D = D)", "(D < A)", "(A >= A)", "(Y and Y)", "(Y or Y)", "not Y", "(Y = Y)", "contains(T, T)",
                  "is_empty(N)", "is_empty(M)", "is_empty(T)", "is_empty(D)", "if(Y, Y, Y)", "if(Y, Y)",
                  '(c_choice = "Bean")'],
}  # fmt: skip
HOLES = {"N": Kind.NUMBER, "M": Kind.MONEY, "T": Kind.TEXT, "D": Kind.DATE, "A": Kind.MOMENT, "Y": Kind.YES_NO}


@st.composite
def formulas(draw: Any, kind: Kind, depth: int = 3) -> str:
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return str(draw(LEAVES[kind]))
    shape = draw(st.sampled_from(SHAPES[kind]))
    parts = [draw(formulas(HOLES[sign], depth - 1)) if sign in HOLES else sign for sign in shape]
    return "".join(parts)


def fill(rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    Company.objects.all().delete()
    records = Record.objects.bulk_create(Record(kind="company") for _row in rows)
    made = []
    for record, row in zip(records, rows, strict=True):
        company = Company(record=record, title="x", title_key="x", created_at=NOW, updated_at=NOW)
        for key, value in row.items():
            SPEC.by_key[key].set(company, value)
        made.append(company)
    Company.objects.bulk_create(made)
    return {company.pk: row for company, row in zip(made, rows, strict=True)}


@MANY
@given(data=st.data())
@pytest.mark.parametrize("kind", list(Kind))
def test_it_works(kind: Kind, data: st.DataObject) -> None:
    text = data.draw(formulas(kind), label="formula")
    try:
        root = check(text, SPEC).root
    except FormulaError as error:
        assert "too often" in str(error) or "is not one of" in str(error), text
        return
    assert root.kind is kind
    rows = fill(data.draw(st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=3), label="rows"))
    selects = [FormulaSql(root, AT), *([FormulaSql(root, AT, CURRENCY)] if kind is Kind.MONEY else [])]
    for pk, *found in Company.objects.values_list("pk", *selects):

        def read(source: Source, row: dict[str, Any] = rows[pk]) -> Any:
            assert source.field is not None
            return stored(source, row[source.field.key])

        value: Any = found[0]
        if kind is Kind.MONEY:
            value = None if value is None else (value, found[1])
        expected = evaluate(root, read, AT)
        assert value == expected, text
