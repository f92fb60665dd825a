"""Rules about recommendations and responses."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.core.independence import origin_of
from tocsin.core.rules.rule import Broken, Context, Rule, meant


def _without_addressee(context: Context) -> Iterator[Broken]:
    for ask in context.content.recommendations:
        if not any(addressee.name.strip() for addressee in ask.addressees):
            yield Broken(
                "recommendations", ask.id, "addressees", f"recommendation {ask.id} addresses nobody",
                "Name who is asked: addressees = [{ name = \"...\", kind = \"...\" }]",
            )  # fmt: skip
        for addressee in ask.addressees:
            known = list(context.codebook.actor_types)
            if addressee.kind not in known:
                text = f"recommendation {ask.id}: {addressee.kind!r} is no actor type"
                yield Broken("recommendations", ask.id, "addressees", text, meant(addressee.kind, known))


def _without_instrument(context: Context) -> Iterator[Broken]:
    known = [instrument.id for instrument in context.codebook.instruments]
    for ask in context.content.recommendations:
        if not ask.instrument.strip():
            yield Broken(
                "recommendations", ask.id, "instrument", f"recommendation {ask.id} names no instrument",
                f"Say what kind of act is asked, e.g. {', '.join(known[:3])}",
            )  # fmt: skip
        elif ask.instrument not in known:
            text = f"recommendation {ask.id} names the instrument {ask.instrument}, which does not exist"
            yield Broken("recommendations", ask.id, "instrument", text, meant(ask.instrument, known))


def _none_without_search(context: Context) -> Iterator[Broken]:
    for ask in context.content.recommendations:
        for response in ask.responses:
            log = response.search
            if response.status == "none" and (log is None or not (log.date and log.where and log.terms)):
                yield Broken(
                    "recommendations", ask.id, "responses",
                    f"recommendation {ask.id}: a response of `none` has no search log",
                    "Say what was searched, when, and for what: search = { date, where, terms, depth }",
                )  # fmt: skip


def _without_evidence(context: Context) -> Iterator[Broken]:
    sources = {source.id: source for source in context.content.sources}
    for ask in context.content.recommendations:
        for response in ask.responses:
            if response.status == "none":
                continue
            origins = {origin_of(sources[cited.source]) for cited in response.sources if cited.source in sources}
            if not origins:
                text = f"recommendation {ask.id}: a response of `{response.status}` cites no source"
                yield Broken("recommendations", ask.id, "responses", text, "Cite the record of the act")


def _implemented_on_one_origin(context: Context) -> Iterator[Broken]:
    sources = {source.id: source for source in context.content.sources}
    for ask in context.content.recommendations:
        for response in ask.responses:
            origins = {origin_of(sources[cited.source]) for cited in response.sources if cited.source in sources}
            if response.status == "implemented" and len(origins) == 1:
                yield Broken(
                    "recommendations", ask.id, "responses",
                    f"recommendation {ask.id} is said to be implemented on one origin",
                    "Add an independent confirmation of the primary record",
                )  # fmt: skip


RULES = (
    Rule("recommendation-without-addressee", "error", "A recommendation names its addressee", _without_addressee),
    Rule(
        "recommendation-without-instrument",
        "error",
        "A recommendation names its instrument",
        _without_instrument,
    ),
    Rule(
        "none-without-search-log",
        "error",
        "`none` says what was searched, when, for what",
        _none_without_search,
    ),
    Rule("response-without-evidence", "error", "A response cites the record of the act", _without_evidence),
    Rule("implemented-alone", "notice", "`implemented` is confirmed independently", _implemented_on_one_origin),
)
