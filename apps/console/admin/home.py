"""Home: what waits for the person who looks."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.console.admin import frame
from apps.console.admin.frame import Page
from apps.console.enums import Permission
from apps.console.selectors import work


def home(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    at = frame.at(request)
    queues = [queue for queue in work.queues() if user.has_perm(queue.permission)]
    sees_alarms = frame.holds(request, [Permission.AUDIT_VIEW.value])
    return frame.render(
        request,
        "console/home.html",
        cards=work.cards(queues, at=at),
        mine=work.mine(by=frame.actor(request)) if queues else [],
        sees_alarms=sees_alarms,
        notices=work.notices(at=at) if sees_alarms else [],
        at=at,
    )


PAGES = (Page("", "index", home),)
