"""The plugin inside Tutor 20, 21 and 22: what ``tutor config save`` renders. Nothing is built or started here."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import global_settings

from tests.tutor.conftest import PLUGIN, ROOT, Tutor

SETTINGS = [
    f"apps/openedx/settings/{project}/{name}.py" for project in ("lms", "cms") for name in ("production", "development")
]
COMPOSE, K8S, DOCKERFILE = "local/docker-compose.prod.yml", "k8s/deployments.yml", "build/openedx/Dockerfile"
slow = pytest.mark.slow


def our_settings(text: str, **platform: Any) -> dict[str, Any]:
    """Execute our part of a rendered settings file over what the platform had set before it."""
    part = text.partition("\n# boidung\n")[2].partition("######## End of settings common")[0]
    assert part, "our part is missing"
    namespace = dict(platform)
    exec(compile(part, "settings", "exec"), namespace)
    return namespace


def services(tutor: Tutor) -> dict[str, Any]:
    (compose,) = tutor.yaml(COMPOSE)
    return {name: spec for name, spec in compose["services"].items() if name.startswith("boidung")}


def deployments(tutor: Tutor) -> dict[str, Any]:
    found = {document["metadata"]["name"]: document for document in tutor.yaml(K8S)}
    return {name: spec for name, spec in found.items() if name.startswith("boidung")}


def steps(dockerfile: str, *marks: str) -> list[int]:
    places = [dockerfile.find(mark) for mark in marks]
    assert -1 not in places, dict(zip(marks, places, strict=True))
    return places


@slow
def test_what_tutor_declares_to_need_is_there(plain: Tutor) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(plain.python), "check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert f"version {plain.version}." in plain("--version")


@slow
def test_the_image_gets_the_package_before_translations_and_static_files(
    plain: Tutor, large: Tutor, bare: Tutor
) -> None:
    version = (PLUGIN / "tutorboidung" / "__about__.py").read_text("utf-8").split('"')[-2]
    text = plain.read(DOCKERFILE)

    order = steps(
        text,
        "requirements/edx/base.txt -r",
        f"install 'boidung-xblock=={version}'",
        "pull_xblock_translations",
        "collectstatic",
    )
    assert order == sorted(order)

    assert "install 'git+https://example.com/boidung.git@v1'" in large.read(DOCKERFILE)
    assert "boidung" not in bare.read(DOCKERFILE)


@slow
def test_lms_and_studio_get_our_settings_and_every_settings_file_is_python(plain: Tutor) -> None:
    for path in SETTINGS:
        text = plain.read(path)
        compile(text, path, "exec")
        found = our_settings(text, STORAGES={"default": {"BACKEND": "theirs"}}, LANGUAGE_CODE="en")

        assert found["LANGUAGE_CODE"] == "vi"
        assert found["BOIDUNG_TIME_ZONE"] == "Asia/Ho_Chi_Minh"
        assert found["BOIDUNG_MAX_WORKBOOK_BYTES"] == 15 * 1024 * 1024
        assert found["BOIDUNG_ENABLE_IN_NEW_COURSES"] is True
        assert found["STORAGES"]["default"] == {"BACKEND": "theirs"}
        assert "EXPLICIT_QUEUES" not in found


@slow
def test_files_go_to_the_private_volume_that_all_services_share(plain: Tutor) -> None:
    """Job containers have it in Tutor 22 alone: none of our jobs touches a file."""
    found = our_settings(plain.read(SETTINGS[0]), STORAGES={})
    place = found["STORAGES"]["boidung"]["OPTIONS"]["location"]

    (local,) = plain.yaml("local/docker-compose.yml")
    (production,) = plain.yaml(COMPOSE)
    every = local["services"] | production["services"]
    for name in ("lms", "cms", "lms-worker", "cms-worker", "boidung-sweep"):
        mounted = {volume.split(":")[1]: volume.split(":")[0] for volume in every[name]["volumes"]}
        assert mounted[place] == "../../data/openedx-media-private", name
    served = [
        line.split("=")[-1].strip()
        for line in plain.read("apps/openedx/uwsgi.ini").splitlines()
        if "static-map" in line
    ]
    assert "/openedx/media/" in served
    assert not any(f"{place}/".startswith(folder) for folder in served)


@slow
def test_a_platform_that_knows_no_storages_setting_gets_ours_too(plain: Tutor, monkeypatch: Any) -> None:
    """Teak has DEFAULT_FILE_STORAGE, beside which Django 4.2 refuses a STORAGES setting."""
    monkeypatch.setattr(global_settings, "STORAGES", dict(global_settings.STORAGES))

    found = our_settings(plain.read(SETTINGS[0]), DEFAULT_FILE_STORAGE="theirs")

    assert "STORAGES" not in found
    assert global_settings.STORAGES["boidung"]["OPTIONS"] == {"location": "/openedx/media-private"}


@slow
def test_with_a_bucket_files_go_to_object_storage(large: Tutor) -> None:
    for path in SETTINGS:
        storage = our_settings(large.read(path), STORAGES={}, EXPLICIT_QUEUES={})["STORAGES"]["boidung"]
        assert storage["BACKEND"] == "storages.backends.s3boto3.S3Boto3Storage"
        options = storage["OPTIONS"]
        assert (options["bucket_name"], options["endpoint_url"]) == ("boidung", "https://s3.example.vn")
        assert (options["access_key"], options["secret_key"], options["region_name"]) == ("ab'c\"d", None, None)
        assert options["default_acl"] is None
        assert options["querystring_auth"] is True


@slow
def test_settings_change_what_is_rendered(bare: Tutor, large: Tutor) -> None:
    found = our_settings(bare.read(SETTINGS[0]), STORAGES={}, LANGUAGE_CODE="en")
    assert found["LANGUAGE_CODE"] == "en"
    assert found["BOIDUNG_ENABLE_IN_NEW_COURSES"] is False
    assert services(bare) == deployments(bare) == {}

    found = our_settings(large.read(SETTINGS[0]), STORAGES={}, EXPLICIT_QUEUES={})
    assert found["BOIDUNG_MAX_WORKBOOK_BYTES"] == 30 * 1024 * 1024


@slow
def test_a_service_sweeps_the_outbox(plain: Tutor, large: Tutor) -> None:
    (name, service), (_, deployment) = *services(plain).items(), *deployments(plain).items()
    pod = deployment["spec"]["template"]["spec"]
    assert name == "boidung-sweep"
    assert service["environment"]["DJANGO_SETTINGS_MODULE"] == "lms.envs.tutor.production"
    # Compose takes a single dollar for a variable of its own.
    in_compose, in_k8s = service["command"][-1].replace("$$", "$"), pod["containers"][0]["args"][-1]
    assert in_compose == in_k8s
    assert "./manage.py lms boidung_publish_grades; sleep 300 &" in in_compose
    assert "sleep 180 &" in services(large)["boidung-sweep"]["command"][-1]
    assert subprocess.run(["sh", "-n", "-c", in_compose], check=False).returncode == 0
    maps = {volume["configMap"]["name"] for volume in pod["volumes"]}
    assert maps == {"openedx-settings-lms", "openedx-settings-cms", "openedx-config"}
    assert pod["containers"][0]["image"] == service["image"]


@slow
def test_a_queue_of_our_own_has_its_worker_and_only_tasks_of_the_lms(large: Tutor) -> None:
    for path in SETTINGS:
        queues = our_settings(large.read(path), STORAGES={}, EXPLICIT_QUEUES={"theirs": {}})["EXPLICIT_QUEUES"]
        assert set(queues) == {"theirs", *(f"boidung_xblock.tasks.{task}" for task in queued_tasks())}
        assert queues["boidung_xblock.tasks.publish_grade_entry"] == {"queue": "edx.lms.core.boidung"}
    worker = services(large)["boidung-worker"]["command"]
    assert {"--app=lms.celery", "--queues=edx.lms.core.boidung", "--concurrency=2"} <= set(worker)
    (container,) = deployments(large)["boidung-worker"]["spec"]["template"]["spec"]["containers"]
    assert container["args"] == worker


@slow
def test_uploads_to_our_pages_may_be_large_and_the_rest_stays_as_it_was(large: Tutor) -> None:
    text = large.read("apps/caddy/Caddyfile")

    lms, studio = text.partition('import proxy "cms:8000"')[::2]
    assert "handle /boidung/* {\n        request_body {\n            max_size 51MiB" in lms
    assert "handle_path /* {\n        request_body {\n            max_size 4MB" in lms
    assert "boidung" not in studio


@slow
def test_a_disabled_plugin_leaves_nothing(tutor: Tutor) -> None:
    tutor.render(BOIDUNG_QUEUE="edx.lms.core.boidung")
    tutor("plugins", "disable", "boidung")
    tutor("config", "save")

    files = [path for path in (tutor.root / "env").rglob("*") if path.is_file()]
    left = [path.name for path in files if "boidung" in path.read_text("utf-8", errors="ignore")]
    assert len(files) > 30
    assert left == []


@slow
def test_a_checkout_is_mounted_in_image_and_services(tutor: Tutor, tmp_path: Path) -> None:
    names = ("boidung", "boidung-xblock", "boidung_xblock")
    for name in (*names, "tutor-contrib-boidung"):
        (tmp_path / name).mkdir()
    tutor.render(BOIDUNG_PIP_REQUIREMENT="")

    tutor("mounts", "add", *(tmp_path / name for name in (*names, "tutor-contrib-boidung")))

    listed, dockerfile = tutor("mounts", "list"), tutor.read(DOCKERFILE)
    (local,) = tutor.yaml("local/docker-compose.yml")
    (production,) = tutor.yaml(COMPOSE)
    every = local["services"] | production["services"]
    for name in names:
        assert f"context: mnt-{name}" in listed
        assert f'install -e "/mnt/{name}"' in dockerfile
        for service in ("lms", "cms", "lms-worker", "cms-worker", "boidung-sweep"):
            assert any(f"{tmp_path / name}:/mnt/{name}" in volume for volume in every[service]["volumes"]), service
    assert "/mnt/tutor-contrib-boidung" not in dockerfile


_TASKS = """
import json, os, sys
import tutor.commands.cli  # registers Tutor's own tasks
from tutor import config, env, hooks
hooks.Actions.CORE_READY.do()
root = os.environ["TUTOR_ROOT"]
hooks.Actions.PROJECT_ROOT_READY.do(root)
settings = config.load(root)
from tutor.commands import jobs as runner
from tutorboidung import plugin
jobs = []
runner.do_callback = jobs.append  # here Tutor would start a container
plugin.create_round.callback(slug="dot-1", title=sys.argv[1], organisation="so", course=("c1", "c2"), admin=())
plugin.enable_blocks.callback(every=True, dry_run=False, course_keys=())
plugin.status.callback()
render = lambda tasks: [(service, env.render_str(settings, script)) for service, script in tasks]
print(json.dumps({"init": render(hooks.Filters.CLI_DO_INIT_TASKS.iterate()), "jobs": [render(job) for job in jobs]}))
"""


def run_tasks(tutor: Tutor, title: str = "Đợt 1") -> Any:
    """What the init tasks and the jobs of the plugin would run, rendered as Tutor does before it runs them."""
    return json.loads(tutor.run(tutor.python, "-c", _TASKS, title).splitlines()[-1])


@slow
def test_initialisation_comes_after_tutors_and_touches_no_old_course_unless_told(plain: Tutor, large: Tutor) -> None:
    tasks = run_tasks(plain)["init"]
    ours = [index for index, (_, script) in enumerate(tasks) if "boidung" in script]
    core = [index for index, (_, script) in enumerate(tasks) if "manage.py cms migrate" in script]
    assert len(ours) == 2
    assert max(core) < min(ours)
    assert "./manage.py lms migrate boidung" in tasks[ours[0]][1]
    assert not any("boidung_enable_blocks" in script for _, script in tasks)

    told = run_tasks(large)["init"]
    assert [service for service, script in told if "./manage.py cms boidung_enable_blocks --all" in script] == ["cms"]


@slow
def test_jobs_pass_on_what_was_typed_and_nothing_else(plain: Tutor) -> None:
    title = "Đợt 1: {{ 7 * 7 }} 'Toán'; echo $HOME {% raw %}"

    jobs = run_tasks(plain, title)["jobs"]

    ((service, script),) = jobs[0]
    words = subprocess.run(
        ["sh", "-c", script.replace("./manage.py", "printf '%s\\n'")], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert service == "lms"
    assert words == [
        "lms", "boidung_create_round", "--slug=dot-1", f"--title={title}", "--organisation=so", "--course=c1",
        "--course=c2",
    ]  # fmt: skip
    assert jobs[1:] == [
        [["cms", "./manage.py cms boidung_enable_blocks --all"]],
        [["lms", "./manage.py lms boidung_status"]],
    ]
    listed = plain("local", "do", "--help")
    assert all(job in listed for job in ("boidung-create-round", "boidung-enable-blocks", "boidung-status"))


# Without Tutor: the plugin and the package it installs agree.


def queued_tasks() -> tuple[str, ...]:
    """``QUEUED_TASKS`` of the plugin, read from its source."""
    tree = ast.parse((PLUGIN / "tutorboidung" / "plugin.py").read_text("utf-8"))
    assigned = (node for node in tree.body if isinstance(node, ast.Assign))
    (found,) = (node.value for node in assigned if getattr(node.targets[0], "id", "") == "QUEUED_TASKS")
    return tuple(ast.literal_eval(found))


def test_every_task_is_either_queued_or_studios() -> None:
    tree = ast.parse((ROOT / "boidung_xblock" / "tasks.py").read_text("utf-8"))
    tasks = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list}

    assert tasks == {*queued_tasks(), "refresh_register", "offer_blocks"}


def test_the_plugin_has_the_version_of_the_package_it_installs() -> None:
    from boidung_xblock import __version__

    assert f'__version__ = "{__version__}"' in (PLUGIN / "tutorboidung" / "__about__.py").read_text("utf-8")


@pytest.mark.parametrize("guide", ["operations.md", "van-hanh.md"])
def test_the_guide_names_every_setting_and_only_commands_that_exist(guide: str) -> None:
    text = (ROOT / "docs" / guide).read_text("utf-8")
    tree = ast.parse((PLUGIN / "tutorboidung" / "plugin.py").read_text("utf-8"))
    (defaults,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "DEFAULTS"
    )
    assert isinstance(defaults, ast.Dict)
    names = {f"BOIDUNG_{ast.literal_eval(key)}" for key in defaults.keys if key}
    commands = {path.stem for path in (ROOT / "boidung_xblock" / "management" / "commands").glob("boidung_*.py")}
    typed = set(re.findall(r"manage\.py (?:lms|cms) (boidung_\w+)", text))

    assert not {name for name in names if f"`{name}`" not in text}
    assert typed
    assert typed <= commands
    assert "make translations" in text
