"""The embedded servers start from nothing anywhere, again after any crash, and leave no process behind."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.servers.runs import Run, running


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return an empty folder that every user may enter; those of `tmp_path` are closed to the servers' uid."""
    path = Path(tempfile.mkdtemp(prefix="embedded-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def run(open_folder: Path) -> Iterator[Run]:
    yield from running(open_folder / "run")


@pytest.fixture(scope="module")
def durable_run() -> Iterator[Run]:
    """Return servers as the demo has them, shared by the tests that only ask."""
    with tempfile.TemporaryDirectory(prefix="embedded-") as folder:
        Path(folder).chmod(0o755)
        for run in running(Path(folder) / "run"):
            run.start("durable")
            run.ask(
                "owner",
                "CREATE TABLE kept (id int)",
                "GRANT SELECT, INSERT, UPDATE ON kept TO strongroom_app, strongroom_read",
            )
            yield run
