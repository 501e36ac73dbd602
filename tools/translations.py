"""`locale/*/LC_MESSAGES/django.po`: every text that people read, for translators.

`python -m tools.translations` compares, with `--write` it writes. Babel reads the sources, so that no gettext has to
be installed; Django turns templates into what Babel can read.
"""

import os
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tools.checks import environment

ROOT = Path(__file__).resolve().parent.parent
SOURCES: Final = ("apps/**/*.py", "config/**/*.py", "templates/**/*.html", "templates/**/*.txt")
CATALOGUES: Final = "locale/*/LC_MESSAGES/django.po"
_KEYWORDS: Final = {**DEFAULT_KEYWORDS, **{f"{name}_lazy": spec for name, spec in DEFAULT_KEYWORDS.items()}}
_HEAD: Final = """\
# Written by `make translations`; translate what stands after each msgstr.
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def texts(root: Path) -> Iterator[tuple[Any, str | None]]:
    """Return every marked text of the sources, with its context; a pair where there is a plural."""
    for pattern in SOURCES:
        for path in sorted(root.glob(pattern)):
            source = path.read_text()
            if path.suffix != ".py":
                # Of the lines around its calls Django keeps the indentation, at which Python would stumble.
                source = re.sub(r"(?m)^[ \t]+", "", templatize(source, origin=str(path)))
            for _, text, _, context in extract("python", BytesIO(source.encode()), _KEYWORDS):
                yield text, context


def columns() -> Iterator[tuple[str, None]]:
    """Return the names of all columns that the console shows: they are words of the models."""
    from django.contrib import admin  # noqa: PLC0415 - app-ready

    from apps.core.admin import shown  # noqa: PLC0415 - app-ready

    for model in admin.site._registry:  # noqa: SLF001 - Django has no other list of what is registered
        for field in model._meta.concrete_fields:
            yield shown.label_of(field), None


def catalogue(kept: str, locale: str, root: Path) -> str:
    """Return a catalogue with the texts of the sources and the translations that it has already."""
    found = Catalog(locale=locale)
    for text, context in [*texts(root), *columns()]:
        found.add(text, context=context)
    known = read_po(BytesIO(kept.encode()), locale=locale)
    known.update(found, no_fuzzy_matching=True)
    body = BytesIO()
    write_po(body, known, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True, width=0)
    return _HEAD.format(locale=locale, plurals=known.plural_forms) + body.getvalue().decode()


def main(arguments: list[str]) -> int:
    """Write the catalogues, or return 1 when one lacks texts or has too many."""
    os.environ.update({"DJANGO_SETTINGS_MODULE": "config.settings", **environment()})
    django.setup()
    stale = []
    for path in sorted(ROOT.glob(CATALOGUES)):
        kept = path.read_text()
        wanted = catalogue(kept, path.parts[-3], ROOT)
        if "--write" in arguments:
            path.write_text(wanted)
        elif wanted != kept:
            stale.append(path.relative_to(ROOT))
    if stale:
        print(*(f"{path}:1: is not what the sources say; run `make translations` and commit it" for path in stale))
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
