"""JSON logs: one line an event, personal data removed by the last processor."""

from typing import Any

import structlog

from apps.core import redact
from config.settings import env

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    structlog.processors.format_exc_info,
    redact.event,
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _SHARED,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stream"], "level": env.text("LOG_LEVEL")},
    "loggers": {
        "django.server": {"handlers": ["stream"], "propagate": False},
        # Each request has its own line; here only what nobody anticipated, with its trace.
        "django.request": {"level": "ERROR"},
        # Calls to partners have rows of their own, and these tell addresses and partners' texts.
        "httpx": {"level": "WARNING"},
        "stripe": {"level": "ERROR"},
    },
}

structlog.configure(
    processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
