"""Reading the chain from its newest block on."""

from apps.core import actors, clock
from apps.ledger.models import Block
from apps.ledger.services import chain

BY = actors.system("tests.ledger")


def verify(**options):
    return chain.verify(**{"from_block": newest().seq, **options}, by=BY, at=clock.now())


def newest():
    return Block.objects.order_by("-seq").first()
