"""What can be wrong with people and companies: the checks of the data that this room adds.

Whether mails come back, and whether somebody has agreed to them, is not known here: the room that sends them adds
those checks.
"""

import datetime
from collections.abc import Collection, Iterable, Sequence

from django.db.models import F, Func, Max, Min, Q
from django.utils.translation import gettext_lazy as _

from rapport.core.access.visible import unindexed
from rapport.core.quality.checks import Asked, Check, Elsewhere, Found, without_owner
from rapport.core.records.among import among
from rapport.lib.emails import check_email
from rapport.people.duplicates import queue
from rapport.people.duplicates.profiles import FREE_MAIL
from rapport.people.models import Identity, VatKey

STALE_MONTHS = 24
_FIRST_BIRTHDAY = datetime.date(1900, 1, 1)
# Endings that no domain has and fingers slip into, and slips in the names of the large providers.
_NO_ENDINGS = frozenset({
    "con", "cmo", "ocm", "vom", "cim", "xom", "comm", "coom", "nett", "ner", "dee", "ed", "orgg", "invalid", "local",
    "localhost",
})  # fmt: skip
_SLIPS = frozenset({
    "gmial.com", "gmai.com", "gmal.com", "gnail.com", "gamil.com", "gmaill.com", "gmail.co", "googlemail.de",
    "hotmial.com", "hotmal.com", "hotmai.com", "outlok.com", "outloo.com", "yaho.com", "yahooo.com", "t-onlin.de",
    "t-online.com", "tonline.de", "wed.de", "gmx.d", "gxm.de", "icloud.de", "iclod.com",
})  # fmt: skip


def _emails(asked: Asked) -> Iterable[Found]:
    rows = Identity.objects.filter(among("record_id", asked.ids), kind="email").order_by("record_id", "place")
    found: dict[int, Found] = {}
    for pk, place, value, norm in rows.values_list("record_id", "place", "value", "norm"):
        if why := _wrong_with(value, norm):
            found.setdefault(pk, Found(pk, "email", why) if place == 0 else Found(pk, "emails", f"one_{why}"))
    return [found[pk] for pk in _live(asked, found)]


def _wrong_with(value: str, norm: str) -> str:
    domain = norm.rpartition("@")[2]
    if domain in _SLIPS:
        return "slip"
    if domain.rpartition(".")[2] in _NO_ENDINGS:
        return "domain"
    try:
        check_email(value)
    except ValueError:
        return "syntax"
    return ""


def _phones(asked: Asked) -> Iterable[Found]:
    # What could be dialled from anywhere was given its country code when it was saved.
    rows = Identity.objects.filter(among("record_id", asked.ids), kind="phone").exclude(norm__startswith="+")
    places = dict(rows.order_by("-place").values_list("record_id", "place"))
    return [Found(pk, "phones", "one") if places[pk] else Found(pk, "phone") for pk in _live(asked, places)]


def _live(asked: Asked, ids: Collection[int]) -> list[int]:
    return asked.meeting(among("pk", ids)) if ids else []


def _unreachable(asked: Asked) -> Iterable[Found]:
    nothing = Q(email="", phone="", address_street="", address_city="")
    return [Found(pk, "email") for pk in asked.meeting(nothing)]


def _birthdays(asked: Asked) -> Iterable[Found]:
    late = asked.meeting(Q(birthday__gt=asked.today))
    early = asked.meeting(Q(birthday__lt=_FIRST_BIRTHDAY))
    return [*(Found(pk, "birthday", "late") for pk in late), *(Found(pk, "birthday", "early") for pk in early)]


def _stale(asked: Asked) -> Iterable[Found]:
    number = asked.today.year * 12 + asked.today.month - 1 - asked.months
    since = datetime.datetime(number // 12, number % 12 + 1, min(asked.today.day, 28), tzinfo=datetime.UTC)
    quiet = Q(last_activity_at__lt=since) | Q(last_activity_at=None, created_at__lt=since)
    return [Found(pk) for pk in asked.meeting(quiet)]


def _same_vat(asked: Asked) -> Iterable[Found]:
    return _shared(asked, "vat_id", VatKey("vat_id"))


def _same_domain(asked: Asked) -> Iterable[Found]:
    return _shared(asked, "domain", F("domain"), FREE_MAIL)


def _shared(asked: Asked, field: str, value: Func | F, besides: Iterable[str] = ()) -> Iterable[Found]:
    """Those that share a value with others, and these. Each names the first that has it, the first one the last."""
    own = dict(asked.rows.annotate(shared=value).exclude(shared="").values_list("pk", "shared"))
    wanted = {text for text in own.values() if text not in set(besides)}
    if not wanted:
        return []
    same = unindexed(asked.spec).annotate(shared=value).filter(among("shared", wanted)).order_by().values("shared")
    ends = same.annotate(first=Min("pk"), last=Max("pk")).filter(first__lt=F("last"))
    pairs: dict[str, tuple[int, int]] = {
        text: (first, last) for text, first, last in ends.values_list("shared", "first", "last")
    }
    found: dict[int, Found] = {}
    for pk, text in own.items():
        if text in pairs:
            first, last = pairs[text]
            for one in (pk, first, last):
                found[one] = Found(one, field, other_id=last if one == first else first)
    return found.values()


_CONTACT: Sequence[Check] = (
    Check(
        "email", _("Invalid e-mail"), "mail", _emails,
        {
            "syntax": _("“%(value)s” is no e-mail address."),
            "domain": _("“%(value)s” ends in a domain that does not exist."),
            "slip": _("The domain of “%(value)s” is likely a slip of the keys."),
            "one_syntax": _("One of these is no e-mail address: %(value)s."),
            "one_domain": _("One of these ends in a domain that does not exist: %(value)s."),
            "one_slip": _("The domain of one of these is likely a slip of the keys: %(value)s."),
        },
        ("email", "emails"),
    ),
    Check(
        "phone", _("Invalid phone"), "phone", _phones,
        {
            "": _("“%(value)s” cannot be dialled: too short, too long, or without a valid code."),
            "one": _("One of these cannot be dialled: %(value)s."),
        },
        ("phone", "phones"),
    ),
)  # fmt: skip
PERSON: Sequence[Check] = (
    Check(
        "unreachable", _("Nothing to reach them by"), "unlink", _unreachable,
        {"": _("No e-mail, no phone number and no address is known.")}, ("email", "phone", "address"),
    ),
    *_CONTACT,
    Check(
        "birthday", _("Impossible date"), "calendar", _birthdays,
        {
            "late": _("The birthday %(value)s is still to come."),
            "early": _("The birthday %(value)s is before 1900."),
        },
        ("birthday",),
    ),
    without_owner(),
    Check(
        "stale", _("Nothing happened for long"), "clock", _stale,
        {"": _("No activity for at least %(months)s months.")}, ("last_activity_at",), months=STALE_MONTHS,
    ),
)  # fmt: skip
COMPANY: Sequence[Check] = (
    Check(
        "vat", _("Same VAT number"), "hash", _same_vat,
        {"": _("“%(other)s” has the same VAT number."), "?": _("Another company has the same VAT number.")},
        ("vat_id",),
    ),
    Check(
        "domain", _("Same domain"), "globe", _same_domain,
        {"": _("“%(other)s” has the same domain."), "?": _("Another company has the same domain.")}, ("domain",),
    ),
    *_CONTACT,
    without_owner(),
)  # fmt: skip


def duplicates_of(kind: str) -> Elsewhere:
    """The queue of duplicates, beside the checks."""
    return Elsewhere(_("Duplicates"), "copy", f"/duplicates/{kind}", lambda actor: queue.count(actor, kind))
