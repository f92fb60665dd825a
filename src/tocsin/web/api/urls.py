"""The addresses of the API, version 1."""

from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from tocsin.web.api import assess, follow, problems, public, reading, review, warn  # noqa: F401  # each adds its own
from tocsin.web.api.structs import ROUTER, StructAPI

api = StructAPI(
    title="Tocsin",
    version="1",
    description=(
        "What a desk publishes, for anybody; its records, by a token of a person there. A token never reaches further "
        "than the roles of its person."
    ),
    urls_namespace="api-1",
    openapi_url="/openapi.json",
    docs_url=None,  # the reference is a page of the docs: no script of others is needed to read it
)
problems.add_to(api)
api.add_router("", ROUTER)

urlpatterns = [path("1/", api.urls), re_path("", csrf_exempt(problems.missing))]
"""No cookie signs anybody in here, so there is nothing to forge; what is not there says so as everything else does."""
