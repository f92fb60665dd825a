"""Pages about the site itself: its method, how to verify it, how to follow it, and a page that is not there."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.core.vocabulary import load_codebook
from tocsin.publish.addresses import feed_path
from tocsin.publish.html.frame import Site, page, path_of_site
from tocsin.publish.summary import Summary
from tocsin.publish.words import Words


def method_page(*, site: Site, words: Words) -> str:
    """How warnings are read and coded, from the codebook itself."""
    codebook = load_codebook()
    indicators = [
        (group, label, [each for each in codebook.indicators if each.id.startswith(f"{group}-")])
        for group, label in codebook.groups.items()
    ]
    models = [
        (model, [codebook.find_stage(model.id, number) for number in range(1, len(model.stages) + 1)])
        for model in codebook.stage_models
    ]
    return page(
        "method.html",
        site=site,
        words=words,
        path="method.html",
        title=words("site-nav-method"),
        scripts=("open.js",),
        k=codebook,
        models=models,
        indicators=indicators,
        levels=[(level.id, level.label) for level in codebook.levels if level.id != "none"],
    )


def verify_page(*, site: Site, words: Words) -> str:
    """How a stranger checks the site offline, with our tool or by hand."""
    return page("verify.html", site=site, words=words, path="verify.html", title=words("site-verify-title"))


def follow_page(summaries: Sequence[Summary], *, site: Site, words: Words) -> str:
    """Feeds, alerts and data, each in a sentence. Give the latest edition of each warning."""
    situations = sorted({each.situation: each.title for each in summaries}.items(), key=lambda pair: pair[1])
    levels = sorted({each.level for each in summaries if each.level != "none"})
    return page(
        "follow.html",
        site=site,
        words=words,
        path="follow.html",
        title=words("site-nav-follow"),
        all_feeds=(feed_path("all"), feed_path("all", form="json")),
        situations=[
            (title, feed_path("situation", id), feed_path("situation", id, "json")) for id, title in situations
        ],
        levels=[(level, feed_path("level", level), feed_path("level", level, "json")) for level in levels],
    )


def missing_page(*, site: Site, words: Words) -> str:
    """What a server shows for an address that is not there; it may be shown at any depth."""
    return page(
        "missing.html",
        site=site,
        words=words,
        path="404.html",
        title=words("site-missing-title"),
        root=path_of_site(site),
    )
