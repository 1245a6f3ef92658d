"""The tables in the migrations are the tables of the models, and every database can keep their promises."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core import checks
from django.core.management import call_command


@pytest.mark.database
@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "boidung", check=True, dry_run=True, verbosity=0)


@pytest.mark.database
@pytest.mark.django_db
def test_system_checks_have_nothing_to_say() -> None:
    """W036 and W043 among them: a constraint or index that this database would silently leave out."""
    assert checks.run_checks(databases=["default"]) == []


def test_every_table_says_what_personal_data_it_holds() -> None:
    for model in apps.get_app_config("boidung").get_models():
        said = model.__doc__ or ""
        assert ".. no_pii:" in said or all(
            part in said for part in (".. pii:", ".. pii_types:", ".. pii_retirement:")
        ), model.__name__


@pytest.mark.database
@pytest.mark.django_db
def test_keys_are_compared_by_bytes_whatever_the_collation() -> None:
    """Tutor's MySQL takes "a", "A" and "á" for the same text; codes and keys are not text."""
    from boidung_xblock.models import Unit

    for code in ("a", "A", "á", "ạ"):
        Unit.objects.create(organisation="so", code=code, name=code, name_folded="a")
    assert Unit.objects.get(organisation="so", code="A").name == "A"
    assert list(Unit.objects.order_by("code").values_list("code", flat=True)) == ["A", "a", "á", "ạ"]
