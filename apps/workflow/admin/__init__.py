"""Lists of workflow."""

from apps.workflow.admin import items, reasons

__all__ = ["items", "reasons"]
