"""Filters that an index answers on every list: ids ascend with time, so a span of time is a range of keys."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core import clock, ids


class SinceFilter(SimpleListFilter):
    """Rows made since a while ago."""

    title = _("Made")
    parameter_name = "since"
    spans: ClassVar[dict[str, timedelta]] = {
        "hour": timedelta(hours=1),
        "day": timedelta(days=1),
        "week": timedelta(days=7),
        "month": timedelta(days=30),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the spans."""
        del request, model_admin
        words = {"hour": _("Last hour"), "day": _("Last day"), "week": _("Last 7 days"), "month": _("Last 30 days")}
        return [(span, words[span]) for span in self.spans]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the span."""
        del request
        span = self.spans.get(self.value() or "")
        if span is None:
            return queryset
        return queryset.filter(pk__gte=ids.first_of(clock.now() - span))
