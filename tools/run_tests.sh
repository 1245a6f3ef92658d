#!/usr/bin/env bash
# tools/run_tests.sh: the whole suite with the tools of the current environment; ends with a table of what was run.
#
# Arguments go to pytest.
set -uo pipefail
cd "$(dirname "$0")/.."
report=$(mktemp)
trap 'rm -f "$report"' EXIT
failed=0

python -m pytest tests --junit-xml="$report" "$@" || failed=1
echo "--- browser side, unit tests"
tools/test_js.sh || failed=1
echo "--- what was run"
python -m tools.check_report "$report" || failed=1
exit $failed
