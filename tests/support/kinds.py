"""The models of the project by kind, and the factory of each."""

import importlib
import re
from typing import Any, Literal

import django.apps
import pytest
from django.db import models

from apps.core import db
from apps.core.base import Domain, Kept, Log, Operational
from apps.core.history import HistoryColumns
from apps.ledger.models.hot import HotRow
from tests.support.units import later, unit

Model = type[models.Model]
Kind = Literal["domain", "kept", "log", "operational", "history", "hot"]

BASES: dict[Kind, type[models.Model]] = {
    "domain": Domain,
    "kept": Kept,
    "log": Log,
    "operational": Operational,
    "history": HistoryColumns,
    "hot": HotRow,
}
TRACKED: tuple[Kind, ...] = ("domain", "kept")
_PLACES = ("apps.", "tests.")
_WORD_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def project_models() -> list[Model]:
    """Return every concrete model of the project, histories and automatic link tables included."""
    found = [
        model
        for model in django.apps.apps.get_models(include_auto_created=True)
        if not model._meta.proxy and django.apps.apps.get_app_config(model._meta.app_label).name.startswith(_PLACES)
    ]
    return sorted(found, key=lambda model: model._meta.label)


def kinds_of(model: Model) -> list[Kind]:
    """Return the kinds that a model derives from; exactly one when all is well."""
    return [kind for kind, base in BASES.items() if issubclass(model, base)]


def of(*kinds: Kind) -> Any:
    """Return what runs a test for each model of some kinds, for every model without any."""
    return each([model for model in project_models() if not kinds or set(kinds).intersection(kinds_of(model))])


def each(chosen: list[Model]) -> Any:
    """Return what runs a test for each of some models."""
    return pytest.mark.parametrize("model", chosen, ids=[model._meta.label for model in chosen])


def of_prefix(prefix: str) -> Model:
    """Return the model whose typed ids begin so."""
    (found,) = [model for model in project_models() if getattr(model, "id_prefix", "") == prefix]
    return found


def noun(model: Model) -> str:
    """Return the name of a model's factory: its own, in words."""
    return _WORD_BORDER.sub("_", model.__name__).lower()


def make(model: Any) -> Any:
    """Return a new row of a model from its factory, in the open unit or one of its own.

    Of a history, the row of its last change.
    """
    if not db.is_open():
        with unit():
            return make(model)
    if "history" in kinds_of(model):
        row = make(model.instance_type)
        return model.objects.filter(id=row.pk).order_by("version").last()
    row = _factory(model)()
    later()
    assert isinstance(row, model), f"{noun(model)}() of tests/factories returned {type(row).__name__}"
    return row


def _factory(model: Model) -> Any:
    place, name = _factories(model), noun(model)
    module = importlib.import_module(place)
    found = getattr(module, name, None)
    if found is None:
        pytest.fail(
            f"{place}.{name} is missing: write `def {name}() -> {model.__name__}:`, which makes one row through the"
            " services, inside an open unit and without arguments, with whatever it needs; tests.support.units.later()"
            " between two services lets the second lock from the lowest rank again",
            pytrace=False,
        )
    return found


def _factories(model: Model) -> str:
    app = django.apps.apps.get_app_config(model._meta.app_label).name
    return f"{app}.factories" if app.startswith("tests.") else f"tests.factories.{model._meta.app_label}"
