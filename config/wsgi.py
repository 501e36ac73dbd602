"""The door of the REST API and the console."""

import gc
import os
from typing import Final

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

_COLLECT_AFTER: Final = (20_000, 20, 50)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Limits and records are by address: that of the caller, not of the proxy in between.
application = wrap_wsgi_with_proxy_headers(get_wsgi_application(), trusted_hosts=settings.PROXIES)

# A request makes thousands of short-lived objects, and each collection walked over all modules: an eighth of its time.
# What is loaded by now stays for ever, so it is left out, and the rest is looked at less often.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(*_COLLECT_AFTER)
