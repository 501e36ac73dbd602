"""Addresses: every one names who may, and those open to anybody are listed with their reason."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, path
from django.views import View

from apps.core.api.base import ApiView
from apps.core.api.permissions import Public
from tests.guards.source import report

# Addresses that need no sign-in, and why.
OPEN = {
    "docs": "the form of the API is no secret",
    "health_live": "balancers and monitors have no account",
    "health_ready": "balancers and monitors have no account",
    "login": "leads to where staff sign in",
    "hook_stripe": "the signature is the credential",
    "openapi": "clients are made of it",
    "problem": "asked before anybody signs in",
    "problems": "asked before anybody signs in",
    "sign_in": "nobody is signed in before",
    "sign_out": "ends what there is, also a sign-in that was not finished",
}
# Views of libraries, which ask who may themselves; the tests of the named app call each as nobody.
ELSEWHERE = {"_allauth/": "accounts"}


def patterns(found: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Return every address with its pattern."""
    for one in found:
        way = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, way)
        else:
            yield way, one


def faults(found: list[Any], allowed: dict[str, str]) -> list[str]:
    """Return what is wrong with the addresses."""
    complaints = []
    for way, pattern in patterns(found):
        if way.startswith(tuple(ELSEWHERE)):
            continue
        view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
        is_open = not (view and issubclass(view, ApiView)) or isinstance(view.permission, Public)
        # What the console's site has wrapped asks for a member of staff first; its own tests walk every role.
        is_open = is_open and not hasattr(pattern.callback, "admin_site")
        if not pattern.name:
            complaints.append(f"{way}: give it a name")
        elif is_open and pattern.name not in allowed:
            complaints.append(f"{way}: name a permission, or list {pattern.name!r} in OPEN with the reason")
        if way.startswith("api/v1/") and not (view and issubclass(view, ApiView)):
            complaints.append(f"{way}: derive the view from core.api.base.ApiView")
    return complaints


def test_every_address_names_who_may():
    assert report(faults(get_resolver().url_patterns, OPEN)) == ""


def test_the_list_of_open_addresses_is_not_longer_than_needed():
    assert OPEN.keys() - {pattern.name for _, pattern in patterns(get_resolver().url_patterns)} == set()


def test_planted_addresses_are_named():
    planted = [path("api/v1/x", View.as_view(), name="x"), path("y", View.as_view())]

    assert faults(planted, {}) == [
        "api/v1/x: name a permission, or list 'x' in OPEN with the reason",
        "api/v1/x: derive the view from core.api.base.ApiView",
        "y: give it a name",
    ]
