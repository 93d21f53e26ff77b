"""Addresses of leads besides those that every object has, and their settings."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from rapport.sales.leads import routing_screens, score_screens, screens
from rapport.ui.navigation import add_settings, administrators

urlpatterns = [
    path("leads/paste", screens.paste, name="lead-paste"),
    path("leads/<int:record_id>/convert", screens.convert, name="lead-convert"),
    path("leads/<int:record_id>/disqualify", screens.disqualify, name="lead-disqualify"),
    path("leads/<int:record_id>/take", screens.take, name="lead-take"),
    path("settings/leads", score_screens.overview, name="lead-settings"),
    path("settings/leads/rules/new", score_screens.new_rule, name="lead-rule-new"),
    path("settings/leads/rules/<int:rule_id>", score_screens.edit_rule, name="lead-rule"),
    path("settings/lead-routing", routing_screens.overview, name="lead-routing"),
    path("settings/lead-routing/new", routing_screens.edit_route, name="lead-route-new"),
    path("settings/lead-routing/<int:route_id>", routing_screens.edit_route, name="lead-route"),
]

add_settings(_("Sales"), _("Leads"), "inbox", "/settings/leads", order=20, right=administrators)
add_settings(_("Sales"), _("Routing of leads"), "git-merge", "/settings/lead-routing", order=22, right=administrators)
