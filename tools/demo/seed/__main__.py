"""Fill an empty database with the demo's company: `python -m tools.demo.seed`, run by `make demo`.

Everything is done by the product's own services, at instants of the last twelve weeks. A second run changes nothing.
"""

import os
import sys
from pathlib import Path

import django

from tools.demo.seed import histories, past
from tools.demo.servers import SEEDING


def main() -> int:
    """Return 0 when the company is there."""
    django.setup()
    from apps.core import clock  # noqa: PLC0415 - app-ready
    from tools.demo.seed import cards  # noqa: PLC0415 - app-ready
    from tools.demo.seed.company import BY, Company  # noqa: PLC0415 - app-ready

    folder = Path(os.environ["STRONGROOM_RUN"])
    marker = folder / SEEDING
    if Company.is_there():
        return 0
    marker.touch()
    now = clock.now()
    story = histories.acts(now)
    with cards.opened(folder, by=BY, now=now) as till:
        company = Company(till)
        with past.opened(os.environ["DATABASE_OWNER_URL"], since=histories.begin(now), now=now):
            for number, act in enumerate(story):
                company.play(act)
                if number % 20 == 0:
                    print(f"{number} of {len(story)} acts", flush=True)
        company.settle(clock.now())
    marker.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
