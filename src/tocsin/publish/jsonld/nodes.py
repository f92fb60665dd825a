"""The small change of linked data: nodes without empty properties, agents, references within an edition."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tocsin.core.model.claims import Quantity
from tocsin.core.model.sources import Citation

Node = dict[str, Any]
"""A JSON-LD node: property or keyword to value."""


def node(**properties: Any) -> Node:
    """Properties that hold something. `ewd_x` and `prov_x` stand for `ewd:x` and `prov:x`."""
    return {
        name.replace("_", ":", 1): value
        for name, value in properties.items()
        if value is not None and value != "" and value != [] and value != {}
    }


def agent(name: str) -> Node:
    """Somebody who says, holds or is asked something; nothing where there is no name."""
    return {"@type": "prov:Agent", "name": name} if name else {}


def quantity_node(quantity: Quantity | None) -> Node | None:
    """A quantity in words and as far as it can be computed with."""
    if quantity is None:
        return None
    return {
        "@type": "QuantitativeValue",
        "name": quantity.text,
        **node(minValue=quantity.low, value=quantity.best, maxValue=quantity.high, unitText=quantity.unit),
    }


def anchors(ids: Iterable[str]) -> list[str]:
    """Records of the same edition, by id."""
    return [f"edition:{id}" for id in ids]


def cited(citations: Iterable[Citation]) -> list[str]:
    """The sources of citations, each once."""
    return anchors(dict.fromkeys(citation.source for citation in citations))
