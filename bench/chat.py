"""Chats under load: `python -m bench.chat`, run by `make bench-chat` with servers of its own.

Customers and agents speak in rooms over sockets of as many processes as there are processors. `say` is the time until
a message is acknowledged, `visible` until the other side has it. Every room is compared with its numbers at the end.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from bench.load import Outcome
from bench.site import Sockets

if TYPE_CHECKING:
    from bench.rooms import Cost, Seat

_PROTOCOL = Subprotocol("strongroom.v1")
_WARM_UP_S = 2.0
_PATIENCE_S = 15.0
_SOONEST_S = 6.0
"""An agent in five rooms may say ten things in ten seconds; who says more is let go."""
_MOST_MS = {"say": 150.0, "visible": 500.0}
"""What 99 of 100 messages of 200 rooms may take on two processors."""


@dataclass
class Talk:
    """What was said by everybody, and when it came back."""

    said_at: dict[str, float] = field(default_factory=dict)
    said: Outcome = field(default_factory=Outcome)
    seen: Outcome = field(default_factory=Outcome)
    counts_from: float = 0.0

    def note(self, outcome: Outcome, key: str) -> None:
        """Count a message that came back, unless it was of the time of warming up."""
        began = self.said_at[key]
        if began >= self.counts_from:
            outcome.seconds.append(time.perf_counter() - began)


class Speaker:
    """One connection of a customer or an agent, in one room or several."""

    def __init__(self, name: int, seat: "Seat", port: int, origin: str, talk: Talk) -> None:
        self._name, self._seat, self._port, self._origin, self._talk = name, seat, port, origin, talk
        self._own: set[str] = set()
        self.numbers: dict[str, list[int]] = {}

    async def open(self) -> None:
        """Connect and follow the rooms."""
        url = f"ws://127.0.0.1:{self._port}/ws/{self._seat.purpose}/"
        self._line: ClientConnection = await connect(
            url, origin=Origin(self._origin), subprotocols=[_PROTOCOL], compression=None
        )
        await self._send("hello", {"ticket": self._seat.ticket()})
        await self._until("welcome")
        for room in self._seat.rooms:
            await self._send("sub", {}, room)
            self.numbers[room] = [(await self._until("sub.ok"))["d"]["last_seq"]]

    async def listen(self) -> None:
        """Note what comes, until the connection is closed."""
        async for text in self._line:
            frame = json.loads(text)
            match frame["t"]:
                case "msg.new":
                    self.numbers[frame["room"]].append(frame["seq"])
                    key = frame["d"]["body"]
                    if key not in self._own:
                        self._talk.note(self._talk.seen, key)
                case "msg.ack":
                    self._talk.note(self._talk.said, frame["d"]["ref_id"])
                case "msg.nack" | "error":
                    self._talk.said.errors += 1
                    self._talk.said.first_error = self._talk.said.first_error or str(frame["d"])

    async def speak(self, every_s: float, until: float, dice: random.Random) -> None:
        """Say something in each room in turn, every so many seconds a room."""
        pause = every_s / len(self._seat.rooms)
        await asyncio.sleep(dice.uniform(0, pause))
        turn = 0
        while time.perf_counter() < until:
            key, room = f"{self._name}.{turn}", self._seat.rooms[turn % len(self._seat.rooms)]
            self._own.add(key)
            self._talk.said_at[key] = time.perf_counter()
            await self._send("msg.send", {"client_msg_id": _uuid(dice), "body": key}, room, key)
            turn += 1
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()

    async def _send(self, kind: str, d: dict[str, Any], room: str = "", key: str = "") -> None:
        await self._line.send(json.dumps({"v": 1, "t": kind, "room": room, "id": key, "d": d}))

    async def _until(self, kind: str) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = json.loads(await asyncio.wait_for(self._line.recv(), _PATIENCE_S))
            if frame["t"] == kind:
                return frame
            if frame["t"] == "error":
                message = f"{kind} was not answered: {frame['d']}"
                raise RuntimeError(message)


async def talk_for(seconds: float, every_s: float, seats: list["Seat"], ports: list[int], origin: str) -> Talk:
    """Let everybody speak for some seconds, and wait until all of it was seen."""
    talk, dice = Talk(), random.Random(7)  # noqa: S311 - spreads a load, hides nothing
    speakers = [Speaker(place, seat, ports[place % len(ports)], origin, talk) for place, seat in enumerate(seats)]
    for speaker in speakers:
        await speaker.open()
    listening = [asyncio.create_task(speaker.listen()) for speaker in speakers]
    began = time.perf_counter()
    talk.counts_from = began + _WARM_UP_S
    ends = talk.counts_from + seconds
    await asyncio.gather(*(speaker.speak(every_s, ends, dice) for speaker in speakers))
    talk.said.took_s = talk.seen.took_s = time.perf_counter() - talk.counts_from
    sent = sum(at >= talk.counts_from for at in talk.said_at.values())
    for outcome in (talk.said, talk.seen):
        until = time.perf_counter() + _PATIENCE_S
        while len(outcome.seconds) < sent and time.perf_counter() < until:  # noqa: ASYNC110 - many listeners count
            await asyncio.sleep(0.05)
        outcome.errors += abs(sent - len(outcome.seconds))
    talk.seen.errors += sum(_is_torn(numbers) for speaker in speakers for numbers in speaker.numbers.values())
    for speaker in speakers:
        await speaker.close()
    await asyncio.gather(*listening)
    return talk


def _is_torn(numbers: list[int]) -> bool:
    """Tell whether numbers of a room are missing, doubled or out of order."""
    return numbers != list(range(numbers[0], numbers[0] + len(numbers)))


def _uuid(dice: random.Random) -> str:
    text = f"{dice.getrandbits(128):032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def line(name: str, outcome: Outcome, rooms: int, clients: int, cost: "Cost") -> dict[str, Any]:
    """Return what is printed for a name."""
    return {
        "bench": "chat",
        "name": name,
        "clients": clients,
        "rooms": rooms,
        "per_s": round(outcome.per_s, 1),
        "p50_ms": round(outcome.ms(0.50), 1),
        "p95_ms": round(outcome.ms(0.95), 1),
        "p99_ms": round(outcome.ms(0.99), 1),
        "errors": outcome.errors,
        "statements": cost.keep if name == "say" else cost.read,
    }


def main() -> int:
    """Print one line for each name; return 1 when a message was lost, doubled or refused, or a ceiling is passed."""
    options = argparse.ArgumentParser(prog="python -m bench.chat", description=__doc__)
    options.add_argument("--seconds", type=float, default=20.0, help="of the measurement")
    options.add_argument("--rooms", type=int, default=200, help="chats in which somebody speaks")
    options.add_argument("--every", type=float, default=10.0, help="seconds between two words of one side in a room")
    given = options.parse_args()
    if given.every < _SOONEST_S:
        options.error(f"--every is {_SOONEST_S:.0f} or more: agents may not speak faster in all of their rooms")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    from bench import rooms  # noqa: PLC0415 - app-ready

    people, desks = rooms.make(given.rooms)
    cost, seats = rooms.cost(), [*people, *desks]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        servers = [
            stack.enter_context(Sockets(Path(folder, f"sockets-{place}.log")))
            for place in range(len(os.sched_getaffinity(0)))
        ]
        ports = [server.port for server in servers]
        talk = asyncio.run(talk_for(given.seconds, given.every, seats, ports, rooms.origin()))
    results = {"say": talk.said, "visible": talk.seen}
    for name, outcome in results.items():
        print(json.dumps(line(name, outcome, given.rooms, len(seats), cost)), flush=True)
        if outcome.first_error:
            print(outcome.first_error, file=sys.stderr)
    return verdict(results)


def verdict(results: dict[str, Outcome]) -> int:
    """Return 0 when nothing failed and the ceilings hold."""
    slow = {name: outcome.ms(0.99) for name, outcome in results.items()}
    told = ", ".join(f"{name} p99 {slow[name]:.0f} ms (ceiling {most:.0f} ms)" for name, most in _MOST_MS.items())
    print(told, file=sys.stderr)
    subprocess.run([sys.executable, "manage.py", "check_invariants"], check=True, stdout=subprocess.DEVNULL)
    failed = sum(outcome.errors for outcome in results.values())
    return int(failed > 0 or any(slow[name] > most for name, most in _MOST_MS.items()))


if __name__ == "__main__":
    sys.exit(main())
