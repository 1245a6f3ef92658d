"""Import of the standard OLX course layout, and what the platform does when a course is published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction
from edx_when import api as when
from lxml import etree
from opaque_keys.edx.keys import CourseKey
from opaque_keys.edx.locator import CourseLocator
from xblock.fields import DateTime

from demo.models import Block
from demo.runtime import DemoRuntime


def import_course(folder: Path, *, first_due_in_days: int | None = None) -> CourseKey:
    """Import (again) the course in ``folder`` and publish it.

    ``first_due_in_days`` moves the start and all authored due dates by the same number of days, so that the earliest
    due date lies that many days ahead: a sample course must not be over before it begins.
    """
    root = etree.parse(str(folder / "course.xml")).getroot()
    course_key = CourseLocator(root.attrib.pop("org"), root.attrib.pop("course"), root.get("url_name"))
    runtime = DemoRuntime(course_key, folder=folder)
    runtime._usage_id_from_node(root, None)
    if first_due_in_days is not None:
        _shift_dates(runtime, first_due_in_days)
    with transaction.atomic():
        _store(runtime)
        publish_course(course_key)
    return course_key


def _shift_dates(runtime: DemoRuntime, days: int) -> None:
    dates = [
        (fields, name) for fields in runtime.content.fields.values() for name in ("start", "due") if fields.get(name)
    ]
    dues = [DateTime().from_json(fields["due"]).date() for fields, name in dates if name == "due"]
    shift = timedelta(days=(datetime.now(UTC).date() - min(dues)).days + days) if dues else timedelta()
    for fields, name in dates:
        fields[name] = DateTime().to_json(DateTime().from_json(fields[name]) + shift)


def _store(runtime: DemoRuntime) -> None:
    order, queue = [], [key for key, fields in runtime.content.fields.items() if not fields.get("parent")]
    while queue:  # depth first: as a reader meets them
        order.append(queue.pop(0))
        queue = [block.location for block in runtime.get_block(order[-1]).get_children()] + queue
    course_key = str(runtime.course_key)
    Block.objects.filter(course_key=course_key).exclude(usage_key__in=map(str, order)).delete()
    for position, key in enumerate(order):
        values = {"course_key": course_key, "position": position, "fields": runtime.content.fields[key]}
        Block.objects.update_or_create(usage_key=str(key), defaults=values)


def publish_course(course_key: CourseKey) -> None:
    """As the platform on publish: explicitly set dates go to edx-when, and our app refreshes its register."""
    from boidung_xblock.tasks import refresh_register

    runtime = DemoRuntime(course_key)
    items = []
    for key in runtime.content.fields:
        block = runtime.get_block(key)
        fields = [block.fields[name] for name in when.FIELDS_TO_EXTRACT if name in block.fields]
        items.append((key, {field.name: field.read_from(block) for field in fields if field.is_set_on(block)}))
    when.set_dates_for_course(course_key, items)
    transaction.on_commit(lambda: refresh_register.delay(str(course_key)))
