"""The kinds of messages that the apps declare: `notification_kinds` of their configurations."""

from functools import cache

from django.apps import apps

from apps.core.errors import ProgrammingFault
from apps.notifications.enums import Kind


def kind_of(code: str) -> Kind:
    """Return a declared kind. Raises: ProgrammingFault for any other."""
    found = all_kinds().get(code)
    if found is None:
        message = f"no app declares the notification kind {code!r}: add it to `notification_kinds` of its configuration"
        raise ProgrammingFault(message)
    return found


@cache
def all_kinds() -> dict[str, Kind]:
    """Return every declared kind by its code. Raises: ProgrammingFault for one under another app's name, or twice."""
    found: dict[str, Kind] = {}
    for config in apps.get_app_configs():
        for kind in getattr(config, "notification_kinds", ()):
            if kind.code in found or not kind.code.startswith(f"{config.label}."):
                message = f"{config.label}: {kind.code!r} is declared twice or belongs to another app"
                raise ProgrammingFault(message)
            found[kind.code] = kind
    return found
