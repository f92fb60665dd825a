"""XML from strangers: no document type, no entities, no network, bounded.

A document type is refused outright, since no format read here needs one and every known attack by XML does:
entities that grow (billion laughs), entities that read files or addresses, attribute defaults. libxml2 itself
bounds nesting (256) and a single text (10 MB).
"""

from __future__ import annotations

from lxml import etree

from tocsin.collect.documents.limits import Limits, UnreadableError, check_size


def parse_xml(data: bytes, *, limits: Limits | None = None, where: str = "") -> etree._Element:
    """The root element. Raises UnreadableError for a document type, broken XML, or more than the limits
    allow.
    """
    check_size(data, limits or Limits())
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(
            f"The XML cannot be read: {str(error).splitlines()[0]}",
            where=where,
            remedy="Fetch it again; if it stays so, tell its publisher",
        ) from None
    if getattr(root.getroottree().docinfo, "doctype", ""):  # the stubs do not know it
        raise UnreadableError(
            "The XML declares a document type, which can hide entities that grow or read other files",
            where=where,
            remedy="Ask where it comes from: the publisher's own file has none",
        )
    return root
