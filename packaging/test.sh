#!/usr/bin/env bash
# Set up everything and run all checks and tests. Extra arguments go to pytest.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
. "$ROOT/packaging/setup.sh"
prepare dev

say "Style, types and layers"
"$PYTHON" -m ruff check .
"$PYTHON" -m ruff format --check .
"$PYTHON" -m mypy
"${PYTHON%python}lint-imports" --no-logo

say "Tests"
if [ $# -gt 0 ]; then
    exec "$PYTHON" -m pytest -q "$@"
fi
# Two at a time, the longest first; whatever has no line of its own comes last.
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
export PYTHON logs
printf '%s\n' \
    "tests/acceptance" \
    "tests/app" \
    "tests/engine/models tests/viewer" \
    "tests --ignore=tests/acceptance --ignore=tests/app --ignore=tests/engine/models --ignore=tests/viewer" |
    xargs -P 2 -L 1 bash -c '
        log=$(mktemp -p "$logs") status=0
        "$PYTHON" -m pytest -q "$@" >"$log" 2>&1 || status=$?
        printf "\\n== %s\\n" "$*"
        cat "$log"
        exit "$status"' group
