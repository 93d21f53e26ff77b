"""Settings: the pipelines that deals go, and the stages of each."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.core.errors import Conflict, Invalid
from rapport.sales.pipelines import actions, reading, shaping, stages
from rapport.sales.pipelines.actions import PipelineData
from rapport.sales.pipelines.models import OPEN, Pipeline, Stage
from rapport.sales.pipelines.reading import PipelineInfo
from rapport.sales.pipelines.stages import StageData
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import is_part
from rapport.workspace.screens.fields import STEPS, TONE_WORDS, for_shapers
from rapport.workspace.screens.frame import Errors, actor_of, problems

PLACE = "/settings/pipelines"
WRONG = -1  # what stands for a number that is none: out of every bounds


@for_shapers
@require_safe
def pipeline_page(request: HttpRequest, pipeline: str = "") -> HttpResponse:
    """The stages of one pipeline; the others as tabs, archived ones below."""
    pipelines = reading.current()
    shown = pipelines.by_key[shaping.pipeline_of(pipeline).key] if pipeline else pipelines.first
    context = {
        "shown": shown,
        "tabs": [
            {"label": one.name, "url": f"{PLACE}/{one.key}", "current": one.key == shown.key}
            for one in pipelines.living
        ],
        "open": [_line(shown, stage) for stage in shown.open],
        "ends": [_line(shown, stage) for stage in shown.living if stage.kind != OPEN],
        "archived": [stage for stage in shown.stages if stage.is_archived],
        "gone": [one for one in pipelines.every if one.is_archived],
        "order": pipelines.living,
    }  # fmt: skip
    return render(request, "pipelines/pipelines.html", context)


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def new_pipeline(request: HttpRequest) -> HttpResponse:
    """GET the form; POST makes a pipeline with the stages of the one named by ``like``."""
    actor = actor_of(request)
    if request.method != "POST":
        return _pipeline_form(request, None, PipelineData(""))
    data = _read_pipeline(request.POST)
    like = actions.get_pipeline(actor, request.POST.get("like", "") or reading.current().first.key)
    try:
        made = actions.create_pipeline(actor, data, actions.stages_of(like))
    except Invalid as refused:
        return _pipeline_form(request, None, data, problems(refused), status=refused.status)
    flash(request, _("The pipeline “%(name)s” is there. Now make its stages fit.") % {"name": made.name})
    return _done(request, made.key)


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def edit_pipeline(request: HttpRequest, pipeline: str) -> HttpResponse:
    """What a pipeline is called."""
    row = actions.get_pipeline(actor_of(request), pipeline)
    if request.method != "POST":
        return _pipeline_form(request, row, PipelineData(row.name, row.names))
    data = _read_pipeline(request.POST)
    try:
        actions.change_pipeline(actor_of(request), pipeline, data, seen=request.POST.get("seen", ""))
    except (Invalid, Conflict) as refused:
        return _pipeline_form(request, row, data, problems(refused), status=refused.status)
    flash(request, _("The pipeline “%(name)s” was saved.") % {"name": data.name})
    return _done(request, pipeline)


@for_shapers
@require_POST
def order_pipelines(request: HttpRequest) -> HttpResponse:
    """Moves a pipeline (``up``, ``down``) past its neighbour."""
    actions.reorder_pipelines(actor_of(request), _ordered(request.POST))
    moved = request.POST.get("up") or request.POST.get("down") or ""
    return _done(request, moved if moved in reading.current().by_key else "")


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def archive_pipeline(request: HttpRequest, pipeline: str) -> HttpResponse:
    """GET what it means; POST takes the pipeline away."""
    row = actions.get_pipeline(actor_of(request), pipeline)
    if request.method != "POST":
        context = {"row": row, "info": reading.current().by_key[row.key], "count": actions.open_deals(row.key)}
        return _part(request, "pipelines/pipeline_archive.html", context)
    try:
        actions.archive_pipeline(actor_of(request), pipeline)
    except Conflict as refused:
        flash(request, refused.message, tone="red")
        return _done(request, pipeline)
    flash(request, _("The pipeline “%(name)s” is archived. Its deals are kept.") % {"name": row.name})
    return _done(request)


@for_shapers
@require_POST
def bring_back_pipeline(request: HttpRequest, pipeline: str) -> HttpResponse:
    """Brings an archived pipeline back."""
    try:
        row = actions.bring_back_pipeline(actor_of(request), pipeline)
    except Invalid as refused:
        flash(request, refused.message, tone="red")
        return _done(request)
    flash(request, _("The pipeline “%(name)s” is back.") % {"name": row.name})
    return _done(request, row.key)


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def new_stage(request: HttpRequest, pipeline: str) -> HttpResponse:
    """GET the form; POST adds an open stage to a pipeline."""
    row = actions.get_pipeline(actor_of(request), pipeline)
    if request.method != "POST":
        return _stage_form(request, row, None, StageData("", tone="blue", probability=50))
    data = _read_stage(request.POST)
    try:
        made = stages.add_stage(actor_of(request), pipeline, data)
    except Invalid as refused:
        return _stage_form(request, row, None, data, problems(refused), status=refused.status)
    flash(request, _("The stage “%(name)s” is there.") % {"name": made.name})
    return _done(request, pipeline)


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def edit_stage(request: HttpRequest, stage: str) -> HttpResponse:
    """What a stage is called, how likely deals in it are won, and what it asks for."""
    row = stages.get_stage(actor_of(request), stage)
    if request.method != "POST":
        return _stage_form(request, row.pipeline, row, _data_of(row))
    data = _read_stage(request.POST)
    try:
        stages.change_stage(actor_of(request), stage, data, seen=request.POST.get("seen", ""))
    except (Invalid, Conflict) as refused:
        return _stage_form(request, row.pipeline, row, data, problems(refused), status=refused.status)
    flash(request, _("The stage “%(name)s” was saved.") % {"name": data.name})
    return _done(request, row.pipeline.key)


@for_shapers
@require_POST
def order_stages(request: HttpRequest, pipeline: str) -> HttpResponse:
    """Keeps the order of the open stages, or moves one (``up``, ``down``) past its neighbour."""
    stages.reorder_stages(actor_of(request), pipeline, _ordered(request.POST))
    return _done(request, pipeline)


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def archive_stage(request: HttpRequest, stage: str) -> HttpResponse:
    """GET asks where its deals shall go; POST takes the stage away and leads to the job that moves them, if any."""
    row = stages.get_stage(actor_of(request), stage)
    if request.method != "POST":
        return _archive_form(request, row)
    try:
        job = stages.archive_stage(actor_of(request), stage, into=request.POST.get("into", ""))
    except (Invalid, Conflict) as refused:
        return _archive_form(request, row, problems(refused), status=refused.status)
    flash(request, _("The stage “%(name)s” is archived.") % {"name": row.name})
    return _to(request, f"/jobs/{job.pk}") if job else _done(request, row.pipeline.key)


@for_shapers
@require_POST
def bring_back_stage(request: HttpRequest, stage: str) -> HttpResponse:
    """Brings an archived stage back."""
    row = stages.get_stage(actor_of(request), stage)
    try:
        stages.bring_back_stage(actor_of(request), stage)
    except Invalid as refused:
        flash(request, refused.message, tone="red")
    else:
        flash(request, _("The stage “%(name)s” is back.") % {"name": row.name})
    return _done(request, row.pipeline.key)


# -------------------------------------------------------------------- pieces
def _line(pipeline: PipelineInfo, stage: Any) -> dict[str, Any]:
    known, names = stages.requirable(), {one.key: one.name for one in pipeline.stages}
    return {
        "stage": stage,
        "required": [known[key].label for key in stage.required if key in known],
        "leads_to": [names[key] for key in stage.leads_to if key in names],
    }


def _pipeline_form(
    request: HttpRequest, row: Pipeline | None, data: PipelineData, errors: Errors | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "row": row,
        "values": data,
        "errors": errors or {},
        "seen": request.POST.get("seen", "") or (actions.state(row) if row else ""),
        "like": request.POST.get("like", ""),
        "others": [(one.key, one.name) for one in reading.current().living],
        "languages": settings.LANGUAGES,
    }
    return _part(request, "pipelines/pipeline.html", context, status=status)


def _stage_form(
    request: HttpRequest, home: Pipeline, row: Stage | None, data: StageData, errors: Errors | None = None,
    *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "home": home,
        "row": row,
        "is_open": row is None or row.kind == OPEN,
        "values": data,
        "wrong": WRONG,
        "errors": errors or {},
        "seen": request.POST.get("seen", "") or (stages.state(row) if row else ""),
        "tones": list(TONE_WORDS.items()),
        "fields": [(key, one.label) for key, one in stages.requirable().items()],
        "ways": [
            (one.key, one.name)
            for one in reading.current().by_key[home.key].living
            if row is None or one.key != row.key
        ],
        "languages": settings.LANGUAGES,
    }
    return _part(request, "pipelines/stage.html", context, status=status)


def _archive_form(request: HttpRequest, row: Stage, errors: Errors | None = None, *, status: int = 200) -> HttpResponse:
    pipelines = reading.current()
    own = [pipelines.by_key[row.pipeline.key], *(one for one in pipelines.living if one.key != row.pipeline.key)]
    targets = [
        (one.name, [(stage.key, stage.name) for stage in one.open if stage.key != row.key]) for one in own
    ]  # fmt: skip
    context = {
        "row": row,
        "has_deals": stages.holds_deals(row.key),
        "targets": [(name, inner) for name, inner in targets if inner],
        "into": request.POST.get("into", ""),
        "errors": errors or {},
    }
    return _part(request, "pipelines/stage_archive.html", context, status=status)


def _read_pipeline(form: QueryDict) -> PipelineData:
    return PipelineData(form.get("name", ""), _names(form))


def _read_stage(form: QueryDict) -> StageData:
    return StageData(
        form.get("name", ""),
        _names(form),
        _number(form.get("probability", "")),
        form.get("tone", ""),
        _number(form.get("target_days", "")),
        _number(form.get("rot_days", "")),
        form.get("exit_criteria", ""),
        form.getlist("required"),
        form.getlist("leads_to"),
    )


def _data_of(row: Stage) -> StageData:
    return StageData(
        row.name, row.names, row.probability, row.tone, row.target_days, row.rot_days, row.exit_criteria, row.required,
        row.leads_to, row.key, row.kind,
    )  # fmt: skip


def _names(form: QueryDict) -> dict[str, str]:
    return {code: form.get(f"name.{code}", "") for code, _language in settings.LANGUAGES}


def _number(text: str) -> int | None:
    """A whole number; None for nothing, ``WRONG`` for what is none."""
    bare = text.strip().removesuffix("%").strip()
    if not bare:
        return None
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 8 else WRONG


def _ordered(form: QueryDict) -> list[str]:
    """The keys of a form in their order, one of them moved past its neighbour where that is asked for."""
    keys = form.getlist("key")
    for name, step in STEPS.items():
        moved = form.get(name, "")
        if moved in keys:
            place = keys.index(moved)
            keys.insert(min(max(0, place + step), len(keys)), keys.pop(place))
    return keys


def _part(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, template, context, fragment="form" if is_part(request) else None, status=status)


def _done(request: HttpRequest, pipeline: str = "") -> HttpResponse:
    return _to(request, f"{PLACE}/{pipeline}" if pipeline else PLACE)


def _to(request: HttpRequest, url: str) -> HttpResponse:
    if is_part(request):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url, status=303)
