"""Imports inside functions: each ends with `# noqa: PLC0415 - <reason>`, reasons come from a closed list.

`python -m tools.inline_imports` prints those without a reason, and fails when there are more than ten in all.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.sizes import ROOT, SOURCE, files

REASONS = ("slow-import", "optional-dependency", "app-ready")
MOST = 10
MARK = re.compile(r"#\s*noqa: PLC0415 - (?P<reason>[\w-]+)\s*$")
ADVICE = f"import at the top, or end the line with `# noqa: PLC0415 - <reason>`: {', '.join(REASONS)}"


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


def faults(root: Path) -> list[str]:
    """Return one line for each inline import without a listed reason, and one when there are too many."""
    found, count = [], 0
    for path in files(root, *SOURCE):
        text = path.read_text()
        lines = text.splitlines()
        for number in sorted({node.lineno for node in inline(ast.parse(text))}):
            count += 1
            given, where = reason(lines[number - 1]), f"{path.relative_to(root)}:{number}"
            if given not in REASONS:
                found.append(f"{where}: {ADVICE}")
            elif given == "app-ready" and path.name != "apps.py" and not path.is_relative_to(root / "config"):
                found.append(f"{where}: app-ready is for apps.py and config, which run before the apps are loaded")
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
