"""Refusals of postings that are one of many, or whose amounts the ledger decides."""

from apps.core.errors import Conflict, Invalid


class NothingToPost(Invalid):
    """Fewer than two lines have an amount left."""

    code = "nothing_to_post"
    title = "Nothing to post"
    constraints = ("ledger_nothing_to_post",)


class BatchTooLarge(Invalid):
    """Postings that stand or fall together are at most 1,000, on at most 2,000 accounts."""

    code = "batch_too_large"
    title = "Too much at once"
    constraints = ("ledger_batch_too_large",)


class ExpectationFailed(Conflict):
    """An account is not as the posting expects it. The answer names its version and what it has available."""

    code = "expectation_failed"
    title = "Account not as expected"
    constraints = ("ledger_expectation_failed",)


class LinkedFailed(Conflict):
    """A posting of the same chain was refused, so none of them was posted. The answer names which, counted from 1."""

    code = "linked_failed"
    title = "Refused with another one"
    constraints = ("ledger_linked_failed",)
