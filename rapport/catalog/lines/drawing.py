"""Lines as templates draw them: rows, sums, and what is to be said about them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.catalog.discounts.limits import RIGHT
from rapport.catalog.lines import values
from rapport.catalog.lines.values import DECLINED, WAITING, Line
from rapport.catalog.prices.finding import why_words
from rapport.core.access.levels import locale_of, readable_fields
from rapport.core.access.special import may_right
from rapport.core.access.visible import sees_all, visible_to
from rapport.core.fields.money import Amount
from rapport.core.money_rates.adding import all_rates
from rapport.core.objects import registry
from rapport.lib import reckoning
from rapport.lib.money import digits, format_amount
from rapport.lib.reckoning import MONTHLY, ONCE, YEARLY, Total


def rows(actor: Actor, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """What templates need of each line, in their order. One query where discounts were decided on."""
    language = locale_of(actor).language
    names = _names(lines)
    lists = lists_seen(actor, [line["why"]["list"] for line in lines if line["why"].get("list")])
    return [_row(line, place, len(lines), language, names, lists) for place, line in enumerate(lines)]


def sums(actor: Actor, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """What stands below: label, amount and look (whole, last, mut) of each. Empty without lines."""
    currency = values.currency_of(lines)
    if not currency:
        return []
    language, total = locale_of(actor).language, values.total(lines)

    def line(label: str, minor: int, look: str = "") -> dict[str, Any]:
        return {"label": label, "amount": format_amount(minor, currency, language), "look": look}

    found = [line(_("Discounts"), -total.discount)] if total.discount else []
    found.append(line(_("Net"), total.net, "whole"))
    found += _rhythms(total, line)
    for rate, tax in total.taxes.items():
        if rate or tax:
            found.append(line(_("Tax %(rate)s %%") % {"rate": _number(values.plain(rate), language)}, tax))
    found.append(line(_("Gross"), total.gross, "last"))
    if total.optional:
        found.append(line(_("Optional, not counted"), total.optional, "mut"))
    if sees_costs(actor) and any(one["cost"] is not None for one in lines):
        found.append(line(_margin_words(total, language), total.margin, "mut"))
    return found


def lists_seen(actor: Actor, titles: Collection[str]) -> set[str]:
    """Those titles of price lists that the actor may read. One query, none for who sees all lists."""
    spec = registry.get("price_list")
    if not titles or "name" not in readable_fields(actor, spec):
        return set()
    if sees_all(actor, spec):
        return set(titles)
    return set(visible_to(actor, spec).filter(title__in=set(titles)).values_list("title", flat=True))


def sees_costs(actor: Actor) -> bool:
    """Whether the actor may know what products cost the house itself."""
    return "cost" in readable_fields(actor, registry.get("product"))


def remarks(actor: Actor, lines: Sequence[Line]) -> dict[str, Any]:
    """What is said above the lines: a currency without rate, discounts that wait or were declined."""
    currency, state = values.currency_of(lines), values.state_of(lines)
    base = workspace.current().currency
    without = currency if currency and currency != base and currency not in all_rates() else ""
    waits = any(line["approval"] == WAITING for line in lines)
    return {
        "without_rate": without,
        "is_waiting": waits,
        "is_declined": state == DECLINED,
        "may_decide": waits and may_right(actor, RIGHT),
    }


def shown_amount(actor: Actor, amount: Amount) -> str:
    """An amount in the reader's way."""
    return format_amount(amount.minor, amount.currency, locale_of(actor).language)


def entered(minor: int | None, currency: str) -> str:
    """An amount as an input holds it: “12.50”; empty for none."""
    if minor is None:
        return ""
    places, number = digits(currency), str(abs(minor))
    number = number.rjust(places + 1, "0")
    plain = f"{number[:-places]}.{number[-places:]}" if places else number
    return f"-{plain}" if minor < 0 else plain


def _row(
    line: Line, place: int, count: int, language: str, names: Mapping[int, str], lists: Collection[str]
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "line": line,
        "id": line["id"],
        "place": place,
        "is_first": not place,
        "is_last": place == count - 1,
    }
    if line["heading"]:
        return row
    reckoned = reckoning.reckon(values.item(line))
    return {
        **row,
        "url": f"/products/{line['product']}" if line["product"] else "",
        "price": entered(line["price"], line["currency"]),
        "off": entered(line["off"] or None, line["currency"]),
        "cost": entered(line["cost"], line["currency"]),
        "discount": "" if line["discount"] == "0" else line["discount"],
        "net": format_amount(reckoned.net, line["currency"], language),
        "total": format_amount(reckoned.total, line["currency"], language) if line["periods"] > 1 else "",
        "each": format_amount(line["price"], line["currency"], language),
        "amount": " ".join(filter(None, (_number(line["quantity"], language), line["unit"]))),
        "rhythm": _rhythm_words(line),
        "why": _why(line["why"], lists),
        "approval": _approval_words(line, names, language),
    }


def _why(why: Mapping[str, Any], lists: Collection[str]) -> str:
    """Where the price comes from; of a list that the reader may not see only that it is one."""
    is_hidden = why.get("list") and why["list"] not in lists
    return str(registry.get("price_list").label) if is_hidden else why_words(why)


def _rhythm_words(line: Line) -> str:
    if line["recurring"] == MONTHLY:
        return ngettext("for %(num)s month", "for %(num)s months", line["periods"]) % {"num": line["periods"]}
    if line["recurring"] == YEARLY:
        return ngettext("for %(num)s year", "for %(num)s years", line["periods"]) % {"num": line["periods"]}
    return ""


def _approval_words(line: Line, names: Mapping[int, str], language: str) -> str:
    """“12 % below the usual price: waits for approval”, or who decided what and why."""
    said = line["approval_of"]
    if not line["approval"]:
        return ""
    percent, who = _number(str(said.get("percent", "")), language), names.get(said.get("decided_by", 0), _("Somebody"))
    if line["approval"] == WAITING and not percent:
        return _("Waits for approval")
    if line["approval"] == WAITING:
        return _("%(percent)s %% below the usual price: waits for approval") % {"percent": percent}
    if line["approval"] == DECLINED:
        return _("Discount declined by %(name)s: %(reason)s") % {"name": who, "reason": said.get("reason", "")}
    reason = said.get("reason", "")
    words = _("Discount approved by %(name)s") % {"name": who}
    return f"{words}: {reason}" if reason else words


def _names(lines: Sequence[Line]) -> dict[int, str]:
    ids = {line["approval_of"].get("decided_by") for line in lines} - {None}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _rhythms(total: Total, line: Any) -> list[dict[str, Any]]:
    """Once, every month and every year apart, where something comes again."""
    if not total.monthly and not total.yearly:
        return []
    labels = {ONCE: _("of it once"), MONTHLY: _("of it every month"), YEARLY: _("of it every year")}
    parts = {ONCE: total.once, MONTHLY: total.monthly, YEARLY: total.yearly}
    return [line(labels[key], minor, "mut") for key, minor in parts.items() if minor]


def _margin_words(total: Total, language: str) -> str:
    if not total.is_margin_whole:
        return _("Margin of what has a cost")
    if not total.net:
        return _("Margin")
    percent = f"{total.margin * 100 / total.net:.1f}"
    return _("Margin, %(percent)s %%") % {"percent": _number(percent, language)}


def _number(text: str, language: str) -> str:
    return text.replace(".", ",") if language == "de" else text
