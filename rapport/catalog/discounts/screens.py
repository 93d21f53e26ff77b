"""Settings: how much discount the holders of each role may give by themselves."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.accounts.models import Role
from rapport.catalog.discounts.actions import set_limit
from rapport.catalog.discounts.limits import RIGHT
from rapport.catalog.discounts.models import DiscountLimit
from rapport.catalog.lines.values import plain
from rapport.core.access.special import demand_right
from rapport.core.errors import Invalid
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import actor_of

PAGE = "/settings/discounts"


@require_http_methods(["GET", "HEAD", "POST"])
def limits_screen(request: HttpRequest) -> HttpResponse:
    """Shows the limits of all roles; POST sets them, all or none."""
    actor = actor_of(request)
    demand_right(actor, "users")
    roles = list(Role.objects.all())
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        with transaction.atomic():
            for role in roles:
                if f"limit_{role.pk}" in request.POST:
                    try:
                        set_limit(actor, role, request.POST[f"limit_{role.pk}"])
                    except Invalid as refused:
                        errors |= refused.errors
            transaction.set_rollback(bool(errors))
        if not errors:
            flash(request, _("The limits were saved."))
            return HttpResponseRedirect(PAGE, status=303)
    limits = dict(DiscountLimit.objects.values_list("role_id", "percent"))
    rows = [
        {
            "name": f"limit_{role.pk}",
            "label": role.shown,
            "value": request.POST.get(f"limit_{role.pk}")
            if errors
            else plain(limits[role.pk])
            if role.pk in limits
            else "",
            "errors": errors.get(f"limit_{role.pk}", ()),
            "is_free": role.is_admin or RIGHT in role.rights,
        }
        for role in roles
    ]
    return render(request, "catalog/limits.html", {"rows": rows}, status=422 if errors else 200)
