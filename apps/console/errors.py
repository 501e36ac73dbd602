"""Refusals of the console."""

from apps.core.errors import Forbidden, NotFound, RateLimited


class OwnWork(Forbidden):
    """The work is about the very person who asks for it, as a customer. Leave it to a colleague."""

    code = "own_work"
    title = "About yourself"


class AllowanceSpent(RateLimited):
    """More was revealed within the hour than one person may see. Ask your lead, or wait."""

    code = "allowance_spent"
    title = "No reveals left for now"


class OwnRecord(Forbidden):
    """The record is about yourself, under whichever login. A colleague has to work on it."""

    code = "own_record"
    title = "Your own record"


class CommandUnknown(NotFound):
    """There is no such command, or not for this thing."""

    code = "command_unknown"
    title = "Unknown command"
