"""Where the catalogue stands in the frame, and what its objects show on each other's pages."""

from django.utils.translation import gettext_lazy as _

from rapport.catalog import panels
from rapport.core.notices import kinds
from rapport.core.notices.kinds import NoticeKind


def add_places() -> None:
    """Adds them."""
    panels.add_panels()
    kinds.register(
        NoticeKind(
            "discount_asked",
            _("Discounts to approve"),
            "circle-alert",
            sentence=_("%(name)s asks for a discount"),
            hint=_("Somebody gives more than they may; you decide."),
        ),
        NoticeKind(
            "discount_approved",
            _("Discounts you asked for: approved"),
            "circle-check",
            sentence=_("%(name)s approved the discount"),
        ),
        NoticeKind(
            "discount_declined",
            _("Discounts you asked for: declined"),
            "circle-x",
            sentence=_("%(name)s declined the discount"),
        ),
    )
