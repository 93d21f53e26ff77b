"""Formulas in SQL: one expression for SQLite and PostgreSQL, with the meaning that ``evaluating`` gives them."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import models
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

from rapport.core.formulas.evaluating import Circumstances
from rapport.core.formulas.program import Node, Source, every
from rapport.core.formulas.reading import CURRENCY, VALUE, read
from rapport.core.formulas.tree import Kind
from rapport.lib.computing import CAPITALS, FINEST, SMALL
from rapport.lib.money import with_digits

Sql = tuple[str, tuple[Any, ...]]
_OUTPUT: dict[Kind, "models.Field[Any, Any]"] = {
    Kind.NUMBER: models.FloatField(), Kind.MONEY: models.FloatField(), Kind.TEXT: models.TextField(),
    Kind.YES_NO: models.BooleanField(), Kind.DATE: models.DateField(), Kind.MOMENT: models.DateTimeField(),
}  # fmt: skip
_EMPTY = {
    Kind.NUMBER: "CAST(NULL AS double precision)", Kind.MONEY: "CAST(NULL AS double precision)", Kind.TEXT: "''",
    Kind.YES_NO: "FALSE", Kind.DATE: "CAST(NULL AS date)", Kind.MOMENT: "CAST(NULL AS timestamptz)",
}  # fmt: skip
_HOLE = re.compile(r"\{(\d)\}")
_FINE = f"FLOOR({{}} * 1e{FINEST} + 0.5)"
_LOWER = f"TRANSLATE({{}}, '{CAPITALS}', '{SMALL}')"
_SPAN = "BETWEEN 0 AND 3652058"  # days from the first of the calendar to the last
# What both databases write alike, or the form of SQLite and that of PostgreSQL.
_TEMPLATES: dict[str, str | tuple[str, str]] = {
    "+": "({0} + {1})",
    "-": "({0} - {1})",
    "*": "({0} * {1})",
    "/": "({0} / NULLIF({1}, 0))",
    "%": "({0} - {1} * FLOOR({0} / NULLIF({1}, 0)))",
    "negative": "(- {0})",
    "abs": "ABS({0})",
    "and": "({0} AND {1})",
    "or": "({0} OR {1})",
    "not": "(NOT {0})",
    "formula": "{0}",
    "lower": ("formula_lower({0})", _LOWER.format("{0}")),
    "upper": ("formula_upper({0})", f"TRANSLATE({{0}}, '{SMALL}', '{CAPITALS}')"),
    "length": "CAST(LENGTH({0}) AS double precision)",
    "contains": (
        "(INSTR(formula_lower({0}), formula_lower({1})) > 0)",
        f"(STRPOS({_LOWER.format('{0}')}, {_LOWER.format('{1}')}) > 0)",
    ),
    "days_between": (
        "CAST(JULIANDAY({1}) - JULIANDAY({0}) AS double precision)",
        "CAST({1} - {0} AS double precision)",
    ),
    "add_days": (
        f"CASE WHEN JULIANDAY({{0}}) - 1721425.5 + FLOOR({{1}}) {_SPAN} THEN DATE(JULIANDAY({{0}}) + FLOOR({{1}})) END",
        f"CASE WHEN {{0}} - DATE '0001-01-01' + FLOOR({{1}}) {_SPAN} THEN {{0}} + CAST(FLOOR({{1}}) AS integer) END",
    ),
    "year": (
        "CAST(SUBSTR({0}, 1, 4) AS double precision)",
        "CAST(EXTRACT(YEAR FROM {0}) AS double precision)",
    ),
    "month": (
        "CAST(SUBSTR({0}, 6, 2) AS double precision)",
        "CAST(EXTRACT(MONTH FROM {0}) AS double precision)",
    ),
}
_ROUND = ("formula_round({0}, %d)", "CAST(ROUND(CAST({0} AS numeric), %d) AS double precision)")
_WRITTEN: dict[Kind, tuple[str, str]] = {
    Kind.NUMBER: (
        "COALESCE(formula_written({0}), '')",
        f"COALESCE(CAST(TRIM_SCALE(ROUND(CAST({{0}} AS numeric), {FINEST})) AS text), '')",
    ),
    Kind.DATE: ("COALESCE({0}, '')", "COALESCE(TO_CHAR({0}, 'YYYY-MM-DD'), '')"),
    Kind.TEXT: ("{0}", "{0}"),
}


class FormulaSql(Expression):
    """The value of a formula, for filter, sort and select; of money the minor units, or the ``currency``."""

    conditional = False  # else Django writes ``WHERE formula`` for “formula = true”

    def __init__(self, root: Node, at: Circumstances, part: str = VALUE) -> None:
        super().__init__(output_field=_OUTPUT[Kind.TEXT if part == CURRENCY else root.kind])
        self.root, self.at, self.part = root, at, part
        self.leaves: dict[tuple[Source, str], Any] = {}
        for node in every(root):
            if isinstance(node.value, Source):
                parts = (VALUE, CURRENCY) if node.kind is Kind.MONEY else (VALUE,)
                for one in parts:
                    self.leaves[node.value, one] = self._leaf(node, one)

    def _leaf(self, node: Node, part: str) -> Any:
        source: Source = node.value
        inner = partial(FormulaSql, source.inner.root, self.at) if source.inner else None
        return read(source, node.kind, part, inner)

    def get_source_expressions(self) -> list[Any]:
        return list(self.leaves.values())

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.leaves = dict(zip(self.leaves, exprs, strict=True))

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        leaves = {key: compiler.compile(leaf) for key, leaf in self.leaves.items()}
        sql, params = _Writer(connection.vendor == "postgresql", leaves, self.at).write(self.root, self.part)
        return f"({sql})", list(params)


class _Writer:
    def __init__(self, is_postgres: bool, leaves: dict[tuple[Source, str], Any], at: Circumstances) -> None:
        self.is_postgres, self.leaves, self.at = is_postgres, leaves, at

    def write(self, node: Node, part: str = VALUE) -> Sql:
        if part == CURRENCY:
            return self.currency(node)
        match node.name:
            case "source":
                sql, params = self.leaves[node.value, part]
                return sql, tuple(params)
            case "number" | "text" | "yes_no" | "money" | "date" | "today" | "now" | "nothing":
                return self.constant(node)
            case "if":
                return self.chosen(node, part)
            case "coalesce" | "concat" | "min" | "max" | "is_empty" | "currency" | "amount" | "day":
                return getattr(self, f"_{node.name}")(node)  # type: ignore[no-any-return]
            case "=" | "!=" | "<" | "<=" | ">" | ">=":
                return self.compared(node)
            case "round":
                return self.rounded(self.write(node.parts[0]), node.value)
            case "left" | "right":
                return self.cut(node)
        given = [self.write(one) for one in node.parts]
        if node.parts[0].kind is Kind.MONEY:
            return self.money(node, given)
        template = _TEMPLATES[node.name]
        return self.filled(template, *given)

    # ---------------------------------------------------------------- pieces
    def filled(self, template: str | tuple[str, str], *given: Sql) -> Sql:
        """A template with its holes filled; parameters in the order in which they stand there."""
        text = template if isinstance(template, str) else template[self.is_postgres]
        params: list[Any] = []

        def put(match: re.Match[str]) -> str:
            sql, values = given[int(match.group(1))]
            params.extend(values)
            return sql

        return _HOLE.sub(put, text), tuple(params)

    def constant(self, node: Node) -> Sql:
        match node.name:
            case "number":
                return f"CAST({node.value!r} AS double precision)", ()
            case "money":
                return f"CAST({node.value[0]!r} AS double precision)", ()
            case "yes_no":
                return ("TRUE" if node.value else "FALSE"), ()
            case "text":
                return "CAST(%s AS text)", (node.value,)
            case "date":
                return self.day(node.value)
            case "today":
                return self.day(self.at.today)
            case "nothing":
                return _EMPTY[node.kind], ()
        if self.is_postgres:
            return "CAST(%s AS timestamptz)", (self.at.now.isoformat(),)
        return "%s", (f"{self.at.now:%Y-%m-%d %H:%M:%S}",)

    def day(self, day: Any) -> Sql:
        return ("CAST(%s AS date)" if self.is_postgres else "%s"), (day.isoformat(),)

    def rounded(self, given: Sql, places: int) -> Sql:
        return self.filled(_ROUND[self.is_postgres] % places, given)

    def cut(self, node: Node) -> Sql:
        text, count = self.write(node.parts[0]), int(node.value)
        if node.name == "left":
            return self.filled(f"SUBSTR({{0}}, 1, {count})", text)
        last = f"CASE WHEN LENGTH({{0}}) > {count} THEN SUBSTR({{0}}, LENGTH({{0}}) - {count - 1}) ELSE {{0}} END"
        return self.filled(last if count else "SUBSTR({0}, 1, 0)", text)

    def chosen(self, node: Node, part: str) -> Sql:
        condition, *ways = node.parts
        values = [self.write(way, part) for way in ways]
        return self.filled("CASE WHEN {0} THEN {1} ELSE {2} END", self.write(condition), *values)

    def compared(self, node: Node) -> Sql:
        left, right = node.parts
        given = [self.write(left), self.write(right)]
        sign = "=" if node.name == "!=" else node.name
        template = f"{{0}} {sign} {{1}}"
        if left.kind is Kind.NUMBER:
            template = f"{_FINE.format('{0}')} {sign} {_FINE.format('{1}')}"
        elif left.kind is Kind.MONEY:
            template = f"({{0}} {sign} {{1}} AND {{2}} = {{3}})"
            given += [self.currency(left), self.currency(right)]
        whole = f"COALESCE({template}, FALSE)"
        return self.filled(f"(NOT {whole})" if node.name == "!=" else whole, *given)

    # ---------------------------------------------------------------- functions of any number of values
    def _coalesce(self, node: Node) -> Sql:
        given = [self.write(one) for one in node.parts]
        if node.kind is Kind.TEXT:
            given = [self.filled("NULLIF({0}, '')", one) for one in given] + [("''", ())]
        if node.kind is Kind.YES_NO:
            return given[0]
        return self.listed("COALESCE({})", given)

    def _concat(self, node: Node) -> Sql:
        parts = [self.filled(_WRITTEN[one.kind], self.write(one)) for one in node.parts]
        return self.listed("({})", parts, " || ")

    def _min(self, node: Node) -> Sql:
        return self.extreme(node, "MIN", "LEAST")

    def _max(self, node: Node) -> Sql:
        return self.extreme(node, "MAX", "GREATEST")

    def extreme(self, node: Node, gathered: str, least: str) -> Sql:
        """What is missing does not count. SQLite's own function of several values would give nothing then."""
        given = [self.write(one) for one in node.parts]
        if self.is_postgres:
            return self.listed(f"{least}({{}})", given)
        rows = [self.filled("SELECT {0} AS v", one) for one in given]
        return self.listed(f"(SELECT {gathered}(v) FROM ({{}}))", rows, " UNION ALL ")  # noqa: S608 - no value in it

    @staticmethod
    def listed(template: str, given: Sequence[Sql], between: str = ", ") -> Sql:
        params = tuple(value for _sql, values in given for value in values)
        return template.replace("{}", between.join(sql for sql, _values in given)), params

    def _is_empty(self, node: Node) -> Sql:
        (one,) = node.parts
        return self.filled("({0} = '')" if one.kind is Kind.TEXT else "({0} IS NULL)", self.write(one))

    def _day(self, node: Node) -> Sql:
        zone = ("%s", (self.at.time_zone,))
        return self.filled(
            ("formula_day({0}, {1})", "CAST({0} AT TIME ZONE {1} AS date)"), self.write(node.parts[0]), zone
        )

    # ---------------------------------------------------------------- money
    def money(self, node: Node, given: Sequence[Sql]) -> Sql:
        """Minor units. Two amounts meet only in one currency."""
        left, *others = node.parts
        if not others:
            return self.filled(_TEMPLATES[node.name], *given)
        if others[0].kind is Kind.MONEY:
            template = str(_TEMPLATES[node.name])
            both = (self.currency(left), self.currency(others[0]))
            return self.filled(f"CASE WHEN {{2}} = {{3}} THEN {template} END", *given, *both)
        return self.rounded(self.filled(_TEMPLATES[node.name], *given), 0)

    def currency(self, node: Node) -> Sql:
        """The currency of an amount that is there."""
        match node.name:
            case "source":
                sql, params = self.leaves[node.value, CURRENCY]
                return sql, tuple(params)
            case "money":
                return "CAST(%s AS text)", (node.value[1],)
            case "nothing":
                return "''", ()
            case "if":
                return self.chosen(node, CURRENCY)
            case "coalesce":
                whole = self.currency(node.parts[-1])
                for one in node.parts[-2::-1]:
                    there = "CASE WHEN {0} IS NOT NULL THEN {1} ELSE {2} END"
                    whole = self.filled(there, self.write(one), self.currency(one), whole)
                return whole
        return self.currency(node.parts[0])

    def _currency(self, node: Node) -> Sql:
        amount = self.write(node.parts[0])
        return self.filled("CASE WHEN {0} IS NULL THEN '' ELSE {1} END", amount, self.currency(node.parts[0]))

    def _amount(self, node: Node) -> Sql:
        (one,) = node.parts
        none, many = (f"{{1}} IN ({_quoted(with_digits(places))})" for places in (0, 3))
        by = f"CASE WHEN {none} THEN 1.0 WHEN {many} THEN 1000.0 ELSE 100.0 END"
        return self.filled(f"({{0}} / CAST({by} AS double precision))", self.write(one), self.currency(one))


def _quoted(codes: Sequence[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
