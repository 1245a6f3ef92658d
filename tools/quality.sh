#!/usr/bin/env bash
# tools/quality.sh: the checks that need no test run, with the tools of the current environment. All are run.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=()

check() { # title command…
    local title=$1
    shift
    echo "--- $title"
    "$@" || failed+=("$title")
}

export DJANGO_SETTINGS_MODULE=tests.settings
check "ruff check" ruff check .
check "ruff format" ruff format --check .
check "mypy" mypy
check "layers" lint-imports --no-logo
check "missing migrations" python -m django makemigrations --check --dry-run
check "system checks" python -m django check --fail-level WARNING
check "translations" python -m tools.check_translations

if [ ${#failed[@]} -gt 0 ]; then
    printf 'FAILED: %s\n' "${failed[@]}"
    exit 1
fi
