"""Addresses. Each area's own lie in its package; an area that is not installed has none."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from tocsin.web import views

AREAS = (
    ("api/", "tocsin.web.api.urls"),
    ("", "tocsin.web.follow_page.urls"),
    ("", "tocsin.web.desk.urls"),
)
"""Address and module of the areas that stand beside sign-in."""


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tocsin.web.invitations.urls")),
    path("account/", include("tocsin.web.sign_in.urls")),
    *(path(at, include(module)) for at, module in AREAS if _is_there(module)),
]
if not _is_there("tocsin.web.desk.urls"):
    urlpatterns.append(path("", include(([path("", views.today, name="today")], "desk"))))

handler400 = "tocsin.web.errors.refused"
handler403 = "tocsin.web.errors.forbidden"
handler404 = "tocsin.web.errors.missing"
handler500 = "tocsin.web.errors.failed"
