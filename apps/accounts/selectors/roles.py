"""Reads of what members of staff may do."""

from uuid import UUID

from apps.accounts.enums import UserKind
from apps.accounts.models import User


def holds(login: UUID, code: str) -> bool:
    """Tell whether a member of staff holds a permission code now."""
    found: User | None = User.objects.filter(pk=login, kind=UserKind.STAFF).first()
    return found is not None and found.has_perm(code)
