#!/bin/sh
# Builds .venv as uv.lock says, with nothing but Python at hand. Does nothing when it is in step already.
# Paths are relative to the project, so neither spaces nor long folders matter. PYTHON= names another Python.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/in-step
wanted=$(cat uv.lock pyproject.toml | cksum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

say() { printf '%s\n' "$*" >&2; }

stop() {
    say "$@"
    exit 1
}

# Redis comes as a package for Python 3.11 and 3.12 only; a newer Python needs a Redis of its own.
fits() {
    "$1" - "$2" 2>/dev/null <<'PYTHON'
import sys
newest = {"embedded": (3, 13), "own": (4, 0)}[sys.argv[1]]
sys.exit(not (3, 11) <= sys.version_info < newest)
PYTHON
}

find_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.12 python3.11; do
        if fits "$candidate" embedded; then
            echo "$candidate"
            return
        fi
    done
    if [ -n "${REDIS_URL:-}" ] || command -v redis-server >/dev/null; then
        for candidate in ${PYTHON:+"$PYTHON"} python3; do
            if fits "$candidate" own; then
                echo "$candidate"
                return
            fi
        done
    fi
}

if [ "$(uname -s) $(uname -m)" != "Linux x86_64" ]; then
    say "PostgreSQL and Redis come along for Linux x86_64; this is $(uname -s) $(uname -m). Here, put postgres 18 and" \
        "redis-server on the path, or set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL."
fi

if [ -e .venv ] && ! fits .venv/bin/python own; then
    say "The .venv does not work here (moved, or another Python); it is built again."
    rm -rf .venv
fi

python=$(find_python)
unset VIRTUAL_ENV
export UV_PROJECT_ENVIRONMENT=.venv
if command -v uv >/dev/null; then
    uv=uv
    # Without a Python of the right version uv brings one.
    [ -e .venv ] || export UV_PYTHON="${python:-3.12}"
else
    uv=.venv/bin/uv
fi

if [ "$uv" != uv ] && [ ! -x "$uv" ]; then
    [ -n "$python" ] || stop "Strongroom needs Python 3.11 or 3.12; python3 here is" \
        "$(python3 -c 'import platform; print(platform.python_version())' 2>/dev/null || echo missing)." \
        "Install one (Debian, Ubuntu: apt-get install python3 python3-venv), name one (make demo PYTHON=/path/to/python3.12)," \
        "or install uv, which brings its own."
    "$python" -c 'import ensurepip, venv' 2>/dev/null || stop "$python cannot make virtual environments: a system package is" \
        "missing. On Debian and Ubuntu: apt-get install python3-venv. Or install uv; it needs nothing else."
    release=$(sed -n '/^name = "uv"$/{n;s/^version = "\(.*\)"$/\1/p;}' uv.lock)
    say "Setting up: .venv with $("$python" --version) and uv $release ..."
    "$python" -m venv .venv || stop "The virtual environment could not be made; the lines above say why."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$release" ||
        stop "uv could not be installed; the lines above say why."
fi

say "Setting up: packages of uv.lock (about 150; a minute or two the first time) ..."
# The list of packages is only worth its lines where progress bars stand above it.
[ -t 2 ] || export UV_NO_PROGRESS=1 quiet=--quiet
"$uv" sync --frozen ${quiet:-} || stop "The packages could not be installed; the lines above say why."
printf '%s\n' "$wanted" >"$stamp"
