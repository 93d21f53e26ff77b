"""Django app of sample companies."""

from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "rapport.sample"
    label = "sample"
