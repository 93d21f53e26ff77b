"""Requests that nobody's browser would send, the same ones for the same seed, over every address there is."""
# ruff: noqa: E501 - tables of what is sent

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from django.urls import URLPattern, URLResolver, get_resolver

from rapport.core.objects import registry
from tests.security.payloads import FORM_PAYLOADS

METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "MKCOL")
NUMBERS = (
    "0", "-1", "1", "2", "٣", "²", "9" * 18, "9" * 19, "9" * 30, "9" * 5000, "1e5", "0x10", "1.5", "NaN", "-0", " 7 ",
    "9223372036854775807", "9223372036854775808", "2147483648", "18446744073709551616",
)  # fmt: skip
TEXTS = (
    "", " ", "\x00", "a\x00b", "%", "%s", "%(x)s", "\\", "'", '"', "' OR 1=1 --", "\ufeff", "🦄" * 50, "a" * 10_000,
    "\u0301" * 500, "me", "mine", "today", "1..5", "5..1", "..", "..9", "60d", "99999999999d", "0d", "-5y", "true", "null",
    "[]", "{}", "0000-00-00", "9999-12-31", "2026-02-30", "10000-01-01", "0001-01-01", "person", "company", "user:1",
    "team:²", "user:" + "9" * 30, "user:" + "9" * 5000, ",", ",,,", "a,b\\,c", "|", "title", "-title", "--title",
    "EUR", "1,000.50 EUR", "1" * 400, "trash", "restore", "tag", "mine", "out", "connected", "1:99 h", "99999999 h",
    "../../etc/passwd", "Europe", "utf-16", "\t", "/", "//evil.example", "/\\evil.example", "a@b.example", "a@" + "b" * 300,
    "é" * 300, "\ud7ff\ue000\uffff",
)  # fmt: skip
TREES = (
    "{", "[]", "1", '"x"', "null", '{"all": 1}', '{"any": []}', '{"all": []}', '{"field": "title"}', '{"field": 1}',
    '{"field": "owner", "operator": "any", "value": ["x"]}', '{"field": "first_name", "value": "\\u0000"}',
    '{"field": "first_name", "value": "\\ud800"}', '{"field": "owner__password", "value": "x"}', "[" * 2000, '{"all":[' * 50,
    '{"all":[' * 5000 + "]}" * 5000, json.dumps({"any": [{"field": "first_name", "value": "x"}] * 200}), "9" * 5000, "1e999",
    '{"all": [{"any": []}, {"all": []}], "field": "x"}',
)  # fmt: skip
NAMES = (
    "q", "sort", "after", "before", "where", "any.1.city", "any..", "any.1.", "trash", "in", "f", "o", "v", "was", "add",
    "format", "kind", "next", "only", "pane", "ids", "do", "tag", "all", "with", "end", "edit", "version", "form_token",
    "another", "body", "minutes", "direction", "outcome", "about", "name", "email", "password", "current", "again", "role",
    "team", "seen", "parent", "hue", "currency", "country", "unique_identities", "language", "time_zone", "theme", "active",
    "match", "column.0", "column.1", "encoding", "delimiter", "in.sort", "in.where", "in.q", "company_text", "v_text",
    "level.person.view", "rule.person.email", "levels", "owner__password", "pk", "id", "record_id", "live", "custom",
    "csrfmiddlewaretoken", "is_admin", "", "\x00", "a" * 300, "__proto__", "constructor", "shown", "peek", "columns",
)  # fmt: skip
CONTENT_TYPES = (
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "multipart/form-data; boundary=zq",
    "multipart/form-data", "multipart/form-data; boundary=" + "z" * 300, "multipart/mixed; boundary=zq", "application/json",
    "text/plain", "text/xml", "", "a", "application/x-www-form-urlencoded; charset=utf-7", "text/plain; charset=zlib",
    "text/plain; charset=undefined", "text/plain; charset=idna", "multipart/form-data; boundary=zq; charset=base64",
    "application/x-www-form-urlencoded; charset=\x00", "multipart/form-data; boundary=\xff",
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {}, {}, {}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_HX_REQUEST": "true", "HTTP_HX_BOOSTED": "true"},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://[", "HTTP_HX_TARGET": "\x00"},
    {"HTTP_ACCEPT": "application/json"}, {"HTTP_ACCEPT_LANGUAGE": "de;q=x," * 400}, {"HTTP_ACCEPT_LANGUAGE": "de"},
    {"HTTP_ACCEPT": "*/*;q=²"}, {"HTTP_HOST": "evil.example"}, {"HTTP_HOST": "a b"}, {"HTTP_HOST": ""},
    {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_FOR": "1.2.3.4, x", "HTTP_X_FORWARDED_PROTO": "https"},
    {"HTTP_REFERER": "javascript:alert(1)"}, {"HTTP_REFERER": "http://127.0.0.1:8000/\xff?%00"}, {"HTTP_REFERER": "http://["},
    {"HTTP_COOKIE": "rapport_session=\x00; theme=<script>; rapport_csrf=x"}, {"HTTP_COOKIE": "=;;==;\xff" * 50},
    {"HTTP_RANGE": "bytes=0-99999999999"}, {"HTTP_IF_MODIFIED_SINCE": "x", "HTTP_IF_NONE_MATCH": "*"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"}, {"CONTENT_LENGTH": "9" * 30}, {"CONTENT_LENGTH": "-1"},
    {"CONTENT_LENGTH": "x"}, {"CONTENT_LENGTH": "²"},
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """One request as it is sent. ``name`` is the name of the address it aims at, "" for one that does not exist."""

    method: str
    path: str
    name: str
    body: bytes = b""
    content_type: str = "application/x-www-form-urlencoded"
    headers: dict[str, str] = field(default_factory=dict)


def routes(patterns: "Sequence[URLPattern | URLResolver] | None" = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name and pattern (``people/<int:record_id>``) of every address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield pattern.name or "", route


class Fuzzer:
    """Makes requests. ``ids`` are numbers that exist; ``planted`` a text put into some of them, to be looked for."""

    def __init__(self, seed: int, ids: Sequence[int], planted: str) -> None:
        self._random = random.Random(seed)
        self._ids = [str(number) for number in ids]
        self._planted = planted
        self._routes = sorted(routes())
        fields = {field.key for spec in registry.every() for field in spec.all_fields}
        operators = {op.key for spec in registry.every() for field in spec.all_fields for op in field.operators}
        self._filters = [f"{key}{op}" for key in sorted(fields) for op in ("", *(f".{op}" for op in sorted(operators)))]
        self._fields = sorted(fields)
        self._kinds = [spec.key for spec in registry.every()]

    def requests(self, count: int) -> Iterator[Request]:
        """So many requests."""
        for _number in range(count):
            yield self._request()

    def _request(self) -> Request:
        pick = self._random.choice
        name, route = pick(self._routes)
        path = "/" + self._filled(route)
        if self._random.random() < 0.03:
            name, path = "", "/" + quote(pick((*TEXTS, *FORM_PAYLOADS)))[:3000]
        if self._random.random() < 0.6:
            path += "?" + self._pairs(self._random.randint(1, 6))
        method, headers = pick(METHODS), dict(pick(HEADERS))
        content_type = pick(CONTENT_TYPES)
        body = self._body(content_type) if method not in ("GET", "HEAD") else b""
        return Request(method, path, name, body, content_type, headers)

    def _filled(self, route: str) -> str:
        while "<" in route:
            start, end = route.index("<"), route.index(">") + 1
            kind = route[start + 1 : end].partition(":")[0]
            if kind == "int":
                filler = self._number()
            elif kind == "object":
                filler = self._random.choice(["ovens", "nothing", "c_ovens"])
            elif kind == "slug":
                filler = self._random.choice([*self._fields, *self._kinds, "x", "owner__password", "__class__"])
            else:
                filler = quote(
                    self._random.choice(("x", "a" * 43, "\x00", "é", self._planted.replace(" ", ""))), safe=""
                )
            route = route[:start] + filler + route[end:]
        return route

    def _number(self) -> str:
        if self._random.random() < 0.7:
            return self._random.choice(self._ids)
        return quote(self._random.choice(NUMBERS))

    def _value(self) -> str:
        kind = self._random.random()
        if kind < 0.2:
            return self._random.choice(self._ids)
        if kind < 0.35:
            return self._random.choice(NUMBERS)
        if kind < 0.7:
            return self._random.choice(TEXTS)
        if kind < 0.75:
            return self._random.choice(TREES)
        if kind < 0.8:
            return self._planted
        if kind < 0.85:
            return urlencode([(self._name(), self._random.choice(TEXTS)) for _number in range(3)])
        return self._random.choice(FORM_PAYLOADS)

    def _name(self) -> str:
        kind = self._random.random()
        if kind < 0.35:
            return self._random.choice(self._filters)
        if kind < 0.5:
            return self._random.choice(self._fields)
        if kind < 0.55:
            return self._random.choice(TEXTS)[:200]
        if kind < 0.6:
            return f"{self._random.choice(self._fields)}.{self._random.choice(self._filters)}"
        return self._random.choice(NAMES)

    def _pairs(self, count: int) -> str:
        pairs = []
        for _number in range(count):
            name = self._name()
            value = self._random.choice(TREES) if name == "where" and self._random.random() < 0.7 else self._value()
            pairs += [(name, value)] * self._random.choice((1, 1, 1, 1, 2))
        text = urlencode(pairs)[:60_000]
        if self._random.random() < 0.1:
            text = text.replace("%", self._random.choice(("%%", "%F", "%ff%fe", "&&;", "%u0041")), 3)
        return text

    def _body(self, content_type: str) -> bytes:
        kind = self._random.random()
        if "multipart" in content_type and kind < 0.8:
            return self._multipart()
        if "json" in content_type and kind < 0.8:
            value: Any = {self._name(): self._value() for _number in range(4)}
            return json.dumps(value).encode()
        if kind < 0.9:
            return self._pairs(self._random.randint(1, 12)).encode()
        return self._random.choice((b"", b"\x00" * 50, b"\xff\xfe" * 100, b"&" * 4000, b"a=" + b"%" * 4000, b"=" * 100))

    def _multipart(self) -> bytes:
        parts = []
        for _number in range(self._random.randint(1, 5)):
            name = self._name().encode("utf-8", "replace")[:200]
            file = self._random.choice((b"", b'; filename="x.csv"', b'; filename="../../x"', b"; filename*=utf-8''%00"))
            head = self._random.choice((b"", b"\r\nContent-Type: text/csv", b"\r\nContent-Transfer-Encoding: base64"))
            value = self._value().encode("utf-8", "replace")
            parts.append(
                b'--zq\r\nContent-Disposition: form-data; name="' + name + b'"' + file + head + b"\r\n\r\n" + value
            )
        whole = b"\r\n".join(parts) + b"\r\n--zq--\r\n"
        return whole if self._random.random() < 0.6 else whole[: self._random.randint(0, len(whole))]
