"""Heads published outside: a chain that was restored to an older point, or an anchor that is not ours, is found."""

import json

import pytest
from django.core.files.base import ContentFile

from apps.core import clock
from apps.core.errors import Duplicate
from apps.core.models import AuditEvent
from apps.ledger.models import Anchor
from apps.ledger.selectors import anchors
from apps.ledger.services import anchors as publishing
from apps.ledger.services.chain import Fault
from apps.ledger.tasks import anchor
from tests.ledger.services.chain.reading import BY, newest, verify

pytestmark = [pytest.mark.own_cluster, pytest.mark.usefixtures("committed_db")]


@pytest.fixture
def made(rows):
    return publishing.publish(by=BY, at=clock.now())


def write(place, text):
    anchors.folder().delete(place)
    anchors.folder().save(place, ContentFile(text.encode()))


def read(place):
    with anchors.folder().open(place) as file:
        return file.read().decode()


def test_the_head_is_written_outside(made):
    told = json.loads(read(made.place))

    assert (told["seq"], told["hash"], told["mark"]) == (newest().seq, newest().hash.hex(), made.mark.hex())
    event = AuditEvent.objects.get(action="ledger.chain.anchor", data__place=made.place)
    assert event.subject == newest().ref
    assert anchors.listed().first() == made
    assert verify().faults == ()


def test_a_file_is_never_written_again(made):
    with pytest.raises(Duplicate):
        publishing.publish(by=BY, at=made.at)

    assert verify().faults == ()


def test_the_task_publishes(rows):
    before = Anchor.objects.count()

    anchor()

    assert Anchor.objects.count() == before + 1


def test_a_chain_behind_its_anchor_was_restored_to_an_older_point(made, tamper):
    with tamper("DELETE FROM ledger_anchor", f"DELETE FROM ledger_block WHERE seq = {newest().seq}"):
        faults = verify(from_block=1).faults

    assert faults == (Fault("anchor", made.seq, made.place),)


@pytest.mark.parametrize(
    "forged",
    [
        {"hash": "00" * 32},
        {"seq": 1},
        {"at": "2026-01-01T00:00:00+00:00"},
        {"mark": "00" * 32},
        {"seq": "x"},
    ],
    ids=str,
)
def test_an_anchor_that_is_not_ours_is_named(made, forged):
    text = read(made.place)
    write(made.place, json.dumps({**json.loads(text), **forged}))

    found = verify().faults

    write(made.place, text)
    assert found == (Fault("anchor", 0, made.place),)


def test_an_anchor_that_is_gone_is_named(made):
    text = read(made.place)
    anchors.folder().delete(made.place)

    found = verify().faults

    write(made.place, text)
    assert found == (Fault("anchor", 0, made.place),)
