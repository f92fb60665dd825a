"""The desk as a ASGI application, for the folder that TOCSIN_DESK names."""

import os
from pathlib import Path

from tocsin.web import DESK_VARIABLE, setup

setup(Path(os.environ.get(DESK_VARIABLE, ".")))

from django.core.asgi import get_asgi_application  # noqa: E402  # after Django is started

application = get_asgi_application()
