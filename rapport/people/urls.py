"""Addresses of people and companies besides those that every object has."""

from functools import partial

from django.urls import path

from rapport.people import paste_screens, screens
from rapport.people.duplicates import many_screen
from rapport.people.duplicates import screens as duplicates

urlpatterns = [
    *duplicates.urlpatterns,
    *many_screen.urlpatterns,
    path("paste", paste_screens.paste, name="paste"),
    path("people/doubles", partial(screens.doubles, kind="person"), name="person-doubles"),
    path("companies/doubles", partial(screens.doubles, kind="company"), name="company-doubles"),
]
