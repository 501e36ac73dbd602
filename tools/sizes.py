"""Sizes: no file above 300 lines, no function above 40, core at most 5,400 lines of code in all.

`python -m tools.sizes` prints what is too large, then the figures of the whole tree.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from statistics import median, quantiles
from token import COMMENT, DEDENT, ENDMARKER, INDENT, NEWLINE, NL
from tokenize import TokenInfo, generate_tokens

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ("apps", "config", "simulators", "tools", "bench")
FILE_LINES, FUNCTION_LINES, CORE_LINES = 300, 40, 5_400
MEDIAN_FILE, MEDIAN_FUNCTION = 60, 8
SILENT = (COMMENT, DEDENT, ENDMARKER, INDENT, NEWLINE, NL)
P95_FILE, P95_FUNCTION = 200, 30


@dataclass(frozen=True, slots=True)
class Piece:
    """A file or a function with its number of lines; `line` is where it begins."""

    path: Path
    line: int
    name: str
    lines: int


def files(root: Path, *folders: str) -> Iterator[Path]:
    """Return the Python files of some folders that people write; migrations are generated."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.relative_to(root).parts:
                yield path


def measure(path: Path) -> tuple[Piece, list[Piece]]:
    """Return a file's size and the sizes of its functions, from `def` to the last line, in lines."""
    text = path.read_text()
    functions = [
        Piece(path, node.lineno, node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return Piece(path, 1, path.name, len(text.splitlines())), functions


def code_lines(path: Path) -> int:
    """Return the lines of a file that do something: neither blank, nor a comment, nor a docstring."""
    text = path.read_text()
    words = {
        line for token in generate_tokens(StringIO(text).readline) if token.type not in SILENT for line in _span(token)
    }
    return len(words - {line for node in ast.walk(ast.parse(text)) for line in _docstring(node)})


def _span(token: TokenInfo) -> range:
    return range(token.start[0], token.end[0] + 1)


def _docstring(node: ast.AST) -> range:
    """Return the lines of a node's docstring."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
        return range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    return range(0)


def core_lines(root: Path) -> int:
    """Return the lines of code of core; what explains it may be as long as it needs."""
    return sum(code_lines(path) for path in files(root, "apps/core"))


def faults(root: Path) -> list[str]:
    """Return one line for everything that is too large, with what to do about it."""
    found = []
    for path in files(root, *SOURCE, "tests"):
        file, functions = measure(path)
        where = path.relative_to(root)
        if file.lines > FILE_LINES:
            found.append(f"{where}:1: {file.lines} lines, at most {FILE_LINES}: split it by noun, never by layer")
        found += [
            f"{where}:{piece.line}: {piece.name} has {piece.lines} lines, at most {FUNCTION_LINES}: name its steps"
            for piece in functions
            if piece.lines > FUNCTION_LINES
        ]
    core = core_lines(root)
    if core > CORE_LINES:
        found.append(
            f"apps/core:1: {core} lines of code, at most {CORE_LINES}: move out what has fewer than three users"
        )
    return found


def figures(root: Path) -> list[str]:
    """Return the middle and the 95th percentile of files and functions, in lines, and the share of tests."""
    measured = [measure(path) for path in files(root, *SOURCE)]
    source = [file.lines for file, _ in measured if file.lines]
    functions = [piece.lines for _, found in measured for piece in found]
    tests = sum(measure(path)[0].lines for path in files(root, "tests"))
    if len(source) < 2 or len(functions) < 2:  # noqa: PLR2004 - quantiles need two values
        return ["too little code for figures"]
    return [
        _figure("files", source, MEDIAN_FILE, P95_FILE),
        _figure("functions", functions, MEDIAN_FUNCTION, P95_FUNCTION),
        f"core: {core_lines(root)} of {CORE_LINES} lines of code",
        f"tests: {tests / sum(source):.2f} lines a line of source (aim 1.2 to 2.0)",
    ]


def _figure(what: str, lines: list[int], middle: int, most: int) -> str:
    high = round(quantiles(lines, n=20, method="inclusive")[-1])
    return f"{what}: {len(lines)}, median {median(lines):g} (aim {middle}), p95 {high} (aim {most}), max {max(lines)}"


def main() -> int:
    """Print faults and figures; return 1 when something is too large."""
    found = faults(ROOT)
    print(*found, *figures(ROOT), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
