"""The values that a formula reads, in SQL: the record's own, that behind a link, those of records that lead here.

Records in the trash do not count. Who may see the outcome is decided elsewhere (``sight``).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Case, F, Func, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.lookups import Exact

from rapport.core.fields import Choice, Link, Percent
from rapport.core.fields.json_key import JsonKey
from rapport.core.formulas.program import Source
from rapport.core.formulas.tree import Kind
from rapport.core.records.models import RecordLink
from rapport.lib.computing import FINEST

VALUE, CURRENCY = "value", "currency"
Inner = Callable[[str], Any]  # the SQL of a part of a value
_FUNCTIONS = {"sum": "SUM", "lowest": "MIN", "highest": "MAX"}


class Typed(Func):
    """A stored value in the form in which formulas compute, of one kind on both databases."""

    forms = {
        Kind.NUMBER: ("CAST({} AS double precision)", "CAST({} AS double precision)"),
        Kind.MONEY: ("CAST({} AS double precision)", "CAST({} AS double precision)"),
        Kind.TEXT: ("{}", "{}"),
        Kind.YES_NO: ("{}", "{}"),
        Kind.DATE: ("{}", "CAST({} AS date)"),
        Kind.MOMENT: ("DATETIME({})", "DATE_TRUNC('second', CAST({} AS timestamptz))"),
    }

    def __init__(self, value: Any, kind: Kind, times: str = "") -> None:
        super().__init__(value, output_field=models.TextField())
        self.kind, self.times = kind, times

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # type: ignore[override]
        sql, params = compiler.compile(self.source_expressions[0])
        form = self.forms[self.kind][connection.vendor == "postgresql"].format(sql)
        return f"({form}{self.times})", params


class There(Func):
    """The value, or the one that stands for none."""

    function = "COALESCE"


def read(source: Source, kind: Kind, part: str, inner: Inner | None) -> Any:
    """The SQL of a source's value, or of its currency. ``inner`` makes that of a formula of the other object."""
    if source.gathers == "count":
        return _counted(source)
    own = inner or partial(_own, source, kind)
    if source.gathers:
        value = _gathered(source, kind, part, own)
    else:
        value = _behind(source, own(part)) if source.target is not None else own(part)
    if part == CURRENCY or kind is Kind.TEXT:
        return There(value, Value(""), output_field=TextField())
    if kind is Kind.YES_NO:
        return There(value, Value(False), output_field=models.BooleanField())
    return value


def _own(source: Source, kind: Kind, part: str) -> Any:
    field = source.field
    assert field is not None  # noqa: S101 - only counting goes without
    sources = field.select()
    raw = sources[1] if part == CURRENCY else sources[0]
    value: Any = F(raw) if isinstance(raw, str) else raw
    if part == CURRENCY:
        return value
    if isinstance(field, Choice) and not source.is_stored and field.options:
        labels = [When(field.lookup("exact", option.key), then=Value(str(option.label))) for option in field.options]
        return Case(*labels, default=value, output_field=TextField())
    return Typed(value, kind, " / 100.0" if isinstance(field, Percent) else "")


def _behind(source: Source, value: Any) -> Any:
    link, target = source.link, source.target
    assert isinstance(link, Link) and target is not None  # noqa: S101 - the checker found both
    outer: Any = OuterRef(link.id_path)
    if link.custom:
        outer = JsonKey(link.key, link.json_kind)
        outer.column = OuterRef("custom")
    rows = target.model._default_manager.filter(Exact(F("pk"), outer), live=True)
    return Subquery(rows.order_by().annotate(looked=value).values("looked")[:1])


def _leading_here(source: Source) -> Any:
    link, target = source.link, source.target
    assert link is not None and target is not None  # noqa: S101 - the checker found both
    rows = target.model._default_manager.filter(live=True).order_by()
    if link.has_rows:
        links = RecordLink.objects.filter(field_key=link.key, to_record_id=OuterRef(OuterRef("pk")))
        return rows.filter(pk__in=links.values("from_record_id"))
    assert isinstance(link, Link)  # noqa: S101 - several links have rows
    return rows.filter(Q(**{link.id_path: OuterRef("pk")}))


def _counted(source: Source) -> Any:
    rows = _leading_here(source).annotate(found=Func(F("pk"), function="COUNT", output_field=models.IntegerField()))
    return Typed(Subquery(rows.values("found")), Kind.NUMBER)


def _gathered(source: Source, kind: Kind, part: str, own: Inner) -> Any:
    rows = _leading_here(source)
    if source.gathers == "latest":
        return Subquery(rows.order_by("-created_at", "-pk").annotate(looked=own(part)).values("looked")[:1])
    function = _FUNCTIONS[source.gathers]
    rows = rows.annotate(looked=own(VALUE))
    if kind is Kind.MONEY:
        rows = rows.annotate(currency=own(CURRENCY)).filter(looked__isnull=False)
        found: Any = Alike(F("looked"), F("currency"), function=function, part=part)
        return Subquery(rows.annotate(found=found).values("found"))
    output: Any = models.FloatField() if kind is Kind.NUMBER else TextField()
    rows = rows.annotate(found=Func(F("looked"), function=function, output_field=output))
    whole = Subquery(rows.values("found"))
    # Sums are made in any order, whence their last digits differ.
    return Fine(whole) if kind is Kind.NUMBER and function == "SUM" else whole


class Alike(Func):
    """What is gathered of amounts, where they are all of one currency; or that currency."""

    def __init__(self, minor: Any, currency: Any, *, function: str, part: str) -> None:
        super().__init__(minor, currency, output_field=TextField() if part == CURRENCY else models.FloatField())
        self.gathering, self.part = function, part

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # type: ignore[override]
        (minor, some), (currency, more) = (compiler.compile(one) for one in self.source_expressions)
        if self.part == CURRENCY:
            return f"MIN({currency})", list(more)
        sql = f"CASE WHEN MIN({currency}) = MAX({currency}) THEN {self.gathering}({minor}) END"
        return sql, [*more, *more, *some]


class Fine(Func):
    """A sum without the digits that depend on the order of its parts."""

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # type: ignore[override]
        sql, params = compiler.compile(self.source_expressions[0])
        if connection.vendor == "postgresql":
            return f"CAST(ROUND(CAST({sql} AS numeric), {FINEST}) AS double precision)", params
        return f"formula_round({sql}, {FINEST})", params
