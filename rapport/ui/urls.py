"""The addresses that every object has: those declared by their path, and at last those made at run time."""

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.ui.addressing import Kind, kinds, of
from rapport.ui.kit import kit
from rapport.ui.merging import screens as merging
from rapport.ui.screens import (
    arranging,
    boards,
    bulks,
    calendars,
    choosing,
    columns,
    composing,
    entries,
    figures,
    filter_tree,
    filters,
    following,
    forms,
    grouped,
    inplace,
    jobs,
    linked,
    list_heads,
    lists,
    peeking,
    records,
    seeing,
    segments,
    sharing,
    sums,
    tabs,
    timeline,
    under,
    views,
    walking,
)

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def addresses(spec: Kind) -> list[URLPattern]:
    """List, forms, record page and acts of one kind of object."""
    record = f"{spec.path}/<int:record_id>"
    entry = f"{record}/entries/<int:event_id>"
    return [
        path(spec.path, require_safe(of(spec, lists.list_screen)), name=f"{spec.key}-list"),
        path(f"{spec.path}/count", require_safe(of(spec, lists.count_screen)), name=f"{spec.key}-count"),
        path(f"{spec.path}/filter", require_safe(of(spec, filters.filter_screen)), name=f"{spec.key}-filter"),
        path(
            f"{spec.path}/filter/tree", require_safe(of(spec, filter_tree.tree_screen)), name=f"{spec.key}-filter-tree"
        ),
        path(f"{spec.path}/new", get_or_post(of(spec, forms.create_screen)), name=f"{spec.key}-new"),
        path(f"{spec.path}/conditions", require_POST(of(spec, under.conditions_screen)), name=f"{spec.key}-conditions"),
        path(f"{spec.path}/views", get_or_post(of(spec, views.views_screen)), name=f"{spec.key}-views"),
        path(f"{spec.path}/views/<int:view_id>", get_or_post(of(spec, views.view_screen)), name=f"{spec.key}-view"),
        path(
            f"{spec.path}/views/<int:view_id>/restore",
            require_POST(of(spec, views.restore_screen)),
            name=f"{spec.key}-view-restore",
        ),
        path(f"{spec.path}/views/counts", require_safe(of(spec, tabs.counts_screen)), name=f"{spec.key}-view-counts"),
        path(f"{spec.path}/views/find", require_safe(of(spec, tabs.find_screen)), name=f"{spec.key}-view-find"),
        path(f"{spec.path}/groups/more", require_safe(of(spec, grouped.more_screen)), name=f"{spec.key}-groups-more"),
        path(
            f"{spec.path}/groups/figures",
            require_safe(of(spec, figures.figures_screen)),
            name=f"{spec.key}-groups-figures",
        ),
        path(f"{spec.path}/columns", require_safe(of(spec, columns.columns_screen)), name=f"{spec.key}-columns"),
        path(f"{spec.path}/density", require_POST(of(spec, columns.density_screen)), name=f"{spec.key}-density"),
        path(f"{spec.path}/sorting", require_safe(of(spec, list_heads.sorting_screen)), name=f"{spec.key}-sorting"),
        path(f"{spec.path}/sums", require_safe(of(spec, sums.sums_screen)), name=f"{spec.key}-sums"),
        path(f"{spec.path}/sums/all", require_POST(of(spec, sums.count_all_screen)), name=f"{spec.key}-sums-all"),
        path(f"{spec.path}/sums/choose", require_safe(of(spec, sums.choose_screen)), name=f"{spec.key}-sums-choose"),
        path(f"{spec.path}/bulk", require_POST(of(spec, bulks.bulk_screen)), name=f"{spec.key}-bulk"),
        path(
            f"{spec.path}/arrange/<slug:part>",
            get_or_post(of(spec, arranging.arrange_screen)),
            name=f"{spec.key}-arrange",
        ),
        path(
            f"{spec.path}/arrange/<slug:part>/undo",
            require_POST(of(spec, arranging.undo_screen)),
            name=f"{spec.key}-arrange-undo",
        ),
        path(
            f"{spec.path}/columns/usual",
            require_POST(of(spec, columns.usual_screen)),
            name=f"{spec.key}-columns-usual",
        ),
        *_merging(spec),
        path(record, require_safe(of(spec, records.record_screen)), name=f"{spec.key}-record"),
        path(f"{record}/cell/<slug:key>", get_or_post(of(spec, inplace.cell_screen)), name=f"{spec.key}-cell"),
        path(f"{record}/card", get_or_post(of(spec, boards.card_screen)), name=f"{spec.key}-card"),
        path(f"{record}/day", get_or_post(of(spec, calendars.day_screen)), name=f"{spec.key}-day"),
        path(f"{record}/peek", require_safe(of(spec, peeking.peek_screen)), name=f"{spec.key}-peek"),
        path(f"{record}/next", require_safe(of(spec, walking.next_screen)), name=f"{spec.key}-next"),
        path(f"{record}/previous", require_safe(of(spec, walking.previous_screen)), name=f"{spec.key}-previous"),
        path(f"{record}/history", require_safe(of(spec, timeline.history_screen)), name=f"{spec.key}-history"),
        path(
            f"{record}/linked/<slug:kind>/<slug:key>",
            get_or_post(of(spec, linked.linked_screen)),
            name=f"{spec.key}-linked",
        ),
        path(f"{record}/draft/<slug:key>", require_POST(of(spec, composing.draft_screen)), name=f"{spec.key}-draft"),
        path(
            f"{record}/draft/<slug:key>/discard",
            require_POST(of(spec, composing.discard_screen)),
            name=f"{spec.key}-draft-discard",
        ),
        path(f"{record}/news", require_safe(of(spec, entries.news_screen)), name=f"{spec.key}-news"),
        path(entry, require_safe(of(spec, entries.entry_screen)), name=f"{spec.key}-entry"),
        path(f"{entry}/pin", require_POST(of(spec, entries.pin_screen)), name=f"{spec.key}-entry-pin"),
        path(f"{entry}/unpin", require_POST(of(spec, entries.unpin_screen)), name=f"{spec.key}-entry-unpin"),
        path(f"{entry}/trash", require_POST(of(spec, entries.trash_screen)), name=f"{spec.key}-entry-trash"),
        path(f"{record}/edit", get_or_post(of(spec, forms.edit_screen)), name=f"{spec.key}-edit"),
        path(f"{record}/fact/<slug:key>", get_or_post(of(spec, forms.fact_screen)), name=f"{spec.key}-fact"),
        path(f"{record}/share", get_or_post(of(spec, sharing.share_screen)), name=f"{spec.key}-share"),
        path(f"{record}/seen-by", require_safe(of(spec, seeing.seen_by_screen)), name=f"{spec.key}-seen-by"),
        path(f"{record}/follow", require_POST(of(spec, following.follow_screen)), name=f"{spec.key}-follow"),
        path(f"{record}/trash", require_POST(of(spec, records.trash_screen)), name=f"{spec.key}-trash"),
        path(f"{record}/restore", require_POST(of(spec, records.restore_screen)), name=f"{spec.key}-restore"),
    ]


def _merging(spec: Kind) -> list[URLPattern]:
    """What is about others has nobody to be merged with."""
    if spec.parents is not None:
        return []
    record = f"{spec.path}/<int:record_id>"
    return [
        path(f"{spec.path}/merge", get_or_post(of(spec, merging.merge_screen)), name=f"{spec.key}-merging"),
        path(f"{record}/merge", get_or_post(of(spec, merging.choose_screen)), name=f"{spec.key}-merge"),
    ]


urlpatterns = [
    path("r/<int:record_id>", require_safe(records.any_record), name="record"),
    path("choose/<slug:kind>", require_safe(choosing.suggestions_screen), name="choose"),
    path("segments/choose/<slug:kind>", require_safe(segments.choose_screen), name="segment-choose"),
    path("kit", require_safe(kit), name="kit"),
    path("jobs", require_safe(jobs.list_screen), name="jobs"),
    path("jobs/<int:job_id>", require_safe(jobs.job_screen), name="job"),
    path("jobs/<int:job_id>/cancel", require_POST(jobs.cancel_screen), name="job-cancel"),
    path("jobs/<int:job_id>/retry", require_POST(jobs.retry_screen), name="job-retry"),
    *(address for kind in kinds() for address in addresses(kind)),
]
