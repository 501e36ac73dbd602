"""One-time codes: after the commit, by their queue, sealed and expiring, and in no table, argument or log."""

import json

import pytest
import redis
from celery import current_app
from django.conf import settings as current
from django.core.cache import cache

from apps.core import actors, clock, db
from apps.core.errors import Unavailable
from apps.notifications.services import codes
from apps.notifications.tasks import send_code
from tests.notifications.postbox import Postbox

BY = actors.system("tests.notifications")
CODE = "314159"
MAIL = {"to": "ada@example.test", "subject": "Your code", "text": f"Your code is {CODE}.", "expires_in_s": 600}

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker():
    with current_app.connection_for_read() as connection:
        client = connection.default_channel.client
        client.delete("mail_fast")
        yield client
        client.delete("mail_fast")


@pytest.fixture
def sent(django_capture_on_commit_callbacks, broker):
    """Send a code and return the id that the task carries."""
    with django_capture_on_commit_callbacks(execute=True):
        codes.send(**MAIL, by=BY, at=clock.now())
    (message,) = broker.lrange("mail_fast", 0, -1)
    return json.loads(json.loads(message)["headers"]["kwargsrepr"].replace("'", '"'))["secret"]


def test_a_code_is_mailed_and_forgotten(sent, postbox: Postbox):
    send_code.apply(kwargs={"secret": sent}, throw=True)

    (mail,) = postbox.mails()
    assert (mail["To"], mail["Subject"], mail.get_content()) == (MAIL["to"], MAIL["subject"], MAIL["text"] + "\n")
    assert mail["Message-ID"] == f"<{sent}@strongroom.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert cache.get(f"entrusted:{sent}") is None


def test_a_task_that_runs_again_sends_nothing(sent, postbox: Postbox):
    send_code.apply(kwargs={"secret": sent}, throw=True)

    send_code.apply(kwargs={"secret": sent, "future": 1}, throw=True)

    assert len(postbox.mails()) == 1


def send_and_fail(broker):
    with db.unit(by=BY, at=(at := clock.now())):
        codes.send(**MAIL, by=BY, at=at)
        assert broker.llen("mail_fast") == 0
        raise ZeroDivisionError


def test_nothing_leaves_before_the_commit_or_after_a_rollback(broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        send_and_fail(broker)

    assert broker.llen("mail_fast") == 0
    assert list(_redis().scan_iter("*entrusted*")) == []


def test_an_expired_code_is_not_sent(sent, postbox: Postbox):
    cache.delete(f"entrusted:{sent}")

    send_code.apply(kwargs={"secret": sent}, throw=True)

    assert postbox.mails() == []


def test_the_code_is_held_sealed_and_only_as_long_as_it_counts(sent, broker):
    (key,) = _redis().scan_iter("*entrusted*")
    task = broker.lrange("mail_fast", 0, -1)[0]

    held = _redis().get(key)
    assert 590 < _redis().ttl(key) <= 600
    assert [word for word in (CODE.encode(), b"ada@", b"Your") if word in held or word in task] == []


def test_redis_away_loses_the_mail_and_nothing_else(
    settings, postbox: Postbox, django_capture_on_commit_callbacks, broker
):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock"}}

    with django_capture_on_commit_callbacks(execute=True):
        codes.send(**MAIL, by=BY, at=clock.now())

    assert broker.llen("mail_fast") == 0


def test_a_mail_server_away_is_tried_again_while_the_code_counts(sent, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    with pytest.raises(Unavailable):
        send_code.run(secret=sent)

    assert cache.get(f"entrusted:{sent}") is not None


def test_a_subject_cannot_bring_a_header(django_capture_on_commit_callbacks, broker, postbox: Postbox):
    with django_capture_on_commit_callbacks(execute=True):
        codes.send(**{**MAIL, "subject": "Code\r\nBcc: eve@example.test"}, by=BY, at=clock.now())
    (message,) = broker.lrange("mail_fast", 0, -1)
    secret = json.loads(json.loads(message)["headers"]["kwargsrepr"].replace("'", '"'))["secret"]

    send_code.apply(kwargs={"secret": secret}, throw=True)

    (mail,) = postbox.mails()
    assert (mail["Subject"], mail["Bcc"]) == ("Code Bcc: eve@example.test", None)


def _redis():
    return redis.Redis.from_url(current.CACHES["default"]["LOCATION"])
