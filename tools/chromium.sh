#!/bin/sh
# Debian's Chromium for the tests in a browser, installed where none is there and root asks. Anyone else gets nothing:
# those tests are then skipped with the reason, or fail where CI=1. CHROMIUM_PATH= names another Chromium.
set -eu

chromium=${CHROMIUM_PATH:-/usr/bin/chromium}
if [ -x "$chromium" ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    exit 0
fi

say() { printf '%s\n' "$*" >&2; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
say "Setting up: Debian's chromium by apt-get, for the tests in a browser (once, about 100 MB) ..."
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install -y --no-install-recommends chromium fonts-noto-core; } >"$log" 2>&1 </dev/null; then
    tail -n 5 "$log" >&2
    say "Chromium could not be installed; the lines above say why. The tests in a browser will be missing."
elif [ ! -x "$chromium" ]; then
    say "The package chromium brought no $chromium. The tests in a browser will be missing."
fi
