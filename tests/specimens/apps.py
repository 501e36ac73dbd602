"""Specimens: what the tests of core's kinds are done on."""

from django.apps import AppConfig


class SpecimensConfig(AppConfig):
    """Installed by the settings of the tests only."""

    name = "tests.specimens"
    label = "specimens"
