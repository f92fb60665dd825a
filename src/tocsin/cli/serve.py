"""`tocsin serve`: run the desk in a browser, or look at the published site alone."""

from __future__ import annotations

import functools
import http.server
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import out
from tocsin.cli.records import open_records
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
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that make pages.")] = 1,
    site_only: Annotated[
        bool, typer.Option("--site-only", help="Only the published site, to look at it; no sign-in, no records.")
    ] = False,
) -> None:
    """Run the desk: its pages for the people who work at it, and the published site under /site/.

    Without `[web] address` in desk.toml it answers to this machine only. For the world, any web server serves `site/`.

    Example: `tocsin serve --desk my-desk --port 8000`

    Exit codes: 0 stopped with Ctrl-C; 1 a setting cannot be used, or the port is taken; with --site-only also when
    nothing is published yet.
    """
    if site_only:
        _serve_site(find_desk(desk).site, host, port)
        return
    folder = open_records(desk)
    from tocsin.records.people.queries import is_empty
    from tocsin.web.place import place_of
    from tocsin.web.server import find_port, make_server

    place = place_of(folder)
    port = find_port(host, port)
    if is_empty():
        out.print("Nobody is at this desk yet. Bring yourself, then open the link that is printed:")
        out.print(f'  tocsin people add NAME --name "Your name" --desk {folder.folder}', markup=False)
        out.print(f"  tocsin people password NAME --desk {folder.folder}", markup=False)
    server = make_server(folder, host=host, port=port, workers=workers)
    out.print(f"{place.address or f'http://localhost:{port}'}/")
    server.serve()
    out.print("stopped")


def _serve_site(site: Path, host: str, port: int) -> None:
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
