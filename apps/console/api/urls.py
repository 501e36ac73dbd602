"""Addresses of the console below `/api/v1/`."""

from django.urls import path

from apps.console.api.views import customers, queues
from apps.core.api.paths import typed_ids

typed_ids("wki", "cus")

_BASE = "staff/console"
_CUSTOMER = f"{_BASE}/customers/<cus:customer>"
_ITEM = f"{_BASE}/work-items/<wki:item>"

urlpatterns = [
    path(f"{_BASE}/searches", customers.SearchesView.as_view(), name="staff_searches"),
    path(f"{_CUSTOMER}/overview", customers.OverviewView.as_view(), name="staff_customer_overview"),
    path(f"{_CUSTOMER}/timeline", customers.TimelineView.as_view(), name="staff_customer_timeline"),
    path(f"{_BASE}/me/work-items", queues.MineView.as_view(), name="staff_my_work_items"),
    path(f"{_BASE}/queues", queues.QueuesView.as_view(), name="staff_queues"),
    path(f"{_BASE}/queues/<str:code>/items", queues.QueueItemsView.as_view(), name="staff_queue_items"),
    path(f"{_BASE}/queues/<str:code>/claim-next", queues.ClaimNextView.as_view(), name="staff_claim_next"),
    path(_ITEM, queues.ItemView.as_view(), name="staff_work_item"),
    path(f"{_ITEM}/events", queues.EventsView.as_view(), name="staff_work_item_events"),
    path(f"{_ITEM}/claim", queues.ClaimView.as_view(), name="staff_work_item_claim"),
    path(f"{_ITEM}/heartbeat", queues.HeartbeatView.as_view(), name="staff_work_item_heartbeat"),
    path(f"{_ITEM}/release", queues.ReleaseView.as_view(), name="staff_work_item_release"),
    path(f"{_ITEM}/skip", queues.SkipView.as_view(), name="staff_work_item_skip"),
    path(f"{_ITEM}/snooze", queues.SnoozeView.as_view(), name="staff_work_item_snooze"),
]
