"""An edition as a message of the Common Alerting Protocol (CAP 1.2, OASIS; ITU-T X.1303).

CAP was made for storms: `Expected` means the next hour, and a level of a mass atrocity warning has no place in it.
The mapping loses much, so that the fields in their own terms travel along as parameters named `ewd:...`.
docs/reference/formats.md says field by field what becomes of what.

The message is a function of the edition alone. The day of publishing does not matter: a message that has been
sent does not change because time has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

from lxml import etree

from tocsin.core.errors import TocsinError
from tocsin.core.model.asks import Recommendation
from tocsin.publish.addresses import edition_url
from tocsin.publish.cap_areas import Area, areas_of
from tocsin.publish.plain_text import visible
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"

# urgency, severity, certainty. CAP's Likely means more than even odds, which a level alone does not say.
BY_LEVEL = {
    "none": ("Unknown", "Unknown", "Unknown"),
    "watch": ("Future", "Moderate", "Possible"),
    "warning": ("Expected", "Severe", "Possible"),
    "emergency": ("Immediate", "Extreme", "Observed"),
}
WITHDRAWN = ("Unknown", "Unknown", "Unknown")
MORE_THAN_EVEN = frozenset({"likely", "very-likely", "almost-certain"})


class CapError(TocsinError):
    """A message that CAP 1.2 does not allow."""


def cap_alert(reading: Reading, words: Words) -> bytes:
    """The edition as one CAP 1.2 message: UTF-8 XML, valid against the OASIS schema. Raises CapError."""
    issue = reading.issue
    alert = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # the stubs know no default
    _add(alert, "identifier", issue.identifier)
    _add(alert, "sender", issue.desk.sender)
    _add(alert, "sent", cap_time(issue.issued_at))
    _add(alert, "status", issue.status)
    _add(alert, "msgType", issue.message_type)
    _add(alert, "source", issue.issued_by)
    _add(alert, "scope", "Public")
    _add(alert, "note", _note(reading, words))
    references = (f"{issue.desk.sender},{one.identifier},{cap_time(one.issued_at)}" for one in issue.supersedes)
    _add(alert, "references", " ".join(references))
    _add(alert, "incidents", reading.content.situation.id)
    _add_info(alert, reading, words)
    xml: bytes = etree.tostring(alert, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    check_cap(xml)
    return xml


def check_cap(xml: bytes) -> None:
    """Raise CapError, naming every fault, unless the bytes are a valid CAP 1.2 message.

    Checked are the OASIS schema and the rules that it leaves to its prose: no space, comma, < or & in
    `identifier` and `sender`, references in an Update or Cancel and their form, closed polygons.
    """
    try:
        alert = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise CapError(f"it is not well-formed XML: {error}", where="CAP message") from error
    schema = _schema()
    if not schema.validate(alert):
        log = list(schema.error_log)  # type: ignore[call-overload]  # the stubs do not say that it iterates
        faults = "; ".join(f"line {fault.line}: {fault.message}" for fault in log)
        raise CapError(f"it is not valid CAP 1.2: {faults}", where="CAP message")
    broken = list(_broken_prose_rules(alert))
    if broken:
        raise CapError(f"it breaks rules of CAP 1.2: {'; '.join(broken)}", where="CAP message")


def cap_time(instant: str) -> str:
    """`2023-10-20T12:00:00Z` as CAP wants it: no fraction, no Z, UTC written as -00:00."""
    return instant.removesuffix("Z") + "-00:00"


def _broken_prose_rules(alert: etree._Element) -> Iterator[str]:
    for name in ("identifier", "sender"):
        if any(character.isspace() or character in ",<&" for character in _text(alert, name)):
            yield f"{name} holds a space, a comma, < or &"
    references = _text(alert, "references").split()
    if _text(alert, "msgType") in ("Update", "Cancel") and not references:
        yield "an Update or Cancel must reference what it replaces"
    for triple in references:
        if len(triple.split(",")) != 3:
            yield f"the reference {triple} is not sender,identifier,sent"
    for polygon in alert.iterfind(f".//{{{NAMESPACE}}}polygon"):
        corners = (polygon.text or "").split()
        if len(corners) < 4 or corners[0] != corners[-1]:
            yield "a polygon is not closed or has fewer than four pairs"


def _text(alert: etree._Element, name: str) -> str:
    return alert.findtext(f"{{{NAMESPACE}}}{name}") or ""


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring((files(__package__) / "schemas" / "CAP-v1.2.xsd").read_bytes()))


def _add(parent: etree._Element, name: str, text: str) -> None:
    """Add an element, unless it would be empty."""
    if text:
        etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = visible(text)


def _add_pair(parent: etree._Element, name: str, value_name: str, value: str) -> None:
    if value:
        pair = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
        _add(pair, "valueName", value_name)
        _add(pair, "value", value)


def _note(reading: Reading, words: Words) -> str:
    issue = reading.issue
    parts = [reading.content.nature]
    if issue.status != "Actual":
        parts.append(words("format-exercise-note", status=issue.status))
    if issue.reason:
        parts.append(words("format-reason", reason=issue.reason))
    return "\n".join(parts)


def _add_info(alert: etree._Element, reading: Reading, words: Words) -> None:
    """One language's block; a translation would be another."""
    issue, content = reading.issue, reading.content
    cancelled = issue.message_type == "Cancel"
    info = etree.SubElement(alert, f"{{{NAMESPACE}}}info")
    _add(info, "language", content.language)
    _add(info, "category", "Security")
    _add(info, "category", "Safety")
    _add(info, "event", words("cap-event"))
    # AllClear would say that the danger is over, which a withdrawal does not.
    _add(info, "responseType", "None" if cancelled else "Monitor")
    for name, value in zip(("urgency", "severity", "certainty"), _hazard(reading), strict=True):
        _add(info, name, value)
    _add(info, "effective", cap_time(issue.issued_at))
    if content.review_date:
        _add(info, "expires", cap_time(f"{content.review_date}T23:59:59Z"))
    _add(info, "senderName", issue.desk.name)
    _add(info, "headline", marked_headline(reading, words))
    _add(info, "description", _description(reading, words))
    _add(info, "instruction", "" if cancelled else _instruction(reading, words))
    _add(info, "web", edition_url(issue))
    for name, value in _parameters(reading):
        _add_pair(info, "parameter", name, value)
    for description, media_type, file in _resources(reading, words):
        resource = etree.SubElement(info, f"{{{NAMESPACE}}}resource")
        _add(resource, "resourceDesc", description)
        _add(resource, "mimeType", media_type)
        _add(resource, "uri", edition_url(issue, file))
    for area in areas_of(reading, words):
        _add_area(info, area)


def _hazard(reading: Reading) -> tuple[str, str, str]:
    if reading.issue.message_type == "Cancel":
        return WITHDRAWN
    urgency, severity, certainty = BY_LEVEL[reading.content.level.declared]
    if certainty == "Possible" and any(
        term.kind == "probability" and term.id in MORE_THAN_EVEN for term in reading.edition.terms
    ):
        certainty = "Likely"
    return urgency, severity, certainty


def marked_headline(reading: Reading, words: Words) -> str:
    """The headline, marked where it is not an actual warning or no longer one: often nothing else is shown."""
    headline = reading.content.headline
    if reading.issue.message_type == "Cancel":
        headline = words("format-withdrawn-headline", headline=headline)
    if reading.issue.status != "Actual":
        headline = words("format-exercise-headline", status=reading.issue.status, headline=headline)
    return headline


def _description(reading: Reading, words: Words) -> str:
    content = reading.content
    source = content.reading_of
    url = edition_url(reading.issue)
    n_contested = sum(claim.contested for claim in content.claims)
    disputed = "cap-contested" if n_contested else "cap-uncontested"
    parts = [
        words("cap-withdrawal") if reading.issue.message_type == "Cancel" else "",
        words("cap-reading", desk=reading.issue.desk.name, publisher=source.publisher, title=source.title),
        words("cap-bottom-line", text=content.bottom_line),
        _level_sentence(reading, words),
        words(disputed, contested=n_contested, claims=len(content.claims), url=url),
        content.nature,
    ]
    return "\n\n".join(part for part in parts if part)


def _level_sentence(reading: Reading, words: Words) -> str:
    level = reading.content.level
    declared = [str(stage.number) for stage in reading.stages if stage.finding and stage.finding.declared]
    key = "cap-level-many" if len(declared) > 1 else "cap-level-one" if declared else "cap-level-alone"
    return words(
        key,
        by=level.declared_by,
        level=words(f"level-{level.declared}"),
        stages=words.all_of(declared),
        framework=_framework_label(reading),
    )


def _framework_label(reading: Reading) -> str:
    return next((term.label for term in reading.edition.terms if term.kind == "framework"), "")


def _instruction(reading: Reading, words: Words) -> str:
    """The recommendations, short, by whoever makes them."""
    asks = sorted(reading.content.recommendations, key=lambda ask: ask.order)
    if not asks:
        return words("cap-instruction-none")
    makers = dict.fromkeys(ask.made_by for ask in asks)
    said = [words("cap-recommends", by=maker, acts=_acts(asks, maker, words)) for maker in makers]
    said.append(words("cap-no-endorsement", url=edition_url(reading.issue)))
    return "\n".join(said)


def _acts(asks: Sequence[Recommendation], maker: str, words: Words) -> str:
    return " ".join(
        words(
            "cap-act",
            order=ask.order,
            addressees=words.all_of([addressee.name for addressee in ask.addressees]),
            action=ask.action,
        )
        for ask in asks
        if ask.made_by == maker
    )


def _parameters(reading: Reading) -> Iterator[tuple[str, str]]:
    """What CAP has no field for, in the desk's own terms. An empty value is left out."""
    issue, content = reading.issue, reading.content
    level, confidence, source = content.level, content.confidence, content.reading_of
    yield "ewd:warning", issue.warning
    yield "ewd:edition", str(issue.edition)
    yield "ewd:editionSha256", reading.sha256
    yield "ewd:alertLevel", level.declared
    yield "ewd:scale", level.scale
    yield "ewd:scaleVersion", level.definition
    yield "ewd:declaredBy", level.declared_by
    yield "ewd:stageFramework", next((term.id for term in reading.edition.terms if term.kind == "framework"), "")
    for name, state in (("ewd:stages", "present"), ("ewd:stagesSuspected", "suspected")):
        yield name, _joined(stage.number for stage in reading.stages if stage.state == state)
    yield "ewd:stagesWeaklySupported", _joined(stage.number for stage in reading.stages if stage.weak)
    yield "ewd:unFactors", _joined(term.number for term in reading.factors)
    yield "ewd:claims", str(len(content.claims))
    yield "ewd:claimsContested", str(sum(claim.contested for claim in content.claims))
    yield "ewd:contested", "true" if any(claim.contested for claim in content.claims) else "false"
    yield "ewd:evidence", confidence.evidence
    yield "ewd:agreement", confidence.agreement
    yield "ewd:likelihood", confidence.likelihood
    yield "ewd:likelihoodRange", _likelihood_range(reading)
    yield "ewd:likelihoodWindow", confidence.window
    yield "ewd:since", content.since
    yield "ewd:reviewDate", content.review_date or ""
    yield "ewd:countries", _joined(content.situation.countries)
    yield "ewd:readingOfPublisher", source.publisher
    yield "ewd:readingOfTitle", source.title
    yield "ewd:readingOfIssued", source.issued
    yield "ewd:readingOfUpdated", source.updated
    yield "ewd:readingOfUrl", source.url


def _likelihood_range(reading: Reading) -> str:
    return next((term.definition for term in reading.edition.terms if term.kind == "probability"), "")


def _joined(values: Iterable[object]) -> str:
    return ",".join(str(value) for value in values)


def _resources(reading: Reading, words: Words) -> Iterator[tuple[str, str, str]]:
    yield words("cap-pdf"), "application/pdf", "warning.pdf"
    yield words("cap-edition"), "application/json", "edition.json"
    if reading.content.map:
        yield f"{words('cap-map')}: {reading.content.map.title}", "image/svg+xml", "map.svg"
        yield words("cap-geojson"), "application/geo+json", "map.geojson"


def _add_area(info: etree._Element, area: Area) -> None:
    element = etree.SubElement(info, f"{{{NAMESPACE}}}area")
    _add(element, "areaDesc", area.description)
    for polygon in area.polygons:
        _add(element, "polygon", " ".join(f"{latitude},{longitude}" for latitude, longitude in polygon))
    for scheme, code in area.geocodes:
        _add_pair(element, "geocode", scheme, code)
