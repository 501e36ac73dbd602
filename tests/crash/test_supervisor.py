"""The supervisor, or everything at once, is killed: the next start ends what is left, and goes on with the data."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.demo import Demo, using
from tools.demo.seed.people import PEOPLE


@pytest.fixture
def demo(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Demo]:
    yield from using(tmp_path, request)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kill", [Demo.kill_supervisor, Demo.kill_everything])
def test_next_start_goes_on_after_a_kill(demo: Demo, kill: Callable[[Demo], None]) -> None:
    demo.start(until=" acts")
    kill(demo)

    demo.start()
    assert demo.count("accounts_customer") == len(PEOPLE)

    with demo.journey() as journey:
        said = ""
        for line in journey.stdout or ():
            said += line
            if "Ada previews" in line:
                break
        kill(demo)
        journey.kill()
    demo.start()

    assert demo.count("accounts_customer") == len(PEOPLE) + 2
    with demo.journey() as journey:
        said = journey.communicate()[0]
    assert journey.returncode == 0, said
    books = demo.books()
    assert books.returncode == 0, books.stdout
    demo.stop()
    assert demo.left() == []
