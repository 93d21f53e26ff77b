"""What happens to pipelines and their stages, as the audit tells it."""

from django.utils.translation import gettext_lazy as _

from rapport.core.events.kinds import EventKind, declare


def declare_events() -> None:
    """Adds them."""
    declare(
        EventKind("pipeline.created", _("made the pipeline “%(name)s”"), icon="plus", tone="green", privacy="business"),
        EventKind("pipeline.changed", _("changed the pipeline “%(name)s”"), icon="pencil", tone="amber",
                  privacy="business"),
        EventKind("pipeline.reordered", _("put pipelines in another order"), icon="list-ordered", privacy="business"),
        EventKind("pipeline.archived", _("archived the pipeline “%(name)s”"), icon="archive", tone="red",
                  privacy="business"),
        EventKind("pipeline.brought_back", _("brought back the pipeline “%(name)s”"), icon="archive-restore",
                  tone="green", privacy="business"),
        EventKind("stage.created", _("made the stage “%(name)s”"), icon="plus", tone="green", privacy="business"),
        EventKind("stage.changed", _("changed the stage “%(name)s”"), icon="pencil", tone="amber", privacy="business"),
        EventKind("stage.reordered", _("put stages of “%(name)s” in another order"), icon="list-ordered",
                  privacy="business"),
        EventKind("stage.archived", _("archived the stage “%(name)s”"), icon="archive", tone="red", privacy="business"),
        EventKind("stage.brought_back", _("brought back the stage “%(name)s”"), icon="archive-restore", tone="green",
                  privacy="business"),
    )  # fmt: skip
