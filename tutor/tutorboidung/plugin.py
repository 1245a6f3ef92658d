"""What Tutor 20, 21 and 22 load: settings, patches, init tasks, jobs. Only hooks that all three have."""

from __future__ import annotations

import shlex
from importlib import resources
from typing import Any

import click

from tutor import hooks
from tutorboidung.__about__ import __version__

# Every name is prefixed with BOIDUNG_. What each does: docs/operations.md, section "Settings".
DEFAULTS: dict[str, Any] = {
    "VERSION": __version__,
    # What pip installs into the image; empty installs nothing (a checkout is mounted instead).
    "PIP_REQUIREMENT": "boidung-xblock=={{ BOIDUNG_VERSION }}",
    "ENABLE_IN_NEW_COURSES": True,
    "ENABLE_IN_EXISTING_COURSES": False,
    # LANGUAGE_CODE of LMS and Studio; empty leaves Tutor's.
    "LANGUAGE": "vi",
    "TIME_ZONE": "Asia/Ho_Chi_Minh",
    "MAX_WORKBOOK_MB": 15,
    # The largest request the web proxy lets through to our pages. An author may allow files of up to 100 MB.
    "MAX_UPLOAD_MB": 100,
    # Files of learners and staff lists: in this directory, or in a bucket as soon as one is named.
    "FILES_ROOT": "/openedx/media-private",
    "S3_BUCKET": "",
    "S3_ENDPOINT_URL": "",
    "S3_REGION": "",
    "S3_ACCESS_KEY": "{{ OPENEDX_AWS_ACCESS_KEY }}",
    "S3_SECRET_KEY": "{{ OPENEDX_AWS_SECRET_ACCESS_KEY }}",
    # Minutes between two sweeps of the outbox; 0 runs no service for it (use cron).
    "SWEEP_MINUTES": 5,
    # A Celery queue of our own with a worker of its own; empty uses the platform's default queue.
    "QUEUE": "",
    "QUEUE_CONCURRENCY": 4,
}
# Tasks that go to BOIDUNG_QUEUE. Not those of Studio: the worker of that queue is an LMS worker.
QUEUED_TASKS = (
    "publish_grade_entry",
    "publish_due_grades",
    "reckon_checkpoint",
    "check_roster_import",
    "apply_roster_import",
    "make_result_file",
    "send_notice",
)

hooks.Filters.CONFIG_DEFAULTS.add_items([(f"BOIDUNG_{name}", value) for name, value in DEFAULTS.items()])
hooks.Filters.ENV_TEMPLATE_VARIABLES.add_item(("BOIDUNG_QUEUED_TASKS", QUEUED_TASKS))
# Tutor mounts *xblock* by itself; this is for a checkout that goes by another name.
hooks.Filters.MOUNTED_DIRECTORIES.add_item(("openedx", r"boidung.*"))


def _read(folder: str) -> list[tuple[str, str]]:
    """Name and content of each file in a folder of this package, in the order of their names."""
    files = (resources.files(__package__) / folder).iterdir()
    return sorted((file.name, file.read_text(encoding="utf-8")) for file in files if file.is_file())


hooks.Filters.ENV_PATCHES.add_items(_read("patches"))
_init = dict(_read("init"))
# After Tutor's own: its tasks are registered before those of any plugin.
hooks.Filters.CLI_DO_INIT_TASKS.add_items([("lms", _init["lms.sh"]), ("cms", _init["cms.sh"])])


def _manage(project: str, command: str, *arguments: str) -> list[tuple[str, str]]:
    """One management command as a task. What people typed is neither shell nor template."""
    words = " ".join(shlex.quote(word) for word in arguments)
    if "{" in words:
        words = words.replace("{", "{{ '{' }}")
    return [(project, f"./manage.py {project} {command} {words}".rstrip())]


def _options(**named: str | tuple[str, ...]) -> list[str]:
    return [
        f"--{name}={value}" for name, given in named.items() for value in ([given] if isinstance(given, str) else given)
    ]


@click.command(name="boidung-create-round", help="Create a training round, or add courses and administrators to one")
@click.option("--slug", required=True, help="Short name of the round, such as dot-1")
@click.option("--title", required=True)
@click.option("--organisation", required=True, help="Short name of the office whose staff lists are used")
@click.option("--course", multiple=True, help="Course key; may be given several times")
@click.option("--admin", multiple=True, help="Username; may be given several times")
def create_round(**options: Any) -> list[tuple[str, str]]:
    """``tutor local do boidung-create-round …``"""
    return _manage("lms", "boidung_create_round", *_options(**options))


@click.command(name="boidung-enable-blocks", help="Offer the blocks to the authors of courses that exist already")
@click.option("--all", "every", is_flag=True, help="Every course of the site")
@click.option("--dry-run", is_flag=True, help="Say what would be added, and change nothing")
@click.argument("course_keys", nargs=-1)
def enable_blocks(every: bool, dry_run: bool, course_keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """``tutor local do boidung-enable-blocks …``"""
    flags = [name for name, given in (("--all", every), ("--dry-run", dry_run)) if given]
    return _manage("cms", "boidung_enable_blocks", *flags, *course_keys)


@click.command(name="boidung-status", help="Print how many grades, drafts and imports wait, and for how long")
def status() -> list[tuple[str, str]]:
    """``tutor local do boidung-status``"""
    return _manage("lms", "boidung_status")


hooks.Filters.CLI_DO_COMMANDS.add_items([create_round, enable_blocks, status])
