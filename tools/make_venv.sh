#!/usr/bin/env bash
# tools/make_venv.sh directory [version…]: a virtual environment with this package (editable) and all it is tried with.
#
# Python 3.12 gets the Verawood line, 3.11 the Ulmo line, unless versions are named. Does nothing if it is up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
directory=${1:?directory}
shift
[ $# -gt 0 ] || set -- 3.12 3.11

if ! python=$(tools/find_python.sh "$@" 2>/dev/null); then
    tools/debian_packages.sh python3 python3-venv || true
    python=$(tools/find_python.sh "$@")
fi
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
case $version in
    3.11) line=ulmo ;;
    *) line=verawood ;;
esac

inputs=(setup.py pyproject.toml boidung_xblock/__init__.py tools/make_venv.sh "requirements/$line.txt")
inputs+=(requirements/quality.txt)
stamp=$(cat "${inputs[@]}" | sha256sum)
[ "$(cat "$directory/.ready" 2>/dev/null)" = "$stamp" ] && exit 0

echo "Preparing $directory: Python $version, requirements/$line.txt"
if [ ! -x "$directory/bin/pip" ]; then
    rm -rf "$directory"
    # Debian splits ensurepip off.
    "$python" -c 'import ensurepip' 2>/dev/null || tools/debian_packages.sh "python$version-venv"
    "$python" -m venv "$directory"
fi
pip() { "$directory/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile "$@"; }
pip -r "requirements/$line.txt" -r requirements/quality.txt
pip --no-deps --editable .
printf '%s\n' "$stamp" >"$directory/.ready"
