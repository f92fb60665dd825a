"""What is text goes out compressed, to browsers that take it so: a page of the desk is a fifth of its size then.

Django adds a random number of bytes to each page, so that its length says nothing of the secrets in it (BREACH), and
masks its CSRF token anew for each.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = ("text/", "application/json", "application/javascript", "application/geo+json", "image/svg+xml")


class Compression(GZipMiddleware):  # type: ignore[misc]
    """Compress pages, styles and scripts; leave fonts, PDF and spreadsheets, which are compressed within."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, compressed if it is text."""
        if not response.get("Content-Type", "").startswith(TEXT):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
