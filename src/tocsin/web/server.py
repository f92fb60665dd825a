"""The desk on a port: Granian runs the pages of the desk, and gives out the published site as the plain files it is.

A file under `/site/` never reaches Python.
"""

from __future__ import annotations

import os
import socket

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from tocsin.core.errors import TocsinError
from tocsin.warn.desk import DeskFolder
from tocsin.web import DESK_VARIABLE

THREADS = 4
"""Pages under way at once in one worker. They take turns (`tocsin.web.turns`); the others serve when one takes long."""


class ServerError(TocsinError):
    """A port that cannot be listened on."""


def find_port(host: str, port: int) -> int:
    """The port to listen on; a free one for 0. Raises ServerError when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            said = f"port {port} of {host} cannot be used: {error.strerror}"
            raise ServerError(said, remedy="Choose another with --port") from error
        return int(probe.getsockname()[1])


def make_server(desk: DeskFolder, *, host: str, port: int, workers: int = 1) -> Granian:
    """A server of a desk that is not yet started; `serve()` runs it until it is told to stop."""
    os.environ[DESK_VARIABLE] = str(desk.folder)  # for its workers, which start anew
    desk.site.mkdir(exist_ok=True)
    return Granian(
        "tocsin.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=THREADS * 16,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        respawn_failed_workers=True,
        log_access=False,
        log_level="warning",
        static_path_route=["/site"],
        static_path_mount=[desk.site],
        static_path_dir_to_file="index.html",
        static_path_expires=60,
    )
