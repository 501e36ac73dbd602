"""Import contract `surface`: which kinds of modules of another app may be imported by which kinds.

Names have the form <package>.<app>.<kind>...; the rule looks at direct imports between two apps.
"""

from collections.abc import Iterator
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ENTRANCES = frozenset({"admin", "api", "tasks", "receivers", "consumers", "management", "templatetags", "apps"})
WORDS = frozenset({"enums", "errors"})
PURE_OF_PARTNERS = frozenset({"outcomes", "capabilities", "redaction", "verifiers"})

# What each kind of module may take from another app.
PUBLIC: dict[str, frozenset[str]] = {
    "services": frozenset({"services", "selectors"}) | WORDS,
    "selectors": frozenset({"selectors"}) | WORDS,
    "rules": frozenset({"selectors", "enums"}),
    "models": frozenset({"enums"}),
    "enums": frozenset({"enums"}),
    "errors": frozenset({"errors"}),
} | dict.fromkeys(ENTRANCES, WORDS)

# What some apps offer besides: (app, kind of the importer) -> kinds.
EXTRA: dict[tuple[str, str], frozenset[str]] = {
    ("workflow", "services"): frozenset({"commands"}),
    ("partners", "services"): PURE_OF_PARTNERS,
    ("partners", "adapters"): PURE_OF_PARTNERS | {"transport"} | WORDS,
}

# Core is open to all but for these, which name their only importers. `makemigrations` writes the classes of columns,
# unique rules and triggers into migrations by their paths.
ONLY_FOR_OF_CORE: dict[str, frozenset[str]] = {
    "admin": frozenset({"admin"}),
    "api": frozenset({"api"}),
    "jobs": frozenset({"tasks"}),
    "base": frozenset({"models", "migrations"}),
    "triggers": frozenset({"models", "migrations"}),
    "history": frozenset({"models", "admin", "migrations"}),
} | dict.fromkeys(("models", "tasks", "management", "checks", "migrations"), frozenset())


class SurfaceContract(Contract):
    """Each app shows the others its services, selectors, enums and errors, and each kind of module takes its share."""

    type_name = "surface"
    package = fields.StringField()
    adapter_apps = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return every import that breaks the rule, with the reason."""
        output.verbose_print(verbose, f"Reading the imports between the apps of {self.package}...")
        broken = sorted({*self._foreign_imports(graph), *self._foreign_adapters(graph)})
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line an import: who, whom, and what to do instead."""
        for line in check.metadata["broken"]:
            output.print_error(line)

    def _foreign_imports(self, graph: ImportGraph) -> Iterator[str]:
        for importer in graph.modules:
            app, kind = _place(importer, str(self.package))
            for target in graph.find_modules_directly_imported_by(importer) if kind else ():
                other, what = _place(target, str(self.package))
                if what and other != app and not _allowed(app, kind, other, what):
                    lines = [
                        str(detail["line_number"])
                        for detail in graph.get_import_details(importer=importer, imported=target)
                    ]
                    yield f"{importer} -> {target} (l. {', '.join(lines)}): {_advice(kind, other, what)}"

    def _foreign_adapters(self, graph: ImportGraph) -> Iterator[str]:
        homes = cast("set[str] | None", self.adapter_apps) or set()  # a field holds its parsed value
        for module in graph.modules:
            app, kind = _place(module, str(self.package))
            if kind == "adapters" and app not in homes:
                yield f"{module}: adapters/ belongs to {' and '.join(sorted(homes))}; call their services"


def _place(module: str, package: str) -> tuple[str, str]:
    """Return app and kind of a module, or empty strings for one that is of no app."""
    parts = module.split(".")
    return (parts[1], parts[2]) if parts[0] == package and len(parts) > 2 else ("", "")  # noqa: PLR2004 - package, app, kind


def _allowed(app: str, kind: str, other: str, what: str) -> bool:
    if other == "core":
        return what not in ONLY_FOR_OF_CORE or kind in ONLY_FOR_OF_CORE[what]
    if (app, kind, what) == ("console", "admin", "admin"):
        return True
    return what in PUBLIC.get(kind, frozenset()) | EXTRA.get((other, kind), frozenset())


def _advice(kind: str, other: str, what: str) -> str:
    if other == "core":
        users = sorted(ONLY_FOR_OF_CORE[what])
        return f"core.{what} is for {' and '.join(users) or 'core alone'}"
    offered = sorted(PUBLIC.get(kind, frozenset()) | EXTRA.get((other, kind), frozenset()))
    return f"{kind} take {', '.join(offered) or 'nothing'} of another app"
