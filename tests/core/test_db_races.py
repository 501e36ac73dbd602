"""Locks between connections: nobody deadlocks, a held row stays as it is, and a wait ends."""

from threading import Event

import pytest
from django.db import connection
from django.db.models import F

from apps.core import db
from apps.core.errors import Busy
from tests.specimens import factories as make
from tests.specimens.models import Loan, Shelf, Tally
from tests.support.threads import together
from tests.support.units import unit


def made(factory, **columns):
    with unit():
        return factory(**columns)


def test_rows_locked_in_any_order_never_deadlock(committed_db):
    keys = [made(make.tally).pk for _ in range(4)]

    def count(order):
        def run():
            for _ in range(25):
                with unit():
                    for row in db.lock(Tally, *order):
                        row.papers += 1
                        row.save()

        return run

    outcomes = together(count(keys), count(keys[::-1]), count(keys[2:] + keys[:2]))

    assert outcomes == [None] * 3
    assert set(Tally.objects.filter(pk__in=keys).values_list("papers", flat=True)) == {75}


def test_many_rows_changed_in_any_order_never_deadlock(committed_db):
    rows = [made(make.loan) for _ in range(20)]

    def change(queryset):
        def run():
            for _ in range(10):
                with unit():
                    queryset.change(reader=F("reader"))

        return run

    outcomes = together(
        change(Loan.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")),
        change(Loan.objects.filter(pk__in=[row.pk for row in rows]).order_by("-pk")),
    )

    assert outcomes == [None] * 2
    assert set(Loan.objects.filter(pk__in=[row.pk for row in rows]).values_list("version", flat=True)) == {21}


def lock_soon(row):
    """Lock a row, or give up much sooner than usual."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
    db.lock(Shelf, row.pk)


def test_a_wait_for_a_lock_ends_as_busy(committed_db):
    row, locked, done = made(make.shelf), Event(), Event()

    def holder():
        with unit():
            db.lock(Shelf, row.pk)
            locked.set()
            done.wait(10)

    def waiter():
        locked.wait(10)
        try:
            with unit():
                lock_soon(row)
        finally:
            done.set()

    _, refused = together(holder, waiter)

    assert isinstance(refused, Busy)
    assert (refused.code, refused.status) == ("busy", 503)


def test_a_held_row_is_held_by_several_and_changed_by_none(committed_db):
    row, held, done = made(make.shelf), Event(), Event()

    def holder():
        with unit():
            db.lock(Shelf, row.pk, mode="hold")
            held.set()
            done.wait(10)

    def others():
        held.wait(10)
        try:
            with unit():
                db.lock(Shelf, row.pk, mode="hold")
            with pytest.raises(Busy), unit():
                lock_soon(row)
        finally:
            done.set()

    assert together(holder, others) == [None, None]
