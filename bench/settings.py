"""The product's settings, with the reference beside its addresses and no limit on callers."""

from config.settings import *  # noqa: F403
from config.settings import SOCKETS, THROTTLES

ROOT_URLCONF = "bench.urls"
SOCKETS = {**SOCKETS, "most_of_address": 10**9}
THROTTLES = {scope: (10**9, window) for scope, (_, window) in THROTTLES.items()}
