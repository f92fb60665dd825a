"""The page in a bag that tells an expert how to check it without us, in plain words and with the commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.archive.bag import BagStamp

_OPENING = r"""HOW TO CHECK THIS EVIDENCE

You hold copies of captured files and the record of their custody. You need no software of ours to
check them: a shell (bash), sha256sum and openssl, found on any Linux system, are enough. Open a
shell in the folder that holds this page. Lines that begin with "$ " are commands, to be typed
without the dollar sign; one that ends with a backslash goes on in the next line.

What is here:
  data/items.tsv       lists the captured files in data/items, with their origin
  data/origins         who published each, under which licence, and when it was retrieved
  data/custody.jsonl   what happened to each file, when, by whom and why
  data/stamps          signed timestamps, if there are any


1. NOTHING HAS CHANGED SINCE THIS FOLDER WAS MADE

Each file is listed with its SHA-256, a fingerprint: no two different files with the same one are
known. Compare them all:

$ sha256sum --check --quiet manifest-sha256.txt && \
sha256sum --check --quiet tagmanifest-sha256.txt && echo "unchanged"

The last line must read "unchanged". Each file in data/items is named by the SHA-256 under which it
was captured; its custody record names the same.


2. THE CUSTODY RECORD HANGS TOGETHER

Each event was added to a chain when it was recorded. data/custody-chain.txt has one line for every
event: its number, its SHA-256, and the chain's value after it, which is the SHA-256 of the value
before it, a space, and the event's SHA-256. Events about other evidence are listed by their SHA-256
alone and stay private. Recompute the chain:

$ prev=$(printf '0%.0s' {1..64}); while read -r n digest chain; do \
[ "$(printf '%s %s' "$prev" "$digest" | sha256sum | cut -d' ' -f1)" = "$chain" ] || \
echo "the chain breaks at $n"; prev=$chain; done < data/custody-chain.txt

and find each event that you were given in it:

$ while IFS= read -r event; do \
grep -q " $(printf '%s' "$event" | sha256sum | cut -d' ' -f1) " data/custody-chain.txt || \
echo "not in the chain: $event"; done < data/custody.jsonl

Both commands say nothing when all is well. No event can have been changed, added or removed without
every later value changing; a value that a third party has signed (below) fixes all before it.
"""
_STAMPS = """

3. A THIRD PARTY SAW IT AT THE TIME

A timestamp authority, which was shown nothing but a SHA-256, signed it at the time given. This
proves that the file existed then as it is now; it does not prove that what the file says is true.
Compare the authority's root certificate with the one that the authority itself publishes: the copy
here only completes the set. Each command must answer "Verification: OK".
"""
_NO_STAMPS = """

3. TIMESTAMPS

No timestamp authority signed these files. The times in the custody record are the collector's word.
"""
_WACZ = """

PAGES

A .wacz file is a web page with all its parts, as a browser showed it. Any viewer of the WACZ format
opens it, without network too (ReplayWeb.page is one). It is a zip file; the WARC file inside holds
each request and its answer.
"""


def readme(stamps: Sequence[BagStamp], *, has_wacz: bool) -> str:
    """The page for a bag with these timestamps."""
    told = [_OPENING, _STAMPS if stamps else _NO_STAMPS]
    told += [_check_of(one) for one in stamps]
    return "".join(told) + (_WACZ if has_wacz else "")


def _check_of(one: BagStamp) -> str:
    base = f"data/stamps/{one.number}"
    what = f"-data data/{one.item}" if one.item else f"-digest {one.stamp.sha256}"
    subject = f"data/{one.item}" if one.item else f"the custody record up to the chain value {one.stamp.sha256}"
    when = one.stamp.stamped_at
    return (
        f"\n{when:%Y-%m-%d %H:%M:%S} UTC, {one.stamp.authority}:\n{subject}\n\n"
        f"$ openssl ts -verify {what} -in {base}.tsr -CAfile {base}.root.pem \\\n"
        f"-attime {int(when.timestamp())}\n"
    )
