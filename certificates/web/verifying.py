from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from certificates import verification
from certificates.files import document_response
from certificates.permissions import find_by_code
from certificates.rendering import CertificateFacts
from certificates.verification import Finding, Verdict
from core.errors import NotFound
from core.web.http import HttpRequest


@require_GET
def code(request: HttpRequest, code: str) -> HttpResponse:
    return _answer(request, verification.by_code(code), code)


@require_GET
def code_document(_request: HttpRequest, code: str) -> FileResponse:
    """Whoever knows the code holds the document, on paper or in a letter."""
    certificate = find_by_code(code)
    if certificate is None:
        raise NotFound
    return document_response(certificate)


@require_GET
def number(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("number", "").strip()
    if not typed:
        return render(request, "certificates/verify.html")
    return _answer(request, verification.by_either(typed), typed)


def _answer(request: HttpRequest, verdict: Verdict, typed: str) -> HttpResponse:
    certificate = verdict.certificate
    context = {
        "verdict": verdict,
        "certificate": certificate,
        "facts": CertificateFacts.from_data(certificate.facts) if certificate else None,
        "typed": typed,
    }
    status = 404 if verdict.finding in {Finding.NOT_FOUND, Finding.MISTYPED} else 200
    return render(request, "certificates/verdict.html", context, status=status)
