"""Django's settings, all of them following from the desk's folder. Read through `tocsin.web.setup`."""

import os
from pathlib import Path

from tocsin.warn.desk import DeskFolder
from tocsin.web import DESK_VARIABLE
from tocsin.web.database import database_of
from tocsin.web.secret import web_secret

DESK = DeskFolder(Path(os.environ.get(DESK_VARIABLE, ".")))

SECRET_KEY = web_secret(DESK.folder)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = DESK.settings.language

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "tocsin.records",
]
AUTH_USER_MODEL = "records.Person"
DATABASES = {"default": database_of(DESK)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
