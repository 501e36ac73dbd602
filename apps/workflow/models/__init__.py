"""Rows of workflow."""

from apps.workflow.models.items import WorkItem, WorkItemEvent
from apps.workflow.models.reasons import ReasonCode

__all__ = ["ReasonCode", "WorkItem", "WorkItemEvent"]
