"""Addresses of the calendar and of meetings."""

from django.urls import path

from rapport.activities.calendar.screens import calendar_screen
from rapport.activities.meetings import composing, screens

urlpatterns = [
    path("calendar", calendar_screen, name="calendar"),
    path("meetings/plan", screens.plan_screen, name="meeting-plan"),
    path("meetings/guests", screens.guests_screen, name="meeting-guests"),
    path("meetings/<int:record_id>/peek", screens.peek_screen, name="meeting-peek"),
    path("meetings/<int:record_id>/change", screens.change_screen, name="meeting-change"),
    path("meetings/<int:record_id>/move", screens.move_screen, name="meeting-move"),
    path("meetings/<int:record_id>/call-off", screens.call_off_screen, name="meeting-call-off"),
    path("meetings/<int:record_id>/answer", screens.answer_screen, name="meeting-answer"),
    path("meetings/<int:record_id>/outcome", screens.outcome_screen, name="meeting-outcome"),
    path("meetings/<int:record_id>/file.ics", screens.ics_screen, name="meeting-ics"),
    path("activities/<int:record_id>/meeting", composing.post_meeting, name="post-meeting"),
]
