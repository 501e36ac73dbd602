"""`ETag: "v3"` is the version of a row; a change names the one it was based on."""

from rest_framework.request import Request

from apps.core.errors import PreconditionRequired, Stale


def etag(version: int) -> str:
    """Return the strong tag of a version."""
    return f'"v{version}"'


def require_match(request: Request, version: int) -> int:
    """Return the version that the caller saw, which is the current one; services check it again under the lock.

    Raises: if_match_required without a tag; version_conflict for a weak, foreign or older one, and for `*`.
    """
    given = request.headers.get("If-Match")
    if given is None:
        raise PreconditionRequired
    if etag(version) not in [tag.strip() for tag in given.split(",")]:
        raise Stale(version=version)
    return version
