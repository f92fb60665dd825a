"""The desk as a WSGI application, for the folder that TOCSIN_DESK names."""

import multiprocessing
import os
from pathlib import Path

from tocsin.web import DESK_VARIABLE, setup

if multiprocessing.parent_process() is not None and hasattr(os, "setpgid"):
    # Ctrl-C in a terminal reaches the whole group. The server ends its workers itself; one that is told twice hangs.
    os.setpgid(0, 0)

setup(Path(os.environ.get(DESK_VARIABLE, ".")))

from django.core.wsgi import get_wsgi_application  # noqa: E402  # after Django is started

from tocsin.web.turns import TakingTurns  # noqa: E402  # as above

application = TakingTurns(get_wsgi_application())
