"""Settings of the demo. Environment: ``BOIDUNG_DEMO_VAR`` (folder of database and files, default ``demo/var``),
``BOIDUNG_DEMO_HASHED=1`` (hashed static files as in production; ``python -m demo serve`` sets it).
"""

import os
import sys
from pathlib import Path

import django

from boidung_xblock.settings.common import plugin_settings

HERE = Path(__file__).resolve().parent
VAR = Path(os.environ.get("BOIDUNG_DEMO_VAR", HERE / "var"))
HASHED = os.environ.get("BOIDUNG_DEMO_HASHED") == "1"

SECRET_KEY = "the demo listens on loopback only and holds no real data"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
ROOT_URLCONF = "demo.urls"
LOGIN_URL = "/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "eventtracking.django.apps.EventTrackingConfig",
    "waffle",
    "edx_when",
    "completion",
    "boidung_xblock",
    "demo",
]
MIDDLEWARE = [
    "edx_django_utils.cache.middleware.RequestCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "demo.access.released_languages_only",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "crum.CurrentRequestUserMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.static",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# IMMEDIATE: a reader that turns writer waits for its turn instead of failing at once (Django 5.1 and later).
_SQLITE = {"timeout": 20} | ({"transaction_mode": "IMMEDIATE"} if django.VERSION >= (5, 1) else {})
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR / "demo.sqlite3",
        "ATOMIC_REQUESTS": True,  # as the LMS; its XBlock handlers opt out
        "OPTIONS": _SQLITE,
    }
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "media"}},
    "boidung": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "files"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage."
        + ("ManifestStaticFilesStorage" if HASHED else "StaticFilesStorage")
    },
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# The platform's own limits: JSON bodies have none, uploads to handlers 4 MB each, 20 at once.
DATA_UPLOAD_MAX_MEMORY_SIZE = None
STUDENT_FILEUPLOAD_MAX_SIZE = 4 * 1000 * 1000
MAX_FILEUPLOADS_PER_INPUT = 20

CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = False  # a failing task does not fail the request that queued it
CELERY_BROKER_URL = "memory://localhost/"
OPENEDX_TELEMETRY: list[str] = []

WAFFLE_SWITCH_DEFAULT = True  # completion.enable_completion_tracking
EVENT_TRACKING_ENABLED = True  # completion emits an event
XBLOCK_SETTINGS: dict[str, dict[str, object]] = {}
BOIDUNG_HOST = "demo.host.DemoHost"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # XBlock warns of every url_name it meets while parsing OLX.
    "filters": {
        "no_url_name": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: "contain field url_name" not in record.getMessage(),
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "level": "WARNING", "filters": ["no_url_name"]}},
    "root": {"handlers": ["console"]},
}

plugin_settings(sys.modules[__name__])
