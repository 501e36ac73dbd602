"""Lists: each is measured at one row and at three, so that no query hides in a loop."""

from drf_spectacular.generators import EndpointEnumerator

from apps.core.api.base import ApiView

# Where the number of queries of a list is measured, or why there is nothing to measure.
MEASURED = {
    "kyc_applications_list": "tests/compliance/api/test_applications.py",
    "inbox_list": "tests/notifications/api/test_inbox.py",
    "me_limits": "tests/accounts/api/test_wallets.py",
    "staff_console_queues_items": "tests/console/api/test_queues.py",
    "staff_console_queues_list": "tests/console/api/test_queues.py",
    "staff_console_work_items_events": "tests/console/api/test_queues.py",
    "staff_console_work_items_mine": "tests/console/api/test_queues.py",
    "staff_compliance_applications_list": "tests/compliance/api/test_reviews.py",
    "staff_ledger_accounts_holds": "tests/ledger/api/test_holds.py",
    "transfers_list": "tests/p2p/api/test_transfers.py",
    "payment_methods_list": "tests/payments/api/test_methods.py",
    "top_ups_list": "tests/payments/api/test_top_ups.py",
    "problems_list": "no rows: the codes are in the code",
    "staff_payments_attempts_list": "tests/payments/api/test_attempts.py",
    "staff_ledger_anchors_list": "tests/ledger/api/test_times.py",
    "staff_ledger_blocks_list": "tests/ledger/api/test_times.py",
    "staff_helpdesk_chats_list": "tests/helpdesk/api/test_chats.py",
    "staff_helpdesk_tickets_list": "tests/helpdesk/api/test_tickets.py",
    "tickets_list": "tests/helpdesk/api/test_tickets.py",
    "wallets_balances": "tests/accounts/api/test_wallets.py",
    "wallets_list": "tests/accounts/api/test_wallets.py",
    "wallets_transactions": "tests/accounts/api/test_wallets.py",
}


def lists() -> set[str]:
    """Return the names of the operations that answer with pages."""
    found = EndpointEnumerator().get_api_endpoints()
    views = [(method, callback.cls) for _, _, method, callback in found if issubclass(callback.cls, ApiView)]
    declared = [getattr(view, method.lower()).operation for method, view in views]
    return {one.name for one in declared if one.is_list}


def test_every_list_is_measured():
    unmeasured = sorted(lists() - MEASURED.keys())

    assert unmeasured == [], "measure queries at 1 and 3 rows in a test of the app and name that test in MEASURED"


def test_nothing_else_is_named():
    assert MEASURED.keys() - lists() == set()
