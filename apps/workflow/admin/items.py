"""Lists of work and of what happened to it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin, SinceFilter, Table, shown
from apps.workflow import selectors
from apps.workflow.enums import Permission
from apps.workflow.models import WorkItem, WorkItemEvent

_VIEW = (Permission.WORK_ITEM_CLAIM.value,)


def story(item: WorkItem) -> Table:
    """Return what happened to a piece of work."""
    rows = [
        [shown.instant(one.at), one.get_kind_display(), shown.text(one.actor_id), shown.text(one.reason_code)]
        for one in selectors.events(item.pk)
    ]
    return Table(_("What happened"), (_("At"), _("Event"), _("By"), _("Reason")), rows)


@admin.register(WorkItem)
class WorkItemAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "queue", "title", "subject_id", "state", "claimed_by", "lease_until", "due_at", "opened_at")
    list_filter = (SinceFilter,)
    tables = (story,)


@admin.register(WorkItemEvent)
class WorkItemEventAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "at", "item", "kind", "actor_id", "reason_code", "outcome")
    list_filter = (SinceFilter,)
