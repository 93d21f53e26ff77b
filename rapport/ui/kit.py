"""``/kit``: every component with its states on one page, in sample data. The page that tests photograph and check."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from markupsafe import Markup

from rapport.ui.rendering import render

PEOPLE = (
    ("Amélie Laurent", "AL", 1, "Hexa Logistics", "H", 10, "Customer", "green", 92, "amelie@hexalogistics.com"),
    ("Jonas Weber", "JW", 4, "Kranz Maschinenbau", "K", 5, "Opportunity", "violet", 74, "jonas@kranzmaschinenbau.de"),
    ("Sofia Papadopoulos", "SP", 2, "Olive & Stone", "O", 6, "Customer", "green", 88, "sofia@olivestone.com"),
    ("Marcus Oyelaran", "MO", 1, "Brightline Energy", "B", 1, "Lead", "blue", 41, "marcus@brightlineenergy.com"),
    ("Clara Bianchi", "CB", 2, "Casa Bianchi", "C", 6, "Subscriber", "grey", 22, "clara@casabianchi.com"),
)
SELECTED = (1, 3)
FORMATTED = Markup(
    "<p>Makes <strong>ovens</strong> for <em>bakeries</em>.</p><ul><li>Contact twice a year</li>"
    "<li>Prefers the phone</li></ul><blockquote>We bake, you ship.</blockquote>"
)
PERSON_KEYS = ("name", "initials", "hue", "company", "letter", "company_hue", "stage", "tone", "score", "email")


def kit(request: HttpRequest) -> HttpResponse:
    """The living inventory. A new component or state is shown here first."""
    return render(request, "kit.html", {"sample": sample()} | _frame(request))


def sample() -> dict[str, Any]:
    """The values the page shows; all invented."""
    return {
        "people": [dict(zip(PERSON_KEYS, row, strict=True)) for row in PEOPLE],
        "selected": SELECTED,
        "tones": [
            ("Customer", "green"),
            ("Opportunity", "violet"),
            ("Lead", "blue"),
            ("Subscriber", "grey"),
            ("Churned", "red"),
            ("At risk", "amber"),
            ("Partner", "teal"),
            ("Campaign", "pink"),
        ],
        "views": [
            {"label": "All", "url": "#all", "current": True},
            {"label": "Mine", "url": "#mine", "count": 12},
            {"label": "No activity 30 d", "url": "#quiet", "count": 126},
        ],
        "sections": [
            {"label": "Overview", "url": "#overview", "current": True},
            {"label": "E-mails", "url": "#e-mails"},
            {"label": "Files", "url": "#files"},
        ],
        "composer": [
            {"label": "Note", "panel": "kit-note", "icon": "sticky-note", "selected": True},
            {"label": "Call", "panel": "kit-call", "icon": "phone"},
        ],
        "formatted": FORMATTED,
        "changes": [("Job title", "Head of Operations", "COO"), ("Phone", "", "+33 1 84 88 20 14")],
    }


def _frame(request: HttpRequest) -> dict[str, Any]:
    """A sample frame, for where no context processor gives the true one."""
    if hasattr(request, "actor"):
        return {}
    home = {"label": _("Home"), "icon": "house", "url": "/", "key": "h"}
    people = {"label": _("People"), "icon": "users", "url": "/people", "key": "p", "count": "2,481"}
    companies = {"label": _("Companies"), "icon": "building-2", "url": "/companies", "key": "c"}
    inventory = {"label": _("Components"), "icon": "layers", "url": "/kit", "current": True}
    return {
        "shell": {
            "workspace": "Northwind Studio",
            "groups": [
                {"label": "", "items": [home]},
                {"label": _("Sales"), "items": [people, companies]},
                {"label": _("Build"), "items": [inventory]},
            ],
            "user": {"name": "Ines Moreau", "initials": "IM", "hue": 0},
            "can_settings": True,
            "bell": "3",
            "quick": [
                {"label": _("New person"), "icon": "user-plus", "url": "/people/new"},
                {"label": _("New company"), "icon": "building-2", "url": "/companies/new"},
            ],
        }
    }
