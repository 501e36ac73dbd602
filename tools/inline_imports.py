"""Imports inside functions: each ends with `# noqa: PLC0415 - <reason>`, reasons come from a closed list.

`python -m tools.inline_imports` prints those without a reason, and fails when there are more than ten beside those of
the apps' configurations.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.sizes import ROOT, SOURCE, files

READY = "app-ready"
REASONS = ("slow-import", "optional-dependency", READY)
MOST = 10
MARK = re.compile(r"#\s*noqa: (?:F401, )?PLC0415 - (?P<reason>[\w-]+)\s*$")
ADVICE = f"import at the top, or end the line with `# noqa: PLC0415 - <reason>`: {', '.join(REASONS)}"

EARLY = "app-ready is for apps.py, config and programs, which run before the apps are loaded"


def inline(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Return the imports that stand inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield inner


def reason(line: str) -> str:
    """Return the reason that a line of code gives for its inline import, or nothing."""
    found = MARK.search(line)
    return found["reason"] if found else ""


def is_early(path: Path) -> bool:
    """Tell whether a file runs before the apps are loaded."""
    return path.name == "apps.py" or path.parts[0] in ("config", "tools", "bench")


def faults(root: Path) -> list[str]:
    """Return one line for each inline import without a listed reason, and one when there are too many."""
    found, count = [], 0
    for path in files(root, *SOURCE):
        text = path.read_text()
        lines = text.splitlines()
        for number in sorted({node.lineno for node in inline(ast.parse(text))}):
            given, where = reason(lines[number - 1]), f"{path.relative_to(root)}:{number}"
            count += given != READY
            if given not in REASONS:
                found.append(f"{where}: {ADVICE}")
            elif given == READY and not is_early(path.relative_to(root)):
                found.append(f"{where}: {EARLY}")
    if count > MOST:
        found.append(f"{count} inline imports, at most {MOST}: move what both modules need below them")
    return found


def main() -> int:
    """Print the faults; return 1 when there are any."""
    found = faults(ROOT)
    print(*(found or ["inline imports: each has its reason"]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
