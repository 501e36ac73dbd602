"""Partners outside: where they are, our keys, and the secrets that sign their events."""

from datetime import timedelta

from config.settings import env

STRIPE_API_BASE = env.text("STRIPE_API_BASE")
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRET")

# How long a payment may be without an outcome before people look at it.
UNKNOWN_TO_PEOPLE = timedelta(hours=24)

# Up to how much, in minor units, one person alone may end a payment of which the partner knows nothing.
SETTLE_ALONE_MOST = {"USD": 50_000, "EUR": 50_000, "GBP": 50_000, "JPY": 50_000}
