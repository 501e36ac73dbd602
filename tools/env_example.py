"""`.env.example`: generated from `config/settings/env.py`, so no variable is undocumented.

`python -m tools.env_example` compares; with `--write` it writes.
"""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

from tools.sizes import ROOT

SOURCE = Path("config/settings/env.py")
TARGET = Path(".env.example")
HEAD = """\
# Every variable that Strongroom reads; written by `python -m tools.env_example --write`, never by hand.
# Each may also be given as NAME_FILE, the path of a file that holds the value: the way for secrets.
"""
PLAIN = re.compile(r"[\w@%+=:,./?&-]*")


def declarations(root: Path) -> ModuleType:
    """Return the module that declares the variables, loaded without the settings around it.

    Loading `config.settings` would read the very values that are to be described.
    """
    spec = importlib.util.spec_from_file_location("declared_env", root / SOURCE)
    if spec is None or spec.loader is None:
        message = f"{SOURCE} cannot be loaded"
        raise ImportError(message)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def quoted(value: str) -> str:
    """Return a value as a shell and a reader of such files both take it."""
    return value if PLAIN.fullmatch(value) else "'" + value.replace("'", "'\\''") + "'"


def render(module: ModuleType) -> str:
    """Return the text of the file: one meaning and one value a variable, defaults where there are any."""
    parts = [HEAD]
    for variable in module.VARIABLES:
        value = variable.example if variable.default is None else variable.default
        kind = "secret" if variable.secret else "required" if variable.default is None else "optional"
        parts.append(f"\n# {variable.meaning} ({kind})\n{variable.name}={quoted(value)}\n")
    return "".join(parts)


def main(arguments: list[str]) -> int:
    """Write the file, or return 1 when it differs from the declarations."""
    wanted, target = render(declarations(ROOT)), ROOT / TARGET
    if "--write" in arguments:
        target.write_text(wanted)
    elif not target.exists() or target.read_text() != wanted:
        print(f"{TARGET}:1: differs from {SOURCE}; run `python -m tools.env_example --write`")
        return 1
    print(f"{TARGET}: as declared")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
