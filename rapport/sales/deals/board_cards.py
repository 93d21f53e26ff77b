"""The cards of the board of deals as HTML: hundreds of them on a page, so in Python and with as little ado as possible.

Everything that comes from a record is escaped here.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup

from rapport.lib.money import format_amount
from rapport.sales.deals.step_words import ICONS, NONE, TONES, Clocks, step_parts
from rapport.sales.pipelines.reading import StageInfo
from rapport.ui.assets import asset
from rapport.ui.cells import mark


@dataclass(frozen=True, slots=True)
class DealCard:
    """One deal. ``customer`` is the title of the company, or of the person where ``is_person``; moments are UTC."""

    id: int
    title: str
    customer: str
    is_person: bool
    amount: int | None
    currency: str
    tells_step: bool
    step: str
    step_at: datetime.datetime | None
    step_by: datetime.datetime | None
    since: datetime.datetime | None
    touched: datetime.datetime | None
    owner: str
    can_move: bool


def cards(some: Sequence[DealCard], stage: StageInfo, clocks: Clocks, inside: str) -> Markup:
    """The cards of a stage, one ``<li>`` each. ``inside`` is the query of the board, encoded as a value."""
    words = _Words(
        escape(_("card that can be moved")), escape(_("Move “%(title)s” to…")), escape(_("No name")),
        escape(_("Plan the next step of “%(title)s”")), escape(inside),
    )  # fmt: skip
    return Markup("".join(_card(card, stage, clocks, words) for card in some))  # noqa: S704 - escaped below


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands on every card."""

    moves: str
    to: str
    nameless: str
    plan: str
    inside: str


def _card(card: DealCard, stage: StageInfo, clocks: Clocks, words: _Words) -> str:
    title, here = escape(card.title) or words.nameless, f"/deals/{card.id}"
    movable = menu = ""
    if card.can_move:
        url, label = f"{here}/move?in={words.inside}", words.to.replace("%(title)s", title)
        movable = f' data-movable tabindex="0" aria-roledescription="{words.moves}"'
        menu = (
            f'<a class="btn ghost sm icon" href="{url}" hx-get="{url}" hx-target="#card-menu" data-panel="card-menu" '
            f'aria-label="{label}" title="{label}" draggable="false">{_icon("ellipsis")}</a>'
        )
    return (
        f'<li class="tcard deal" id="card-{card.id}" data-card="{card.id}"{movable}>'
        f'<div class="row"><a class="strong grow" href="{here}" draggable="false">{title}</a>'
        f"{_age(card, stage, clocks)}{menu}</div>"
        f"{_customer(card, clocks)}{_foot(card, clocks, words, title)}</li>\n"
    )


def _customer(card: DealCard, clocks: Clocks) -> str:
    who = escape(card.customer)
    kind = "person" if card.is_person else "company"
    name = (
        f'{mark(card.customer, kind, "xs")}<span class="clip grow">{who}</span>'
        if who
        else '<span class="grow"></span>'
    )
    amount = (
        "" if card.amount is None else escape(format_amount(card.amount, card.currency, clocks.language, is_brief=True))
    )
    return f'<div class="row worth">{name}<span class="num">{amount}</span></div>' if who or amount else ""


def _foot(card: DealCard, clocks: Clocks, words: _Words, title: str) -> str:
    owner = escape(card.owner)
    own = f'<span class="own" title="{owner}">{mark(card.owner, "person", "xs")}<span class="sr">{owner}</span></span>'
    line = _step(card, clocks, words, title) if card.tells_step else '<span class="grow"></span>'
    return f'<div class="row foot">{line}{own if owner else ""}</div>'


def _step(card: DealCard, clocks: Clocks, words: _Words, title: str) -> str:
    state = clocks.state(card.step_by)
    before, step, behind = (escape(part) for part in step_parts(card.step, card.step_at, card.step_by, clocks))
    text = f"{before}{step}{behind}"
    tone = f' data-c="{TONES[state]}"' if TONES[state] else ""
    parts = f'<span>{before}</span><span class="clip">{step}</span><span>{behind}</span>'
    line = f'{_icon(ICONS[state])}<span class="words">{parts}</span>'
    if state == NONE and card.can_move:
        url, label = f"/deals/{card.id}/next-step", words.plan.replace("%(title)s", title)
        return (
            f'<a class="step clip"{tone} href="{url}" hx-get="{url}" hx-target="#drawer" draggable="false" '
            f'aria-label="{text}: {label}">{line}</a>'
        )
    return f'<span class="step clip"{tone} title="{text}">{line}</span>'


def _age(card: DealCard, stage: StageInfo, clocks: Clocks) -> str:
    """How long it is in its stage, where that is longer than usual; red where nothing was done for too long."""
    told = age(card.since, card.touched, stage, clocks.now)
    if told is None:
        return ""
    days, is_rotten = told
    why = _("Nothing happened for too long") if is_rotten else _("Longer than usual in this stage")
    tone = "red" if is_rotten else "amber"
    short, why = escape(_("%(days)s d") % {"days": days}), escape(why)
    return f'<span class="badge" data-c="{tone}" title="{why}">{short}<span class="sr"> {why}</span></span>'


def age(
    since: datetime.datetime | None, touched: datetime.datetime | None, stage: StageInfo, now: datetime.datetime
) -> tuple[int, bool] | None:
    """Days in the stage, and whether the deal rots; None while neither is worth a word."""
    if since is None:
        return None
    days = (now - since).days
    idle = (now - max(since, touched or since)).days
    is_rotten = stage.rot_days is not None and idle >= stage.rot_days
    is_late = stage.target_days is not None and days > stage.target_days
    return (days, is_rotten) if is_rotten or is_late else None


def _icon(name: str) -> Any:
    return f'<svg class="i s" aria-hidden="true"><use href="{asset("vendor/icons.svg")}#{name}"/></svg>'
