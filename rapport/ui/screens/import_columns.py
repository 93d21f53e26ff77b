"""The second step of an import: which column goes where, what its values mean, and how the first rows are read."""

from collections.abc import Sequence
from typing import Any

from babel import Locale
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of
from rapport.core.errors import Invalid
from rapport.core.fields import Date, Phone
from rapport.core.importing import keeping, mapping, preparing, preview, proposing, runs, systems
from rapport.core.importing.looking import Facts, from_json
from rapport.core.importing.models import ImportRun
from rapport.core.importing.options import LEAVE_EMPTY, Options
from rapport.core.importing.targets import EXTERNAL_ID, Target, targets
from rapport.lib.table_kind import believed
from rapport.ui.rendering import flash, render
from rapport.ui.screens import jobs

SHOWN_PROBLEMS = 100
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso8859-15", "cp850", "mac-roman")
DELIMITERS = ((",", gettext_lazy("Comma")), (";", gettext_lazy("Semicolon")), ("\t", gettext_lazy("Tab")), ("|", "|"))
MODES = (
    ("both", gettext_lazy("Create new records and update those that are there")),
    ("create", gettext_lazy("Only create: leave records alone that are there")),
    ("update", gettext_lazy("Only update: make no new records")),
)
ORDERS = (
    ("dmy", gettext_lazy("Day first: 31/12/2026")),
    ("mdy", gettext_lazy("Month first: 12/31/2026")),
    ("serial", gettext_lazy("Days counted by a spreadsheet: 46387")),
)
KINDS = {"csv": "CSV", "xlsx": "XLSX", "ods": "ODS", "vcard": "vCard", "jsonl": "JSONL", "xls": "XLS"}


def show(request: HttpRequest, actor: Actor, run: ImportRun, fragment: str | None) -> HttpResponse:
    """The columns of a draft as they are settled so far."""
    columns = runs.columns_of(run)
    return render(request, "import/columns.html", _context(actor, run, columns, run.match, run.mode), fragment=fragment)


def change(request: HttpRequest, actor: Actor, run: ImportRun) -> HttpResponse:
    """Reads the file again, shows how it would be read, tries it or starts the import, as the button says."""
    here = HttpResponseRedirect(f"/import/{run.pk}")
    do = request.POST.get("do", "preview")
    columns: mapping.Columns = {}
    match, mode = request.POST.get("match", ""), request.POST.get("mode", "") or run.mode
    live = do == "preview" and bool(getattr(request, "htmx", None))
    try:
        if do == "reread":
            preparing.reread(actor, run.pk, encoding=_known_encoding(request), delimiter=_known_delimiter(request),
                             sheet=request.POST.get("sheet", ""))  # fmt: skip
            return here
        if do == "use":
            keeping.use(actor, run, _number(request.POST.get("kept", "")))
            return here
        if do == "forget":
            keeping.remove(actor, runs.spec_of(run), _number(request.POST.get("kept", "")))
            return here
        columns = _chosen(request, len(run.format["header"]))
        options = _options(actor, run, columns, request)
        if live:
            context = _context(actor, run, columns, match, mode, options)
            return render(request, "import/columns.html", context, fragment="live")
        runs.choose(actor, run.pk, columns, match, mode=mode, options=options)
        if do == "keep":
            name, shared = request.POST.get("kept_name", ""), bool(request.POST.get("kept_shared"))
            keeping.keep(actor, runs.get_draft(actor, run.pk), name, is_shared=shared)
            flash(request, _("The mapping is kept. It is proposed for the next file with these columns."))
        elif do == "start":
            runs.start(actor, run.pk)
        elif do == "check":
            runs.start_check(actor, run.pk)
    except Invalid as invalid:
        context = _context(actor, run, columns or runs.columns_of(run), match, mode)
        return render(request, "import/columns.html", {**context, "problem": invalid.message}, status=422)
    return here


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 18 else 0


def _chosen(request: HttpRequest, width: int) -> mapping.Columns:
    chosen = {number: request.POST.get(f"column.{number}", "") for number in range(width)}
    return {number: key for number, key in chosen.items() if key}


def _options(actor: Actor, run: ImportRun, columns: mapping.Columns, request: HttpRequest) -> Options:
    spec, facts = runs.spec_of(run), from_json(run.facts)
    known = targets(actor, spec)
    chosen = {number: known[key] for number, key in columns.items() if key in known}
    options = proposing.settled(chosen, request.POST, facts)
    return proposing.complete(options, chosen, facts, locale_of(actor))


def _known_encoding(request: HttpRequest) -> str:
    given = request.POST.get("encoding", "")
    return given if given in ENCODINGS else ""


def _known_delimiter(request: HttpRequest) -> str:
    given = request.POST.get("delimiter", "")
    return given if any(given == sign for sign, _name in DELIMITERS) else ""


def _context(
    actor: Actor, run: ImportRun, columns: mapping.Columns, match: str, mode: str, options: Options | None = None
) -> dict[str, Any]:
    """What the step shows, with what was just posted or what is settled so far."""
    spec, facts = runs.spec_of(run), from_json(run.facts)
    known = targets(actor, spec)
    chosen = {number: known[key] for number, key in columns.items() if key in known}
    settled = options or proposing.with_proposals(Options.of(run.options), chosen, facts)
    found = preview.raw_rows(run)
    heads = [header or _("Column %(number)s") % {"number": place + 1}
             for place, header in enumerate(run.format["header"])]  # fmt: skip
    report = run.job.result if run.job and run.job.kind == "import.check" and run.job.state == "done" else None
    return {
        "run": run,
        "spec": spec,
        "problem": "",
        "lie": _lie(run),
        "kept": [(str(one.pk), one.name) for one in keeping.known(actor, spec)],
        "kept_used": run.format.get("mapping", ""),
        "system": systems.recognised(run.format["header"]),
        "columns": [
            {"number": number, "header": header, "samples": _samples(found, number), "target": columns.get(number, "")}
            for number, header in enumerate(heads)
        ],
        "targets": [(target.key, target.label) for target in known.values()],
        "matches": list(mapping.matchable(actor, spec).items()),
        "match": match,
        "modes": MODES,
        "mode": mode,
        "options": settled,
        "asks_source": any(target.key == EXTERNAL_ID or target.part == "external" for target in chosen.values()),
        "phone_country": _country(actor) if any(isinstance(one.known, Phone) for one in chosen.values()) else "",
        "days": _days(chosen, facts, settled, found),
        "values": _values(chosen, facts, settled, heads),
        "preview": preview.preview(actor, run, chosen, settled, found),
        "orders": ORDERS,
        "preview_heads": [target.label for target in chosen.values()],
        "encodings": [(name, name.upper()) for name in ENCODINGS],
        "encoding": run.format["encoding"],
        "delimiters": DELIMITERS,
        "delimiter": run.format["delimiter"],
        "sheets": [(name, name) for name in run.format.get("sheets", ())],
        "header": heads,
        "sample": [([cell[:200] for cell in row.cells] + [""] * len(heads))[: len(heads)] for row in found],
        "job": run.job,
        "busy": bool(run.job and run.job.state in ("queued", "running")),
        "share": jobs.share_of(run.job) if run.job else None,
        "report": report,
        "trial_failed": runs.failed_rows(run, SHOWN_PROBLEMS, trial=True) if report else [],
        "trial_noted": runs.noted_rows(run, SHOWN_PROBLEMS, trial=True) if report else [],
    }


def _samples(found: Sequence[Any], number: int) -> list[str]:
    return [row.cells[number][:80] for row in found if number < len(row.cells) and row.cells[number].strip()][:3]


def _lie(run: ImportRun) -> str:
    """What the file is, where its name says something else."""
    said = believed(run.file_name)
    if not said or said == run.file_kind:
        return ""
    return _("“%(name)s” is called like a %(said)s file but is a %(type)s file. It was read as what it is.") % {
        "name": run.file_name, "said": KINDS[said], "type": KINDS[run.file_kind],
    }  # fmt: skip


def _country(actor: Actor) -> str:
    """The workspace's country in the reader's language."""
    code = locale_of(actor).country
    return str(Locale.parse(actor.language).territories.get(code, code))


def _days(
    chosen: dict[int, Target], facts: Sequence[Facts], options: Options, found: Sequence[Any]
) -> list[dict[str, Any]]:
    """The columns of days whose order matters."""
    shown = []
    for number, target in chosen.items():
        seen = facts[number] if number < len(facts) else Facts()
        order = options.orders.get(target.settled_as, "")
        if isinstance(target.known, Date) and (order or seen.either):
            asks = _asks(target.label, order, _either(seen, found, number)) if seen.is_ambiguous() else ""
            shown.append({"key": target.settled_as, "label": target.label, "order": order, "asks": asks})
    return shown


def _either(seen: Facts, found: Sequence[Any], number: int) -> str:
    """A day of the column that can be read in two ways, as it stands in the file; empty where none is at hand."""
    for text in (*seen.values, *_samples(found, number)):
        alone = Facts()
        alone.see(text)
        if alone.either:
            return text[:20]
    return ""


def _asks(label: str, order: str, example: str) -> str:
    """What is unclear about the days of a column, and how they are read unless somebody says otherwise."""
    if example:
        unclear = _("“%(label)s” has days such as %(example)s, and nothing in the file tells which is the month.")
    else:
        unclear = _("“%(label)s” has days that can be read in two ways: nothing in the file tells the month.")
    taken = {
        "dmy": _("They are read with the day first; change that below if it is wrong."),
        "mdy": _("They are read with the month first; change that below if it is wrong."),
    }
    return f"{unclear % {'label': label, 'example': example}} {taken.get(order, '')}".strip()


def _values(
    chosen: dict[int, Target], facts: Sequence[Facts], options: Options, heads: Sequence[str]
) -> list[dict[str, Any]]:
    """The columns of choices with texts that are no option."""
    shown = []
    for number, target in chosen.items():
        field, key = proposing.choice_of(target.known), target.settled_as
        if number >= len(facts) or field is None:
            continue
        unknown = proposing.unknown_values(field, facts[number])
        if not unknown and not facts[number].many:
            continue
        meant = options.values.get(key, {})
        shown.append(
            {
                "key": key,
                "label": target.label,
                "header": heads[number],
                "many": facts[number].many,
                "options": [(option, str(label)) for option, label in field.offered()],
                "rows": [(place, value, _meaning(meant.get(value.key, value.proposed)))
                         for place, value in enumerate(unknown)],
            }
        )  # fmt: skip
    return shown


def _meaning(key: str | None) -> str:
    """A meaning as the form writes it: ``-`` for no value, ``!`` for rows that fail."""
    if key is None:
        return "!"
    return "-" if key == LEAVE_EMPTY else key
