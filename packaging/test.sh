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
export QT_API=pyside6
exec "$PYTHON" -m pytest -q "$@"
