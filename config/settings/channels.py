"""Sockets: hints between processes in the third database of Redis, who may connect, and how long things may take."""

from urllib.parse import urlsplit

from config.settings import env
from config.settings.cache import REDIS_URL
from config.settings.security import ALLOWED_HOSTS, PUBLIC_URL

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [f"{REDIS_URL}?db=2" if REDIS_URL.startswith("unix:") else f"{REDIS_URL}/2"],
            "prefix": "strongroom",
            "capacity": 500,
            "expiry": 30,
        },
    }
}

PUBLIC_WS_URL = env.text("PUBLIC_WS_URL")

_site = urlsplit(PUBLIC_URL)
_port = f":{_site.port}" if _site.port else ""
# Pages of every host that is answered; the session behind a ticket is checked by the door, see SOCKET_LOGINS.
SOCKET_ORIGINS = {PUBLIC_URL.rstrip("/"), *(f"{_site.scheme}://{host}{_port}" for host in ALLOWED_HOSTS)}
SOCKETS = {
    "most": 5_000,
    "most_of_address": 50,
    "hello_s": 5,
    "tick_s": 30,
    "silence_s": 60,
    "sweep_s": 5,
    "drain_s": 5,
}
SOCKET_LOGINS = "apps.accounts.api.sockets.login"
