"""From a template and its values to an answer: whole page, one named block, and the toast that goes with it."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.template import engines
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi
from jinja2 import Environment
from jinja2_fragments import render_block

from rapport.lib.text import harmless

THEMES = ("light", "dark")
THEME_COOKIE = "theme"
FOLDED_COOKIE = "folded"  # what is folded away on the page, as frame.js keeps it
FOLDED = ("side", "related", "open")
FLASH_KEY = "flash"


def template_environment() -> Environment:
    """The one Jinja2 environment of the process."""
    made: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    return made


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or only its block ``fragment``.

    Values come, each winning over the one before, from here (``request``, ``csrf_token``, ``theme``, ``lang``,
    ``text_direction``), from the context processors of the template settings, and from ``context``. Only a whole page
    shows (and uses up) the stored toasts.
    """
    values = _page_values(request)
    for processor in engines["jinja2"].template_context_processors:  # type: ignore[attr-defined]
        values.update(processor(request))
    values.update(context or {})
    env = template_environment()
    if fragment is None:
        if "flashes" not in values:
            values["flashes"] = take_flashes(request) if _is_looked_at(request) else ()
        body = env.get_template(template).render(values)
    else:
        body = render_block(env, template, fragment, values)
    # Also what was just typed, or stands in an opened link or file, cannot turn the writing around or break the page.
    return HttpResponse(harmless(body), status=status)


def toast(
    response: HttpResponseBase,
    text: str,
    *,
    tone: str = "green",
    undo_url: str | None = None,
    retry: bool = False,
) -> None:
    """Let the browser show ``text`` when it receives this answer to an htmx request.

    ``tone`` is ``green``, ``red`` (stays until closed) or ``grey``. ``undo_url`` adds “Undo”, which posts there;
    ``retry`` adds “Retry”, which sends the same request again.
    """
    trigger(response, "toast", _toast(text, tone, undo_url, retry))


def trigger(response: HttpResponseBase, event: str, detail: Any = True) -> None:
    """Add one event to the ``HX-Trigger`` header, keeping those already there; the header stays ASCII."""
    events = json.loads(response.headers.get("HX-Trigger") or "{}")
    events[event] = detail
    response.headers["HX-Trigger"] = json.dumps(events, ensure_ascii=True)


def flash(request: HttpRequest, text: str, *, tone: str = "green", undo_url: str | None = None) -> None:
    """Show ``text`` on the next whole page this session opens: for an answer that redirects."""
    waiting = list(request.session.get(FLASH_KEY, []))
    waiting.append(_toast(text, tone, undo_url, False))
    request.session[FLASH_KEY] = waiting


def take_flashes(request: HttpRequest) -> list[dict[str, Any]]:
    """The stored toasts, which are forgotten with this call. Does not touch the session when there are none."""
    session = getattr(request, "session", None)
    if session is None or FLASH_KEY not in session:
        return []
    flashes: list[dict[str, Any]] = session.pop(FLASH_KEY)
    return flashes


def _is_looked_at(request: HttpRequest) -> bool:
    """Whether the answer becomes the page somebody sees: what scripts ask for would use up the toasts, unseen."""
    by_script = request.headers.get("HX-Request") == "true" or request.headers.get("X-Requested-With") == "fetch"
    # Browsers say it only over https and to their own machine; others are believed.
    return not by_script and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _toast(text: str, tone: str, undo_url: str | None, retry: bool) -> dict[str, Any]:
    detail: dict[str, Any] = {"text": str(text), "tone": tone}
    if undo_url:
        detail["undo"] = undo_url
    if retry:
        detail["retry"] = True
    return detail


def _page_values(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "request": request,
        "csrf_token": SimpleLazyObject(lambda: get_token(request)),
        "theme": theme if theme in THEMES else "",
        "folded": [name for name in request.COOKIES.get(FOLDED_COOKIE, "").split(".") if name in FOLDED],
        "lang": get_language() or "en",
        "text_direction": "rtl" if get_language_bidi() else "ltr",
    }
