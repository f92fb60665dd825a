"""Independence is counted, not repetition: sources that share an origin count once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tocsin.core.model.claims import Claim
from tocsin.core.model.sources import Source


def origin_of(source: Source) -> str:
    """Whose reporting a source carries: its declared origin, else its publisher."""
    return (source.origin or source.publisher).casefold().strip()


def origins(claim: Claim, sources: Mapping[str, Source]) -> frozenset[str]:
    """The independent origins that state a claim: where it was published and who else says the same."""
    cited = (*claim.sources, *claim.corroborated_by)
    return frozenset(origin_of(sources[citation.source]) for citation in cited if citation.source in sources)


def joint_origins(claims: Iterable[Claim], sources: Mapping[str, Source]) -> frozenset[str]:
    """The independent origins that stand behind several claims together."""
    return frozenset().union(*(origins(claim, sources) for claim in claims))
