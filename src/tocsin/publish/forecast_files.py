"""The public side of the register: pages, data files, and the register itself, as files of the site.

forecasts/index.html                  the latest forecast of each target, its first countries
forecasts/onset|fatalities|alert.html every country of one
forecasts/<target>.csv|json|parquet   the same as data; the CSV has an HXL row
forecasts/track-record.html           how the past ones came out: hits, misses and false alarms by name
forecasts/scores.csv|parquet          the same as data
forecasts/country/<code>.html         one country: history, range, fan, what moves it, what the desk says
forecasts/register/                   every filed document and the log, for `tocsin verify`
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.editions.register_log import register_entry_bytes
from tocsin.publish.forecast_tables import as_csv, as_parquet, forecast_table, score_table
from tocsin.publish.forecasts_held import OnRecord, places
from tocsin.publish.html.forecast_country import Analyst, country_page
from tocsin.publish.html.forecast_pages import list_page, overview_page
from tocsin.publish.html.forecast_record import track_record_page
from tocsin.publish.html.frame import Site
from tocsin.publish.words import Words

Stands = Callable[[str, str], bool]


def _never(path: str, made_from: str) -> bool:
    return False


def forecast_files(
    held: OnRecord,
    analysts: Mapping[str, Sequence[Analyst]],
    *,
    site: Site,
    words: Words,
    stands: Stands = _never,
) -> Iterator[tuple[str, bytes]]:
    """Every file that is not there yet, by path from the site's root.

    analysts: the desk's warnings that stand, by ISO 3166 alpha-3; stands: whether a file made from something is there
    """
    latest = held.latest_of_each()
    if not latest:
        return
    whole = sha256("".join([*held.documents, *(digest for digest, _ in latest)]).encode())
    around = sha256(canonical_bytes(site))
    if not stands("forecasts/index.html", whole + around):
        yield "forecasts/index.html", overview_page(latest, site=site, words=words).encode()
    if not stands("forecasts/track-record.html", whole + around):
        page = track_record_page(held.forecasts, held.scores, site=site, words=words)
        yield "forecasts/track-record.html", page.encode()
    for digest, forecast in latest:
        base = f"forecasts/{forecast.target}"
        if not stands(f"{base}.html", digest + around):
            yield f"{base}.html", list_page(digest, forecast, site=site, words=words).encode()
        if not stands(f"{base}.json", digest):
            yield f"{base}.json", held.documents[digest]
        missing = [name for name in ("csv", "parquet") if not stands(f"{base}.{name}", digest + around)]
        if missing:
            table = forecast_table(digest, forecast, site)
            for name in missing:
                yield f"{base}.{name}", as_csv(table) if name == "csv" else as_parquet(table)
    for name in ("csv", "parquet"):
        if held.scores and not stands(f"forecasts/scores.{name}", whole + around):
            told = score_table(held.forecasts, held.scores, site)
            yield f"forecasts/scores.{name}", as_csv(told) if name == "csv" else as_parquet(told)
    for place in places(held):
        path = f"forecasts/country/{place.key}.html"
        said = analysts.get(place.key, ())
        if not stands(path, whole + around + repr(said)):
            yield path, country_page(place, said, site=site, words=words).encode()
    for signed in held.entries:
        path = f"forecasts/register/log/{signed.entry.seq:06}.json"
        if not stands(path, signed.entry.document_sha256 + signed.entry.previous_sha256):
            yield path, register_entry_bytes(signed)
    for digest, data in held.documents.items():
        path = f"forecasts/register/{digest}.json"
        if not stands(path, digest):
            yield path, data
