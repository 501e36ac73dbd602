"""The registry of what staff may do, and that of queues."""

import pytest

from apps.workflow import commands, enums
from apps.workflow.enums import Queue
from tests.factories import workflow as make


@pytest.fixture(autouse=True)
def _empty(monkeypatch):
    monkeypatch.setattr(commands, "_commands", {})


def test_a_command_is_registered_with_its_service():
    @commands.staff_command("tests.thing.do", subject="evt", reasons="tests.thing.do")
    def do() -> str:
        return "done"

    found = commands.command("tests.thing.do")

    assert do() == "done"
    assert (found.permission, found.subject, found.service) == ("tests.thing.do", "evt", do)
    assert commands.commands() == [found]


def test_two_commands_of_one_name_are_refused():
    commands.staff_command("tests.thing.do", subject="evt")(lambda: None)

    with pytest.raises(ValueError, match="two commands"):
        commands.staff_command("tests.thing.do", subject="evt")(lambda: None)


def test_two_queues_of_one_code_are_refused():
    with pytest.raises(ValueError, match="two queues"):
        Queue(code=make.QUEUE.code, title=make.QUEUE.title, permission="another")


def test_queues_are_listed_by_code():
    codes = [queue.code for queue in enums.queues()]

    assert codes == sorted(codes)
    assert make.QUEUE.code in codes
