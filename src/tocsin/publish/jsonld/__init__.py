"""An edition as linked data: a schema.org Report with its Claims, and their provenance in PROV-O.

The file carries its whole context, so that any JSON-LD processor expands it offline, also when schema.org answers
differently or not at all. The script in a page names `https://schema.org` first, because search engines look for
that; it carries the same context after it and expands to the same statements. `@vocab` is `http://schema.org/`:
that is the namespace to which schema.org's own context maps, for either spelling of its address.

Who asserts, holds a position or is asked is a `prov:Agent`: the edition does not say whether it is a person.
"""

from __future__ import annotations

import msgspec

from tocsin.publish.addresses import edition_url
from tocsin.publish.jsonld.claims import brief_claim_node
from tocsin.publish.jsonld.nodes import Node
from tocsin.publish.jsonld.report import parts_of, report_node
from tocsin.publish.permanent_ids import namespace
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words

MEDIA_TYPE = "application/ld+json"
SCHEMA_ORG = "http://schema.org/"
PROV = "http://www.w3.org/ns/prov#"
XSD = "http://www.w3.org/2001/XMLSchema#"

_ADDRESSES = ("url", "contentUrl")
_DATES = ("datePublished", "dateModified", "expires")
_LINKS = ("ewd:supportedBy", "ewd:opposedBy", "ewd:mitigatedBy", "ewd:restsOn", "ewd:stage", "ewd:place",
          "citation", "prov:wasDerivedFrom", "isPartOf")  # fmt: skip
_LEFT_TO_THE_FILE = (
    "ewd:finding", "ewd:dataset", "ewd:confidence", "ewd:evidence", "ewd:agreement", "ewd:alertLevel", "ewd:warning",
    "ewd:capStatus", "ewd:messageType", "about", "spatialCoverage", "correction", "abstract", "name", "reportNumber",
    "prov:wasGeneratedBy", "prov:wasAttributedTo", "prov:wasRevisionOf", "prov:generatedAtTime",
)  # fmt: skip
_INSTANTS = ("prov:generatedAtTime", "prov:endedAtTime", "prov:invalidatedAtTime")


def report_file(reading: Reading, words: Words) -> bytes:
    """Everything that the formats can say of an edition, as a JSON-LD document (UTF-8)."""
    document = {"@context": context(reading), **report_node(reading, words), **parts_of(reading)}
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def report_script(reading: Reading, words: Words, *, claims: bool = True) -> str:
    """What stands between `<script type="application/ld+json">` and its end: the report, its claims in brief.

    A contested claim never stands without the positions against it. Without claims it is a short notice for search
    engines, which leaves the rest to the page around it and names the file that says it all. Safe inside HTML
    whatever the text holds.
    """
    document = report_node(reading, words)
    if claims:
        document["hasPart"] = [brief_claim_node(claim) for claim in reading.content.claims]
    else:
        document = {name: value for name, value in document.items() if name not in _LEFT_TO_THE_FILE}
        document["encoding"] = [each for each in document["encoding"] if each["encodingFormat"] == MEDIA_TYPE]
    said = msgspec.json.encode(document).decode()
    terms = context(reading).items()
    used = {name: meaning for name, meaning in terms if isinstance(meaning, dict) and _is_used(name, said)}
    said += msgspec.json.encode(list(used.values())).decode()
    used = {name: meaning for name, meaning in terms if name in used or name == "@vocab" or _is_used(name, said)}
    body = {"@context": ["https://schema.org", used], **document}
    return _escaped(msgspec.json.encode(body).decode())


def _is_used(term: str, said: str) -> bool:
    """Whether a term, or a prefix, stands in a document."""
    return f'"{term}":' in said or f'"{term}:' in said


def context(reading: Reading) -> Node:
    """The whole JSON-LD context; `edition:C25` is a record on the edition's permanent page."""
    return {
        "@vocab": SCHEMA_ORG,
        "prov": PROV,
        "xsd": XSD,
        "ewd": namespace(reading.issue.desk.url),
        "edition": f"{edition_url(reading.issue)}#",
        **{name: {"@id": SCHEMA_ORG + name, "@type": "@id"} for name in _ADDRESSES},
        **{name: {"@id": SCHEMA_ORG + name, "@type": SCHEMA_ORG + "Date"} for name in _DATES},
        **{name: {"@id": name if ":" in name else SCHEMA_ORG + name, "@type": "@id"} for name in _LINKS},
        **{name: {"@id": name, "@type": "xsd:dateTime"} for name in _INSTANTS},
    }


def _escaped(text: str) -> str:
    """JSON in which nothing can end a script element or a line of it."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
