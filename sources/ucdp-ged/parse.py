"""Where GED is asked for: the token API page by page, or the release as one file.

A release never changes, so its pages are asked for `once`: a run that was killed goes on where it stopped.
API: https://ucdp.uu.se/apidocs/ (envelope TotalCount, TotalPages, PreviousPageUrl, NextPageUrl, Result).
"""

from __future__ import annotations

from collections.abc import Generator
from urllib.parse import urlsplit

from tocsin.collect.errors import InputError, LayoutError
from tocsin.collect.requests import Given, Reply, Request

API = "https://ucdpapi.pcr.uu.se/api/gedevents"
FILES = "https://ucdp.uu.se/downloads"
PAGE_SIZE = 1000


def requests(given: Given) -> Generator[Request, Reply, dict[str, str]]:
    """The API when there is a token, else the file of a yearly (25.1) or candidate (25.0.11) release."""
    if given.settings.get("token"):
        yield from _pages(given)
    elif given.version.count(".") > 1:
        name = f"GEDEvent_v{given.version.replace('.', '_')}.csv"
        yield Request(url=f"{FILES}/candidateged/{name}", once=True)
    else:
        yield Request(url=f"{FILES}/ged/ged{given.version.replace('.', '')}-csv.zip", once=True)
    return {}


def _pages(given: Given) -> Generator[Request, Reply, None]:
    api = given.settings.get("api", API)
    headers = {"x-ucdp-access-token": given.settings["token"]}
    url, total, n_rows, number = f"{api}/{given.version}?pagesize={PAGE_SIZE}&page=0", None, 0, 0
    while url:
        if urlsplit(url)[:2] != urlsplit(api)[:2]:
            problem = f"the API names a next page elsewhere, at {urlsplit(url).netloc}"
            raise InputError(problem, where=api, remedy="The token is not sent there; ask UCDP")
        reply = yield Request(url=url, headers=headers, once=True, label=f"ged-{given.version}-page-{number}.json")
        page = reply.json()
        try:
            total = page["TotalCount"] if total is None else total
            said, n_here, following = page["TotalCount"], len(page["Result"]), page["NextPageUrl"]
        except (KeyError, TypeError):
            raise LayoutError(
                "the page is not the API's envelope", where=url, remedy="See what UCDP changed in its API"
            ) from None
        if said != total:
            problem = f"the release changed while it was read: {total} events, then {said}"
            raise InputError(problem, where=url, remedy="Run it again")
        if following and not n_here:
            raise InputError("an empty page names a next one", where=url, remedy="Run it again later")
        n_rows, number, url = n_rows + n_here, number + 1, following
    if n_rows != total:
        problem = f"the pages hold {n_rows:,} events, where UCDP says there are {total:,}"
        raise InputError(problem, where=api, remedy="Run it again")
