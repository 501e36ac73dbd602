"""Registering recipients: sealed, with history, checked, and the same again writes nothing."""

import pytest

from apps.core import crypto, ids
from apps.core.crypto import DataKeyDestroyed
from apps.core.errors import NotFound, NoUnit
from apps.core.selectors import data_keys as opening
from apps.core.services import data_keys
from apps.notifications import errors
from apps.notifications.models import InboxHead, Recipient
from apps.notifications.services import messages, recipients
from tests.factories import notifications as make
from tests.notifications.texts import paid

pytestmark = pytest.mark.django_db

ADDRESS = {"email": "Ada@Example.test", "locale": "pt-BR", "tz": "America/Sao_Paulo"}


def test_upsert_registers_a_recipient_with_an_empty_inbox(unit):
    with unit():
        row = recipients.upsert(recipient=make.login(), **ADDRESS)

    text = opening.open_text(owner=row.owner, column=recipients.EMAIL_COLUMN, sealed=row.email_sealed)
    head = InboxHead.objects.get(recipient=row)
    assert (row.locale, row.tz, text) == ("pt-BR", "America/Sao_Paulo", "Ada@Example.test")
    assert row.email_fp == crypto.fingerprint("email", "ada@example.test")
    assert (head.last_seq, head.unread) == (0, 0)


def test_upsert_again_writes_nothing(unit):
    with unit():
        row = recipients.upsert(recipient=make.login(), **ADDRESS)

    with unit():
        recipients.upsert(recipient=row.owner, **ADDRESS)

    again = Recipient.objects.get(pk=row.pk)
    assert (again.version, again.email_sealed) == (1, row.email_sealed)
    assert InboxHead.objects.filter(recipient=row).count() == 1


def test_upsert_changes_with_history(unit):
    with unit():
        row = recipients.upsert(recipient=make.login(), **ADDRESS)

    with unit():
        recipients.upsert(recipient=row.owner, email=None, locale="en", tz="UTC")

    again = Recipient.objects.get(pk=row.pk)
    assert (again.version, again.email_sealed, again.email_fp, again.locale) == (2, None, None, "en")
    assert Recipient.history.filter(id=row.pk).count() == 2


def test_upsert_and_a_message_go_into_one_unit_in_either_order(unit):
    with unit():
        owner = make.login()
        recipients.upsert(recipient=owner, **ADDRESS)
        messages.notify(**paid(owner))

    with unit():
        messages.notify(**paid(owner))
        recipients.upsert(recipient=owner, **{**ADDRESS, "email": "ada@new.test"})
    with unit():
        recipients.upsert(recipient=owner, **ADDRESS)
        messages.notify(**paid(owner))

    assert InboxHead.objects.get(recipient__owner=owner).last_seq == 3


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"email": "ada"}, errors.RecipientEmailInvalid),
        ({"email": "ada@example.test\nBcc: eve@example.test"}, errors.RecipientEmailInvalid),
        ({"email": "ada@example.test,eve@example.test"}, errors.RecipientEmailInvalid),
        ({"email": "Ada <ada@example.test>"}, errors.RecipientEmailInvalid),
        ({"email": "ada\u202e@example.test"}, errors.RecipientEmailInvalid),
        ({"email": "ö" * 60 + "@" + "ö" * 100}, errors.RecipientEmailInvalid),
        ({"email": ""}, errors.RecipientEmailInvalid),
        ({"locale": "english please"}, errors.RecipientLocaleInvalid),
        ({"locale": ""}, errors.RecipientLocaleInvalid),
        ({"tz": "+02:00"}, errors.RecipientZoneInvalid),
        ({"tz": "../../etc/passwd"}, errors.RecipientZoneInvalid),
    ],
)
def test_upsert_refuses_what_no_mail_can_be_made_for(unit, change, error):
    with unit():
        owner = make.login()

    with pytest.raises(error), unit():
        recipients.upsert(recipient=owner, **{**ADDRESS, **change})

    assert not Recipient.objects.filter(owner=owner).exists()


def test_upsert_refuses_somebody_without_a_data_key(unit):
    with pytest.raises(NotFound), unit():
        recipients.upsert(recipient=ids.encode("usr", ids.new()), **ADDRESS)


def test_upsert_refuses_a_new_address_of_somebody_erased(unit):
    with unit():
        owner = make.recipient().owner
    with unit():
        data_keys.destroy(owner=owner, reason="test")

    with pytest.raises(DataKeyDestroyed), unit():
        recipients.upsert(recipient=owner, **{**ADDRESS, "email": "ada@new.test"})


def test_upsert_needs_a_unit():
    with pytest.raises(NoUnit):
        recipients.upsert(recipient="usr_1", **ADDRESS)
