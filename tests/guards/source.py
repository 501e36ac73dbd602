"""The project's source as syntax trees, with names resolved through each module's imports."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Module:
    """One file: its path from the root, its tree, and what its imported names stand for."""

    path: str
    tree: ast.Module
    names: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> str:
        """Return the app that the file belongs to, or nothing."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "apps" and len(parts) > 2 else ""

    @property
    def kind(self) -> str:
        """Return the kind of the file inside its app: services, models, tasks, ..."""
        return self.path.split("/")[2].removesuffix(".py") if self.app else ""

    def at(self, node: ast.AST, message: str) -> str:
        """Return a finding: place, and what to do instead."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {message}"

    def dotted(self, node: ast.AST | None) -> str:
        """Return the full name of a name or attribute chain; an unknown beginning stays as it is written."""
        match node:
            case ast.Name(id=name):
                return self.names.get(name, name)
            case ast.Attribute(value=value, attr=attr):
                return f"{self.dotted(value)}.{attr}"
            case ast.Call(func=func):
                return f"{self.dotted(func)}()"
            case ast.Subscript(value=value):
                return self.dotted(value)
        return ""

    def calls(self, within: ast.AST | None = None) -> Iterator[tuple[ast.Call, str]]:
        """Return each call with the full name of what is called."""
        for node in ast.walk(within or self.tree):
            if isinstance(node, ast.Call):
                yield node, self.dotted(node.func)

    def references(self) -> Iterator[tuple[ast.AST, str]]:
        """Return each use and each import of a name, with its full name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name | ast.Attribute):
                yield node, self.dotted(node)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node, f"{origin(node, self.path)}.{alias.name}") for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)


def origin(node: ast.ImportFrom, path: str) -> str:
    """Return the module that names are imported from, relative imports resolved."""
    if not node.level:
        return node.module or ""
    package = path.removesuffix(".py").removesuffix("/__init__").split("/")
    above = package[: len(package) - node.level + path.endswith("__init__.py")]
    return ".".join([*above, *([node.module] if node.module else [])])


def parse(text: str, path: str = "apps/p2p/services/transfers.py") -> Module:
    """Return a module from its text."""
    module = Module(path=path, tree=ast.parse(text))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                module.names[alias.asname or alias.name] = f"{origin(node, path)}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name if alias.asname else alias.name.split(".")[0]
                module.names[alias.asname or first] = first
    return module


def modules(*folders: str) -> list[Module]:
    """Return the modules below some folders of the project; an absent folder has none."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [parse(path.read_text(), path.relative_to(ROOT).as_posix()) for path in paths]


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function and method of a module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def report(findings: list[str]) -> str:
    """Return the findings as one text, empty when there are none."""
    return "\n".join(sorted(set(findings)))
