#!/usr/bin/env bash
# tools/with_mariadb.sh command…: run a command while a MariaDB of its own is up, then take it down.
#
# As Tutor sets it up: utf8mb4, utf8mb4_unicode_ci. A temporary data directory, a unix socket, no network.
# The command sees BOIDUNG_TEST_DB=mariadb and where to connect. Exit 77: MariaDB cannot be had here.
set -euo pipefail

"$(dirname "$0")/debian_packages.sh" mariadb-server-core mariadb-client-core

directory=$(mktemp -d "${TMPDIR:-/tmp}/boidung-mariadb.XXXXXX")
server=
stop() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$directory"
}
trap stop EXIT
trap 'exit 130' INT TERM

user=$(id -un)
if [ "$(id -u)" = 0 ]; then
    getent passwd mysql >/dev/null && user=mysql
    chown "$user" "$directory"
    chmod 755 "$directory"
fi

if ! mariadb-install-db --no-defaults --datadir="$directory/data" --user="$user" --skip-test-db \
    --auth-root-authentication-method=normal >"$directory/install.log" 2>&1; then
    cat "$directory/install.log" >&2
    exit 1
fi
mariadbd --no-defaults --datadir="$directory/data" --user="$user" --socket="$directory/socket" \
    --pid-file="$directory/pid" --skip-networking --innodb-flush-log-at-trx-commit=0 \
    --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci >"$directory/server.log" 2>&1 &
server=$!

for _ in $(seq 100); do
    mariadb --no-defaults --socket="$directory/socket" --user=root --execute="SELECT 1" >/dev/null 2>&1 && break
    if ! kill -0 "$server" 2>/dev/null; then
        cat "$directory/server.log" >&2
        exit 1
    fi
    sleep 0.3
done
mariadb --no-defaults --socket="$directory/socket" --user=root \
    --execute="CREATE USER boidung@localhost; GRANT ALL ON *.* TO boidung@localhost"

BOIDUNG_TEST_DB=mariadb BOIDUNG_TEST_DB_SOCKET="$directory/socket" "$@"
