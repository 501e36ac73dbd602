"""Refusals of workflow."""

from apps.core.errors import Conflict, Duplicate, Forbidden, Invalid, NotFound


class LeaseLost(Conflict):
    """The work is not yours, or not any more: the lease ran out, or somebody else has it. Claim it again."""

    code = "lease_lost"
    title = "No longer yours"


class TooManyLeases(Conflict):
    """You hold as many claims of this queue as one person may. Decide or release one first."""

    code = "lease_cap_reached"
    title = "Too many claims at once"


class FreePickRefused(Forbidden):
    """Work of this queue is taken in its order. Take the next item instead."""

    code = "free_pick_refused"
    title = "Take the next item"


class QueueUnknown(NotFound):
    """There is no such queue, or none that you work on."""

    code = "queue_unknown"
    title = "Unknown queue"


class AlreadyQueued(Duplicate):
    """The subject waits in this queue already."""

    code = "already_queued"
    title = "Already in the queue"
    constraints = ("workflow_workitem_live",)


class ReasonUnknown(Invalid):
    """The reason is not in the dictionary of this action, or was retired. Choose one of the list."""

    code = "reason_unknown"
    title = "Unknown reason"


class ReasonTextRequired(Invalid):
    """The reason `other` needs words of your own, at least 10 characters."""

    code = "reason_text_required"
    title = "Say why"


class SnoozeInvalid(Invalid):
    """Work may be put off until an instant that lies ahead, by at most 30 days."""

    code = "snooze_invalid"
    title = "Not an instant to put work off to"
