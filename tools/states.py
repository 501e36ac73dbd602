"""Charts of every status: `python -m tools.states --write` (make states) draws them into docs/states/.

Without --write it tells which are stale, and returns 1 then.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

from tools.checks import environment

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "states"


def statuses() -> Iterator[tuple[Any, Any]]:
    """Yield each model with its status column, in the order of their names."""
    from django.apps import apps  # noqa: PLC0415 - app-ready

    from apps.core.base import Status  # noqa: PLC0415 - app-ready

    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        is_ours = model.__module__.startswith("apps.") and not model.__name__.startswith("Historical")
        for field in model._meta.concrete_fields if is_ours else ():
            if isinstance(field, Status) and field.enum is not None:
                yield model, field


def chart(model: Any, field: Any) -> str:
    """Return the page of one status column."""
    moves = field.enum.moves()
    lines = [f"    [*] --> {initial(field)}"]
    lines += [f"    {source.value} --> {target.value}" for source, targets in moves.items() for target in targets]
    lines += [f"    {state.value} --> [*]" for state, targets in moves.items() if not targets]
    words = "\n".join(f"- `{state.value}`: {state.label}" for state in field.enum)
    title = f"# {model._meta.label}: {field.name}"
    return "\n".join([title, "", "```mermaid", "stateDiagram-v2", *lines, "```", "", words, ""])


def initial(field: Any) -> str:
    """Return the state in which a row begins: the column's default, or the first of the enum."""
    return str(field.default.value if field.has_default() else next(iter(field.enum)).value)


def path_of(model: Any, field: Any) -> Path:
    """Return where a chart lies."""
    name = model._meta.label.lower() if field.name == "status" else f"{model._meta.label.lower()}.{field.name}"
    return FOLDER / f"{name}.md"


def main(arguments: list[str]) -> int:
    """Draw the charts, or tell which are stale."""
    os.environ.update({"DJANGO_SETTINGS_MODULE": "config.settings", **environment()})
    django.setup()
    wanted = {path_of(model, field): chart(model, field) for model, field in statuses()}
    kept = {path: path.read_text() for path in sorted(FOLDER.glob("*.md"))}
    stale = sorted(path.name for path in wanted.keys() | kept.keys() if wanted.get(path) != kept.get(path))
    if "--write" not in arguments:
        print(f"Stale: {', '.join(stale)}. Run make states." if stale else "Every chart is as the enums say.")
        return int(bool(stale))
    FOLDER.mkdir(exist_ok=True)
    for path in kept.keys() - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text)
    print(f"{len(wanted)} charts, {len(stale)} changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
