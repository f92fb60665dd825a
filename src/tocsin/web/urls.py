"""Addresses. Each area's own lie in its package."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

API = "tocsin.web.api.urls"


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tocsin.web.invitations.urls")),
    path("account/", include("tocsin.web.sign_in.urls")),
    *([path("api/", include(API))] if _is_there(API) else []),
    path("", include("tocsin.web.follow_page.urls")),
    path("", include("tocsin.web.desk.urls")),
]

handler400 = "tocsin.web.errors.refused"
handler403 = "tocsin.web.errors.forbidden"
handler404 = "tocsin.web.errors.missing"
handler500 = "tocsin.web.errors.failed"
