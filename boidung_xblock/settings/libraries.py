"""Which blocks a content library may hold is a list of the platform's; ours are added to it."""

from __future__ import annotations

from typing import Any

from boidung_xblock.conf import block_types


def allow_in_libraries(settings: Any) -> None:
    """Append our block types to ``LIBRARY_ENABLED_BLOCKS`` (Studio), keeping what is there; again changes nothing.

    Where there is no such list yet, none is made: the platform defines its own after the plugins' common settings,
    and the plugins' production settings come after that. A value still to be derived is left alone for the same reason.
    """
    allowed = getattr(settings, "LIBRARY_ENABLED_BLOCKS", None)
    if not isinstance(allowed, list | tuple | set | frozenset):
        return
    missing = [name for name in block_types() if name not in allowed]
    if missing:
        settings.LIBRARY_ENABLED_BLOCKS = type(allowed)([*allowed, *missing])
