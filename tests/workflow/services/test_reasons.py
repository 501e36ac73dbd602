"""Dictionaries of reasons."""

from pathlib import Path

import pytest
from django.conf import settings

from apps.workflow.errors import ReasonTextRequired, ReasonUnknown
from apps.workflow.models import ReasonCode
from apps.workflow.services import reasons

pytestmark = pytest.mark.django_db


def test_loading_again_changes_nothing(unit):
    with unit():
        assert reasons.load(folder=Path(settings.BASE_DIR) / "reference") == 0


def test_loading_adds_and_renames(unit, tmp_path):
    folder = tmp_path / "tests"
    folder.mkdir()
    lines = ["action,code,label", "workflow.work_item.skip,language,Another language", "tests.thing.do,other,Other"]
    (folder / "reasons.csv").write_text("\n".join(lines))

    with unit():
        assert reasons.load(folder=tmp_path) == 2

    renamed = ReasonCode.objects.get(action="workflow.work_item.skip", code="language")
    assert (renamed.label, renamed.version, renamed.history.count()) == ("Another language", 2, 2)
    with pytest.raises(ReasonTextRequired):
        reasons.require(action="tests.thing.do", code="other", text="  short  ")
    assert reasons.require(action="tests.thing.do", code="other", text="a long reason").code == "other"


def test_an_unknown_reason_is_refused():
    with pytest.raises(ReasonUnknown):
        reasons.require(action="workflow.work_item.skip", code="nonsense")


def test_a_retired_reason_is_refused(unit):
    with unit():
        ReasonCode.objects.filter(code="language").change(retired_at="2026-01-01T00:00:00Z")

    with pytest.raises(ReasonUnknown):
        reasons.require(action="workflow.work_item.skip", code="language")
