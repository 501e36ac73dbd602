"""Redis as cache: counters and short-lived values; losing it loses no fact."""

from config.settings import env

REDIS_URL = env.text("REDIS_URL")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"{REDIS_URL}?db=0" if REDIS_URL.startswith("unix:") else f"{REDIS_URL}/0",
        "KEY_PREFIX": "strongroom",
    }
}
