"""Help at hand: the pages for people who use Rapport, readable in it, with the one that fits the page they are on."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.core.errors import NotFound
from rapport.ui.rendering import render
from rapport.web import help_reading as reading

# Beginnings of addresses and the page that speaks of what is there; the first that fits, and that there is, is taken.
FITTING = (
    ("/products", "products"), ("/price-lists", "products"), ("/prices", "products"),
    ("/settings/discounts", "products"),
    ("/settings/users", "rights"), ("/settings/teams", "rights"),
    ("/settings/roles", "rights"), ("/staff-session", "rights"),
    ("/settings/sample", "first-steps"), ("/settings/notifications", "notifications"),
    ("/settings/pipelines", "pipelines"), ("/settings/stages", "pipelines"),
    ("/settings/leads", "leads"), ("/settings/lead-routing", "leads"),
    ("/profile", "profile"), ("/settings", "settings"),
    ("/imports", "import"), ("/import", "import"), ("/exports", "export"),
    ("/people/views", "views-and-filters"), ("/companies/views", "views-and-filters"),
    ("/people", "people-and-companies"), ("/companies", "people-and-companies"), ("/duplicates", "duplicates"),
    ("/quality", "data-quality"), ("/segments", "segments"),
    ("/tasks", "tasks"), ("/deals", "deals"),
    ("/leads", "leads"),
    ("/calendar", "calendar"), ("/meetings", "calendar"), ("/notifications", "notifications"), ("/acts", "undo"),
    ("/", "first-steps"),
)  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET all pages; ``q`` finds some, ``on`` (an address of ours) leads to the one that fits it."""
    on, text = request.GET.get("on", ""), request.GET.get("q", "").strip()[:100]
    if on:
        return HttpResponseRedirect(f"/help/{fitting(on)}")
    language = _language()
    context = {
        "pages": reading.pages(language),
        "page": reading.page("index", language),
        "text": text,
        "found": reading.search(language, text) if text else None,
    }
    return render(request, "help.html", context)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """GET one page."""
    language = _language()
    shown = reading.page(slug, language)
    if shown is None:
        raise NotFound(_("There is no such page of help. All of them are under Help."))
    pages = reading.pages(language)
    at = next(number for number, one in enumerate(pages) if one.slug == slug)
    context = {
        "pages": pages,
        "page": shown,
        "before": pages[at - 1] if at else None,
        "after": pages[at + 1] if at + 1 < len(pages) else None,
        "text": "",
        "found": None,
    }
    return render(request, "help.html", context)


def fitting(address: str) -> str:
    """The name of the page of help for an address; the index where none fits."""
    there = {one.slug for one in reading.pages("en")}
    for start, slug in FITTING:
        if slug in there and (address == start or address.startswith(start.rstrip("/") + "/")):
            return slug
    return "index"


def _language() -> str:
    return (get_language() or "en").split("-")[0]


urlpatterns: list[URLPattern] = [path("help", index, name="help"), path("help/<slug:slug>", page, name="help-page")]
