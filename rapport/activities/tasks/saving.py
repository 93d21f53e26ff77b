"""What saving a task means: one due date out of day and time, the reminder that follows, what comes again."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.models import User
from rapport.activities.about import About
from rapport.activities.reminders import MOMENT, armed
from rapport.activities.saving import ActivitySaver
from rapport.activities.tasks.due import Due, remind_moment
from rapport.activities.tasks.models import DONE, OPEN, Task
from rapport.activities.tasks.repeating import Repeat
from rapport.core.events.emit import Fact, emit
from rapport.core.objects import saving
from rapport.core.objects.saver import Draft
from rapport.core.records.models import Record
from rapport.lib import clock

_COPIED = ("title", "body", "priority", "reminder", "repeat", "repeat_every", "repeat_from", "repeat_until")
_DATING = {"due_on", "due_at", "owner"}
_REMINDING = {*_DATING, "reminder", "remind_at"}


class TaskSaver(ActivitySaver):
    """Tasks stand on records, or on none. Whoever does it is the owner: her time zone counts."""

    needs_subject = False
    _zones: Mapping[int | None, str] = MappingProxyType({})  # by user, as far as the drafts need them

    def prepare(self, drafts: Sequence[Draft]) -> None:
        super().prepare(drafts)
        self._learn_zones(drafts)
        for draft in drafts:
            if not _is_plannable(draft):
                continue
            _settle_due(draft, self._zone(draft))
            _settle_reminder(draft, self._zone(draft))
            _settle_done(draft)

    def check(self, drafts: Sequence[Draft]) -> None:
        super().check(drafts)
        for draft in drafts:
            reminder = _value(draft, "reminder")
            if reminder == MOMENT and not _value(draft, "remind_at"):
                draft.refuse("remind_at", _("Say when to remind of it."))
            elif reminder and reminder != MOMENT and not _value(draft, "due_on"):
                draft.refuse("reminder", _("Without a due date choose a moment to be reminded at."))
            if _value(draft, "repeat") and not _value(draft, "due_on"):
                draft.refuse("repeat", _("What repeats needs a due date."))

    def derive(self, draft: Draft) -> tuple[str, ...]:
        task, changed = draft.instance, set(draft.values)
        names = []
        if _DATING & changed:
            task.due_by = Due(task.due_on, task.due_at).by(self._zone(draft))
            names.append("due_by")
        if "due_on" in changed:
            task.repeat_day = task.due_on.day if task.due_on else 0
            names.append("repeat_day")
        if {"remind_at", "status"} & changed:
            task.remind_next = None if task.status == DONE else armed(task.remind_at)
            names.append("remind_next")
        return tuple(names)

    def stored(self, drafts: Sequence[Draft]) -> None:
        super().stored(drafts)
        finished = [draft for draft in drafts if draft.values.get("status") == DONE]
        assert self.act is not None or not finished  # noqa: S101 - whoever saves has opened an act
        for draft in finished:
            fact = Fact("task.completed", draft.instance.pk, others=self.belongs_to(draft))
            if self.act is not None:
                emit(self.actor, self.act, [fact])
            if not draft.is_new and draft.instance.repeat:
                self._follow(draft.instance, self._zone(draft))

    def title(self, draft: Draft) -> str:
        return str(draft.instance.title)

    def _follow(self, task: Task, zone: str) -> None:
        """Makes the next of a repeating task, in the transaction that completes this one; once."""
        if task.next_id and Task.objects.filter(pk=task.next_id, live=True).exists():
            return  # it was completed, reopened and is completed again
        due = next_due(task, clock.today(zone), zone)
        if due is None:
            return
        values = {
            **{key: getattr(task, key) for key in _COPIED},
            "owner": task.owner_id,
            "team": task.team_id,
            "about": _still_there(ABOUT.load_many([task.pk]).get(task.pk, [])),
            "checklist": [{**step, "done": False} for step in task.checklist],
            "due_on": due.on,
            "due_at": due.at,
        }
        if task.reminder == MOMENT and task.remind_at and task.due_on and due.on:
            values["remind_at"] = task.remind_at + (due.on - task.due_on)
        # The house makes it in the actor's name: neither what a role may create nor whom it is about is the question,
        # as long as they are there.
        maker = replace(self.actor, all_rights=True)
        made = saving.create(maker, self.spec, values, act=self.act)
        Task.objects.filter(pk=made.pk).update(repeat_day=task.repeat_day)
        Task.objects.filter(pk=task.pk).update(next_id=made.pk)

    def _learn_zones(self, drafts: Sequence[Draft]) -> None:
        """Looks up the time zones of owners who are not the actor: one query for all."""
        zones = {self.actor.user_id: self.actor.time_zone}
        wanted = {owner for draft in drafts if (owner := _owner(draft)) is not None} - set(zones)
        if wanted:
            zones.update(User.objects.filter(pk__in=wanted).values_list("pk", "time_zone"))
        self._zones = zones

    def _zone(self, draft: Draft) -> str:
        # Tasks that are written without questions (a sample) are read on the clocks of whoever writes them.
        return self._zones.get(_owner(draft), self.actor.time_zone)


ABOUT = About("about", "")


def _is_plannable(draft: Draft) -> bool:
    """Whether the days of a draft are such as a time zone can move; refuses others."""
    for key in ("due_on", "due_at", "remind_at", "repeat_until"):
        value = draft.values.get(key)
        if value is not None and not clock.is_plannable(value.year):
            draft.refuse(key, _("Choose a day between 1900 and 2200."))
    return not draft.errors


def next_due(task: Task, today: datetime.date, zone: str) -> Due | None:
    """When a repeating task is due again: counted from its due day or from today, never before today. None if it has
    ended, or lies farther ahead than anything can be planned.
    """
    start = task.due_on if task.repeat_from == "due" and task.due_on else today
    day_meant = task.repeat_day if start == task.due_on else 0
    day = Repeat(task.repeat, task.repeat_every, day_meant, task.repeat_until).after(start, not_before=today)
    if day is None or not clock.is_plannable(day.year):
        return None
    return Due(task.due_on, task.due_at).moved_to(day, zone)


def _still_there(ids: Sequence[int]) -> list[int]:
    """Those of some records that are not in the trash."""
    return list(Record.objects.filter(pk__in=ids, trashed_at=None).order_by("pk").values_list("pk", flat=True))


def _value(draft: Draft, key: str) -> Any:
    """What the field will hold."""
    return draft.values[key] if key in draft.values else getattr(draft.instance, key)


def _owner(draft: Draft) -> int | None:
    owner: int | None = draft.values.get("owner", draft.instance.owner_id)
    return owner


def _changes(draft: Draft, key: str) -> bool:
    """Whether a value is given that is not the stored one."""
    return key in draft.values and draft.values[key] != getattr(draft.instance, key)


def _settle_due(draft: Draft, zone: str) -> None:
    """Day and time agree: a new time brings its day, a new day keeps the time."""
    task = draft.instance
    if _changes(draft, "due_at"):
        if at := draft.values["due_at"]:
            draft.values["due_on"] = Due.at_moment(at, zone).on
    elif _changes(draft, "due_on"):
        draft.values["due_at"] = Due(task.due_on, task.due_at).moved_to(draft.values["due_on"], zone).at


def _settle_reminder(draft: Draft, zone: str) -> None:
    """A reminder before the due date moves with it; a moment that is given makes it a reminder at that moment."""
    if not _REMINDING & set(draft.values):
        return
    if _changes(draft, "remind_at") and not _changes(draft, "reminder"):
        draft.values["reminder"] = MOMENT if draft.values["remind_at"] else ""
    reminder = _value(draft, "reminder")
    if reminder == MOMENT:
        return
    due = Due(_value(draft, "due_on"), _value(draft, "due_at"))
    if reminder and due.on is None and not _changes(draft, "reminder"):
        draft.values["reminder"] = reminder = ""  # its date was taken away
    draft.values["remind_at"] = remind_moment(reminder, due, zone)


def _settle_done(draft: Draft) -> None:
    """``done_at`` is filled exactly while it is done."""
    if "status" not in draft.values:
        return
    if not draft.values["status"]:
        draft.values["status"] = OPEN
    is_done = draft.values["status"] == DONE
    draft.values["done_at"] = (draft.instance.done_at or clock.now()) if is_done else None
