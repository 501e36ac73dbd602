"""`make check`: every check one after the other, one line each, and the whole output of those that fail.

`python -m tools.checks lint types` runs the named ones only. No server is needed: settings come from `.env.example`.
"""

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
CHECKS = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy", "--strict", "apps", "bench", "config", "simulators", "tools"],
    "imports": ["-c", _LINT_IMPORTS],
    "inline-imports": ["-m", "tools.inline_imports"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "migrations-safe": ["-m", "tools.migrations_safe"],
    "deploy": ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "openapi": ["-m", "tools.openapi"],
    "dependencies": ["-m", "deptry", "."],
    "lock": ["-m", "uv", "lock", "--check"],
    "templates": ["-m", "djlint", "templates", "--check", "--lint"],
    "translations": ["-m", "tools.translations"],
    "dead-code": ["-m", "vulture"],
    "sizes": ["-m", "tools.sizes"],
    "environment": ["-m", "tools.env_example"],
}


def environment() -> dict[str, str]:
    """Return the environment of a production site as `.env.example` describes it."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    words = [word for line in lines for word in shlex.split(line, comments=True)]
    return {**os.environ, **dict(word.split("=", 1) for word in words)}


def passes(name: str, env: dict[str, str]) -> bool:
    """Run one check and print its line, and what it said when it failed."""
    print(f"  {name:<18}", end="", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *CHECKS[name]],
        cwd=ROOT,
        env=env,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    print(f"{'FAILED' if done.returncode else 'ok':<8}{time.monotonic() - began:6.1f} s", flush=True)
    if done.returncode:
        sys.stdout.flush()
        sys.stdout.buffer.write(done.stdout)
        print()
    return done.returncode == 0


def main(names: list[str]) -> int:
    """Run the named checks, or all; return 1 when one failed, 2 for an unknown name."""
    if unknown := set(names) - CHECKS.keys():
        print(f"There is no check {', '.join(sorted(unknown))}; there are: {', '.join(CHECKS)}.")
        return 2
    env = environment()
    chosen = names or list(CHECKS)
    failed = [name for name in chosen if not passes(name, env)]
    print(f"{len(chosen)} checks, {len(failed)} failed{': ' + ', '.join(failed) if failed else ''}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
