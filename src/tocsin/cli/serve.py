"""`tocsin serve`: look at the published site."""

from __future__ import annotations

import functools
import http.server
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import out
from tocsin.core.errors import TocsinError

TYPES = {
    ".jsonld": "application/ld+json",
    ".geojson": "application/geo+json",
    ".atom": "application/atom+xml",
    ".woff2": "font/woff2",
    ".pem": "application/x-pem-file",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}


class ServeError(TocsinError):
    """A site that cannot be served."""


class SiteHandler(http.server.SimpleHTTPRequestHandler):
    """Plain files with the headers that a careful web server would send."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **TYPES}  # noqa: RUF012

    def guess_type(self, path: Any) -> str:
        """Media type by name; CAP files have two endings."""
        return "application/cap+xml" if str(path).endswith(".cap.xml") else super().guess_type(path)

    def end_headers(self) -> None:
        """Add the headers that keep a browser careful."""
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Frame-Options", "DENY")
        super().end_headers()

    def list_directory(self, path: Any) -> None:
        """No listings: what is not linked is not shown."""
        self.send_error(404)

    def log_message(self, format: str, *values: Any) -> None:
        """Readers are not logged."""


def serve(
    desk: DeskOption = Path(),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve the published site on this machine, to look at it. For the world, let any web server serve `site/`.

    Example: `tocsin serve --desk my-desk --port 8000`

    Exit codes: 0 stopped with Ctrl-C; 1 nothing is published yet, or the port is taken.
    """
    site = find_desk(desk).site
    if not (site / "index.html").exists():
        raise ServeError("nothing is published yet", where=str(site), remedy="Run: tocsin publish")
    handler = functools.partial(SiteHandler, directory=str(site))
    try:
        server = http.server.ThreadingHTTPServer((host, port), handler)
    except OSError as error:
        raise ServeError(
            f"port {port} cannot be used: {error.strerror}", remedy="Choose another with --port"
        ) from error
    with server:
        out.print(f"http://{host}:{server.server_address[1]}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            out.print("stopped")
