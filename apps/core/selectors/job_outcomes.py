"""Which timed jobs are behind."""

from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Q, Value

from apps.core.models import JobOutcome


def overdue(*, at: datetime) -> list[str]:
    """Return the timed jobs that never ran, failed last, or ended longer ago than their maximum age."""
    age = ExpressionWrapper(F("max_age_s") * Value(timedelta(seconds=1)), output_field=DurationField())
    late = Q(last_finished_at__isnull=True) | ~Q(outcome="done") | Q(last_finished_at__lt=at - age)
    return list(JobOutcome.objects.filter(late).order_by("job").values_list("job", flat=True))
