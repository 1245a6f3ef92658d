"""Import of the standard OLX course layout, and what the platform does when a course is published."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from django.db import transaction
from django.utils.dateparse import parse_datetime
from edx_when import api as when
from lxml import etree
from opaque_keys.edx.keys import CourseKey
from opaque_keys.edx.locator import CourseLocator
from xblock.fields import Scope

from demo.models import Block, Course
from demo.runtime import DemoRuntime


def import_course(folder: Path, *, first_due_in_days: int | None = None) -> CourseKey:
    """Import (again) the course in ``folder`` and publish it.

    ``first_due_in_days`` moves all authored due dates by the same number of days, so that the earliest lies that
    many days ahead: a sample course must not be over before it begins.
    """
    root = etree.parse(str(folder / "course.xml")).getroot()
    course_key = CourseLocator(root.get("org"), root.get("course"), root.get("url_name"))
    for name in ("org", "course"):
        del root.attrib[name]
    runtime = DemoRuntime(course_key, folder=folder)
    runtime._usage_id_from_node(root, None)
    if first_due_in_days is not None:
        _shift_due_dates(runtime, first_due_in_days)
    with transaction.atomic():
        _store(runtime)
        publish_course(course_key)
    return course_key


def _shift_due_dates(runtime: DemoRuntime, days: int) -> None:
    dated = [fields for fields in runtime.content.fields.values() if fields.get("due")]
    dates = [_aware(fields["due"]) for fields in dated]
    if not dates:
        return
    shift = timedelta(days=(datetime.now(timezone.utc).date() - min(dates).date()).days + days)
    for fields, due in zip(dated, dates, strict=True):
        fields["due"] = (due + shift).isoformat()


def _aware(text: str) -> datetime:
    parsed = parse_datetime(text)
    assert parsed is not None, text
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)


def _store(runtime: DemoRuntime) -> None:
    """Depth first from the root: positions follow what a reader meets."""
    order, queue = [], [key for key, fields in runtime.content.fields.items() if not fields.get("parent")]
    while queue:
        key = queue.pop(0)
        order.append(key)
        queue = [block.location for block in runtime.get_block(key).get_children()] + queue
    Block.objects.filter(course_key=str(runtime.course_key)).exclude(usage_key__in=map(str, order)).delete()
    for position, key in enumerate(order):
        values = {"course_key": str(runtime.course_key), "position": position, "fields": runtime.content.fields[key]}
        Block.objects.update_or_create(usage_key=str(key), defaults=values)
    title = runtime.content.fields[order[0]].get("display_name", "")
    Course.objects.update_or_create(course_key=str(runtime.course_key), defaults={"title": title})


def publish_course(course_key: CourseKey) -> None:
    """As the platform on publish: dates go to edx-when, and our app refreshes its register."""
    from boidung_xblock.tasks import refresh_register

    runtime = DemoRuntime(course_key)
    items = []
    for key in runtime.content.fields:
        block = runtime.get_block(key)
        fields = [block.fields[name] for name in when.FIELDS_TO_EXTRACT if name in block.fields]
        own = {field.name: field.read_from(block) for field in fields if field.is_set_on(block)}
        items.append((key, {name: value for name, value in own.items() if block.fields[name].scope == Scope.settings}))
    when.set_dates_for_course(course_key, items)
    transaction.on_commit(lambda: refresh_register.delay(str(course_key)))
