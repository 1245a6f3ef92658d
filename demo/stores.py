"""Where XBlock fields live: authored ones in ``Block`` rows, learners' in ``StudentModule`` rows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import MutableMapping
from typing import Any

from edx_when.field_data import DateLookupFieldData
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.field_data import FieldData, ReadOnlyFieldData, SplitFieldData
from xblock.fields import Scope, UserScope
from xblock.runtime import KeyValueStore, KvsFieldData

from demo.blocks import INHERITED
from demo.models import Block, FieldState, StudentModule

AUTHORED = (Scope.content, Scope.settings, Scope.children, Scope.parent)
LEARNERS = (Scope.user_state, Scope.user_state_summary, Scope.preferences, Scope.user_info)
Key = KeyValueStore.Key


class CourseContent:
    """The blocks of one published course, read with one query: the demo's modulestore."""

    def __init__(self, course_key: CourseKey, *, empty: bool = False) -> None:
        self.course_key = course_key
        self.fields: dict[UsageKey, dict[str, Any]] = {}
        if not empty:
            rows = Block.objects.filter(course_key=str(course_key)).order_by("position")
            self.fields = {UsageKey.from_string(row.usage_key): row.fields for row in rows}

    def parent(self, usage_key: UsageKey) -> UsageKey | None:
        """The block above, or None."""
        above = self.fields.get(usage_key, {}).get("parent")
        return UsageKey.from_string(above) if above else None

    def lineage(self, usage_key: UsageKey) -> list[UsageKey]:
        """The block itself and all above it, nearest first."""
        line = [usage_key]
        while above := self.parent(line[-1]):
            line.append(above)
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
        elif key.scope == Scope.parent:
            value = str(value) if value else None
        self.content.fields.setdefault(key.block_scope_id, {})[key.field_name] = value

    def delete(self, key: Key) -> None:
        del self.content.fields[key.block_scope_id][key.field_name]

    def has(self, key: Key) -> bool:
        return key.field_name in self.content.fields.get(key.block_scope_id, {})

    def default(self, key: Key) -> Any:
        if key.field_name in INHERITED:
            for above in self.content.lineage(key.block_scope_id)[1:]:
                if key.field_name in self.content.fields[above]:
                    return self.content.fields[above][key.field_name]
        raise KeyError(key.field_name)


class StudentStore(KeyValueStore):
    """Learners' fields. Saving reads the row again and lays the changed fields over it, without a lock."""

    def __init__(self) -> None:
        self._cache: dict[tuple[Any, ...], dict[str, Any]] = {}

    def _row(self, key: Key, *, create: bool = False) -> StudentModule | FieldState | None:
        if key.user_id is None and key.scope.user != UserScope.NONE:
            return None  # visitors have no state
        if key.scope == Scope.user_state:
            rows: Any = StudentModule.objects
            usage_key = key.block_scope_id
            where = {"student_id": key.user_id, "module_state_key": str(usage_key)}
            more = {"course_id": str(usage_key.course_key), "module_type": usage_key.block_type}
        else:
            rows = FieldState.objects
            place = str(key.block_scope_id or "")
            where, more = {"scope": key.scope.name or str(key.scope), "student_id": key.user_id, "place": place}, {}
        return rows.get_or_create(**where, defaults=more)[0] if create else rows.filter(**where).first()

    def _state(self, key: Key) -> dict[str, Any]:
        place = (key.scope, key.user_id, key.block_scope_id)
        if place not in self._cache:
            row = self._row(key)
            self._cache[place] = json.loads(row.state) if row and row.state else {}
        return self._cache[place]

    def get(self, key: Key) -> Any:
        return self._state(key)[key.field_name]

    def has(self, key: Key) -> bool:
        return key.field_name in self._state(key)

    def set(self, key: Key, value: Any) -> None:
        self.set_many({key: value})

    def delete(self, key: Key) -> None:
        self._write(key, lambda state: state.pop(key.field_name, None))

    def set_many(self, update_dict: dict[Key, Any]) -> None:
        places: dict[tuple[Any, ...], dict[Key, Any]] = defaultdict(dict)
        for key, value in update_dict.items():
            places[key.scope, key.user_id, key.block_scope_id][key] = value
        for changes in places.values():
            named = {key.field_name: value for key, value in changes.items()}
            self._write(next(iter(changes)), lambda state, named=named: state.update(named))

    def _write(self, key: Key, change: Any) -> None:
        row = self._row(key, create=True)
        if row is None:
            return
        state = json.loads(row.state) if row.state else {}
        change(state)
        row.state = json.dumps(state)
        row.save(update_fields=["state", "modified"] if isinstance(row, StudentModule) else ["state"])
        self._cache[key.scope, key.user_id, key.block_scope_id] = state


class MaskedStore(KeyValueStore):
    """Under "view as this learner" the learner's state is read, and writes stay in the viewer's session."""

    def __init__(self, below: KeyValueStore, session: MutableMapping[str, Any]) -> None:
        self.below = below
        self.session = session

    def _data(self) -> dict[str, Any]:
        data: dict[str, Any] = self.session.setdefault("masquerade_data", {})
        return data

    @staticmethod
    def _name(key: Key) -> str:
        return f"{key.scope.name}|{key.user_id}|{key.block_scope_id}|{key.field_name}"

    def get(self, key: Key) -> Any:
        entry = self._data().get(self._name(key))
        if entry == "deleted":
            raise KeyError(key.field_name)
        return entry[0] if entry else self.below.get(key)

    def has(self, key: Key) -> bool:
        entry = self._data().get(self._name(key))
        return entry != "deleted" if entry else self.below.has(key)

    def set(self, key: Key, value: Any) -> None:
        self.session["masquerade_data"] = self._data() | {self._name(key): [value]}

    def delete(self, key: Key) -> None:
        self.session["masquerade_data"] = self._data() | {self._name(key): "deleted"}


def unbound(content: CourseContent, *, writable: bool = False) -> FieldData:
    """Authored fields only; dates are the authored ones. Writable while a course is being imported."""
    authored: FieldData = KvsFieldData(AuthoredStore(content))
    return SplitFieldData(dict.fromkeys(AUTHORED, authored if writable else ReadOnlyFieldData(authored)))


def bound(content: CourseContent, user: Any, session: MutableMapping[str, Any] | None) -> FieldData:
    """As the LMS binds a block: authored fields read-only under edx-when's dates, learners' fields writable.

    ``session`` is given while viewing as one specific learner.
    """
    authored = KvsFieldData(AuthoredStore(content))
    # Not cached: the platform's cache may show an extension minutes late, which would only puzzle here.
    dated = DateLookupFieldData(authored, course_id=content.course_key, user=user, use_cached=False)
    store: KeyValueStore = StudentStore()
    learners = KvsFieldData(MaskedStore(store, session) if session is not None else store)
    return SplitFieldData(dict.fromkeys(AUTHORED, ReadOnlyFieldData(dated)) | dict.fromkeys(LEARNERS, learners))
