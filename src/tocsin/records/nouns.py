"""The nouns that a desk keeps: the struct that each version holds, where it belongs, its life cycle."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from tocsin.core.errors import TocsinError
from tocsin.core.life_cycles import (
    CANDIDATE,
    CLAIM_REVIEW,
    COMMENT,
    CONSENT,
    DRAFT,
    EXPECTATION,
    RESPONSE,
    SUBSCRIBER,
    TASK,
    LifeCycle,
)
from tocsin.core.model import base
from tocsin.core.model.asks import Recommendation, Response
from tocsin.core.model.assessment import Figure, Finding, Party
from tocsin.core.model.claims import Claim, Event, Grade
from tocsin.core.model.incidents import Incidents
from tocsin.core.model.judgement import (
    Assessment,
    Bulletin,
    Candidate,
    Capture,
    Comment,
    Document,
    Draft,
    Expectation,
    Geometry,
    Settlement,
    SituationScope,
    Subscription,
    Task,
    Watch,
)
from tocsin.core.model.map_spec import MapSpec
from tocsin.core.model.places import Place
from tocsin.core.model.protected import (
    ConfidentialNote,
    Consent,
    Contact,
    ExactPlace,
    Handling,
    Sealed,
    Witness,
)
from tocsin.core.model.series import EventSeries
from tocsin.core.model.sources import Source


class UnknownNounError(TocsinError):
    """A kind of record that a desk does not keep."""


class Noun(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of record."""

    name: str
    struct: type[base.Record]
    under: str
    """What it belongs to: `desk`, `situation`, or the kind of its parent."""
    about: str
    life_cycle: LifeCycle | None = None
    seals: type[base.Record] | None = None
    """What its versions hold sealed: then `struct` is `Sealed`, and nothing in clear can be recorded."""
    published: Literal["in an edition", "with the track record", "never"] = "in an edition"


NOUNS: Final = {
    noun.name: noun
    for noun in (
        Noun(
            name="situation", struct=SituationScope, under="desk",
            about="perpetrators alleged x groups at risk x places",
        ),
        Noun(name="actor", struct=Party, under="situation", about="who is alleged to perpetrate, and by whom"),
        Noun(name="group", struct=Party, under="situation", about="who is said to be at risk, and by whom"),
        Noun(name="place", struct=Place, under="situation", about="somewhere, with all its names and who uses them"),
        Noun(name="source", struct=Source, under="situation", about="where a statement was published"),
        Noun(name="claim", struct=Claim, under="situation", life_cycle=CLAIM_REVIEW, about="a statement, attributed"),
        Noun(name="grade", struct=Grade, under="claim", about="the Admiralty grade of a claim, kept apart from it"),
        Noun(name="event", struct=Event, under="situation", about="what happened later, for better or worse"),
        Noun(name="series", struct=EventSeries, under="situation", about="counts by month, as somebody published them"),
        Noun(name="incidents", struct=Incidents, under="situation", about="single events of a publisher's table"),
        Noun(name="figure", struct=Figure, under="situation", about="a number with its rivals"),
        Noun(
            name="recommendation", struct=Recommendation, under="situation", life_cycle=RESPONSE,
            about="an act asked of a named addressee",
        ),
        Noun(name="response", struct=Response, under="recommendation", about="what an addressee is seen to have done"),
        Noun(name="map", struct=MapSpec, under="situation", about="what the map shows, by codes and ids"),
        Noun(name="geometry", struct=Geometry, under="situation", about="an operator's own shapes for the map"),
        Noun(name="bulletin", struct=Bulletin, under="situation", about="the thread of a warning"),
        Noun(name="assessment", struct=Assessment, under="bulletin", about="the level, and how sure"),
        Noun(name="finding", struct=Finding, under="bulletin", about="what is said of one stage or factor"),
        Noun(name="draft", struct=Draft, under="bulletin", life_cycle=DRAFT, about="what is to become an edition"),
        Noun(
            name="expectation", struct=Expectation, under="situation", life_cycle=EXPECTATION,
            published="with the track record", about="a statement about the future with a probability and a window",
        ),
        Noun(
            name="settlement", struct=Settlement, under="expectation", published="with the track record",
            about="how an expectation came out",
        ),
        Noun(name="capture", struct=Capture, under="desk", published="never", about="bytes in the archive, indexed"),
        Noun(name="document", struct=Document, under="desk", published="never", about="a document that was collected"),
        Noun(
            name="candidate", struct=Candidate, under="situation", life_cycle=CANDIDATE, published="never",
            about="a passage that a machine proposes to make a claim of",
        ),
        Noun(
            name="watch", struct=Watch, under="situation", published="never",
            about="which collected documents a situation's inbox is shown",
        ),
        Noun(
            name="task", struct=Task, under="situation", life_cycle=TASK, published="never",
            about="what one person at the desk asks of another",
        ),
        Noun(
            name="comment", struct=Comment, under="situation", life_cycle=COMMENT, published="never",
            about="what a reader of a draft wants changed, pinned to a section",
        ),
        Noun(
            name="witness", struct=Sealed, seals=Witness, under="situation", published="never",
            about="somebody who told the desk, and how to reach them",
        ),
        Noun(
            name="contact", struct=Sealed, seals=Contact, under="situation", published="never",
            about="how to reach whoever is behind a source or a document",
        ),
        Noun(
            name="exact-place", struct=Sealed, seals=ExactPlace, under="situation", published="never",
            about="where people at risk are, exactly",
        ),
        Noun(
            name="note", struct=Sealed, seals=ConfidentialNote, under="situation", published="never",
            about="a confidential remark on other records",
        ),
        Noun(
            name="consent", struct=Consent, under="witness", life_cycle=CONSENT, published="never",
            about="what a witness agreed to",
        ),
        Noun(
            name="handling", struct=Handling, under="situation", published="never",
            about="caveat, embargo and coarsening of other records",
        ),
        Noun(
            name="subscriber", struct=Subscription, under="desk", life_cycle=SUBSCRIBER, published="never",
            about="what somebody wants to be told; the address lies apart",
        ),
    )
}  # fmt: skip


def get_noun(name: str) -> Noun:
    """The noun of a name. Raises UnknownNounError."""
    try:
        return NOUNS[name]
    except KeyError as error:
        raise UnknownNounError(f"a desk keeps no {name!r}", remedy=f"It keeps {', '.join(NOUNS)}") from error
