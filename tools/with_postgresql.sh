#!/usr/bin/env bash
# tools/with_postgresql.sh command…: run a command while a PostgreSQL of its own is up, then take it down.
#
# Sorted by Vietnamese rules, so that whatever leans on a database's collation shows. A temporary data directory,
# a unix socket, no network. The command sees BOIDUNG_TEST_DB=postgresql and where to connect.
# Exit 77: PostgreSQL cannot be had here.
set -euo pipefail

"$(dirname "$0")/debian_packages.sh" postgresql

bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
directory=$(mktemp -d "${TMPDIR:-/tmp}/boidung-postgresql.XXXXXX")
as_owner=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
    chown postgres "$directory"
    as_owner=(runuser -u postgres --)
fi
server_job=
stop() {
    if [ -n "$server_job" ]; then
        # The server's own pid: the job is runuser where this runs as root.
        kill -INT "$(head -n 1 "$directory/data/postmaster.pid" 2>/dev/null || echo "$server_job")" 2>/dev/null || true
        wait "$server_job" 2>/dev/null || true
    fi
    rm -rf "$directory"
}
trap stop EXIT
trap 'exit 130' INT TERM

cd "$directory"
if ! "${as_owner[@]}" "$bin/initdb" --pgdata="$directory/data" --username=boidung --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --locale-provider=icu --icu-locale=vi-VN >"$directory/initdb.log" 2>&1; then
    cat "$directory/initdb.log" >&2
    exit 1
fi
cd "$OLDPWD"
"${as_owner[@]}" "$bin/postgres" -D "$directory/data" -c listen_addresses= -c unix_socket_directories="$directory" \
    -c fsync=off -c timezone=UTC >"$directory/server.log" 2>&1 &
server_job=$!
for _ in $(seq 100); do
    "$bin/pg_isready" --quiet --host="$directory" && break
    if ! kill -0 "$server_job" 2>/dev/null; then
        cat "$directory/server.log" >&2
        exit 1
    fi
    sleep 0.3
done

BOIDUNG_TEST_DB=postgresql BOIDUNG_TEST_DB_SOCKET="$directory" "$@"
