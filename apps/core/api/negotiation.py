"""The API speaks JSON, whatever a caller says it accepts."""

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class JsonAlways(DefaultContentNegotiation):
    """Takes the first renderer, and the parser of the body's type."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: Any = None
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer and its type."""
        del request, format_suffix
        chosen = next(iter(renderers))
        return chosen, str(chosen.media_type)
