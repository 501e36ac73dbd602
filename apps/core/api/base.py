"""The base of every endpoint: who may, how often, what comes in, what goes out, and once only where a key says so."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from structlog.contextvars import bind_contextvars

from apps.core import actors, audit, db
from apps.core.actors import Actor
from apps.core.api import idempotency, pagination, problems, throttling
from apps.core.api.authentication import actor_of
from apps.core.api.etags import etag
from apps.core.api.middleware import frame_of
from apps.core.api.operations import Operation
from apps.core.api.permissions import Holder, Kind, Permission, Public
from apps.core.api.serializers import PageQuery, QuerySerializer, shape
from apps.core.errors import Forbidden, ProgrammingFault, RateLimited
from apps.core.services.idempotency import Answer
from apps.core.services.idempotency import run as run_once

_SUBJECT_LENGTH = 80
_METHODS = ("get", "post", "put", "patch", "delete")


class ApiView(APIView):
    """One address. A subclass names its `permission` (or one a method) and decorates each method with `@operation`.

    `throttle` names a scope of the setting THROTTLES; `query` the parameters that are read.
    """

    permission: ClassVar[Permission | Mapping[str, Permission]]
    throttle: ClassVar[str] = "default"
    query: ClassVar[type[QuerySerializer]] = QuerySerializer
    permission_classes = ()
    operation: Operation
    params: dict[str, Any]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        found = [name for name in _METHODS if hasattr(cls, name)]
        undeclared = [name for name in found if not hasattr(getattr(cls, name), "operation")]
        permission = getattr(cls, "permission", None)
        allowed = permission if isinstance(permission, Mapping) else dict.fromkeys(map(str.upper, found), permission)
        if undeclared:
            message = f"{cls.__qualname__}: decorate {', '.join(undeclared)} with @operation"
            raise ProgrammingFault(message)
        if any(not allowed.get(name.upper()) for name in found):
            message = f"{cls.__qualname__}: name a `permission`: a code, CUSTOMER, or Public(reason=...)"
            raise ProgrammingFault(message)

    @cached_property
    def actor(self) -> Actor:
        """Who acts. Raises: login_required."""
        return actor_of(self.request)

    @property
    def at(self) -> datetime:
        """The instant of this request."""
        return frame_of(self.request).at

    def body(self) -> Any:
        """Return the checked values of the declared request. Raises: invalid_field and what its fields refuse with."""
        if self.operation.request is None:
            message = f"{self.operation.name} declares no request"
            raise ProgrammingFault(message)
        return shape(self.operation.request).run_validation(self.request.data)

    def answer(self, row: Any = None, *, status: int = 0, location: str = "") -> Answer:
        """Return the declared answer about a row, or an object, of which the body is made."""
        status = status or self.operation.status
        serializer = self.operation.answers[status]
        body = None if serializer is None else shape(serializer).to_representation(row)
        headers = {"Location": location} if location else {}
        if body and "version" in body:
            headers["ETag"] = etag(body["version"])
        return Answer(status=status, body=body, headers=headers, subject=getattr(row, "ref", ""))

    def show(self, row: Any = None, *, status: int = 0) -> Response:
        """Answer with a row."""
        return _response(self.answer(row, status=status))

    def once(self, call: Callable[[], Answer], *, before: Callable[[], None] | None = None) -> Response:
        """Answer with what `call` answers; under an Idempotency-Key it is carried out once, later ones are replays.

        `before` runs first, outside any unit; what it writes stays, even when `call` refuses.
        """
        key = idempotency.key_of(self.request, self.operation)
        if key is None:
            if before is not None:
                before()
            return _response(call())
        answer = run_once(
            scope=idempotency.scope_of(self.actor, self.request, self.operation),
            key=key,
            request_hash=idempotency.digest_of(self.request, self.kwargs),
            call=call,
            by=self.actor,
            at=self.at,
            before=before,
        )
        return _response(answer)

    def page(self, source: pagination.Source) -> Response:
        """Answer with a page of the declared rows; `query` is a `PageQuery`."""
        serializer = self.operation.answers[self.operation.status]
        if serializer is None or not issubclass(self.query, PageQuery):
            message = f"{self.operation.name} declares no list"
            raise ProgrammingFault(message)
        limit = self.params["limit"]
        filters = {
            name: str(text) for name, text in self.request.query_params.items() if name not in ("cursor", "limit")
        }
        caller = "" if isinstance(self._permission(), Public) else self.actor.id
        bound = f"{self.operation.name} {self.request.path} {sorted(filters.items())} {caller}"
        found = pagination.page(source, limit=limit, cursor=self.params.get("cursor"), bound=bound)
        path, one = self.request.path, shape(serializer)
        return Response(
            {
                "results": [one.to_representation(row) for row in found.rows],
                "next": pagination.link(path, filters, limit, found.next),
                "previous": pagination.link(path, filters, limit, found.previous),
            }
        )

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Return how callers sign in; a public endpoint does not look."""
        return [] if isinstance(self._permission(), Public) else super().get_authenticators()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who asks, how often and with which parameters, before the method runs."""
        super().initial(request, *args, **kwargs)
        declared = getattr(getattr(self, str(request.method).lower(), None), "operation", None)
        if declared is None:
            raise problems.MethodNotAllowed
        self.operation = declared
        try:
            self.params = shape(self.query).run_validation(request.query_params)
        except ValidationError as error:
            raise problems.of_validation(error, "parameter") from error

    def check_permissions(self, request: Request) -> None:
        """Refuse everybody but those whom `permission` names."""
        wanted = self._permission()
        if wanted is None:
            raise problems.MethodNotAllowed
        if isinstance(wanted, Public):
            return
        bind_contextvars(actor_id=self.actor.id)
        may = (
            self.actor.kind == wanted.kind if isinstance(wanted, Kind) else cast(Holder, request.user).has_perm(wanted)  # noqa: TC006 - a name in quotes looks unused
        )
        if not may:
            if isinstance(wanted, str):
                self._note_denial(wanted)
            raise Forbidden

    def check_throttles(self, request: Request) -> None:
        """Count the request. Raises: rate_limited with the seconds to wait."""
        is_public = isinstance(self._permission(), Public)
        caller = actors.network(request.META.get("REMOTE_ADDR", "")) if is_public else self.actor.id
        counted = throttling.count(self.throttle, caller, self.at)
        if counted is not None:
            self.headers.update(counted.headers())
            if counted.is_over:
                raise RateLimited(retry_after_s=counted.reset_s)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Complete the answer: nothing here is for a shared or a later use."""
        response.headers.setdefault("Cache-Control", "no-store")
        return super().finalize_response(request, response, *args, **kwargs)

    def permission_of(self, method: str) -> Permission | None:
        """Return who may use a method; None where there is no such method."""
        declared = self.permission
        return declared.get("GET" if method == "HEAD" else method) if isinstance(declared, Mapping) else declared

    def _note_denial(self, code: str) -> None:
        """Write down that somebody tried what they may not; the answer itself writes nothing."""
        with db.unit(by=self.actor, at=self.at, why="denied"):
            audit.record(action=code, subject=self.request.path[:_SUBJECT_LENGTH], outcome="denied")

    def _permission(self) -> Permission | None:
        return self.permission_of(getattr(self.request, "method", "GET"))


def _response(answer: Answer) -> Response:
    headers = {**answer.headers, **({idempotency.REPLAYED: "true"} if answer.replayed else {})}
    return Response(answer.body, status=answer.status, headers=headers)
