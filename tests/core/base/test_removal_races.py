"""A parent is removed while a child comes: one of the two sees the other, in either order and at any number."""

from threading import Event

import pytest
from django.db import connection

from apps.core import db
from apps.core.errors import InUse, InvalidReference
from tests.specimens import factories as make
from tests.specimens.models import Paper, Shelf
from tests.support.threads import together, until_somebody_waits
from tests.support.units import later, unit

ORPHANS = (
    "SELECT count(*) FROM specimens_paper p JOIN specimens_shelf s ON s.id = p.shelf_id"
    " WHERE p.deleted_at IS NULL AND s.deleted_at IS NOT NULL"
)


@pytest.fixture
def shelf(committed_db):
    with unit():
        return make.shelf()


def orphans():
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS)
        return cursor.fetchone()[0]


def first(act, written):
    """Return a call that does something, commits only when the other one waits for it, and then lets it go on."""

    def run():
        with unit():
            act()
            written.set()
            until_somebody_waits()

    return run


def second(act, written):
    def run():
        written.wait(10)
        with unit():
            act()

    return run


def add(shelf):
    return lambda: make.paper(shelf=Shelf.all_objects.get(pk=shelf.pk), title=make.word())


def remove(row):
    return lambda: type(row).objects.get(pk=row.pk).delete()


def test_a_child_that_comes_after_the_removal_is_refused(shelf):
    written = Event()

    outcomes = together(first(remove(shelf), written), second(add(shelf), written))

    assert [type(one) for one in outcomes] == [type(None), InvalidReference]
    assert (Shelf.objects.filter(pk=shelf.pk).count(), Paper.all_objects.filter(shelf=shelf).count()) == (0, 0)


def test_a_removal_that_comes_after_the_child_is_refused(shelf):
    written = Event()

    outcomes = together(first(add(shelf), written), second(remove(shelf), written))

    assert [type(one) for one in outcomes] == [type(None), InUse]
    assert outcomes[1].context == {"users": {"specimens.Paper": 1}}
    assert Shelf.objects.filter(pk=shelf.pk).exists()


def test_a_child_that_comes_back_after_the_removal_is_refused(shelf):
    with unit():
        paper = make.paper(shelf=shelf)
    with unit():
        paper.delete()
    written = Event()

    outcomes = together(first(remove(shelf), written), second(paper.restore, written))

    assert [type(one) for one in outcomes] == [type(None), InvalidReference]
    assert Paper.objects.filter(pk=paper.pk).count() == 0


def test_a_child_that_is_put_under_a_removed_row_is_refused(shelf):
    with unit():
        paper = make.paper()
    written = Event()

    def move():
        row = Paper.objects.get(pk=paper.pk)
        row.shelf = shelf
        row.save()

    outcomes = together(first(remove(shelf), written), second(move, written))

    assert [type(one) for one in outcomes] == [type(None), InvalidReference]
    assert Paper.objects.get(pk=paper.pk).shelf_id == paper.shelf_id


def test_a_whole_is_removed_while_children_come_without_an_orphan(shelf):
    def whole():
        with unit():
            db.lock(Shelf, shelf.pk, mode="remove")
            later()
            for paper in Paper.objects.filter(shelf=shelf).order_by("pk"):
                paper.delete()
            later()
            Shelf.objects.get(pk=shelf.pk).delete()

    def one_more():
        with unit():
            add(shelf)()

    together(one_more, whole, one_more, one_more)

    assert orphans() == 0


@pytest.mark.slow
def test_races_at_any_number_leave_no_orphan(committed_db):
    for _ in range(20):
        with unit():
            shelf = make.shelf()

        outcomes = together(*(run(act) for act in (remove(shelf), add(shelf), add(shelf))))

        assert {type(one) for one in outcomes if one is not None} <= {InUse, InvalidReference}
        assert any(one is not None for one in outcomes)
    assert orphans() == 0


def run(act):
    def call():
        with unit():
            act()

    return call
