"""Django settings of the unit and block tests: this app on a platform in memory (``tests.hosts``).

``BOIDUNG_TEST_DB`` chooses the database (sqlite, mariadb, postgresql); ``tools/with_mariadb.sh`` and
``tools/with_postgresql.sh`` start one and set ``BOIDUNG_TEST_DB_SOCKET`` (and ``_PORT``, ``_USER``).
"""

import os
from pathlib import Path
from typing import Any

from celery import Celery

HERE = Path(__file__).resolve().parent

SECRET_KEY = "tests only"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "boidung_xblock",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "crum.CurrentRequestUserMiddleware",
]
ROOT_URLCONF = "tests.urls"
LOGIN_URL = "/login"
STATIC_URL = "/static/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
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

BOIDUNG_HOST = "tests.hosts.MemoryHost"

celery_app = Celery("boidung-tests", set_as_current=True)
celery_app.set_default()  # for every thread of a live server, not only this one
celery_app.conf.update(task_always_eager=True, task_eager_propagates=True)


def _database(kind: str) -> dict[str, Any]:
    common = {
        "NAME": os.environ.get("BOIDUNG_TEST_DB_NAME", "boidung"),
        "USER": os.environ.get("BOIDUNG_TEST_DB_USER", "boidung"),
        "HOST": os.environ.get("BOIDUNG_TEST_DB_SOCKET", ""),
        "PORT": os.environ.get("BOIDUNG_TEST_DB_PORT", ""),
    }
    if kind == "mariadb":
        # As Tutor has it: the collation knows neither case nor accents.
        names = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"}
        options = {"charset": "utf8mb4"}
        return {"ENGINE": "django.db.backends.mysql", **common, "OPTIONS": options, "TEST": names}
    if kind == "postgresql":
        return {"ENGINE": "django.db.backends.postgresql", **common}
    if kind == "sqlite":
        name = os.environ.get("BOIDUNG_TEST_DB_NAME", ":memory:")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": {"timeout": 20}}
    raise ValueError(f"BOIDUNG_TEST_DB: unknown database {kind!r}")


DATABASES = {"default": _database(os.environ.get("BOIDUNG_TEST_DB", "sqlite"))}
