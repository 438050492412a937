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
# Tests of the window wait for the screen more than they compute: they run beside the others.
windows=$(mktemp)
"$PYTHON" -m pytest -q tests/app >"$windows" 2>&1 &
beside=$!
trap 'kill "$beside" 2>/dev/null || true; rm -f "$windows"' EXIT
status=0
"$PYTHON" -m pytest -q --ignore=tests/app || status=$?
wait "$beside" || status=$?
say "Tests of the window"
cat "$windows"
exit "$status"
