"""Where XBlock fields live: authored ones in ``Block`` rows, learners' in ``StudentModule`` rows."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from edx_when.field_data import DateLookupFieldData
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.field_data import FieldData, ReadOnlyFieldData, SplitFieldData
from xblock.fields import Scope
from xblock.runtime import DictKeyValueStore, KeyValueStore, KvsFieldData

from demo.blocks import INHERITED
from demo.models import Block, StudentModule

_AUTHORED = (Scope.content, Scope.settings, Scope.children, Scope.parent)
_OTHERS = (Scope.user_state_summary, Scope.preferences, Scope.user_info)
_IN_MEMORY = KvsFieldData(DictKeyValueStore())  # scopes that nothing here relies on
Key = KeyValueStore.Key


class CourseContent:
    """The blocks of one published course, read with one query: the demo's modulestore."""

    def __init__(self, course_key: CourseKey, *, empty: bool = False) -> None:
        self.course_key = course_key
        rows = Block.objects.filter(course_key=str(course_key)).order_by("position")
        self.fields: dict[UsageKey, dict[str, Any]] = {}
        if not empty:
            self.fields = {UsageKey.from_string(row.usage_key): row.fields for row in rows}

    def lineage(self, usage_key: UsageKey) -> list[UsageKey]:
        """The block itself and all above it, nearest first."""
        line = [usage_key]
        while above := self.fields.get(line[-1], {}).get("parent"):
            line.append(UsageKey.from_string(above))
        return line


class AuthoredStore(KeyValueStore):
    """content, settings, children and parent; inheritable fields default to the nearest ancestor's value."""

    def __init__(self, content: CourseContent) -> None:
        self.content = content

    def get(self, key: Key) -> Any:
        value = self.content.fields[key.block_scope_id][key.field_name]
        if key.scope == Scope.children:
            return [UsageKey.from_string(child) for child in value]
        return UsageKey.from_string(value) if key.scope == Scope.parent and value else value

    def set(self, key: Key, value: Any) -> None:
        if key.scope == Scope.children:
            value = [str(child) for child in value]
        elif key.scope == Scope.parent and value:
            value = str(value)
        self.content.fields[key.block_scope_id][key.field_name] = value

    def delete(self, key: Key) -> None:
        del self.content.fields[key.block_scope_id][key.field_name]

    def has(self, key: Key) -> bool:
        return key.field_name in self.content.fields[key.block_scope_id]

    def default(self, key: Key) -> Any:
        if key.field_name in INHERITED:
            for above in self.content.lineage(key.block_scope_id)[1:]:
                if key.field_name in self.content.fields[above]:
                    return self.content.fields[above][key.field_name]
        raise KeyError(key.field_name)


class StudentStore(KeyValueStore):
    """user_state. Saving reads the row again and lays the changed fields over it, without a lock."""

    def __init__(self) -> None:
        self._read: dict[UsageKey, dict[str, Any]] = {}

    def load(self, usage_key: UsageKey, user_id: int) -> dict[str, Any]:
        """The state as stored."""
        row = StudentModule.objects.filter(student_id=user_id, module_state_key=str(usage_key)).first()
        return row.state if row else {}

    def store(self, usage_key: UsageKey, user_id: int, state: dict[str, Any]) -> None:
        """Store the whole state; the first time makes the row."""
        values = {"course_id": str(usage_key.course_key), "module_type": usage_key.block_type, "state": state}
        where = {"student_id": user_id, "module_state_key": str(usage_key)}
        StudentModule.objects.update_or_create(**where, defaults=values)

    def _state(self, key: Key) -> dict[str, Any]:
        if key.user_id is None:
            return {}  # visitors have none
        if key.block_scope_id not in self._read:
            self._read[key.block_scope_id] = self.load(key.block_scope_id, key.user_id)
        return self._read[key.block_scope_id]

    def get(self, key: Key) -> Any:
        return self._state(key)[key.field_name]

    def has(self, key: Key) -> bool:
        return key.field_name in self._state(key)

    def set(self, key: Key, value: Any) -> None:
        self.set_many({key: value})

    def set_many(self, update_dict: dict[Key, Any]) -> None:  # of one block: XBlock saves block by block
        place = next(iter(update_dict))
        self._change(place, {key.field_name: value for key, value in update_dict.items()})

    def delete(self, key: Key) -> None:
        self._change(key, {}, without=key.field_name)

    def _change(self, key: Key, changes: dict[str, Any], without: str = "") -> None:
        if key.user_id is not None:
            state = self.load(key.block_scope_id, key.user_id) | changes
            state.pop(without, None)
            self.store(key.block_scope_id, key.user_id, state)
            self._read[key.block_scope_id] = state


class MaskedStore(StudentStore):
    """Under "view as this learner" the learner's state is read, and what is written stays in the viewer's session."""

    def __init__(self, session: MutableMapping[str, Any]) -> None:
        super().__init__()
        self.session = session

    def load(self, usage_key: UsageKey, user_id: int) -> dict[str, Any]:
        written: dict[str, Any] = self.session.get("masquerade_data", {}).get(f"{user_id} {usage_key}")
        return super().load(usage_key, user_id) if written is None else written

    def store(self, usage_key: UsageKey, user_id: int, state: dict[str, Any]) -> None:
        place = f"{user_id} {usage_key}"
        self.session["masquerade_data"] = self.session.get("masquerade_data", {}) | {place: state}


def unbound(content: CourseContent, *, writable: bool = False) -> FieldData:
    """Authored fields only, with the authored dates. Writable while a course is being imported."""
    authored: FieldData = KvsFieldData(AuthoredStore(content))
    return SplitFieldData(dict.fromkeys(_AUTHORED, authored if writable else ReadOnlyFieldData(authored)))


def bound(content: CourseContent, user: Any, session: MutableMapping[str, Any] | None) -> FieldData:
    """As the LMS binds a block: authored fields read-only under edx-when's dates, learners' fields writable.

    ``session`` is given while viewing as one specific learner.
    """
    authored = KvsFieldData(AuthoredStore(content))
    # Not cached: the platform's cache may show an extension minutes late, which would only puzzle here.
    dated = DateLookupFieldData(authored, course_id=content.course_key, user=user, use_cached=False)
    learners = KvsFieldData(StudentStore() if session is None else MaskedStore(session))
    scopes = dict.fromkeys(_AUTHORED, ReadOnlyFieldData(dated)) | dict.fromkeys(_OTHERS, _IN_MEMORY)
    return SplitFieldData(scopes | {Scope.user_state: learners})
