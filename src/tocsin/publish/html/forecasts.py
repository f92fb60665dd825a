"""What models said, as a warning shows it."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from tocsin.core.model.forecasts import ForecastBlock
from tocsin.publish.html.citations import Citing
from tocsin.publish.probabilities import probability
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words


class ForecastView(NamedTuple):
    """A forecast block, its probability in words, and its citations."""

    b: ForecastBlock
    said: str
    cites: Markup


def forecasts_view(reading: Reading, citing: Citing, words: Words) -> list[ForecastView]:
    """The forecast blocks of an edition."""
    blocks = reading.content.forecasts or ()
    return [ForecastView(block, probability(block, words), citing(block.sources)) for block in blocks]
