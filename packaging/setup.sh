# Sourced by run.sh and test.sh: system libraries, a virtual environment, the program, the networks.
# Usage: prepare "EXTRAS"   for example: prepare dev
# Sets PYTHON to the environment's interpreter. FACEWRIGHT_VENV chooses where it lives, and
# FACEWRIGHT_TORCH_INDEX where training finds torch (https://download.pytorch.org/whl/cpu: no CUDA).

LIBRARIES="xvfb xauth libgl1 libegl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libdbus-1-3 libglib2.0-0 libfontconfig1"

say() { printf '\n== %s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

missing_libraries() {
    local name
    for name in $LIBRARIES; do
        # Ubuntu 24.04 renamed some packages with a t64 ending.
        dpkg-query -W -f '${Status}\n' "$name" "${name}t64" 2>/dev/null | grep -q '^install ok installed' \
            || printf '%s ' "$name"
    done
}

install_libraries() {
    command -v dpkg-query >/dev/null || return 0   # not Debian: the user's own package manager
    local missing as_root="" commands
    missing=$(missing_libraries)
    [ -z "$missing" ] && return 0
    commands="apt-get update && apt-get install -y --no-install-recommends $missing"
    if [ "$(id -u)" -ne 0 ]; then
        if sudo -n true 2>/dev/null; then
            as_root="sudo -n"
        else
            fail "System libraries are missing. Run this line, then start again:
  sudo sh -c '$commands'"
        fi
    fi
    say "Installing system libraries: $missing"
    $as_root env DEBIAN_FRONTEND=noninteractive sh -c "$commands" >/dev/null \
        || fail "The system libraries could not be installed. Run this line by hand: sudo sh -c '$commands'"
}

find_python() {
    local name
    for name in python3 python3.11 python3.12 python3.13; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$name"
            return
        fi
    done
    fail "Python 3.11 or newer with its venv module is needed. On Debian 12: sudo apt-get install python3 python3-venv. On Ubuntu 22.04: sudo apt-get install python3.11 python3.11-venv."
}

prepare() {
    local extras=$1 environment=${FACEWRIGHT_VENV:-$ROOT/.venv} python stamp wanted
    install_libraries
    if [ ! -x "$environment/bin/python" ]; then
        python=$(find_python) || exit 1
        say "Making a virtual environment"
        "$python" -m venv "$environment"
    fi
    PYTHON=$environment/bin/python
    stamp=$environment/.facewright-$extras
    wanted=$(cat "$ROOT/pyproject.toml" "$ROOT/packaging/constraints.txt" | sha256sum)
    if [ ! -d "$ROOT/build/dev/facewright/engine" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        say "Installing Facewright and what it needs"
        "$PYTHON" -m pip install --quiet --disable-pip-version-check \
            ${FACEWRIGHT_TORCH_INDEX:+--extra-index-url "$FACEWRIGHT_TORCH_INDEX"} \
            -c "$ROOT/packaging/constraints.txt" -e "$ROOT${extras:+[$extras]}"
    fi
    # Landmark networks: fetched once into the user's cache; without them landmarks are placed by hand.
    "$PYTHON" -m facewright.engine.cli models fetch mediapipe --quiet \
        || say "The landmark networks could not be fetched now: landmarks will be placed by hand until they are."
    compile_loops "$environment/.facewright-loops"
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        say "Trying the installation on a sample"
        try_sample && printf '%s\n' "$wanted" > "$stamp"
    fi
}

# Compiling holds the interpreter for half a minute: done here once, it never makes the window wait.
compile_loops() {
    local stamp=$1 wanted
    wanted=$(grep -rlZ --include='*.py' '^@compiled' "$ROOT/engine" | sort -z | xargs -0 cat | sha256sum)
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    say "Compiling the numeric loops"
    if "$PYTHON" -m facewright.engine.warming; then
        printf '%s\n' "$wanted" > "$stamp"
    else
        say "They could not be compiled now: the first head will take longer."
    fi
}

try_sample() {
    local folder status=0
    folder=$(mktemp -d)
    "$PYTHON" -m facewright.engine.cli register "$ROOT/assets/samples/infant.ply" --age 0.8 \
        -o "$folder/infant.face" --quiet || status=$?
    rm -rf "$folder"
    [ $status -eq 0 ] || say "The sample could not be registered; the installation itself is complete."
}
