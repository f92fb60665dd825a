"""The addresses of a desk, and one whose view asks for a second factor as sign-off does."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tocsin.web.sign_in.proof import get_proof
from tocsin.web.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def answer_for_it(request: HttpRequest) -> HttpResponse:
    """Say which factor was shown, and what was sent along."""
    return HttpResponse(f"{get_proof(request, 'warn.sign_off').method} {request.POST.get('statement', '')}")


urlpatterns = [path("answer-for-it/", answer_for_it), *urlpatterns]
