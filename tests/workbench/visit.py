"""Run in an empty directory: open the block in the workbench, call a handler, print as JSON what came back."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

SCENARIO = "suy-ngam"
STUDENT = "lan"


def visit() -> dict[str, Any]:
    """A page view and a submission by one account, with cookies and CSRF as a browser has them."""
    from django.contrib.auth import get_user_model
    from django.test import Client
    from workbench.scenarios import add_xml_scenario, get_scenarios

    from boidung_xblock.models import Draft, Reflection

    get_user_model().objects.create_user(STUDENT)
    get_scenarios()
    add_xml_scenario(SCENARIO, "Suy ngẫm", "<boidung_reflection/>")
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(f"/scenario/{SCENARIO}/", {"student": STUDENT})
    usage = get_scenarios()[SCENARIO].usage_id
    answer = browser.post(
        f"/handler/{usage}/submit/?student={STUDENT}",
        json.dumps(
            {"for_user": 1, "client_key": "k", "base_version": 0, "answers": {}, "self_rating": {}, "files": []}
        ),
        content_type="application/json",
        headers={"X-CSRFToken": browser.cookies["csrftoken"].value},
    )
    return {
        "status": page.status_code,
        "html": page.content.decode(),
        "handler_status": answer.status_code,
        "handler": answer.json(),
        "stored": Reflection.objects.count() + Draft.objects.count(),
    }


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.workbench.settings"
    Path("var").mkdir()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    print(json.dumps(visit()))
