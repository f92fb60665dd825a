"""Pages as pure functions: an Edition, or light records of many, in; one HTML document as text out."""

from tocsin.publish.html.frame import Proof, Site
from tocsin.publish.html.warning import MAP_WIDTH, edition_page, warning_page

__all__ = ["MAP_WIDTH", "Proof", "Site", "edition_page", "warning_page"]
