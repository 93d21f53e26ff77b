"""Who follows a record, as something to filter by. It is no value of the record: everybody has their own answer."""

from dataclasses import dataclass
from typing import ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from rapport.core.access import conditions
from rapport.core.fields.base import Field, Locale
from rapport.core.fields.operators import Operator
from rapport.core.notices.models import Follow

ME = "me"
BY = Operator("is", pgettext_lazy("followed", "by"))
NOT_BY = Operator("not", pgettext_lazy("followed", "not by"))


@dataclass(frozen=True, eq=False)
class Followed(Field):
    """``followed=me``: what the reader follows; ``followed.not=me``: all else. The only value is :data:`ME`."""

    type: ClassVar[str] = "followed"
    control: ClassVar[str] = "none"
    operators: ClassVar[tuple[Operator, ...]] = (BY, NOT_BY)

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        if value.strip() != ME:
            raise ValueError(_("only “me” can be asked for here."))
        mine = Follow.objects.filter(user_id=locale.user_id or 0, is_on=True)
        found = Q(pk__in=mine.values("record_id"))
        return found if operator is BY else ~found

    def named(self, operator: Operator, value: str, locale: Locale, most: int) -> list[int] | None:
        if operator is not BY:
            return None
        mine = Follow.objects.filter(user_id=locale.user_id or 0, is_on=True).values_list("record_id", flat=True)
        ids = list(mine[: most + 1])
        return ids if len(ids) <= most else None

    def operand_words(self, operator: Operator, value: str, locale: Locale) -> str:
        return pgettext("followed by", "me")


FOLLOWED = Followed("followed", gettext_lazy("Followed"), read_only=True, privacy="none")
conditions.add_beside(FOLLOWED)
