"""Home: what waits for the person who looks."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.console.enums import Permission
from apps.console.selectors import alarms, queues
from apps.core.admin import frame, shown
from apps.core.admin.frame import Page

_MOST = 20


def home(request: HttpRequest) -> HttpResponse:
    at = frame.at(request)
    own = queues.of_person(request.user)
    sees_alarms = frame.holds(request, [Permission.AUDIT_VIEW.value])
    mine = queues.mine(frame.actor(request)).order_by("lease_until", "id")[:_MOST] if own else []
    return frame.render(
        request,
        "console/home.html",
        title=_("Home"),
        cards=queues.cards(own, at=at) if own else [],
        mine=[(item, shown.ref(item.subject_id)) for item in mine],
        sees_alarms=sees_alarms,
        notices=alarms.notices(at=at) if sees_alarms else [],
        at=at,
    )


PAGES = (Page("", "index", home),)
