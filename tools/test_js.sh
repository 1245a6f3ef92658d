#!/usr/bin/env bash
# tools/test_js.sh: unit tests of the browser side, by Node's own test runner; nothing to install.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v node >/dev/null; then
    echo "Needs Node 18 or newer for the tests of the browser side. On Debian, as root: apt-get install nodejs" >&2
    exit 1
fi
shopt -s nullglob
tests=(tests/js/*.test.js)
if [ ${#tests[@]} -eq 0 ]; then
    echo "No tests found in tests/js." >&2
    exit 1
fi
# Debian 12's Node 18 has the browser's `crypto` behind a flag.
flags=()
[[ $(node --version) == v18.* ]] && flags=(--experimental-global-webcrypto)
exec node "${flags[@]}" --test "${tests[@]}"
