"""`verify_history` finds what nobody but a superuser without guards could do to a history."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.core.history import models_with_history
from apps.core.selectors import histories
from tests.specimens import factories as make
from tests.specimens.models import Loan, Paper, Shelf
from tests.support import roles
from tests.support.units import unit


@pytest.fixture
def paper(any_role):
    with unit():
        row = make.paper()
    for title in ("Second", "Third"):
        row.title = title
        with unit():
            row.save()
    return row


def tamper(statement, *params):
    with roles.without_guards():
        roles.run(statement, params)


def verify(capsys):
    """Return what the command says at its end, and the complaints."""
    with pytest.raises(CommandError) as refused:
        call_command("verify_history")
    return str(refused.value), capsys.readouterr().err.splitlines()


def test_a_whole_history_is_counted(paper, capsys):
    call_command("verify_history")

    assert capsys.readouterr().out == f"{len(models_with_history())} models, 0 gaps, 0 differences.\n"


@pytest.mark.parametrize("version", [1, 2])
def test_a_missing_version_is_a_gap(paper, capsys, version):
    tamper("DELETE FROM specimens_historicalpaper WHERE id = %s AND version = %s", paper.pk, version)

    found = verify(capsys)

    assert found == (
        f"{len(models_with_history())} models, 1 gaps, 0 differences.",
        [f"specimens.Paper {paper.pk}: versions have a gap"],
    )


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM specimens_historicalpaper WHERE id = %s AND version = 3", "a lost last version"),
        ("UPDATE specimens_paper SET title = 'Fourth' WHERE id = %s", "a changed row"),
        ("UPDATE specimens_paper SET filed_at = now() WHERE id = %s", "a value instead of NULL"),
        ("UPDATE specimens_paper SET tags = '[1]' WHERE id = %s", "a changed JSON value"),
        ("UPDATE specimens_historicalpaper SET title = 'Other' WHERE id = %s AND version = 3", "a changed version"),
        ("UPDATE specimens_paper SET deleted_at = now(), deleted_by = 'x' WHERE id = %s", "a removed row"),
        ("UPDATE specimens_paper SET version = 4 WHERE id = %s", "a version without history"),
        ("DELETE FROM specimens_historicalpaper WHERE id = %s", "a row without history"),
        ("DELETE FROM specimens_paper WHERE id = %s", "a history without its row"),
    ],
    ids=lambda words: words if words.startswith("a ") else "",
)
def test_a_row_that_differs_from_its_last_version_is_named(paper, capsys, statement, what):
    tamper(statement, paper.pk)

    summary, complaints = verify(capsys)

    assert summary.endswith("0 gaps, 1 differences.")
    assert complaints == [f"specimens.Paper {paper.pk}: last history row and live row differ"]


def test_a_changed_secret_is_no_difference(paper):
    tamper("UPDATE specimens_paper SET pin = '1234' WHERE id = %s", paper.pk)

    assert histories.differences(Paper) == []


def test_faults_of_several_models_are_all_named(paper, capsys):
    with unit():
        loan, shelf = make.loan(), make.shelf()
    tamper("DELETE FROM specimens_historicalloan WHERE id = %s", loan.pk)
    tamper("UPDATE specimens_shelf SET note = 'x' WHERE id = %s", shelf.pk)
    tamper("DELETE FROM specimens_historicalpaper WHERE id = %s AND version = 2", paper.pk)

    summary, complaints = verify(capsys)

    assert summary.endswith("1 gaps, 2 differences.")
    assert sorted(complaints) == [
        f"specimens.Loan {loan.pk}: last history row and live row differ",
        f"specimens.Paper {paper.pk}: versions have a gap",
        f"specimens.Shelf {shelf.pk}: last history row and live row differ",
    ]
    assert (histories.differences(Loan), histories.differences(Shelf)) == ([str(loan.pk)], [str(shelf.pk)])
