"""Roles of an assignment and the key that keeps "one at a time" true on every database."""

from __future__ import annotations

MEMBER = "member"
LEADER = "leader"
SECRETARY = "secretary"
CORE_TEACHER = "core_teacher"
UNIT_MANAGER = "unit_manager"
ROUND_ADMIN = "round_admin"

GROUP_ROLES = frozenset({MEMBER, LEADER, SECRETARY})


def active_key(
    *, role: str, round_id: int, person_id: int, group_id: int | None = None, unit_id: int | None = None
) -> str:
    """Value of ``Assignment.active_key`` while the assignment stands.

    A person is in one group of a round at a time (whatever the role there), core teacher of a group once,
    manager of a unit once, administrator once.
    """
    if role in GROUP_ROLES:
        return f"g:{round_id}:{person_id}"
    if role == CORE_TEACHER:
        return f"c:{group_id}:{person_id}"
    if role == UNIT_MANAGER:
        return f"u:{round_id}:{unit_id}:{person_id}"
    if role == ROUND_ADMIN:
        return f"a:{round_id}:{person_id}"
    raise ValueError(f"unknown role {role!r}")
