"""Texts: whatever people read can be translated, in templates and in the words of models."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils.functional import Promise

from tests.guards.source import ROOT, report
from tests.support import kinds

SPOKEN = {"alt", "aria-label", "label", "placeholder", "title"}
SILENT = {"code", "kbd", "script", "style"}
NOT_READ = re.compile(
    r"{% comment.*?{% endcomment %}|{% blocktranslate.*?{% endblocktranslate %}|{%.*?%}|{{.*?}}|{#.*?#}|<!DOCTYPE.*?>",
    re.DOTALL,
)
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {"JPEG", "PNG", "Strongroom", "UTC"}
"""Words that are the same in every language."""


class Words(HTMLParser):
    """Collects the words that a page says by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # What is hidden from readers are pictures by their names.
        self._open.append((tag, tag in SILENT or ("aria-hidden", "true") in attrs))
        for name, value in attrs:
            if name in SPOKEN:
                self._say(value or "")

    def handle_endtag(self, tag: str) -> None:
        while tag in {name for name, _ in self._open} and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(is_silent for _, is_silent in self._open):
            self._say(data)

    def _say(self, text: str) -> None:
        if set(WORD.findall(text)) - NAMES:
            self.found.append(" ".join(text.split()))


def unmarked(template: str) -> list[str]:
    """Return the texts of a template that no translation reaches."""
    words = Words()
    words.feed(NOT_READ.sub("", template))
    words.close()
    return words.found


def unnamed() -> Iterator[str]:
    """Return the models and the choices whose names are no texts."""
    for model in kinds.project_models():
        if not model.__module__.startswith("apps.") or "history" in kinds.kinds_of(model):
            continue
        meta: Any = model._meta
        names = {"verbose_name": meta.verbose_name, "verbose_name_plural": meta.verbose_name_plural}
        yield from (f"{meta.label}: no {name}" for name, value in names.items() if not isinstance(value, Promise))
        for field in meta.concrete_fields:
            plain = [label for _, label in field.flatchoices if not isinstance(label, Promise) and label not in NAMES]
            yield from (f"{meta.label}.{field.name}: {label}" for label in plain)


def test_templates_say_nothing_that_cannot_be_translated():
    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for text in unmarked(path.read_text())
    ]

    assert report(found) == ""


def test_models_and_their_choices_have_names_that_can_be_translated():
    assert report(list(unnamed())) == ""


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p title="Hello {{ name }}">{% translate "Hi" %}</p>', ["Hello"]),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}{# Oh #}", []),
        ('<p data-x="Hello"><kbd>Ctrl</kbd> <code>Word</code> · {{ x }} UTC</p>', []),
        ("{% if x %}a{% else %}Oh{% endif %}", ["aOh"]),
        ("Plain text of a mail, {{ name }}", ["Plain text of a mail,"]),
    ],
)
def test_unmarked_texts_are_found(template, found):
    assert unmarked(template) == found
