"""Addresses of signing in and out, the profile and the settings, and their places in the list of settings."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from rapport.core.audit.rights import may_audit
from rapport.ui.navigation import add_settings, administrators, holders
from rapport.workspace.brand import brand_css, logo
from rapport.workspace.screens import (
    acts,
    audit,
    conditions,
    confirm,
    converting,
    currencies,
    everything,
    fields,
    first_steps,
    formulas,
    general,
    links,
    look,
    notices,
    own_objects,
    profile,
    provider,
    roles,
    security,
    sessions,
    sign_in_rules,
    signing,
    staff,
    teams,
    users,
)

urlpatterns: list[URLPattern] = [
    path("brand.css", brand_css, name="brand"),
    path("logo", logo, name="logo"),
    path("sign-in", signing.sign_in, name="sign-in"),
    path("sign-in/passkey", signing.sign_in_by_passkey, name="sign-in-passkey"),
    path("sign-in/provider", provider.go, name="sign-in-provider"),
    path("sign-in/provider/done", provider.done, name="sign-in-provider-done"),
    path("sign-in/second", signing.second, name="sign-in-second"),
    path("sign-in/forgot", links.forgot, name="forgot"),
    path("sign-in/<str:token>", links.by_link, name="sign-in-link"),
    path("sign-out", signing.sign_out, name="sign-out"),
    path("profile", profile.profile, name="profile"),
    path("confirm", confirm.confirm, name="confirm"),
    path("profile/theme", look.theme, name="theme"),
    path("profile/email", profile.email, name="email"),
    path("profile/password", profile.password, name="password"),
    path("profile/security", security.security, name="security"),
    path("profile/security/app", security.app, name="security-app"),
    path("profile/security/app/remove", security.app_remove, name="security-app-remove"),
    path("profile/security/passkeys", security.passkey_add, name="passkey-add"),
    path("profile/security/passkeys/<int:passkey_id>", security.passkey_change, name="passkey"),
    path("profile/security/codes", security.codes_new, name="recovery-codes"),
    path("profile/sessions", sessions.sessions, name="sessions"),
    path("profile/sessions/end", sessions.end, name="session-end"),
    path("notifications/settings", notices.notice_settings, name="notice-settings"),
    path("acts", acts.acts_screen, name="acts"),
    path("acts/<int:act_id>", acts.act_screen, name="act"),
    path("acts/<int:act_id>/undo", acts.undo_screen, name="undo"),
    path("first-steps", first_steps.change, name="first-steps"),
    path("settings", general.index, name="settings"),
    path("settings/general", general.general, name="settings-general"),
    path("settings/everything", everything.everything, name="everything"),
    path("settings/everything/export", everything.everything_out, name="everything-out"),
    path("settings/everything/import", everything.everything_in, name="everything-in"),
    path("settings/everything/<int:run_id>/cancel", everything.everything_cancel, name="everything-cancel"),
    path("settings/currencies", currencies.currencies, name="settings-currencies"),
    path("settings/sign-in", sign_in_rules.sign_in_rules, name="settings-sign-in"),
    path("settings/users", users.user_list, name="users"),
    path("settings/users/new", users.new_user, name="user-new"),
    path("settings/users/<int:user_id>", users.edit_user, name="user"),
    path("settings/users/<int:user_id>/view-as", users.user_view_as, name="user-view-as"),
    path("view-as/end", users.view_as_end, name="view-as-end"),
    path("settings/users/<int:user_id>/switch", users.switch_user, name="user-switch"),
    path("settings/users/<int:user_id>/link", users.user_link, name="user-link"),
    path("settings/users/<int:user_id>/invitation", users.user_invitation, name="user-invitation"),
    path("settings/users/<int:user_id>/factors", users.user_factors, name="user-factors"),
    path("settings/users/<int:user_id>/sessions", users.user_sessions, name="user-sessions"),
    path("settings/teams", teams.team_list, name="teams"),
    path("settings/teams/new", teams.new_team, name="team-new"),
    path("settings/teams/<int:team_id>", teams.edit_team, name="team"),
    path("settings/teams/<int:team_id>/remove", teams.remove_team, name="team-remove"),
    path("settings/roles", roles.role_list, name="roles"),
    path("settings/roles/works-as", staff.works_as, name="works-as"),
    path("staff-session", staff.staff_session, name="staff-session"),
    path("staff-session/end", staff.staff_session_end, name="staff-session-end"),
    path("settings/roles/new", roles.new_role, name="role-new"),
    path("settings/roles/<int:role_id>", roles.edit_role, name="role"),
    path("settings/roles/<int:role_id>/remove", roles.remove_role, name="role-remove"),
    path("settings/objects", own_objects.object_list, name="objects"),
    path("settings/objects/new", own_objects.new_object, name="settings-object-new"),
    path("settings/objects/<int:object_id>/edit", own_objects.edit_object, name="settings-object"),
    path("settings/objects/<int:object_id>/archive", own_objects.archive_object, name="settings-object-archive"),
    path("settings/objects/<int:object_id>/back", own_objects.bring_back_object, name="settings-object-back"),
    path("settings/fields", fields.field_list, name="fields"),
    path("settings/fields/<slug:kind>", fields.field_list, name="fields-of"),
    path("settings/fields/<slug:kind>/new", fields.new_field, name="field-new"),
    path("settings/fields/<slug:kind>/formula", formulas.preview, name="formula-preview"),
    path("settings/fields/<slug:kind>/order", fields.order_fields, name="fields-order"),
    path("settings/fields/<int:field_id>/edit", fields.edit_field, name="field"),
    path("settings/fields/<int:field_id>/convert", converting.convert_field, name="field-convert"),
    path("settings/fields/<int:field_id>/take-back", converting.take_back, name="field-take-back"),
    path("settings/fields/<int:field_id>/conditions", conditions.field_conditions, name="field-conditions"),
    path("settings/fields/<int:field_id>/archive", fields.archive_field, name="field-archive"),
    path("settings/fields/<int:field_id>/back", fields.bring_back_field, name="field-back"),
    path("settings/audit", audit.audit, name="audit"),
    path("settings/audit/export", audit.download, name="audit-export"),
    path("settings/audit/check", audit.check, name="audit-check"),
    path("settings/audit/replay", audit.replay, name="audit-replay"),
]

add_settings(_("You"), _("Profile"), "user-round", "/profile", order=10)
add_settings(_("You"), _("Sign-in and security"), "shield-check", "/profile/security", order=12)
add_settings(_("You"), _("Sessions"), "monitor", "/profile/sessions", order=14)
add_settings(_("You"), _("Notifications"), "bell", "/notifications/settings", order=15)
add_settings(_("You"), _("What I did"), "history", "/acts", order=20)
add_settings(_("Workspace"), _("General"), "building-2", "/settings/general", order=10, right=administrators)
add_settings(_("Workspace"), _("Currencies"), "hash", "/settings/currencies", order=15, right=administrators)
add_settings(_("Workspace"), _("Users"), "users", "/settings/users", order=20, right=holders("users"))
add_settings(_("Workspace"), _("Teams"), "network", "/settings/teams", order=30, right=administrators)
add_settings(_("Workspace"), _("Roles"), "id-card", "/settings/roles", order=40, right=holders("users"))
add_settings(_("Workspace"), _("Signing in"), "log-in", "/settings/sign-in", order=50, right=administrators)
add_settings(_("Data"), _("Objects"), "box", "/settings/objects", order=15, right=holders("shape"))
add_settings(_("Data"), _("Fields"), "text-cursor-input", "/settings/fields", order=20, right=holders("shape"))
add_settings(_("Workspace"), _("Audit"), "history", "/settings/audit", order=90, right=may_audit)
