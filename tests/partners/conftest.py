"""What the tests of partner calls share."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from apps.core import db
from tests.partners.frame import AT, BY


@pytest.fixture
def unit() -> Callable[[], AbstractContextManager[db.Unit]]:
    """Return a unit of the test's actor and instant."""
    return lambda: db.unit(by=BY, at=AT, why="test")
