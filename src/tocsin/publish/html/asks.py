"""Recommendations with what came of them, figures with their rivals, and what happened later."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from tocsin.core.model.asks import Recommendation, Response
from tocsin.core.model.assessment import Estimate, Figure
from tocsin.core.model.claims import Event
from tocsin.core.model.edition import Term
from tocsin.publish.addresses import addressee_path
from tocsin.publish.html.citations import Citing
from tocsin.publish.reading import Reading


class AskView(msgspec.Struct, frozen=True, kw_only=True):
    """A recommendation; its responses the latest first."""

    a: Recommendation
    addressees: list[tuple[str, str]]
    instrument: Term
    responses: list[tuple[Response, Markup]]


class FigureView(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with all its estimates."""

    f: Figure
    estimates: list[tuple[Estimate, Markup]]


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened later."""

    e: Event
    cites: Markup
    indicator: Term | None


def asks_view(reading: Reading, citing: Citing) -> list[AskView]:
    """Recommendations in the issuer's order."""
    return [
        AskView(
            a=ask,
            addressees=[(each.name, addressee_path(each.name)) for each in ask.addressees],
            instrument=reading.term("instrument", ask.instrument),
            responses=[(response, citing(response.sources)) for response in reversed(ask.responses)],
        )
        for ask in sorted(reading.content.recommendations, key=lambda ask: ask.order)
    ]


def figures_view(reading: Reading, citing: Citing) -> list[FigureView]:
    """Figures in the order of the edition."""
    return [
        FigureView(f=figure, estimates=[(each, citing(each.sources)) for each in figure.estimates])
        for figure in reading.content.figures
    ]


def events_view(reading: Reading, citing: Citing) -> list[EventView]:
    """What happened later, in the order of the edition."""
    return [
        EventView(
            e=event,
            cites=citing(event.sources),
            indicator=reading.term("indicator", event.indicator) if event.indicator else None,
        )
        for event in reading.content.events
    ]
