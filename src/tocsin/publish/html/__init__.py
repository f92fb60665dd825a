"""Pages as pure functions: an Edition, or light records of many, in; one HTML document as text out.

    warning_page, edition_page, changes_page, sources_page,
    series_page, timeline_page                                        of one edition (a Reading, two for changes)
    front_page, warnings_page, site_sources_page, follow_page         of many (Summary records, one a warning)
    addressees, addressees_page, addressee_page                       who was asked for what (from the site's ledger)
    ledger_page, instruments_page                                     the same by status, by instrument
    track_record_page                                                 how expectations came out
    method_page, verify_page, missing_page                            of the site itself
    static_files                                                      style, scripts, fonts: by path from the root

Nothing is loaded from elsewhere, styles and scripts come from `assets/` alone, and without script every page reads
and prints whole. Words come from the catalogue, everything else from the edition.
"""

from tocsin.publish.html.about import follow_page, method_page, missing_page, verify_page
from tocsin.publish.html.addressees import AddresseeView, addressee_page, addressees, addressees_page
from tocsin.publish.html.changes import changes_page
from tocsin.publish.html.frame import Proof, Site
from tocsin.publish.html.front import front_page, warnings_page
from tocsin.publish.html.ledger import instruments_page, ledger_page
from tocsin.publish.html.series import series_page
from tocsin.publish.html.sources import site_sources_page, sources_page
from tocsin.publish.html.static import static_files
from tocsin.publish.html.timeline import timeline_page
from tocsin.publish.html.track_record import track_record_page
from tocsin.publish.html.warning import MAP_WIDTH, edition_page, warning_page

__all__ = [
    "MAP_WIDTH",
    "AddresseeView",
    "Proof",
    "Site",
    "addressee_page",
    "addressees",
    "addressees_page",
    "changes_page",
    "edition_page",
    "follow_page",
    "front_page",
    "instruments_page",
    "ledger_page",
    "method_page",
    "missing_page",
    "series_page",
    "site_sources_page",
    "sources_page",
    "static_files",
    "timeline_page",
    "track_record_page",
    "verify_page",
    "warning_page",
    "warnings_page",
]
