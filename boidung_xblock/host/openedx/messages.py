"""Messages to people, through the platform's own e-mail: its look, its sender, the language of the person."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model

from boidung_xblock.host import Message
from boidung_xblock.host.openedx import names


def send(*, user_id: int, message: Message) -> bool:
    """``edx_ace.ace.send`` with templates of ours on the platform's (``ace_common``); all releases, LMS and its worker.

    As the platform's own tasks do it: ``emulate_http_request`` of ``openedx.core.lib.celery.task_utils``, because
    the templates ask for the site and its theme. Its ``notifications`` are not used: their types are fixed, and none
    of them says that work came back. False for accounts that are gone, inactive or without an address. What the mail
    server refuses is logged by ACE; OSError if the server cannot be reached. Some ten queries.
    """
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None or not user.email or not names.in_lms():
        return False
    from django.contrib.sites.models import Site
    from openedx.core.lib.celery.task_utils import emulate_http_request

    site = Site.objects.get_current()
    with emulate_http_request(site=site, user=user):
        _send(user, site, message)
    return True


def _send(user: Any, site: Any, message: Message) -> None:
    from edx_ace import ace
    from edx_ace.message import Message as AceMessage
    from edx_ace.recipient import Recipient
    from openedx.core.djangoapps.ace_common.template_context import get_base_template_context

    context = get_base_template_context(site)
    context.update(title=message.title, course_title=message.course_title, url=_whole(message.url))
    ace.send(
        AceMessage(
            app_label="boidung",
            name=message.kind,
            recipient=Recipient(user.pk, user.email),
            language=_language(user),
            context=context,
            # Not for sale: what a person must be told about their own work.
            options={"transactional": True},
        )
    )


def _language(user: Any) -> str:
    """``get_user_preference`` of ``user_api`` with ``lang_pref``'s key, else the site's language; all releases."""
    from openedx.core.djangoapps.lang_pref import LANGUAGE_KEY
    from openedx.core.djangoapps.user_api.preferences.api import get_user_preference

    return str(get_user_preference(user, LANGUAGE_KEY) or settings.LANGUAGE_CODE)


def _whole(url: str) -> str:
    return f"{settings.LMS_ROOT_URL}{url}" if url.startswith("/") else url
