"""Hints between processes: the third database of Redis. The rows are the truth, so nothing here is kept."""

from config.settings.cache import REDIS_URL

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
