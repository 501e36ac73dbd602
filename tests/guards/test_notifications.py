"""Kinds of messages: each has its three texts, which name declared values only and can be made in every language."""

from datetime import UTC, date, datetime

import pytest
from django.template import TemplateDoesNotExist

from apps.core.money import Money
from apps.notifications.enums import Kind, Param
from apps.notifications.selectors import kinds
from apps.notifications.services import mails, rendering
from apps.notifications.services.rendering import Reader, TextMissing

LANGUAGES = ("en", "de", "pt-BR", "ar", "ja", "zh-Hans")
EXAMPLES = {
    Param.MONEY: Money(2_510, "USD"),
    Param.TEXT: "Ann Lee",
    Param.NUMBER: 3,
    Param.INSTANT: datetime(2026, 3, 1, 12, 5, tzinfo=UTC),
    Param.DAY: date(2026, 3, 1),
}


def faults(kind: Kind) -> list[str]:
    """Return what is wrong with the texts of a kind."""
    found = []
    params = rendering.stored(kind=kind, params={name: EXAMPLES[param] for name, param in kind.params.items()})
    for language in LANGUAGES:
        reader = Reader(language, "Europe/Berlin")
        try:
            body = rendering.text(kind=kind, part="inbox", params=params, reader=reader)
            mail = mails.compose(
                ref="dlv_1", to="a@example.test", kind=kind, params=params, reader=reader, site="https://wallet.example"
            )
        except TemplateDoesNotExist as error:
            return [f"{kind.code}: write templates/{error}"]
        except TextMissing as error:
            return [f"{kind.code}: {error}"]
        found += [
            f"{kind.code} in {language}: {part} is empty"
            for part, text in (("inbox", body), ("subject", mail.subject))
            if not text
        ]
    return found


def test_every_kind_has_its_texts():
    assert [fault for kind in kinds.all_kinds().values() for fault in faults(kind)] == []


@pytest.fixture
def _texts(settings, tmp_path):
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    for part, text in (("subject", ""), ("inbox", "{{ name }}"), ("email", "{{ nobody }}")):
        path = tmp_path / "p2p/notifications" / f"planted.{part}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.usefixtures("_texts")
def test_a_planted_fault_is_named():
    assert faults(Kind("p2p.absent", {})) == ["p2p.absent: write templates/p2p/notifications/absent.inbox.txt"]
    assert faults(Kind("p2p.planted", {"name": Param.TEXT})) == [
        "p2p.planted: a text names 'nobody', which its kind does not declare"
    ]
