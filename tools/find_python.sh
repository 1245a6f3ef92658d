#!/usr/bin/env bash
# tools/find_python.sh 3.12 [3.11 …]: print a working interpreter of the first version that there is, else fail.
#
# A name on the PATH may be a pyenv shim that refuses to run, so each candidate is tried.
set -euo pipefail

works() { # candidate version
    [ "$("$1" -c 'import sqlite3, ssl, sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$2" ]
}

real() { # the interpreter behind a name or shim
    "$1" -c 'import sys; print(getattr(sys, "_base_executable", "") or sys.executable)'
}

candidates() { # version
    type -ap "python$1" python3 python 2>/dev/null || true
    printf '%s\n' "/usr/bin/python$1" "/usr/local/bin/python$1"
    local root=${PYENV_ROOT:-$HOME/.pyenv}
    command -v pyenv >/dev/null 2>&1 && root=$(pyenv root)
    printf '%s\n' "$root/versions/$1".*/bin/python
}

for version in "$@"; do
    while read -r candidate; do
        if [ -x "$candidate" ] && works "$candidate" "$version"; then
            real "$candidate"
            exit 0
        fi
    done < <(candidates "$version")
done
echo "No working Python $* found. On Debian: apt-get install python3 python3-venv; or use pyenv." >&2
exit 1
