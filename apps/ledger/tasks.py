"""Timed work of the ledger."""

from datetime import datetime

from apps.core import jobs
from apps.core.actors import Actor
from apps.ledger.services import anchors, follower, holds, partitions


@jobs.job("ledger.partitions.ensure")
def ensure_partitions(*, by: Actor, at: datetime) -> None:
    partitions.ensure(by=by, at=at)


@jobs.job("ledger.follower.pass")
def follow(*, by: Actor, at: datetime) -> None:
    follower.run(by=by, at=at)


@jobs.job("ledger.holds.expire")
def expire_holds(*, by: Actor, at: datetime) -> None:
    holds.expire(by=by, at=at)


@jobs.job("ledger.chain.anchor")
def anchor(*, by: Actor, at: datetime) -> None:
    anchors.publish(by=by, at=at)
