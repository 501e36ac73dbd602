"""Timed work of the helpdesk."""

from datetime import datetime

from apps.core import jobs
from apps.core.actors import Actor
from apps.helpdesk.services import notices


@jobs.job("helpdesk.chats.find_unread")
def find_unread_chats(*, by: Actor, at: datetime) -> None:
    notices.find_unread(by=by, at=at)
