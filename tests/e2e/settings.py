"""The tests' settings for servers that a browser uses: sockets take their usual time, and files are kept."""

from config import settings as usual
from tests.support.settings import *  # noqa: F403 - all but what follows

SOCKETS = usual.SOCKETS
STORAGES = usual.STORAGES
