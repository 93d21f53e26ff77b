"""Addresses of the pipelines in the settings, and their place there."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from rapport.sales.pipelines import screens
from rapport.ui.navigation import add_settings, holders

urlpatterns = [
    path("settings/pipelines", screens.pipeline_page, name="pipelines"),
    path("settings/pipelines/new", screens.new_pipeline, name="pipeline-new"),
    path("settings/pipelines/order", screens.order_pipelines, name="pipelines-order"),
    path("settings/pipelines/<slug:pipeline>", screens.pipeline_page, name="pipeline"),
    path("settings/pipelines/<slug:pipeline>/edit", screens.edit_pipeline, name="pipeline-edit"),
    path("settings/pipelines/<slug:pipeline>/archive", screens.archive_pipeline, name="pipeline-archive"),
    path("settings/pipelines/<slug:pipeline>/back", screens.bring_back_pipeline, name="pipeline-back"),
    path("settings/pipelines/<slug:pipeline>/order", screens.order_stages, name="stages-order"),
    path("settings/pipelines/<slug:pipeline>/stages/new", screens.new_stage, name="stage-new"),
    path("settings/stages/<slug:stage>/edit", screens.edit_stage, name="stage"),
    path("settings/stages/<slug:stage>/archive", screens.archive_stage, name="stage-archive"),
    path("settings/stages/<slug:stage>/back", screens.bring_back_stage, name="stage-back"),
]

add_settings(_("Sales"), _("Pipelines"), "square-kanban", "/settings/pipelines", order=10, right=holders("shape"))
