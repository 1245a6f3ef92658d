#!/usr/bin/env bash
# tools/compile_requirements.sh: resolve requirements/*.in into pinned .txt files, each on the Python of its line.
set -euo pipefail
cd "$(dirname "$0")/.."
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

compile() { # version output input…
    local tool=$directory/$1/bin
    if [ ! -d "$tool" ]; then
        "$(tools/find_python.sh "$1")" -m venv "$directory/$1"
        "$tool/python" -m pip install --quiet --disable-pip-version-check pip-tools
    fi
    echo "requirements/$2.txt"
    "$tool/pip-compile" --quiet --upgrade --strip-extras --allow-unsafe --no-header --no-annotate --no-emit-index-url \
        --no-emit-trusted-host --no-emit-find-links --output-file "requirements/$2.txt" "${@:3}"
}

compile 3.11 teak setup.py requirements/teak.in
compile 3.11 ulmo setup.py requirements/ulmo.in
compile 3.12 verawood setup.py requirements/verawood.in
compile 3.12 newest setup.py requirements/newest.in
compile 3.12 quality requirements/quality.in
compile 3.12 databases requirements/databases.in
compile 3.12 ci requirements/ci.in
for release in 20 21 22; do
    compile 3.12 "tutor$release" "requirements/tutor$release.in"
done
