"""Measures of all processes together, for a collector on the same machine: bind it to an internal address only.

PROMETHEUS_MULTIPROC_DIR names the directory that the processes share; it is emptied before they start.
"""

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.multiprocess import MultiProcessCollector

registry = CollectorRegistry()
MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
application = make_wsgi_app(registry)
