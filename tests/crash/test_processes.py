"""Each process of the demo is killed over and over in one journey: the journey goes on, and the books balance.

The long form of the crash suites: `make test-crash`. Each journey takes a minute or two: no part of `make test`.
CRASH_PROCESSES names some of the processes alone, as a list of JSON.
"""

import json
import os
from collections.abc import Iterator

import pytest

from tests.crash.demo import Demo, using

PROCESSES = json.loads(os.environ.get("CRASH_PROCESSES", "null")) or [
    *("web", "sockets", "worker", "codes", "beat", "metrics", "simulators", "redis", "postgres")
]
# Right after each of these steps, while the next one is under way.
MOMENTS = (
    "Kenji signs up",
    "Ada shows her identity card",
    "Ada adds a card",
    "Ada previews",
    "The agent takes the chat",
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Demo]:
    for demo in using(tmp_path_factory.mktemp("crash"), request):
        demo.start()
        yield demo


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", PROCESSES)
def test_a_journey_survives_the_end_of_a_process(demo: Demo, name: str) -> None:
    before, kills, said = demo.restarts(name), 0, ""

    with demo.journey() as journey:
        for line in journey.stdout or ():
            said += line
            if any(moment in line for moment in MOMENTS):
                demo.kill(name)
                kills += 1

    assert journey.returncode == 0, said
    assert kills == len(MOMENTS)
    assert demo.restarts(name) - before == kills
    books = demo.books()
    assert books.returncode == 0, books.stdout
