"""Settings of the demo. Environment: ``BOIDUNG_DEMO_VAR`` (folder of database and files, default ``demo/var``),
``BOIDUNG_DEMO_HASHED=1`` (hashed static files as in production; ``python -m demo`` sets it), ``BOIDUNG_DEMO_QUEUE`` (an
empty folder where tasks wait for ``celery -A demo.celery worker``; without it they run at once, in the request).
"""

import os
import sys
from pathlib import Path

import django

from boidung_xblock.settings.common import plugin_settings
from demo.celery import app as celery_app  # noqa: F401 - made with the settings: who only imports demo data gets none

HERE = Path(__file__).resolve().parent
VAR = Path(os.environ.get("BOIDUNG_DEMO_VAR", HERE / "var"))

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
_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _PROCESSORS},
    }
]

MIGRATION_MODULES = {"demo": None}  # tables of the demo itself are made afresh, never migrated
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR / "demo.sqlite3",
        "ATOMIC_REQUESTS": True,  # as the LMS; its XBlock handlers opt out
        # IMMEDIATE: a reader that turns writer waits for its turn instead of failing at once.
        "OPTIONS": {"timeout": 20} | ({"transaction_mode": "IMMEDIATE"} if django.VERSION >= (5, 1) else {}),
    }
}
_HASHED = os.environ.get("BOIDUNG_DEMO_HASHED") == "1"
_STATICFILES = "ManifestStaticFilesStorage" if _HASHED else "StaticFilesStorage"
_FILES = "django.core.files.storage.FileSystemStorage"
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": _FILES, "OPTIONS": {"location": VAR / "media"}},
    "boidung": {"BACKEND": _FILES, "OPTIONS": {"location": VAR / "files"}},
    "staticfiles": {"BACKEND": f"django.contrib.staticfiles.storage.{_STATICFILES}"},
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True

# The platform's own limits: JSON bodies have none, uploads to handlers 4 MB each, 20 at once.
DATA_UPLOAD_MAX_MEMORY_SIZE = None
STUDENT_FILEUPLOAD_MAX_SIZE = 4 * 1000 * 1000
MAX_FILEUPLOADS_PER_INPUT = 20

QUEUE = os.environ.get("BOIDUNG_DEMO_QUEUE", "")
CELERY_TASK_ALWAYS_EAGER = not QUEUE
CELERY_TASK_EAGER_PROPAGATES = False  # a failing task does not fail the request that queued it
CELERY_BROKER_URL = "filesystem://" if QUEUE else "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": QUEUE, "data_folder_out": QUEUE, "control_folder": f"{QUEUE}/c"}

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"  # what teachers would be sent
WAFFLE_SWITCH_DEFAULT = True  # completion.enable_completion_tracking
EVENT_TRACKING_ENABLED = True  # completion emits an event
OPENEDX_TELEMETRY: list[str] = []
LOGGING = {  # with DEBUG off Django would only mail its errors
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "level": "WARNING"}},
    "root": {"handlers": ["console"]},
}
BOIDUNG_HOST = "demo.host.DemoHost"
plugin_settings(sys.modules[__name__])
