"""What stands around every page: whose site it is, where the page lies, what it may load."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
from markupsafe import Markup

from tocsin.core.model.base import Record
from tocsin.core.model.edition import CapStatus, Desk
from tocsin.publish.html.environment import render
from tocsin.publish.plain_text import visible
from tocsin.publish.words import Words

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


class Site(Record, frozen=True, kw_only=True):
    """Whose site it is, and what every page of it must say."""

    desk: Desk
    status: CapStatus
    key_id: str
    key_fingerprint: str
    has_forecasts: bool = False
    natures: tuple[str, ...] = ()
    """What the published warnings are, each sentence once; for the pages that are about no single edition."""
    hub: str = ""
    """Whom feeds name as the one to ask to be told when they change (WebSub)."""
    subscribe_url: str = ""
    """Where one subscribes by e-mail; empty where a desk sends none."""


class Proof(Record, frozen=True, kw_only=True):
    """Where an edition stands in the log."""

    seq: int
    entry_sha256: str


class Shared(Record, frozen=True, kw_only=True):
    """What somebody sees under a link to a page that another shares with them (OpenGraph)."""

    title: str
    image_url: str
    image_alt: str
    locale: str


class Drawing(msgspec.Struct, frozen=True):
    """An SVG as it may stand in a page: marked as safe, with the hashes under which its styles are let through."""

    markup: Markup
    style_hashes: tuple[str, ...]


@lru_cache(maxsize=64)
def drawing(svg: str) -> Drawing:
    """An SVG made by `tocsin.publish.maps`, which escapes what it is given. Empty stays empty."""
    hashes = tuple(
        "'sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() + "'"
        for style in _STYLE.findall(svg)
    )
    return Drawing(Markup(svg), hashes)  # noqa: S704  # our own drawing, not a stranger's text


def json_block(text: str) -> Markup:
    """JSON as it may stand in a script element: nothing in it can end the element or open a comment."""
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    json.loads(safe)  # raises ValueError: what is no JSON must not stand in a page as JSON
    return Markup(safe)  # noqa: S704  # no < is left in it


def page(
    template: str,
    *,
    site: Site,
    words: Words,
    path: str,
    title: str,
    description: str = "",
    language: str = "",
    natures: tuple[str, ...] | None = None,
    drawings: tuple[Drawing, ...] = (),
    scripts: tuple[str, ...] = (),
    lean: bool = False,
    root: str | None = None,
    shared: Shared | None = None,
    **values: Any,
) -> str:
    """A page of the site.

    `path` is where it lies under the site's root; `root` leads from there to the root. `language` is the content's,
    where it is not the words'. Styles and scripts come from `assets/` alone; a drawing's styles by
    their hash. A `lean` page does without the styles of lists and tables. `shared` is what stands under a link to it.
    """
    hashes = " ".join(hash for each in drawings for hash in each.style_hashes)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src 'self' {hashes}".rstrip(),
            "script-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    text = render(
        template,
        t=words,
        site=site,
        root="../" * path.count("/") if root is None else root,
        canonical=f"{site.desk.url}/{path.removesuffix('index.html')}",
        path=path,
        title=title,
        description=description,
        content_language=language if language and language != words.lang else "",
        natures=site.natures if natures is None else natures,
        policy=policy,
        scripts=scripts,
        lean=lean,
        shared=shared,
        **values,
    )
    return visible(text.replace("&#39;", "'"))  # our templates quote attributes with " alone


def path_of_site(site: Site) -> str:
    """The path under which the site lies on its server, from the first to the last slash."""
    return urlsplit(site.desk.url).path.rstrip("/") + "/"
