"""The app is there under its own name."""

from django.apps import apps


def test_the_app_is_installed_under_its_label():
    assert apps.get_app_config("partners").name == "apps.partners"
