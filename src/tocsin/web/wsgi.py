"""The desk as a WSGI application, for the folder that TOCSIN_DESK names."""

import os
from pathlib import Path

from tocsin.web import DESK_VARIABLE, setup

setup(Path(os.environ.get(DESK_VARIABLE, ".")))

from django.core.wsgi import get_wsgi_application  # noqa: E402  # after Django is started

application = get_wsgi_application()
