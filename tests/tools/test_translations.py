"""The catalogue holds every marked text of Python and of templates, and keeps what was translated."""

from pathlib import Path

import pytest

from tools.translations import catalogue, columns

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy
plain = _("Plain")
late = gettext_lazy("Late " "and joined")
many = ngettext("%(n)d row", "%(n)d rows", 2)
named = pgettext_lazy("a month", "May")
neither = _(plain)
"""
TEMPLATE = """{% load i18n %}
<div>
    {% if who %}
  <p title="{% translate "In an attribute" %}">{% translate 'Quoted "well"' %}</p>
        {% blocktranslate count n=n trimmed %}
          One
          line
        {% plural %}
          {{ n }} lines
        {% endblocktranslate %}
  {% endif %}
</div>
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in (
        ("apps/x/words.py", PYTHON),
        ("templates/x/page.html", TEMPLATE),
        ("tests/x.py", '_("Not here")'),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return tmp_path


def entries(text: str) -> list[str]:
    return [part for part in text.split("\n\n")[1:] if part]


def test_texts_of_python_and_templates_are_found(project: Path) -> None:
    found = "\n".join(entries(catalogue("", "de", project)))

    for words in (
        'msgid "Plain"',
        'msgid "Late and joined"',
        'msgid "%(n)d row"\nmsgid_plural "%(n)d rows"',
        'msgctxt "a month"\nmsgid "May"',
        'msgid "In an attribute"',
        'msgid "Quoted \\"well\\""',
        'msgid "One line"\nmsgid_plural "%(n)s lines"',
    ):
        assert words in found
    assert "Not here" not in found


def test_columns_are_texts_too(project: Path) -> None:
    assert 'msgid "Legal name"' in catalogue("", "de", project)
    assert {"Ledger transaction", "Time zone"} <= {text for text, _ in columns()}


def test_translations_are_kept_and_texts_that_are_gone_leave(project: Path) -> None:
    first = catalogue("", "de", project)
    kept = first.replace('msgid "Plain"\nmsgstr ""', 'msgid "Plain"\nmsgstr "Schlicht"')
    (project / "templates/x/page.html").unlink()

    second = catalogue(kept, "de", project)

    assert 'msgid "Plain"\nmsgstr "Schlicht"' in second
    assert ("In an attribute" in first, "In an attribute" in second) == (True, False)
    assert catalogue(second, "de", project) == second


def test_plurals_follow_the_language(project: Path) -> None:
    assert "nplurals=1" in catalogue("", "ja", project)
