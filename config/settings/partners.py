"""Partners outside: where they are, our keys, and the secrets that sign their events."""

from config.settings import env

STRIPE_API_BASE = env.text("STRIPE_API_BASE")
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRET")
