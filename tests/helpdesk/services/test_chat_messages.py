"""What is said in chats: numbered once, for those who may."""

import pytest

from apps.core import ids
from apps.core.errors import NotFound
from apps.helpdesk.errors import MessageConflict, NotYourChat, RoomClosed
from apps.helpdesk.selectors import rooms as room_reads
from apps.helpdesk.services import chats
from tests.helpdesk.reads import said

pytestmark = pytest.mark.django_db


def test_a_card_number_is_not_kept(chat, ada, now):
    sent = chats.send(chat.pk, body="It is 4111 1111 1111 1111.", client_msg_id=ids.new(), by=ada, at=now)

    assert sent.is_redacted
    assert said(chat)[-1] == (2, "It is [card].")


def test_send_is_numbered_for_both_sides(chat, ada, nadia, now):
    chats.accept(chat.pk, by=nadia, at=now)

    first = chats.send(chat.pk, body="Hi Ada", client_msg_id=ids.new(), by=nadia, at=now)
    second = chats.send(chat.pk, body="Hi", client_msg_id=ids.new(), by=ada, at=now)

    assert (first.seq, second.seq) == (4, 5)
    assert said(chat) == [(1, "Where is my money?"), (4, "Hi Ada"), (5, "Hi")]


def test_send_again_is_the_first_message(chat, ada, now, written):
    key = ids.new()
    first = chats.send(chat.pk, body="Once", client_msg_id=key, by=ada, at=now)
    before = written()

    again = chats.send(chat.pk, body=" Once\r\n", client_msg_id=key, by=ada, at=now)

    assert (again.seq, again.message, again.is_duplicate) == (first.seq, first.message, True)
    assert written() == before


def test_send_again_after_the_end_is_still_the_first_message(chat, ada, now):
    key = ids.new()
    first = chats.send(chat.pk, body="Bye", client_msg_id=key, by=ada, at=now)
    chats.end(chat.pk, by=ada, at=now)

    assert chats.send(chat.pk, body="Bye", client_msg_id=key, by=ada, at=now).seq == first.seq


def test_send_refuses_another_text_under_a_used_id(chat, ada, now, written):
    key = ids.new()
    chats.send(chat.pk, body="Once", client_msg_id=key, by=ada, at=now)
    before = written()

    with pytest.raises(MessageConflict):
        chats.send(chat.pk, body="Twice", client_msg_id=key, by=ada, at=now)

    assert written() == before


def test_ids_of_two_senders_are_apart(chat, ada, nadia, now):
    chats.accept(chat.pk, by=nadia, at=now)
    key = ids.new()

    seqs = [chats.send(chat.pk, body="Same", client_msg_id=key, by=one, at=now).seq for one in (ada, nadia)]

    assert seqs == [4, 5]


def test_send_refuses_strangers_and_agents_without_the_chat(chat, bob, nadia, omar, now, written):
    chats.accept(chat.pk, by=nadia, at=now)
    before = written()

    with pytest.raises(NotFound):
        chats.send(chat.pk, body="Hi", client_msg_id=ids.new(), by=bob, at=now)
    with pytest.raises(NotYourChat):
        chats.send(chat.pk, body="Hi", client_msg_id=ids.new(), by=omar, at=now)

    assert written() == before


def test_send_refuses_an_ended_chat(chat, ada, now, written):
    chats.end(chat.pk, by=ada, at=now)
    before = written()

    with pytest.raises(RoomClosed):
        chats.send(chat.pk, body="Hi", client_msg_id=ids.new(), by=ada, at=now)

    assert written() == before


def test_a_note_is_in_a_room_of_its_own(chat, ada, nadia, now):
    sent = chats.note(chat.pk, body="Careful", client_msg_id=ids.new(), by=nadia, at=now)

    staff = room_reads.by_id(sent.room)
    assert (sent.seq, staff.audience) == (1, "staff")
    assert said(chat) == [(1, "Where is my money?")]
    with pytest.raises(NotFound):
        room_reads.room_for(staff.pk, by=ada)
