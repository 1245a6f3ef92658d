"""A site that upgrades from a release keeps everything, and goes on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.upgrade import databases

RELEASES = sorted(
    {path.name.partition(f".{databases.KIND}.")[0] for path in databases.DUMPS.glob(f"*.{databases.KIND}.*")}
)
CLIENTS = {"sqlite": (), "mariadb": ("mariadb",), "postgresql": ("psql",)}


def test_there_is_a_dump_of_every_release_for_every_database() -> None:
    names = {path.name for path in databases.DUMPS.iterdir()}
    releases = {name.rsplit(".", 3)[0] for name in names}
    assert releases >= {"0.1.0"}
    assert names == {f"{release}.{kind}.sql.gz" for release in releases for kind in CLIENTS}


@pytest.mark.database
@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES)
def test_an_upgrade_keeps_everything_and_work_goes_on(release: str, tmp_path: Path) -> None:
    if not all(shutil.which(client) for client in CLIENTS[databases.KIND]):
        pytest.skip(f"not run: no client of {databases.KIND} here")
    with databases.empty(tmp_path) as env:
        databases.load(databases.dump_path(release), env)
        databases.django("migrate", "--verbosity=0", env=env)
        databases.django("migrate", "--check", env=env)
        told = json.loads(databases.content("tell", env))
    assert told["read"] == {
        "activity": ["Bài suy ngẫm r1", 4],
        "desk": [["Hồ Thị Mai", "submitted"], ["Nguyễn Văn Ân", "marked"], ["Phan Thanh Tâm", "withdrawn"]],
        "versions": [[2, "Ví dụ: tiết 12, bài “Ước và bội”.", 0], [1, "Học trò lớp 6A đã tự đặt câu hỏi.", 1]],
        "events": [
            ["marked", "Trần Thị Lan", ""],
            ["resubmitted", "Nguyễn Văn Ân", ""],
            ["returned", "Trần Thị Lan", "Nêu rõ ví dụ của lớp mình."],
            ["submitted", "Nguyễn Văn Ân", ""],
        ],
        "mark": ["7.500", True, "Cụ thể, làm được ngay.", "Trần Thị Lan"],
        "draft": [1, {"dieu-hoc-duoc": "Tôi đang viết tiếp"}],
        "groups": {"an": "Tổ Toán – Tin", "tam": "Tổ Ngữ văn", "binh": "Tổ Ngữ văn"},
        "round_admin": True,
    }
    assert told["states"] == ["marked", "marked", "resubmitted", "withdrawn"]
