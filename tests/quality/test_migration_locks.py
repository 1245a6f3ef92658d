"""An upgrade of a running province must not hold a large table for long.

What MySQL 8, MariaDB and PostgreSQL do at once, or beside running writes for a moment, passes. Anything else (a column
made anew, data walked through) needs the migration's own ``LOCKS = "why it is short"``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

_AT_ONCE = (
    migrations.CreateModel,
    migrations.DeleteModel,
    migrations.AddField,
    migrations.RemoveField,
    migrations.AddIndex,
    migrations.RemoveIndex,
    migrations.RenameIndex,
    migrations.RemoveConstraint,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
)


def slow_operations(operations: Iterable[Operation]) -> list[str]:
    """Operations that may hold a table, in words. What is done to a table that was made just before is short."""
    asked = list(operations)
    made = {operation.name_lower for operation in asked if isinstance(operation, migrations.CreateModel)}
    return [operation.describe() for operation in asked if not _is_short(operation, made)]


def _is_short(operation: Any, made: set[str]) -> bool:
    if getattr(operation, "model_name_lower", "") in made:
        return True
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return not slow_operations(operation.database_operations)
    if isinstance(operation, migrations.AddField):
        # Filled in by the database itself, not row by row; and no index over existing rows that could clash.
        field = operation.field
        made_by_rows = field.has_default() and callable(field.default)
        return not field.unique and not made_by_rows and (field.null or field.has_default())
    return isinstance(operation, _AT_ONCE)


def _later_migrations() -> list[Any]:
    loader = MigrationLoader(None)
    found = [migration for key, migration in loader.disk_migrations.items() if key[0] == "boidung"]
    return [migration for migration in found if not migration.initial]


def test_no_migration_holds_a_large_table_for_long() -> None:
    unexplained = {}
    for migration in _later_migrations():
        module = __import__(type(migration).__module__, fromlist=["LOCKS"])
        slow = slow_operations(migration.operations)
        if slow and not getattr(module, "LOCKS", ""):
            unexplained[migration.name] = slow
    assert unexplained == {}


def test_walking_through_data_never_shares_a_transaction_with_a_change_of_tables() -> None:
    for migration in _later_migrations():
        walks = [one for one in migration.operations if isinstance(one, migrations.RunPython | migrations.RunSQL)]
        assert not walks or len(walks) == len(migration.operations), migration.name
        assert not walks or migration.atomic is False, f"{migration.name}: batches need atomic = False"


@pytest.mark.parametrize(
    ("operation", "short"),
    [
        (migrations.AddField("mark", "note", models.TextField(null=True)), True),
        (migrations.AddField("mark", "rank", models.IntegerField(default=0)), True),
        (migrations.AddField("mark", "uid", models.UUIDField(unique=True, null=True)), False),
        (migrations.AddField("mark", "extra", models.JSONField(default=dict)), False),
        (migrations.AlterField("mark", "comment", models.CharField(max_length=10)), False),
        (migrations.RunPython(migrations.RunPython.noop), False),
        (migrations.AddConstraint("mark", models.UniqueConstraint(fields=["comment"], name="x")), False),
        (migrations.CreateModel("other", []), True),
    ],
    ids=lambda value: value.describe() if isinstance(value, Operation) else str(value),
)
def test_what_counts_as_short(operation: Operation, short: bool) -> None:
    assert (slow_operations([operation]) == []) is short


def test_a_constraint_is_short_on_a_table_made_just_before_and_on_no_other() -> None:
    rule = models.UniqueConstraint(fields=["comment"], name="x")
    made, other = migrations.CreateModel("New", []), migrations.AddConstraint("mark", rule)
    assert slow_operations([made, migrations.AddConstraint("new", rule)]) == []
    assert slow_operations([made, other]) == [other.describe()]
