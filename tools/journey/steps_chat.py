"""Steps of help: a chat over sockets, cut and resumed, from both sides."""

import uuid

from tools.journey.client import JourneyError, require
from tools.journey.line import Line
from tools.journey.world import Person, Step, World

_AGENT = "support_agent"
_QUESTION = "Did my top-up arrive?"
_ANSWER = "Let me look, one moment."
_MISSED = ("Yes, all of it.", "Is there anything else?", "I am here.")


def ask(world: World, person: Person) -> None:
    """Open a chat with a first question."""
    answer = world.post(person, "/chats", {"body": _QUESTION, "client_msg_id": str(uuid.uuid4())})
    require(answer, 201)
    chat = answer.json()
    person.chat, person.room = chat["id"], chat["room"]
    person.line = Line(lambda: world.post(person, "/ws-tickets", {"purpose": "support"}).json())
    person.line.enter(person.room)


def sign_in_agent(world: World) -> None:
    """Sign in to the console, take a seat at the desk."""
    desk = world.desk(_AGENT)
    desk.sign_in()
    world.agent_line = Line(
        lambda: desk.post("/accounts/ws-tickets", {"purpose": "agent"}).json(), origin=world.api.url
    )


def answer(world: World, person: Person) -> None:
    """Take the chat and answer; the customer sees it."""
    line = _line(world.agent_line)
    line.enter(person.room, by="chat.accept")
    line.say(_ANSWER)
    _line(person.line).wait_for(_ANSWER)


def cut_and_resume(world: World, person: Person) -> None:
    """Lose the connection, miss what is said, and have all of it, once, after connecting again."""
    mine, theirs = _line(person.line), _line(world.agent_line)
    before = mine.applied
    mine.cut()
    for body in _MISSED:
        theirs.say(body)
    mine.wait_for(_MISSED[-1])
    missed = [mine.entries[seq]["d"].get("body") for seq in range(before + 1, before + 1 + len(_MISSED))]
    if missed != list(_MISSED) or mine.doubled:
        message = f"after the cut came {missed} ({mine.doubled} doubled) instead of {list(_MISSED)}"
        raise JourneyError(message)


def say_twice(world: World, person: Person) -> None:
    """Send one message twice, as after a lost answer: it has one number."""
    del world
    line, key = _line(person.line), str(uuid.uuid4())
    numbers = [line.say("Thank you!", key) for _ in range(2)]
    if numbers[0] != numbers[1]:
        message = f"one message got the numbers {numbers}"
        raise JourneyError(message)


def end(world: World, person: Person) -> None:
    """End the chat; both sides and the stored conversation are equal, number by number."""
    mine, theirs = _line(person.line), _line(world.agent_line)
    theirs.end_chat()
    page = world.get(person, f"/chats/{person.chat}/messages")
    stored = [(entry["seq"], (entry["message"] or {}).get("body")) for entry in page["entries"]]
    world.eventually("end of the chat", lambda: mine.beat() and mine.applied >= page["last_seq"])
    for line in (mine, theirs):
        told = [(seq, line.entries[seq]["d"].get("body")) for seq in range(1, page["last_seq"] + 1)]
        if told != stored:
            message = f"a side was told {told}, stored is {stored}"
            raise JourneyError(message)
        line.close()


def _line(found: Line | None) -> Line:
    if found is None:
        message = "nobody is connected"
        raise JourneyError(message)
    return found


STEPS = (
    Step("Ada asks for help in a chat", lambda w: ask(w, w.ada)),
    Step("An agent signs in with a second factor", sign_in_agent),
    Step("The agent takes the chat and answers", lambda w: answer(w, w.ada)),
    Step("Ada's connection is cut; she resumes and has missed nothing", lambda w: cut_and_resume(w, w.ada)),
    Step("Ada sends a message twice; it is there once", lambda w: say_twice(w, w.ada)),
    Step("The agent ends the chat; both sides agree on every word", lambda w: end(w, w.ada)),
)
