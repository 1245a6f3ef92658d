"""The Django app, as a plugin of the LMS and of Studio."""

from django.apps import AppConfig

_COURSE_PUBLISHED = {
    "receiver_func_name": "on_course_published",
    "signal_path": "boidung_xblock.host.openedx.names.COURSE_PUBLISHED",
}
_COURSE_DELETED = {
    "receiver_func_name": "on_course_deleted",
    "signal_path": "boidung_xblock.host.openedx.names.COURSE_DELETED",
}
_COURSE_CREATED = {
    "receiver_func_name": "on_course_created",
    "signal_path": "openedx_events.content_authoring.signals.COURSE_CREATED",
}
_STATE_DELETED = {
    "receiver_func_name": "on_state_deleted",
    "signal_path": "django.db.models.signals.post_delete",
    "sender_path": "lms.djangoapps.courseware.models.StudentModule",
}
_USER_RETIRED = {
    "receiver_func_name": "on_user_retired",
    "signal_path": "openedx.core.djangoapps.user_api.accounts.signals.USER_RETIRE_LMS_MISC",
}


class BoidungConfig(AppConfig):
    """Registered under ``lms.djangoapp`` and ``cms.djangoapp``; ``ready()`` touches no database."""

    name = "boidung_xblock"
    label = "boidung"
    verbose_name = "Bồi dưỡng"
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app = {
        "url_config": {
            "lms.djangoapp": {"namespace": "boidung", "regex": r"^boidung/", "relative_path": "urls"},
        },
        "settings_config": {
            project: {name: {"relative_path": f"settings.{name}"} for name in ("common", "production", "test")}
            for project in ("lms.djangoapp", "cms.djangoapp")
        },
        "signals_config": {
            "lms.djangoapp": {
                "relative_path": "host.openedx.receivers",
                "receivers": [_COURSE_PUBLISHED, _STATE_DELETED, _USER_RETIRED],
            },
            "cms.djangoapp": {
                "relative_path": "host.openedx.receivers",
                "receivers": [_COURSE_PUBLISHED, _COURSE_DELETED, _COURSE_CREATED],
            },
        },
    }

    def ready(self) -> None:
        """Let the outbox wake its task, and link people at login; no query, nothing of the platform is imported."""
        from django.contrib.auth.signals import user_logged_in

        from boidung_xblock import notices, signals, tasks
        from boidung_xblock.grading import api as grading

        grading.on_enqueued(tasks.publish_grade_entry.delay)
        notices.on_notice(tasks.send_notice.delay)
        user_logged_in.connect(signals.link_at_login, dispatch_uid="boidung.link_at_login")
