"""Statuses: every state can be reached, and the charts in docs/states are those of the enums."""

import pytest

from tools import states

FOUND = list(states.statuses())


def reached(field) -> set[str]:
    moves = {source.value: [target.value for target in targets] for source, targets in field.enum.moves().items()}
    seen, todo = set(), [states.initial(field)]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo += moves[state]
    return seen


@pytest.mark.parametrize(("model", "field"), FOUND, ids=[model._meta.label for model, _ in FOUND])
def test_every_state_can_be_reached_from_the_first(model, field):
    assert reached(field) == {state.value for state in field.enum}


@pytest.mark.parametrize(("model", "field"), FOUND, ids=[model._meta.label for model, _ in FOUND])
def test_the_chart_is_that_of_the_enum(model, field):
    path = states.path_of(model, field)

    assert path.exists(), "make states"
    assert path.read_text() == states.chart(model, field), "make states"


def test_no_chart_is_left_over():
    kept = {path.name for path in states.FOLDER.glob("*.md")}

    assert kept - {states.path_of(model, field).name for model, field in FOUND} == set(), "make states"
