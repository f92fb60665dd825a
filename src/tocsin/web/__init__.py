"""The desk in a browser, and how Django is started for one desk.

Nothing here is imported by the data half, and importing this changes nothing: `setup` does.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.warn.desk import DeskFolder

DESK_VARIABLE = "TOCSIN_DESK"
"""Environment variable that names the desk's folder, for servers and workers that start without us."""


def setup(folder: Path) -> None:
    """Start Django for the desk in a folder. Once started, a call for another desk turns to that one's database
    and to the secret that its sessions and second factors are kept with.

    Raises DeskError when the folder is no desk, DatabaseError when its `database` setting cannot be used.
    """
    from tocsin.warn.desk import DeskFolder
    from tocsin.web.database import database_of, turn_to
    from tocsin.web.secret import web_secret

    desk = DeskFolder(folder.resolve())
    database = database_of(desk)
    os.environ[DESK_VARIABLE] = str(desk.folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.web.settings")

    import django
    from django.apps import apps
    from django.conf import settings

    if apps.ready:
        turn_to(database)
        settings.SECRET_KEY = web_secret(desk.folder)
    else:
        django.setup()


def current_desk() -> DeskFolder:
    """The desk that Django was started for, with its settings as they stand. Raises DeskError."""
    folder = Path(os.environ.get(DESK_VARIABLE, ".")).resolve()
    settings = folder / "desk.toml"
    return _read(folder, settings.stat().st_mtime_ns if settings.exists() else 0)


@lru_cache(maxsize=8)
def _read(folder: Path, changed: int) -> DeskFolder:
    from tocsin.warn.desk import DeskFolder

    return DeskFolder(folder)
