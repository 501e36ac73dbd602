"""The dispatcher: what is due runs, what fails waits, what crashes runs again, and nothing is lost or doubled."""

from datetime import UTC, datetime

from django.db import connection, connections
from django.db.models.functions import Now  # noqa: TID251 - deliveries are due by the database's clock

from apps.core import actors, audit, db, outbox
from apps.core.enums import DeliveryState
from apps.core.models import AuditEvent, OutboxDelivery, OutboxMessage

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


BY = actors.system("test")


class Receiver:
    """A handler that writes one audit event about its subject, and fails as often as it is told."""

    def __init__(self, queue, *failures, name="a", **options):
        self.name, self.topic, self.failures, self.seen = f"{name}.{queue}", f"core.{queue}.made", list(failures), []
        outbox.handles(self.topic, name=self.name, queue=queue, **options)(self.run)

    def run(self, news):
        self.seen.append(news)
        with db.unit(by=news.by, at=news.at):
            audit.record(action="core.thing.follow", subject=news.subject)
        if self.failures:
            failure = self.failures.pop(0)
            if failure:
                raise failure

    def publish(self, subject="thg_1", **options):
        with db.unit(by=actors.system("test", request_id="req-1"), at=AT):
            message = outbox.publish(self.topic, subject=subject, **options)
        return OutboxMessage.objects.get(pk=message)

    def deliveries(self):
        return OutboxDelivery.objects.filter(handler=self.name).order_by("pk")

    def states(self):
        return list(self.deliveries().values_list("state", "attempts"))

    def effects(self):
        return AuditEvent.objects.filter(actor_id=f"system:{self.name}").count()


def due_again():
    """Let the deliveries that wait be due now: the clock of the database is real."""
    OutboxDelivery.objects.filter(state=DeliveryState.PENDING).update(next_at=Now())


class Killed:
    """In place of a failure: the server ends the handler's connection."""

    def __bool__(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        terminate(pid)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return False


def terminate(pid):
    """End one connection of the same role, from another."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    finally:
        other.close()
