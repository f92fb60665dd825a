"""Captured documents to text, language and origin.

    bytes --decoding, page, pdf--> text --language--> tag --near_duplicates, origins--> groups that share an
    origin

Everything here is a function of bytes and limits: no network, no clock, no file. What a document claims about
itself (title, date, encoding) is kept as its claim; what was lost or left is said in `notes`. A document that
is broken or costs more than its `Limits` raises `UnreadableError`; its bytes stay in the archive, unread.

`document.read_document` is pure and quick, for documents one trusts not to crash a parser.
`reader.DocumentReader` does the same in a process of its own with limits of time and memory, for documents
from strangers.
"""
