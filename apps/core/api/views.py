"""What core itself answers: whether the service is up, and what the codes of refusals mean."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.fields import TextField, WholeField
from apps.core.api.operations import operation
from apps.core.api.permissions import Public
from apps.core.api.serializers import OutputSerializer, PageQuery
from apps.core.errors import DomainError, NotFound, Unavailable, registry
from apps.core.selectors import deliveries, health
from apps.core.services import audit_blocks

_FOR_MONITORS = Public(reason="balancers and monitors have no account")
_FOR_READERS = Public(reason="what a refusal means is no secret, and is asked before anybody signs in")


class NotReady(Unavailable):
    """This process cannot serve requests now; the context names what is missing. Ask another one, or later."""

    code = "not_ready"
    title = "Not ready"


class LiveSerializer(OutputSerializer):
    status = TextField(help_text="Always `live`.")


class ReadySerializer(OutputSerializer):
    status = TextField(help_text="Always `ready`; otherwise the answer is a problem.")
    outbox_age_s = WholeField(help_text="Seconds that the oldest due delivery of the outbox has waited.")
    unsealed_age_s = WholeField(help_text="Seconds that the oldest unsealed audit event has waited.")


class ProblemKindSerializer(OutputSerializer):
    code = TextField()
    status = WholeField(help_text="HTTP status.")
    title = TextField()
    meaning = TextField()
    advice = TextField(help_text="What to do; empty where nothing helps.")


class LiveView(ApiView):
    permission = _FOR_MONITORS
    throttle = "health"

    @operation("health_live", summary="Is the process up?", tag="health", answers={200: LiveSerializer})
    def get(self, _request: Request) -> Response:
        return self.show({"status": "live"})


class ReadyView(ApiView):
    permission = _FOR_MONITORS
    throttle = "health"

    @operation(
        "health_ready",
        summary="Can the process serve requests?",
        tag="health",
        answers={200: ReadySerializer},
        errors=(NotReady,),
        description="Ready needs the database, all migrations of the code, and Redis. The ages are for alarms.",
    )
    def get(self, _request: Request) -> Response:
        missing = [name for name, is_there in health.checks().items() if not is_there]
        if missing:
            raise NotReady(missing=missing)
        ages = {"outbox_age_s": deliveries.oldest_due_s(), "unsealed_age_s": audit_blocks.unsealed_age_s()}
        return self.show({"status": "ready", **ages})


class ProblemsView(ApiView):
    permission = _FOR_READERS
    throttle = "public"
    query = PageQuery

    @operation(
        "problems_list",
        summary="List the codes of refusals",
        tag="problems",
        answers={200: ProblemKindSerializer},
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        kinds = [_kind(error) for _, error in sorted(registry().items())]
        return self.page(pagination.of_sequence(kinds, lambda kind: str(kind["code"])))


class ProblemView(ApiView):
    permission = _FOR_READERS
    throttle = "public"

    @operation(
        "problems_read",
        summary="What a code means",
        tag="problems",
        answers={200: ProblemKindSerializer},
    )
    def get(self, _request: Request, code: str) -> Response:
        error = registry().get(code)
        if error is None:
            raise NotFound
        return self.show(_kind(error))


def _kind(error: type[DomainError]) -> dict[str, Any]:
    text = " ".join((error.__doc__ or "").split())
    meaning, _, advice = text.partition(". ")
    return {
        "code": error.code,
        "status": error.status,
        "title": error.title,
        "meaning": meaning.rstrip(".") + ".",
        "advice": advice,
    }
