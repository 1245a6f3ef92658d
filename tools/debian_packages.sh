#!/usr/bin/env bash
# tools/debian_packages.sh package… command=package…: make sure that these Debian packages are installed.
#
# A package named with a command is not looked for where that command is there already.
# Exit 77 (and the reason on stderr) where they are missing and this user or system cannot install them.
set -euo pipefail

missing=()
for wanted in "$@"; do
    package=${wanted#*=}
    [ "$package" != "$wanted" ] && command -v "${wanted%%=*}" >/dev/null && continue
    if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
        missing+=("$package")
    fi
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "Needs the Debian packages ${missing[*]}, and this is not Debian (no apt-get)." >&2
    exit 77
fi
if [ "$(id -u)" != 0 ]; then
    echo "Needs the Debian packages ${missing[*]}. As root: apt-get install ${missing[*]}" >&2
    exit 77
fi
export DEBIAN_FRONTEND=noninteractive
echo "Installing Debian packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update -q && apt-get install -qy --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    echo "apt-get could not install ${missing[*]}." >&2
    exit 77
fi
