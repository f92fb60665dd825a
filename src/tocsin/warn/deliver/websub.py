"""What a hub is told when feeds change (WebSub, W3C 2018, section 7): the feeds' addresses, and nothing else. Pure."""

from __future__ import annotations

from urllib.parse import urlencode

from tocsin.core.model.edition import Edition
from tocsin.publish.addresses import feed_path

MEDIA_TYPE = "application/x-www-form-urlencoded"


def feeds_of(edition: Edition) -> list[str]:
    """Addresses of the feeds in which an edition stands."""
    content = edition.content
    keys = (("all", ""), ("situation", content.situation.id), ("level", content.level.declared))
    return [
        f"{edition.issue.desk.url}/{feed_path(kind, name, form)}" for kind, name in keys for form in ("atom", "json")
    ]


def body(edition: Edition) -> bytes:
    """A form that names every feed that changed."""
    return urlencode([("hub.mode", "publish"), *(("hub.url", url) for url in feeds_of(edition))]).encode()
