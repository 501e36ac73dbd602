"""Refusals of the console."""

from apps.core.errors import Forbidden


class OwnWork(Forbidden):
    """The work is about the very person who asks for it, as a customer. Leave it to a colleague."""

    code = "own_work"
    title = "About yourself"
