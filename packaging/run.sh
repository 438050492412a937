#!/usr/bin/env bash
# Set up everything on a fresh Debian 12 or Ubuntu and open Facewright on a sample scan.
# Without a display, do the same job headless and say where the results lie.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$ROOT/packaging/setup.sh"
prepare ""

SAMPLE=$ROOT/assets/samples/adult.glb
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "Opening the window"
    exec "$PYTHON" -m facewright.app "${@:-$SAMPLE}"
fi

RESULTS=$ROOT/results
say "No display here: registering the sample scan headless"
mkdir -p "$RESULTS"
cli() { "$PYTHON" -m facewright.engine.cli "$@"; }
cli register "${1:-$SAMPLE}" -o "$RESULTS/head.face"
cli edit "$RESULTS/head.face" "$RESULTS/older.face" age --years 65
cli edit "$RESULTS/older.face" "$RESULTS/older-smiling.face" expression --weights mouthSmileLeft=0.7 mouthSmileRight=0.7
cli render "$RESULTS/head.face" -o "$RESULTS/head.png"
cli render "$RESULTS/older-smiling.face" -o "$RESULTS/older-smiling.png" --view three-quarter
cli export "$RESULTS/older-smiling.face" -o "$RESULTS/older-smiling.glb" --blendshapes
say "The results lie in $RESULTS"
ls -1 "$RESULTS"
