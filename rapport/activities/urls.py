"""Addresses of the composer."""

from django.urls import path

from rapport.activities import screens

urlpatterns = [
    path("activities/<int:record_id>/note", screens.post_note, name="post-note"),
    path("activities/<int:record_id>/call", screens.post_call, name="post-call"),
]
