"""Moving a row between states: legal moves leave history, a stamp and an audit event; all others leave nothing."""

import pytest

from apps.core import actors, clock, db
from apps.core.errors import InvalidState, NoUnit, ProgrammingFault, Stale
from apps.core.models import AuditEvent
from apps.core.states import move
from tests.specimens import factories as make
from tests.specimens.enums import PaperStatus
from tests.specimens.models import Paper
from tests.support.threads import together
from tests.support.units import PROVER, WHY, unit
from tests.support.written import nothing_written

LEGAL = [(source, target) for source, targets in PaperStatus.moves().items() for target in targets]
ILLEGAL = [(source, target) for source in PaperStatus for target in PaperStatus if (source, target) not in LEGAL]
# How a paper comes into each state.
WAYS = {PaperStatus.DRAFT: (), PaperStatus.FILED: (PaperStatus.FILED,), PaperStatus.LOST: (PaperStatus.LOST,)}


def paper(status=PaperStatus.DRAFT):
    with unit():
        made = make.paper()
    for step in WAYS[status]:
        with unit():
            move(made, step)
    return made


@pytest.mark.django_db
def test_a_move_sets_the_state_its_instant_and_what_is_passed_along():
    row = paper()

    with unit() as opened:
        move(row, PaperStatus.FILED, filed_by="usr_clerk")

    stored = Paper.objects.get(pk=row.pk)
    assert (stored.status, stored.filed_at, stored.filed_by) == ("filed", opened.at, "usr_clerk")
    assert (stored.version, stored.updated_at) == (2, opened.at)
    assert (row.status, row.filed_at, row.version) == (stored.status, stored.filed_at, stored.version)


@pytest.mark.django_db
def test_a_move_leaves_one_history_row_and_one_event():
    row = paper()
    before = AuditEvent.objects.count()

    with unit():
        move(row, PaperStatus.FILED, customer="cus_1", reason_code="complete", reason_text="All pages are there.")

    last = row.history.order_by("-version").first()
    assert (row.history.count(), last.status, last.history_user_id, last.history_change_reason) == (
        *(2, "filed"),
        *(PROVER.id, WHY),
    )
    event = AuditEvent.objects.latest("id")
    assert AuditEvent.objects.count() == before + 1
    assert (event.action, event.subject, event.customer_ref) == ("specimens.paper.filed", row.ref, "cus_1")
    assert (event.before, event.after) == ({"status": "draft"}, {"status": "filed"})
    assert (event.reason_code, event.reason_text) == ("complete", "All pages are there.")


@pytest.mark.django_db
@pytest.mark.parametrize(("source", "target"), LEGAL)
def test_every_legal_move_is_made(source, target):
    row = paper(source)

    with unit():
        move(row, target)

    assert Paper.objects.get(pk=row.pk).status == target


@pytest.mark.django_db
@pytest.mark.parametrize(("source", "target"), ILLEGAL)
def test_every_illegal_move_is_refused_and_leaves_nothing(source, target):
    row = paper(source)

    with nothing_written(), unit(), pytest.raises(InvalidState) as refused:
        move(row, target)

    assert refused.value.context == {"id": row.ref, "state": source.value, "wanted": target.value}
    assert (refused.value.code, refused.value.status) == ("invalid_state", 409)
    assert row.status == source


@pytest.mark.django_db
def test_a_move_of_a_row_with_other_unsaved_changes_is_a_fault():
    row = paper()
    row.title = "Other"

    with nothing_written(), unit(), pytest.raises(ProgrammingFault, match="save title of xpa_"):
        move(row, PaperStatus.FILED)


@pytest.mark.django_db
def test_a_move_outside_a_unit_is_a_fault():
    row = paper()

    with nothing_written(), pytest.raises(NoUnit):
        move(row, PaperStatus.FILED)


@pytest.mark.django_db
def test_a_move_from_a_copy_names_the_state_that_somebody_else_gave_it():
    row = paper()
    copy = Paper.objects.get(pk=row.pk)
    with unit():
        move(copy, PaperStatus.LOST)

    with nothing_written(), unit(), pytest.raises(InvalidState) as refused:
        move(row, PaperStatus.FILED)

    assert refused.value.context == {"id": row.ref, "state": "lost", "wanted": "filed"}
    assert (row.status, row.version) == ("draft", 1)


@pytest.mark.django_db
def test_a_move_from_a_copy_that_somebody_changed_in_its_state_is_stale():
    row = paper()
    copy = Paper.objects.get(pk=row.pk)
    copy.title = "Other"
    with unit():
        copy.save()

    with nothing_written(), unit(), pytest.raises(Stale) as refused:
        move(row, PaperStatus.FILED)

    assert refused.value.context == {"id": str(row.pk), "version": 2}


@pytest.mark.django_db
def test_a_moved_row_is_saved_and_moved_on_without_loading_it_again():
    row = paper()

    with unit():
        move(row, PaperStatus.FILED)
        row.title = "Other"
        row.save()
        move(row, PaperStatus.LOST)

    assert list(row.history.order_by("version").values_list("status", "title")) == [
        ("draft", "Title"),
        ("filed", "Title"),
        ("filed", "Other"),
        ("lost", "Other"),
    ]


def test_two_moves_at_once_pass_once(committed_db):
    with unit():
        row = make.paper()

    def run(target):
        def moved():
            with db.unit(by=actors.system("tests.states"), at=clock.now()):
                move(Paper.objects.get(pk=row.pk), target)

        return moved

    outcomes = together(run(PaperStatus.FILED), run(PaperStatus.LOST))

    refused = [one for one in outcomes if one is not None]
    stored = Paper.objects.get(pk=row.pk)
    # The move to lost may also follow the other one.
    assert [type(one) for one in refused] in ([InvalidState], [])
    assert (stored.version, stored.status) == (2 + (not refused), "lost" if not refused else stored.status)
