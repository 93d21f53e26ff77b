"""Addresses of signing in and out, the profile and the settings, and their places in the list of settings."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from rapport.core.audit.rights import may_audit
from rapport.ui.navigation import add_settings, administrators
from rapport.workspace.brand import brand_css
from rapport.workspace.screens import acts, audit, general, profile, roles, signing, teams, users

urlpatterns: list[URLPattern] = [
    path("brand.css", brand_css, name="brand"),
    path("sign-in", signing.sign_in, name="sign-in"),
    path("sign-in/<str:token>", signing.sign_in_by_link, name="sign-in-link"),
    path("sign-out", signing.sign_out, name="sign-out"),
    path("profile", profile.profile, name="profile"),
    path("profile/password", profile.password, name="password"),
    path("acts", acts.acts_screen, name="acts"),
    path("acts/<int:act_id>", acts.act_screen, name="act"),
    path("acts/<int:act_id>/undo", acts.undo_screen, name="undo"),
    path("settings", general.index, name="settings"),
    path("settings/general", general.general, name="settings-general"),
    path("settings/users", users.user_list, name="users"),
    path("settings/users/new", users.new_user, name="user-new"),
    path("settings/users/<int:user_id>", users.edit_user, name="user"),
    path("settings/users/<int:user_id>/switch", users.switch_user, name="user-switch"),
    path("settings/users/<int:user_id>/link", users.user_link, name="user-link"),
    path("settings/teams", teams.team_list, name="teams"),
    path("settings/teams/new", teams.new_team, name="team-new"),
    path("settings/teams/<int:team_id>", teams.edit_team, name="team"),
    path("settings/teams/<int:team_id>/remove", teams.remove_team, name="team-remove"),
    path("settings/roles", roles.role_list, name="roles"),
    path("settings/roles/new", roles.new_role, name="role-new"),
    path("settings/roles/<int:role_id>", roles.edit_role, name="role"),
    path("settings/roles/<int:role_id>/remove", roles.remove_role, name="role-remove"),
    path("settings/audit", audit.audit, name="audit"),
    path("settings/audit/export", audit.download, name="audit-export"),
    path("settings/audit/check", audit.check, name="audit-check"),
    path("settings/audit/replay", audit.replay, name="audit-replay"),
]

add_settings(_("You"), _("Profile"), "user-round", "/profile", order=10)
add_settings(_("You"), _("What I did"), "history", "/acts", order=20)
add_settings(_("Workspace"), _("General"), "building-2", "/settings/general", order=10, right=administrators)
add_settings(_("Workspace"), _("Users"), "users", "/settings/users", order=20, right=administrators)
add_settings(_("Workspace"), _("Teams"), "network", "/settings/teams", order=30, right=administrators)
add_settings(_("Workspace"), _("Roles"), "shield-check", "/settings/roles", order=40, right=administrators)
add_settings(_("Workspace"), _("Audit"), "history", "/settings/audit", order=90, right=may_audit)
