"""``python -m tests.upgrade.make_dump``: write the dump of this version, on the database the environment names.

Once per release and database, before the release is tagged (see ``docs/operations.md``)::

    python -m tests.upgrade.make_dump
    tools/with_mariadb.sh python -m tests.upgrade.make_dump
    tools/with_postgresql.sh python -m tests.upgrade.make_dump
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import boidung_xblock
from tests.upgrade import databases


def main() -> None:
    """Migrate an empty database, fill it, dump it."""
    path = databases.dump_path(boidung_xblock.__version__)
    path.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, databases.empty(Path(folder)) as env:
        databases.django("migrate", "--verbosity=0", env=env)
        databases.content("build", env)
        databases.dump(path, env)
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
