"""What happens to the house itself, as the audit tells it."""

from django.utils.translation import gettext_lazy as _

from rapport.core.events.kinds import EventKind, declare

declare(
    EventKind("user.signed_in", _("signed in"), icon="key-round", tone="green"),
    EventKind("user.signed_out", _("signed out"), icon="key-round"),
    EventKind("user.sign_in_failed", _("failed to sign in"), icon="circle-x", tone="amber"),
    EventKind("user.sign_in_throttled", _("was kept out after too many tries"), icon="ban", tone="red"),
    EventKind("user.factor_failed", _("gave a wrong second factor"), icon="circle-x", tone="amber"),
    EventKind("user.factor_added", _("added a second factor"), icon="shield-check", tone="green"),
    EventKind("user.factor_removed", _("removed a second factor"), icon="shield-off", tone="amber"),
    EventKind("user.recovery_codes_made", _("made recovery codes"), icon="key-round", tone="amber"),
    EventKind("user.session_ended", _("ended sessions"), icon="log-out", tone="amber"),
    EventKind("user.confirmed", _("proved again who they are"), icon="key-round", privacy="none"),
    EventKind("user.reset_asked", _("asked for a new password"), icon="mail", tone="amber"),
    EventKind("user.email_asked", _("asked to change their e-mail"), icon="mail", tone="amber"),
    EventKind("user.email_changed", _("changed their e-mail"), icon="mail", tone="amber"),
    EventKind("user.invitation_used", _("accepted an invitation"), icon="user-round-check", tone="green"),
    EventKind("user.invitation_revoked", _("took an invitation back"), icon="user-round-x", tone="amber"),
    EventKind("user.provider_linked", _("signed in by the provider for the first time"), icon="link"),
    EventKind("workspace.sign_in_changed", _("changed how people sign in"), icon="shield-check", tone="amber"),
    EventKind("user.link_made", _("made a sign-in link"), icon="link", tone="amber"),
    EventKind("user.created", _("made an account"), icon="user-round", tone="green"),
    EventKind("user.changed", _("changed an account"), icon="user-round"),
    EventKind("user.switched_off", _("switched an account off"), icon="user-round-x", tone="red"),
    EventKind("user.switched_on", _("switched an account on"), icon="user-round-check", tone="green"),
    EventKind("user.password_set", _("set a password"), icon="key-round", tone="amber", privacy="none"),
    EventKind("user.profile_changed", _("changed the own profile"), icon="user-round"),
    EventKind("team.created", _("made a team"), icon="network", tone="green", privacy="business"),
    EventKind("team.changed", _("changed a team"), icon="network", privacy="business"),
    EventKind("team.removed", _("removed a team"), icon="network", tone="red", privacy="business"),
    EventKind("role.created", _("made a role"), icon="shield-check", tone="green", privacy="business"),
    EventKind("role.changed", _("changed a role"), icon="shield-check", tone="amber", privacy="business"),
    EventKind("role.removed", _("removed a role"), icon="shield-check", tone="red", privacy="business"),
    EventKind("workspace.changed", _("changed the settings"), icon="building-2", tone="amber", privacy="business"),
    EventKind("staff.began", _("opened a staff session"), icon="shield-check", tone="red", privacy="none"),
    EventKind("staff.ended", _("ended a staff session"), icon="shield-off", privacy="none"),
    EventKind("view_as.began", _("looked on as another user"), icon="eye", tone="amber", privacy="none"),
    EventKind("view_as.ended", _("no longer looks on as another user"), icon="eye-off", privacy="none"),
    EventKind("access.denied", _("was refused"), icon="ban", tone="red", privacy="none"),
    EventKind(
        "config.applied", _("applied a configuration"), icon="sliders-horizontal", tone="red", privacy="business"
    ),
    EventKind("export.made", _("exported records"), icon="download", tone="amber", privacy="none"),
    EventKind("export.everything", _("exported everything"), icon="download", tone="red", privacy="none"),
    EventKind("import.everything", _("imported an archive"), icon="upload", tone="red", privacy="none"),
    EventKind("import.made", _("imported a file"), icon="upload", tone="amber", privacy="none"),
    EventKind("audit.exported", _("exported the audit"), icon="download", tone="amber", privacy="none"),
    EventKind("audit.restored", _("put a backup back"), icon="database", tone="red", privacy="none"),
)
